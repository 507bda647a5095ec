"""An app without a terminal: what it draws, and when nothing more is going to change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.terminal.internals.drawing import strips
from screens.terminal.internals.errors import is_over
from screens.terminal.internals.settling import is_settled, paint_now

if TYPE_CHECKING:
    from screens.app.sale_app import SaleApp

__tracebackhide__ = True

PATIENCE = 20.0
"""Seconds after which what is waited for is taken not to come; a loaded machine needs some."""
TURNS = 8
"""How often the event loop goes round while nothing waits: a thread, which no queue knows of, has told by then."""


def drawn(app: SaleApp) -> object:
    """All that is drawn, with its colours; two that are equal look the same."""
    return (app.size, tuple(tuple(strip) for strip in strips(app)))


async def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look again and again whether a condition holds; whether it did in time."""
    deadline, looked = time.monotonic() + seconds, 0
    while not condition():
        if time.monotonic() > deadline:
            return False
        looked += 1
        await _turn(looked)
    return True


async def settle(app: SaleApp, held: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until every key was taken and all that follows from it is drawn; whether that was so in time.

    A step that takes time is not waited for while `held` says that something outside holds it up.
    """
    deadline, busy, quiet = time.monotonic() + seconds, 0, 0
    while quiet <= TURNS and not is_over(app):
        if time.monotonic() > deadline:
            return False
        if _is_busy(app, held) or not paint_now(app):
            busy, quiet = busy + 1, 0
        else:
            busy, quiet = 0, quiet + 1
        await _turn(busy)
    return True


async def _turn(looked: int) -> None:
    """Let the app do its work; only when it seems to wait itself is the processor left to others."""
    await asyncio.sleep(0 if looked < 50 else 0.004)


def _is_busy(app: SaleApp, held: Callable[[], bool]) -> bool:
    """Whether a key, a step, an answer or a resizing waits, or what was sold before is looked through."""
    from screens.kit.base_screen import TillScreen

    screen = app.screen
    waits = isinstance(screen, TillScreen) and (screen.stale or screen.asking)
    return waits or app.handing or ((app.working or app.printing or app.learning) and not held()) or not is_settled(app)
