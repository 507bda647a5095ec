"""Standard input and output as this process was given them: one that is closed or breaks off is told, or left."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from shutil import get_terminal_size
from typing import Final, Literal, Self, TextIO

from pos.domain.i18n import N_, _, plural
from pos.domain.message import Message
from pos.domain.terminal_text import legible

Stream = Literal["stdin", "stdout", "stderr"]

_MODES: Final[dict[Stream, str]] = {"stdin": "r", "stdout": "w", "stderr": "w"}
_MISSING: Final[dict[Stream, str]] = {
    "stdin": N_("pos: standard input is closed: there is nothing to read a script from"),
    "stdout": N_("pos: standard output is closed: there is nothing to print to"),
    "stderr": N_("pos: standard error is closed: there is nothing to complain to"),
}
_closed: set[Stream] = set()
_done: list[str] = []
"""What was done and is said on standard output, which may yet break off."""
_read_by_programs = False
"""Whether standard output is JSON, into which nothing else may be printed."""
MOST_LINES: Final = 20
"""How many things of one kind are told at once."""


class NoStream(Exception):
    """A standard stream that a command needs is closed, or cannot be read; its text is what to tell."""


def fill_gaps() -> None:
    """Lead each standard stream that is closed to nowhere, so that no file of the store is opened in its place."""
    for number, (name, mode) in enumerate(_MODES.items()):
        if getattr(sys, name) is None:
            _closed.add(name)
            _occupy(number)
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 -- open until the end
            setattr(sys, name, nowhere)
            setattr(sys, f"__{name}__", nowhere)


def write_utf8() -> None:
    """Print UTF-8 whatever the locale or the environment says; what cannot be told in it is a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def need(name: Stream) -> None:
    """Go on only if a standard stream was not closed. Raises NoStream."""
    if name in _closed:
        raise NoStream(_(_MISSING[name]))


def for_programs() -> None:
    """Print nothing but what is said to standard output."""
    global _read_by_programs
    _read_by_programs = True


def say(line: str, *, done: bool = False, at_once: bool = False) -> None:
    """Print a line to standard output; what is in it may come from anywhere. All that is printed comes this way.

    What tells that something was `done` is told elsewhere if standard output breaks off. Raises OSError.
    """
    if done:
        _done.append(line)
    print(legible(line), flush=at_once)


class ProgressLine:
    """A line on the terminal that tells how far something is, and is gone in the end; a pipe or a file gets none.

    It is written to standard error, which what a command has to say is not in.
    """

    def __init__(self) -> None:
        self._shown = 0
        self._seen = "stderr" not in _closed and sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.show("")

    def show(self, text: str) -> None:
        """Show this in place of what was shown, as much of it as the terminal has room for."""
        if not self._seen:
            return
        line = legible(text)[: get_terminal_size().columns - 1]
        with suppress(OSError):
            print(f"\r{' ' * self._shown}\r{line}", end="", file=sys.stderr, flush=True)
        self._shown = len(line)


def owe(line: str) -> None:
    """Have it told once standard output has broken off."""
    _done.append(line)


def complain(line: str) -> None:
    """Tell whoever called the program what is wrong, if they still listen; people also on standard output.

    A card's number in it is masked.
    """
    from pos.payments.masking import mask

    told = mask(legible(line))
    if "stderr" not in _closed:
        try:
            print(told, file=sys.stderr, flush=True)
        except OSError:
            _give_up(sys.stderr)
        else:
            return
    if "stdout" not in _closed and not _read_by_programs:
        try:
            print(told, flush=True)
        except OSError:
            _give_up(sys.stdout)


def complain_of(lines: Sequence[str | Message]) -> None:
    """Tell whoever called the program the first of many things, a line each; what is in them may come from a file."""
    for line in lines[:MOST_LINES]:
        complain(f"pos: {line}")
    if len(lines) > MOST_LINES:
        complain(plural("pos: and {count} more.", "pos: and {count} more.", len(lines) - MOST_LINES))


def give_up_output() -> None:
    """Lead standard output to nowhere: what it still holds must not fail again. What was done is told elsewhere."""
    _give_up(sys.stdout)
    for line in _done:
        complain(f"pos: {line}")


def _give_up(stream: TextIO) -> None:
    _closed.add("stdout" if stream is sys.stdout else "stderr")
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _occupy(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        nowhere = os.open(os.devnull, os.O_RDWR)
        if nowhere != number:
            os.dup2(nowhere, number)
            os.close(nowhere)
