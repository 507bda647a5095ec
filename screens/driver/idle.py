"""An app without a terminal: what it draws, and when nothing more is going to change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.terminal.internals import is_over, is_settled, paint_now, strips

if TYPE_CHECKING:
    from textual.message_pump import MessagePump

    from screens.app.sale_app import SaleApp

__tracebackhide__ = True

PATIENCE = 20.0
"""Seconds after which what is waited for is taken not to come; a loaded machine needs some."""


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
        # The app does its work in between; only when it seems to wait itself is the processor left to others.
        await asyncio.sleep(0 if looked < 50 else 0.004)
    return True


async def settle(app: SaleApp, held: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Wait until every key was taken and all that follows from it is drawn; whether that was so in time.

    A step that takes time is not waited for while `held` says that something outside holds it up.
    """
    deadline, quiet, last = time.monotonic() + seconds, 0, None
    while quiet < 2 and not is_over(app):
        left = deadline - time.monotonic()
        if left < 0 or not await wait_until(lambda: is_over(app) or _is_idle(app, held), left):
            return False
        await _handled(app, left)
        if is_over(app):
            break
        paint_now(app)
        now = drawn(app)
        quiet = quiet + 1 if _is_idle(app, held) and now == last else 0
        last = now
    return True


def _is_idle(app: SaleApp, held: Callable[[], bool]) -> bool:
    """Whether no key, no step, no answer, no resizing and no drawing waits."""
    from screens.kit.base_screen import TillScreen

    screen = app.screen
    if not is_settled(app, _pumps(app)) or (isinstance(screen, TillScreen) and (screen.stale or screen.asking)):
        return False
    return not app.handing and (not app.working or held())


def _pumps(app: SaleApp) -> list[MessagePump]:
    return [app, *app.screen_stack, *app.screen.walk_children(with_self=False)]


async def _handled(app: SaleApp, seconds: float) -> None:
    """Wait until everything that takes messages has taken those that it has now."""
    left = 0

    def answered() -> None:
        nonlocal left
        left -= 1

    left = sum(pump.call_later(answered) for pump in _pumps(app))
    # A widget that is taken away meanwhile never answers: the next look begins anew.
    await wait_until(lambda: left <= 0 or is_over(app), min(seconds, 1))
