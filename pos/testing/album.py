"""The pictures of a run: compared with those on disk or put there, and which of these no test shows any more."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pos.testing.pictures import difference

FOLDER: Final = "__tillkey_snapshots__"
PINS: Final = "made_with.json"
"""Beside the pictures: with what they were made."""
UPDATE: Final = "--snap-update"

_NAME: Final = re.compile(r"[\w.+-]+")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A picture that is not as it was; `expected` is empty if there was none."""

    test: str
    file: str
    expected: str
    actual: str


@dataclass(slots=True)
class Album:
    """What a process of a test run knows of pictures. `root` is the folder that files are told from."""

    root: Path
    report: Path
    update: bool = False
    shown: dict[str, str] = field(default_factory=dict)
    """Each picture's file, and the test that shows it."""
    mismatches: list[Mismatch] = field(default_factory=list)
    collected: dict[str, list[str]] = field(default_factory=dict)
    """The tests of each module."""
    passed: set[str] = field(default_factory=set)
    partial: set[str] = field(default_factory=set)
    """Modules of which some tests were left out."""
    written: int = 0

    def compare(self, test: str, module: Path, name: str, picture: str) -> str:
        """Compare a picture with the one on disk, or put it there; what is wrong in words, empty if nothing is."""
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} names no picture: use letters, digits and . + - _")
        path = module.parent / FOLDER / module.stem / f"{name}.svg"
        file = self._told(path)
        if file in self.shown:
            return f"{name}: two shots have this name ({self.shown[file]} shows it too). Name one of them otherwise."
        self.shown[file] = test
        pins = path.parent.parent / PINS
        if self.update:
            return self._put(path, pins, picture)
        expected = path.read_text("utf-8") if path.is_file() else ""
        if expected == picture:
            return ""
        self.mismatches.append(Mismatch(test, file, expected, picture))
        if not expected:
            return f"{name}: there is no such picture yet. Look at it in the report, then run with {UPDATE}."
        made, ours = read_pins(pins), made_with()
        other = f"\nThe pictures were made with {told(made)}, this is {told(ours)}." if made and made != ours else ""
        return f"{name} is not as it was.\n{difference(expected, picture)}{other}"

    def _put(self, path: Path, pins: Path, picture: str) -> str:
        made, ours = read_pins(pins), made_with()
        if made and made != ours:
            return (
                f"{path.stem}: refused to update it. The pictures were made with {told(made)}, this is {told(ours)}. "
                f"Update them with the former, or delete {self._told(pins)} to make them all anew."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        if not made:
            pins.write_text(json.dumps(ours, indent=2) + "\n", "utf-8")
        if not path.is_file() or path.read_text("utf-8") != picture:
            path.write_text(picture, "utf-8", newline="\n")
            self.written += 1
        return ""

    def unused(self) -> list[Path]:
        """Pictures on disk that no test shows, as far as this run can tell.

        A module's pictures are judged once all its tests have run and passed, those of a module that is gone once
        a test beside it was collected.
        """
        found: list[Path] = []
        shown = {self.root / file for file in self.shown}
        for folder in {Path(self.root / module).parent / FOLDER for module in self.collected}:
            for pictures in sorted(folder.glob("*/")):
                module = folder.parent / f"{pictures.name}.py"
                tests = self.collected.get(self._told(module), [])
                whole = tests and self._told(module) not in self.partial and self.passed.issuperset(tests)
                if whole or not module.exists():
                    found += [path for path in sorted(pictures.glob("*.svg")) if path not in shown]
        return found

    def packed(self) -> dict[str, Any]:
        """All of it as plain values, to be handed to another process."""
        return {
            "shown": self.shown,
            "mismatches": [asdict(mismatch) for mismatch in self.mismatches],
            "collected": self.collected,
            "partial": sorted(self.partial),
            "written": self.written,
        }

    def add(self, packed: Mapping[str, Any]) -> list[str]:
        """Take in what another process knows; pictures that two tests show."""
        twice = [
            f"{file}: {self.shown[file]} and {test}"
            for file, test in packed["shown"].items()
            if self.shown.get(file, test) != test
        ]
        self.shown |= packed["shown"]
        self.mismatches += [Mismatch(**mismatch) for mismatch in packed["mismatches"]]
        self.collected |= packed["collected"]
        self.partial |= set(packed["partial"])
        self.written += packed["written"]
        return twice

    def collect(self, tests: Iterable[tuple[Path, str]]) -> None:
        """Take down the tests of this run, each with its module."""
        for module, test in tests:
            self.collected.setdefault(self._told(module), []).append(test)

    def begin(self, test: str) -> None:
        """Forget what a test has shown: it begins, perhaps anew."""
        self.shown = {file: shower for file, shower in self.shown.items() if shower != test}
        self.mismatches = [mismatch for mismatch in self.mismatches if mismatch.test != test]

    def leave_out(self, module: Path) -> None:
        """Take down that not all tests of a module are run."""
        self.partial.add(self._told(module))

    def _told(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


def made_with() -> dict[str, str]:
    """What a picture depends on: this Python and this Textual."""
    return {"python": f"{sys.version_info.major}.{sys.version_info.minor}", "textual": version("textual")}


def read_pins(path: Path) -> dict[str, str]:
    """With what the pictures in a folder were made; empty if there are none yet."""
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def told(pins: Mapping[str, str]) -> str:
    """Such as `Python 3.11 and Textual 8.2.8`."""
    return " and ".join(f"{name.capitalize()} {number}" for name, number in pins.items())
