"""Textual's own log, which `TEXTUAL_LOG` asks for: it is a developer's, and no app ends because of it."""

from __future__ import annotations

from contextlib import suppress
from functools import wraps
from typing import Any

from textual import Logger, constants


def let_it_fail() -> None:
    """Go on where the log cannot be written, as when its disk is full. Right for the pinned version of Textual."""
    if not constants.LOG_FILE or hasattr(Logger.__call__, "__wrapped__"):
        return
    as_ever = Logger.__call__

    @wraps(as_ever)
    def call(logger: Logger, *args: object, **kwargs: Any) -> None:
        with suppress(OSError):
            as_ever(logger, *args, **kwargs)

    Logger.__call__ = call  # type: ignore[assignment, method-assign]
