"""Something that is printed again every second, until a key is pressed."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pos.commands.streams import say
from pos.domain.terminal_text import fit, legible

EVERY: Final = 1.0
"""Seconds."""


def watch(lines_now: Callable[[], Sequence[str]]) -> None:
    """Show lines anew each second: on a terminal in place until a key or Ctrl+C, in a pipe one block after the other.

    Raises OSError.
    """
    if not sys.stdout.isatty():
        _print_blocks(lines_now)
        return
    lines: Sequence[str] = ()
    with whole_terminal():
        pressed = False
        while not pressed:
            lines = lines_now()
            _draw(lines)
            pressed = _key_within(EVERY)
    for line in lines:
        say(line)


def _print_blocks(lines_now: Callable[[], Sequence[str]]) -> None:
    try:
        while True:
            for line in lines_now():
                say(line)
            sys.stdout.flush()
            time.sleep(EVERY)
    except KeyboardInterrupt:
        return


def _draw(lines: Sequence[str]) -> None:
    size = shutil.get_terminal_size()
    put([fit(legible(line), size.columns) for line in lines[: size.lines]])


def put(lines: Sequence[str]) -> None:
    """Write lines that fit over what stood there: nothing is wiped first, so that nothing flickers.

    They are written as they are, with what a terminal is told in them.
    """
    sys.stdout.write("\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J")
    sys.stdout.flush()


def _key_within(seconds: float) -> bool:
    """Whether a key is pressed in so many seconds; Ctrl+C is one."""
    import select

    try:
        if not sys.stdin.isatty():
            time.sleep(seconds)
            return False
        return bool(select.select([sys.stdin], [], [], seconds)[0])
    except KeyboardInterrupt:
        return True


@contextmanager
def whole_terminal() -> Iterator[None]:
    """The terminal's other page, without a cursor; keys come one by one and are not echoed."""
    import termios
    import tty

    keyboard = sys.stdin.fileno() if sys.stdin.isatty() else None
    before = termios.tcgetattr(keyboard) if keyboard is not None else None
    try:
        if keyboard is not None:
            tty.setcbreak(keyboard)
        sys.stdout.write("\x1b[?1049h\x1b[?25l")
        yield
    finally:
        sys.stdout.write("\x1b[?25h\x1b[?1049l")
        sys.stdout.flush()
        if keyboard is not None and before is not None:
            # What was typed is no command for the shell.
            termios.tcsetattr(keyboard, termios.TCSAFLUSH, before)
