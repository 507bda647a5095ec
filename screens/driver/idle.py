"""An app without a terminal: what it draws, and when nothing more is going to change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.app import App
    from textual.message_pump import MessagePump
    from textual.strip import Strip
    from textual.widget import Widget

    from screens.app.sale_app import Showing

__tracebackhide__ = True

PATIENCE = 20.0
"""Seconds after which what is waited for is taken not to come; a loaded machine needs some."""


def strips(app: App[Any]) -> Sequence[Strip]:
    """What is drawn, line by line."""
    with app._context():
        return app.screen._compositor.render_strips()


def drawn(app: Showing) -> object:
    """All that is drawn, with its colours; two that are equal look the same."""
    return (app.size, tuple(tuple(strip) for strip in strips(app)))


def is_over(app: Showing) -> bool:
    """Whether the app has ended, or is about to."""
    return app._exit or app._exception is not None or not app.is_running


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


async def settle(app: Showing, held: Callable[[], bool], seconds: float = PATIENCE) -> bool:
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
        with app._context():
            app.screen._on_timer_update()
        now = drawn(app)
        quiet = quiet + 1 if _is_idle(app, held) and now == last else 0
        last = now
    return True


def _is_idle(app: Showing, held: Callable[[], bool]) -> bool:
    """Whether no key, no step, no resizing and no drawing waits."""
    from textual.widget import Widget

    if any(not pump._message_queue.empty() or pump._next_callbacks for pump in _pumps(app)):
        return False
    if app._resize_event is not None or app._resize_timer is not None or app.screen._compositor.size != app.size:
        return False
    if app.screen._callbacks or any(map(_is_stale, app.screen.walk_children(Widget, with_self=True))):
        return False
    return not app.handing and (not app.working or held())


def _pumps(app: Showing) -> list[MessagePump]:
    return [app, *app.screen_stack, *app.screen.walk_children(with_self=False)]


def _is_stale(widget: Widget) -> bool:
    """Whether a widget, or the screen, is about to be laid out or drawn again."""
    from screens.kit.base_screen import TillScreen

    marked = widget._layout_required or widget._repaint_required or widget._recompose_required
    return (
        marked
        or widget._scroll_required
        or widget._refresh_styles_required
        or (isinstance(widget, TillScreen) and (widget._stale or bool(widget._dirty_widgets)))
    )


async def _handled(app: Showing, seconds: float) -> None:
    """Wait until everything that takes messages has taken those that it has now."""
    left = 0

    def answered() -> None:
        nonlocal left
        left -= 1

    left = sum(pump.call_later(answered) for pump in _pumps(app))
    # A widget that is taken away meanwhile never answers: the next look begins anew.
    await wait_until(lambda: left <= 0 or is_over(app), min(seconds, 1))
