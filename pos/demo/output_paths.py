"""Where the files of a demo are to be written: told before it is played, not after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pos.domain.i18n import N_, _
from pos.domain.terminal_text import clean
from pos.files.appending import open_to_append
from pos.files.private_files import check_writable, make_folder, replace_file, write_all
from pos.stores.embedded.path_guard import check_outside

ENDINGS: Final = (".cast", ".svg")
"""What a recording's file ends in, in any case."""


def write_picture(folder: Path, name: str, picture: str) -> None:
    """Write a picture into a folder, made if it is not there, over one of this name. Raises OSError."""
    make_folder(folder)
    write_over(folder / f"{name}.svg", picture)


def write_over(path: Path, text: str) -> None:
    """Write a text to a file, whole or not at all, over one that is there, or into a pipe. Raises OSError."""
    if path.is_fifo():
        handle = open_to_append(path)
        try:
            os.set_blocking(handle, True)
            write_all(handle, text.encode())
        finally:
            os.close(handle)
    else:
        check_writable(path)
        replace_file(path, [text.encode()], keep_mode=True)


def place_faults(record: Path | None, pictures: Path | None) -> Iterator[str]:
    """All that is wrong with the file of a recording and with the folder of pictures, in sentences.

    That they can be written is tried; nothing is left behind by it.
    """
    for path, faults in ((record, _of_recording), (pictures, _of_folder)):
        if path is not None:
            try:
                yield from faults(path)
            except (OSError, ValueError) as error:
                yield _("{file}: cannot be written: {error}", file=clean(str(path)), error=_reason(error))


def _of_recording(path: Path) -> Iterator[str]:
    """Raises OSError, ValueError."""
    name = clean(str(path))
    if path.suffix.lower() not in ENDINGS:
        text = N_("{file}: a recording is a FILE.cast for asciinema, or a FILE.svg, a picture that moves.")
        yield _(text, file=name)
    if path.is_dir():
        yield _("{file}: this is a folder. Name a file in it.", file=name)
    elif not path.parent.is_dir():
        yield _("{file}: there is no folder {folder}.", file=name, folder=clean(str(path.parent)))
    elif not path.is_fifo():
        check_outside(path)
        check_writable(path)


def _of_folder(path: Path) -> Iterator[str]:
    """Raises OSError, ValueError."""
    name = clean(str(path))
    there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    if not there.is_dir():
        yield _("{file}: {folder} is a file, and pictures are put into a folder.", file=name, folder=clean(str(there)))
        return
    check_outside(path / "picture.svg")
    check_writable(there / "picture.svg")


def _reason(error: Exception) -> str:
    return clean((isinstance(error, OSError) and error.strerror) or str(error))
