"""Where the files of a demo are to be written: told before it is played, not after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from pos.domain.text import clean
from pos.domain.words import N_, _

ENDINGS: Final = (".cast", ".svg")
"""What a recording's file ends in, in any case."""


def place_faults(record: Path | None, pictures: Path | None) -> Iterator[str]:
    """All that is wrong with the file of a recording and with the folder of pictures, in sentences.

    That they can be written is tried; nothing is left behind by it.
    """
    if record is not None:
        yield from _of_recording(record)
    if pictures is not None:
        yield from _of_folder(pictures)


def _of_recording(path: Path) -> Iterator[str]:
    name = clean(str(path))
    if path.suffix.lower() not in ENDINGS:
        text = N_("{file}: a recording is a FILE.cast for asciinema, or a FILE.svg, a picture that moves.")
        yield _(text, file=name)
    if path.is_dir():
        yield _("{file}: this is a folder. Name a file in it.", file=name)
    elif not path.parent.is_dir():
        yield _("{file}: there is no folder {folder}.", file=name, folder=clean(str(path.parent)))
    elif path.is_file() or not path.exists():
        yield from _unless_written(path, name)


def _unless_written(path: Path, name: str) -> Iterator[str]:
    try:
        _touch(path)
    except (OSError, ValueError) as error:
        yield _("{file}: cannot be written: {error}", file=name, error=_reason(error))


def _touch(path: Path) -> None:
    """Open a file for writing and leave it as it was. Raises OSError."""
    new = not path.exists()
    with path.open("ab"):
        pass
    if new:
        path.unlink()


def _of_folder(path: Path) -> Iterator[str]:
    name = clean(str(path))
    there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    if not there.is_dir():
        yield _("{file}: {folder} is a file, and pictures are put into a folder.", file=name, folder=clean(str(there)))
        return
    try:
        with TemporaryFile(dir=there):
            pass
    except OSError as error:
        yield _("{file}: cannot be written: {error}", file=name, error=_reason(error))


def _reason(error: Exception) -> str:
    return clean((isinstance(error, OSError) and error.strerror) or str(error))
