"""The pictures of a run: compared with those on disk or put there, and which of these no test shows any more."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pos.testing.svg_diff import difference

FOLDER: Final = "__tillkey_snapshots__"
"""Where pictures are, beside the tests; nothing but the kit's own is there."""
UPDATE: Final = "--snap-update"
PINS: Final = "made_with.json"
"""Beside the pictures: with what they were made."""

_NAME: Final = re.compile(r"[\w.+-]+")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture that a test has shown.

    `function` is the test without its parameters. `expected` and `actual` are filled if the picture is not as it was;
    `expected` is empty if there was none.
    """

    test: str
    function: str
    file: str
    digest: str
    written: bool = False
    expected: str = ""
    actual: str = ""


@dataclass(slots=True)
class SnapshotFiles:
    """The pictures on disk, as one process compares and puts them. `root` is the folder that files are told from."""

    root: Path
    report: Path
    update: bool = False
    shown: dict[str, Snapshot] = field(default_factory=dict)
    """The shot of each file in this process."""

    def begin(self, test: str) -> None:
        """Forget what a test has shown: it begins, perhaps anew."""
        self.shown = {file: shot for file, shot in self.shown.items() if shot.test != test}

    def compare(self, test: str, function: str, module: Path, name: str, picture: str) -> tuple[Snapshot | None, str]:
        """Compare a picture with the one on disk, or put it there; the shot, and what is wrong in words, if anything.

        A function's runs may show one picture of a name as often as they like, if it is the same one.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} names no picture: use letters, digits and . + - _")
        path = module.parent / FOLDER / module.stem / f"{name}.svg"
        file, digest = told_path(self.root, path), sha256(picture.encode()).hexdigest()
        shot, other = Snapshot(test, function, file, digest), self.shown.get(file)
        if other is not None and (other.test == test or other.function != function):
            return None, f"{name}: two shots have this name ({other.test} shows it too). Name one of them otherwise."
        apart = ""
        if other is not None and other.digest != digest:
            apart = f"{other.test} shows another picture of this name: name them apart, such as by the parameter."
            if self.update:
                return None, f"{name}: {apart}"
        self.shown[file] = shot
        pins = path.parent.parent / PINS
        if self.update:
            return self._put(shot, path, pins, picture)
        expected = path.read_text("utf-8") if path.is_file() else ""
        if expected == picture:
            return shot, ""
        differing = Snapshot(test, function, file, digest, expected=expected, actual=picture)
        if not expected:
            return differing, f"{name}: there is no such picture yet. Look at it in the report, then run with {UPDATE}."
        made, ours = read_pins(pins), made_with()
        pinned = f"\nThe pictures were made with {told(made)}, this is {told(ours)}." if made and made != ours else ""
        twice = f"\n{apart}" if apart else ""
        return differing, f"{name} is not as it was.\n{difference(expected, picture)}{twice}{pinned}"

    def _put(self, shot: Snapshot, path: Path, pins: Path, picture: str) -> tuple[Snapshot, str]:
        made, ours = read_pins(pins), made_with()
        if made and made != ours:
            return shot, (
                f"{path.stem}: refused to update it. The pictures were made with {told(made)}, this is {told(ours)}. "
                f"Update them with the former, or delete {told_path(self.root, pins)} to make them all anew."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        if not made:
            write(pins, json.dumps(ours, indent=2) + "\n")
        if path.is_file() and path.read_text("utf-8") == picture:
            return shot, ""
        write(path, picture)
        return Snapshot(shot.test, shot.function, shot.file, shot.digest, written=True), ""


class SnapshotRun:
    """All pictures of a run, whichever processes it was in.

    `collected` are the tests of each module, empty for a run that says nothing of what is unused.
    """

    def __init__(
        self, root: Path, shown: Iterable[Mapping[str, Any]], collected: Mapping[str, list[str]], passed: set[str]
    ) -> None:
        self.root = root
        every = [Snapshot(**shot) for shot in shown]
        # A test that was run again counts as it was the last time.
        self.shots = list({(shot.test, shot.file): shot for shot in every}.values())
        self.mismatches = [shot for shot in self.shots if shot.actual]
        self.written = len({shot.file for shot in every if shot.written})
        self.clashes = self._clashes()
        self.unused = self._unused(collected, passed)

    def _clashes(self) -> list[str]:
        """Pictures that two tests show, each in a process of its own, so that neither knew of the other."""
        firsts: dict[str, Snapshot] = {}
        for shot in self.shots:
            firsts.setdefault(shot.file, shot)
        return [
            f"two tests show one picture, {shot.file}: {first.test} and {shot.test}"
            for shot in self.shots
            if (first := firsts[shot.file]).function != shot.function
            or (first.digest != shot.digest and (first.written or shot.written))
        ]

    def _unused(self, collected: Mapping[str, list[str]], passed: set[str]) -> list[Path]:
        """Pictures on disk that no test shows, as far as this run can tell.

        A module's pictures are judged once all its tests have run and passed, those of a module that is gone once
        a test beside it was collected.
        """
        found: list[Path] = []
        shown = {self.root / shot.file for shot in self.shots}
        for folder in {Path(module).parent / FOLDER for module in collected}:
            for pictures in sorted(folder.glob("*/")):
                module = folder.parent / f"{pictures.name}.py"
                tests = collected.get(module.as_posix(), [])
                if (tests and passed.issuperset(tests)) or not module.exists():
                    found += [path for path in sorted(pictures.glob("*.svg")) if path not in shown]
        return found

    def remove_unused(self) -> None:
        """Remove the pictures that no test shows, and folders in which none is left."""
        for path in self.unused:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()

    def told(self, report: Path, *, update: bool) -> list[tuple[str, str]]:
        """What is said at the end of a run: lines, each with its colour."""
        lines = [(f"{self.written} written.", "")] if self.written else []
        if self.mismatches:
            lines.append((f"{len(self.mismatches)} not as they were: file://{report}", "red"))
        lines += [(clash, "red") for clash in self.clashes]
        verb = "removed" if update else "unused"
        lines += [(f"{verb}, no test shows it: {told_path(self.root, path)}", "yellow") for path in self.unused]
        if self.unused and not update:
            lines.append((f"{UPDATE} removes what is unused.", ""))
        return lines


def packed(shot: Snapshot) -> dict[str, Any]:
    """A shot as plain values, to be handed to another process."""
    return asdict(shot)


def made_with() -> dict[str, str]:
    """What a picture depends on: this Python and this Textual."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "textual": version("textual")}


def read_pins(path: Path) -> dict[str, str]:
    """With what the pictures in a folder were made; empty if there are none yet."""
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def told(pins: Mapping[str, str]) -> str:
    """Such as `Python 3.11 and Textual 8.2.8`."""
    return " and ".join(f"{name.capitalize()} {number}" for name, number in pins.items())


def told_path(root: Path, path: Path) -> str:
    """A file as it is told from a folder."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all: workers write the same one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8", newline="\n")
    beside.replace(path)
