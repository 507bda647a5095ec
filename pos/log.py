"""The log: one line for each thing that happened, in a file that only its owner may read. No card number enters it."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from pos.domain.errors import TillError
from pos.domain.text import clean
from pos.domain.words import _
from pos.private_files import open_to_append

if TYPE_CHECKING:
    from pos.domain.events import Event
    from pos.domain.sale import Sale
    from pos.till.till import Till

LOGGER: Final = logging.getLogger("tillkey")
LOGGER.propagate = False
LOGGER.addHandler(logging.NullHandler())


class _Lines(logging.Formatter):
    """A record as one line: when in UTC, how grave, what. Whatever a terminal or a reader would obey is gone."""

    def __init__(self, *, training: bool) -> None:
        super().__init__()
        self._mark = "training " if training else ""

    def format(self, record: logging.LogRecord) -> str:
        """Make the line."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return f"{when} {record.levelname} {self._mark}{guarded(record.getMessage())}"


class _Opened(logging.StreamHandler[TextIO]):
    """Writes lines to the file. A disk that is full must not stop a sale, so a line that fails is left out."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's name for it
        """Go on without the line."""


def guarded(text: str, known: Callable[[str], bool] = lambda code: False) -> str:
    """Text as it may be kept in a file: one line, no control characters, every card number masked."""
    from pos.payments.masking import mask

    return mask(clean(text), known)


def guarded_lines(text: str, known: Callable[[str], bool] = lambda code: False) -> str:
    """Text of several lines, each one guarded, their indents kept; and their columns, where nothing was masked."""
    return "\n".join(_guarded_line(line, known) for line in text.splitlines())


def _guarded_line(line: str, known: Callable[[str], bool]) -> str:
    plain = clean(line)
    safe = guarded(line, known)
    if safe != plain:
        return " " * (len(line) - len(line.lstrip(" "))) + safe
    return "".join(part if part.startswith(" ") else clean(part) for part in re.split("( +)", line)).rstrip()


def open_log(path: Path, *, training: bool = False) -> None:
    """Write everything that happens to the end of a file from now on; it is made if it is not there.

    Of `training` each line says so: the file may be that of the shop. Raises TillError `log_unusable`.
    """
    try:
        file = os.fdopen(open_to_append(path), "a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        reason = error.strerror or str(error)
        raise TillError(
            "log_unusable", _("The log {path} cannot be written: {reason}.", path=path, reason=reason)
        ) from None
    close_log()
    handler = _Opened(file)
    handler.setFormatter(_Lines(training=training))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)


def close_log() -> None:
    """Write nothing any longer."""
    for handler in [handler for handler in LOGGER.handlers if isinstance(handler, _Opened)]:
        LOGGER.removeHandler(handler)
        handler.stream.close()


def follow(till: Till) -> None:
    """Write down that this till was opened, and every event of it from now on."""
    from pos import __version__

    LOGGER.info(_said("started", version=__version__, store=till.place, lane=till.lane))
    till.subscribe(_happened)


def refused(error: TillError) -> None:
    """Write down what could not be done."""
    LOGGER.warning(_said("refused", code=error.code, text=error.message))


def crashed(error: BaseException, report: str) -> None:
    """Write down an error of the program itself, and where its report lies."""
    LOGGER.error(_said("crashed", error=type(error).__name__, text=str(error), report=report))


def _happened(sale: Sale, event: Event | None) -> None:
    if event is not None:
        LOGGER.info(_said(event.event, ticket=event.ticket, text=event.text))


def _said(what: str, **values: str) -> str:
    """A line such as `committed ticket=1-7 text="receipt 1-1-7"`."""
    return " ".join((what, *(f"{name}={_value(value)}" for name, value in values.items())))


def _value(text: str) -> str:
    text = clean(text)
    plain = text.isascii() and text.replace("-", "").replace(".", "").replace("_", "").isalnum()
    return text if plain else json.dumps(text, ensure_ascii=False)
