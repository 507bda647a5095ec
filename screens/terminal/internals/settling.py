"""When an app is at rest: every message taken, everything painted."""

from __future__ import annotations

import asyncio
from typing import Any

from textual._queue import Queue
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

from screens.terminal.internals.drawing import draw_due, within


def paint_now(app: App[Any]) -> bool:
    """Lay out and paint what waits for the next sixtieth of a second; whether nothing waited."""
    screen = app.screen
    with within(app):
        if screen._callbacks or any(map(_is_stale, screen.walk_children(Widget, with_self=True))):
            screen._on_timer_update()
            return False
        try:
            draw_due(app)
        except Exception as error:
            # As if the app had drawn by itself.
            app._handle_exception(error)
            return False
    return True


def is_settled(app: App[Any]) -> bool:
    """Whether no message and no resizing waits, and each widget has done what it was told."""
    if app._resize_event is not None or app._resize_timer is not None or app.screen._compositor.size != app.size:
        return False
    return all(map(_is_resting, (app, *app.screen_stack, *app.screen.walk_children(with_self=False))))


def _is_resting(pump: MessagePump) -> bool:
    """Whether a widget or an app waits for a message. One that closes takes none."""
    queue: Queue[Message | None] = pump._message_queue
    waits = queue.empty() and bool(queue.ready_event._waiters) and not pump._next_callbacks
    return waits or pump._closing or pump._closed


def _is_stale(widget: Widget) -> bool:
    """Whether a widget, or the screen, is about to be laid out or drawn again."""
    marked = widget._layout_required or widget._repaint_required or widget._recompose_required
    awaited = marked or widget._scroll_required or widget._refresh_styles_required
    return awaited or (isinstance(widget, Screen) and bool(widget._dirty_widgets))


async def answered(pump: MessagePump) -> None:
    """Wait until a widget has taken every message that it has now, or is gone. Only its task tells that it is gone."""
    taken = asyncio.Event()
    if not pump.call_later(taken.set) or pump._task is None:
        return
    waiting = asyncio.ensure_future(taken.wait())
    await asyncio.wait((waiting, pump._task), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
