"""Running an app on a terminal, and what status the program ends with."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from screens.terminal.app import TerminalApp

PATIENCE: Final = 3.0
"""Seconds after which a program that was told to end does so, whatever its threads do, such as one that opens a store:
Python waits for them as the process ends."""


def run(app: TerminalApp, *, mouse: bool = True) -> int:
    """Run an app; the exit status: 128 + the signal that ended it, 1 after an error of the program, else its own."""
    late = threading.Timer(PATIENCE, lambda: os._exit(128 + app.signalled))
    late.daemon = True

    async def ran() -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: _note(app, context))
        if sys.platform != "win32":
            from screens.terminal.driver import handle

            # Until the driver is made, asyncio would break off an app that has only half begun.
            handle(loop, signal.SIGINT, app.end_by)
        result = await app.run_async(mouse=mouse)
        if app.signalled:
            with suppress(RuntimeError):
                # Without a further thread there is nothing to wait for.
                late.start()
            return 128 + app.signalled
        return 1 if app.broken or app.noted else app.return_code or result or 0

    # What is loaded by now stays: no later look for garbage goes over it again.
    gc.freeze()
    gc.enable()
    return asyncio.run(ran())


def _note(app: TerminalApp, context: dict[str, Any]) -> None:
    """Note an error that nobody waited for; asyncio would print it across the screen."""
    if isinstance(context.get("exception"), Exception):
        app.note(context["exception"])
