"""What people are told of a server's trouble: one line, and not more than one a minute."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

from pos.domain.i18n import _

PERIOD: Final = 60.0
"""Seconds from one line to the next."""


class RateLimited:
    """Tells a line unless it told one within the last PERIOD seconds; the next then says how many were left out.

    `now` is in seconds.
    """

    def __init__(self, tell: Callable[[str], None], now: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._now = now
        self._last: float | None = None
        self._left_out = 0

    def __call__(self, text: str) -> None:
        """Tell it, or leave it out."""
        now = self._now()
        if self._last is not None and now - self._last < PERIOD:
            self._left_out += 1
            return
        if self._left_out:
            text = _("{text} ({count} more since then)", text=text, count=self._left_out)
        self._last, self._left_out = now, 0
        self._tell(text)


class ErrorLogger(logging.Logger):
    """What the server's library says of errors, as one line each."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__("tillkey.serving", logging.WARNING)
        self._tell_line = tell

    def handle(self, record: logging.LogRecord) -> None:
        """Tell what happened, and of an error where."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | RequestPayloadError | ConnectionError):
            # What somebody sent was no request, or they have gone: that is nothing of ours.
            return
        self._tell_line(record.getMessage() if error is None else told(error))


def unhandled(tell: Callable[[str], None]) -> Callable[[Any, dict[str, Any]], None]:
    """What an event loop calls for errors that nobody took."""

    def handle(_loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        tell(told(error) if isinstance(error, BaseException) else str(context.get("message")))

    return handle


def told(error: BaseException) -> str:
    """An error of the program itself in one line: what it is, where it came from, and what it says."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    where = "" if at is None else f" ({Path(at.tb_frame.f_code.co_filename).name}:{at.tb_lineno})"
    return _("The server had an error: {error}", error=f"{type(error).__name__}{where}: {error}"[:500])
