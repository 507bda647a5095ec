"""The log: one line for each thing that happened, in a file made for its owner alone. No card number enters it.

It is English whatever the till speaks: whoever reads it looks after many tills.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.i18n import ENGLISH, _
from pos.domain.message import lazy
from pos.domain.terminal_text import clean

if TYPE_CHECKING:
    from pos.domain.events import Event
    from pos.domain.sale import Sale
    from pos.till.till import Till

LOGGER: Final = logging.getLogger("tillkey")
LOGGER.propagate = False
LOGGER.addHandler(logging.NullHandler())


_LISTENERS: list[Callable[[TillError], object]] = []

_OWN_TERMINAL: Final = os.makedev(5, 0)
"""What Linux has /dev/tty as."""


class _Lines(logging.Formatter):
    """A record as one line: when in UTC, how grave, what. Whatever a terminal or a reader would obey is gone."""

    def __init__(self, *, training: bool) -> None:
        super().__init__()
        self._mark = "training " if training else ""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line: when in UTC, to the millisecond, how grave it is, and what happened, made harmless."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return f"{when} {record.levelname} {self._mark}{guarded(record.getMessage())}"


class _Opened(logging.Handler):
    """Writes lines to the file. A disk that is full must not stop a sale, so a line that fails is left out."""

    def __init__(self, handle: int) -> None:
        super().__init__()
        self._handle = handle
        self._broken = False
        """Whether the last line was cut off."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line in one piece, so that those of several programs do not mix."""
        with suppress(Exception):
            line = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
            data = b"\n" + line if self._broken else line
            self._broken = os.write(self._handle, data) < len(data)

    def close(self) -> None:
        """Leave the file."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)
        super().close()


def masked(text: str, known: Callable[[str], bool] = lambda code: False) -> str:
    """Text as it may be shown: every card number in it is masked."""
    from pos.payments.masking import mask

    return mask(text, known)


def guarded(text: str, known: Callable[[str], bool] = lambda code: False) -> str:
    """Text as it may be kept in a file: one line, no control characters, every card number masked.

    A number is masked as it came: cleaning takes a digit behind an escape away, and what is left is no card's number.
    """
    return clean(masked(text, known))


def guarded_lines(text: str, known: Callable[[str], bool] = lambda code: False) -> str:
    """Text of several lines, each one guarded, their indents kept; and their columns, where nothing was masked."""
    return "\n".join(_guarded_line(line, known) for line in masked(text, known).splitlines())


def _guarded_line(line: str, known: Callable[[str], bool]) -> str:
    plain = clean(line)
    safe = guarded(line, known)
    if safe != plain:
        return " " * (len(line) - len(line.lstrip(" "))) + safe
    return "".join(part if part.startswith(" ") else clean(part) for part in re.split("( +)", line)).rstrip()


def open_log(path: Path, *, store: Path | str | None = None, training: bool = False, on_screen: bool = False) -> None:
    """Write everything that happens to the end of a file from now on; it is made if it is not there.

    Of `training` each line says so: the file may be that of the shop. A till that is drawn `on_screen` has its terminal
    for itself. None is made in a store, nor in `store`, the folder of one that may be begun. Raises TillError
    `log_unusable`.
    """
    from pos.files.appending import open_to_append
    from pos.files.root_guard import check_maker
    from pos.stores.embedded.path_guard import check_outside

    try:
        # Only a folder can have other files in it.
        check_outside(path, store if isinstance(store, Path) else None, going_on=True)
        if not path.exists():
            check_maker(path.parent)
        handle = open_to_append(path)
        if on_screen and _is_own_terminal(handle):
            os.close(handle)
            raise OSError(errno.EBUSY, _("the till is drawn on this terminal: name a file"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise TillError(
            "log_unusable", lazy("The log {path} cannot be written: {reason}.", path=path, reason=reason)
        ) from None
    close_log()
    handler = _Opened(handle)
    handler.setFormatter(_Lines(training=training))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)


def _is_own_terminal(handle: int) -> bool:
    """Whether a device is the terminal that this process was started on."""
    device = os.fstat(handle).st_rdev
    return os.isatty(handle) and any(
        device in (os.fstat(stream).st_rdev, _OWN_TERMINAL) for stream in range(3) if os.isatty(stream)
    )


def close_log() -> None:
    """Write nothing any longer."""
    for handler in [handler for handler in LOGGER.handlers if isinstance(handler, _Opened)]:
        LOGGER.removeHandler(handler)
        handler.close()


def follow(till: Till) -> None:
    """Write down that this till was opened, and every event of it from now on."""
    from pos import __version__

    LOGGER.info(_said("started", version=__version__, store=till.place, lane=till.lane))
    till.subscribe(_happened)


def refused(error: TillError) -> None:
    """Write down what could not be done, and tell whoever hears of refusals."""
    for listener in _LISTENERS:
        listener(error)
    LOGGER.warning(_said("refused", code=error.code, text=error.words.said_in(ENGLISH)))


def hear_refusals(listener: Callable[[TillError], object]) -> None:
    """Call a function with everything that could not be done from now on."""
    _LISTENERS.append(listener)


def crashed(error: BaseException, report: str) -> None:
    """Write down an error of the program itself, and where its report lies."""
    LOGGER.error(_said("crashed", error=type(error).__name__, text=str(error), report=report))


def _happened(sale: Sale, event: Event | None) -> None:
    if event is not None and LOGGER.isEnabledFor(logging.INFO):
        LOGGER.info(_said(event.event, ticket=event.ticket, text=event.words.said_in(ENGLISH)))


def _said(what: str, **values: str) -> str:
    """A line such as `committed ticket=1-7 text="receipt 1-1-7"`."""
    return " ".join((what, *(f"{name}={_value(value)}" for name, value in values.items())))


def _value(text: str) -> str:
    text = clean(text)
    plain = text.isascii() and text.replace("-", "").replace(".", "").replace("_", "").isalnum()
    return text if plain else json.dumps(text, ensure_ascii=False)
