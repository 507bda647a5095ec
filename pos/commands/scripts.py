"""The lines of a script, wherever they come from: nothing is waited for that nobody writes, nothing is without end."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import BufferedReader, FileIO, RawIOBase, TextIOWrapper
from pathlib import Path
from select import PIPE_BUF
from typing import Any, Final, TextIO

from pos.commands.streams import NoStream, need
from pos.domain.i18n import N_, _, number_text
from pos.domain.message import lazy
from pos.files.input_files import RefusedFile, given_text, open_at_once, other_encoding

LARGEST: Final = 16_000_000
"""Bytes of a script in a file, which is read whole before its first line is done: a million scans. A pipe has none."""
LONGEST_LINE: Final = 1_000_000
"""Characters after which what a pipe sends is no line; one that is only too long for the language is told as such."""


def given_lines() -> Iterator[str]:
    """The lines of standard input. Raises NoStream if it is closed or cannot be read."""
    need("stdin")
    yield from _lines(sys.stdin, "-")


def script_lines(path: Path) -> Iterable[str]:
    """The lines of a script: of a plain file all at once, of a pipe or a terminal as they come.

    A pipe is given on purpose, such as `<(…)`; one with a name must have somebody who writes to it. Raises OSError,
    UnicodeDecodeError, and while lines come NoStream.
    """
    mode = path.stat().st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        return given_text(path, LARGEST).split("\n")
    descriptor = open_at_once(path)
    begun = _begun(descriptor)
    if begun == b"" and stat.S_ISFIFO(mode) and path.resolve().exists():
        os.close(descriptor)
        raise RefusedFile(path, lazy("nothing writes to this pipe: begin what writes to it first"))
    os.set_blocking(descriptor, True)
    whole = BufferedReader(_Whole(begun or b"", descriptor))
    return _lines(TextIOWrapper(whole, "utf-8-sig", errors="replace"), str(path))


def _begun(descriptor: int) -> bytes | None:
    """What is there to be read at once: nothing at the end, None if somebody may still write."""
    try:
        return os.read(descriptor, PIPE_BUF)
    except BlockingIOError:
        return None


class _Whole(RawIOBase):
    """What was read of a descriptor already, then the rest of it."""

    def __init__(self, begun: bytes, descriptor: int) -> None:
        self._begun, self._rest = begun, FileIO(descriptor)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """See RawIOBase."""
        if not self._begun:
            return self._rest.readinto(buffer)
        piece, self._begun = self._begun[: len(buffer)], self._begun[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close the descriptor too."""
        self._rest.close()
        super().close()


def _lines(stream: TextIO, name: str) -> Iterator[str]:
    try:
        if isinstance(stream, TextIOWrapper) and (why := other_encoding(_beginning(stream))) is not None:
            raise NoStream(_("pos: {file}: cannot be read: {error}", file=name, error=why))
        while line := stream.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                text = N_("pos: {file}: a line has no end after {count} characters: look whether that is a script")
                raise NoStream(_(text, file=name, count=number_text(Decimal(LONGEST_LINE))))
            yield line
    except OSError as error:
        raise NoStream(_("pos: {file}: cannot be read: {error}", file=name, error=error)) from None


def _beginning(stream: TextIOWrapper) -> bytes:
    """What a stream begins with, which is still there to be read; it is waited for."""
    return stream.buffer.peek(1) if isinstance(stream.buffer, BufferedReader) else b""
