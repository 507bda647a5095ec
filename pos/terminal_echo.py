"""The terminal's echo: off from the first moment of a command that opens a screen, which takes a while to load.

What is typed meanwhile is kept by the terminal for the screen, but a card that is swiped then must not be read on it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import Final

SCREENS: Final = ("training", "demo", "display", "manual")
"""The commands that open a screen, besides none at all."""
_KEYBOARD: Final = 0
_LFLAG: Final = 3
"""Where the flag is in what `termios` gives, as `tty.LFLAG`."""

_hidden = False
_handled: list[int] = []
"""The signals that are handled meanwhile, each as it is by default otherwise."""


def may_open_screen(arguments: Sequence[str]) -> bool:
    """Whether a command may open a screen, before its options are read."""
    return not arguments or arguments[0].startswith("-") or arguments[0] in SCREENS


def hide() -> None:
    """Echo nothing on the terminal of standard input until `show`, or until a screen takes it over.

    Nothing is done where there is no terminal, where it echoes nothing anyway, and in the background. A signal that
    ends or stops the program meanwhile does so with the echo on.
    """
    global _hidden
    if sys.platform != "win32" and os.isatty(_KEYBOARD) and not _in_background() and _is_on():
        _hidden = True
        _handle()
        _switch(on=False)


def show() -> None:
    """Echo again, if nothing else has taken the terminal over."""
    global _hidden
    if _hidden:
        _switch(on=True)
        _hidden = False
    _leave_signals()


def hand_over() -> bool:
    """Leave the echo and the signals to a screen; whether it is to give the terminal back with the echo on."""
    global _hidden
    hidden, _hidden = _hidden, False
    _handled.clear()
    return hidden


def _is_on() -> bool:
    import termios

    with suppress(termios.error):
        return bool(termios.tcgetattr(_KEYBOARD)[_LFLAG] & termios.ECHO)
    return False


def _switch(*, on: bool) -> None:
    """Change the flag and nothing else, neither what was typed nor what is written."""
    import termios

    with suppress(termios.error):
        attributes = termios.tcgetattr(_KEYBOARD)
        attributes[_LFLAG] = attributes[_LFLAG] | termios.ECHO if on else attributes[_LFLAG] & ~termios.ECHO
        termios.tcsetattr(_KEYBOARD, termios.TCSANOW, attributes)


def _in_background() -> bool:
    """Whether another program has the terminal: whoever changes it then is stopped."""
    with suppress(OSError):
        return os.tcgetpgrp(_KEYBOARD) != os.getpgrp()
    return False


def _handle() -> None:
    import signal

    for number, handler in (
        (signal.SIGTERM, _ended),
        (signal.SIGHUP, _ended),
        (signal.SIGQUIT, _ended),
        (signal.SIGTSTP, _stopped),
    ):
        if signal.getsignal(number) is signal.SIG_DFL:
            _handled.append(number)
            signal.signal(number, handler)


def _leave_signals() -> None:
    import signal

    while _handled:
        signal.signal(_handled.pop(), signal.SIG_DFL)


def _ended(number: int, _frame: FrameType | None) -> None:
    show()
    os.kill(os.getpid(), number)


def _stopped(number: int, frame: FrameType | None) -> None:
    _ended(number, frame)
    # Continued.
    hide()
