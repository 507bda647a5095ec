"""What is on the screen, as someone who looks at it reads it, and when nothing more is going to change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message_pump import MessagePump
    from textual.strip import Strip
    from textual.widget import Widget

    from pos.testing.bank import Bank
    from screens.app import TillApp

PATIENCE = 20.0
"""Seconds after which what is waited for is taken not to come; a loaded machine needs some."""
SOON = 2.0
"""Seconds for which a text is waited for on a screen that is at rest: only a timer could still bring it."""
_FRAME = str.maketrans(dict.fromkeys("│╭╮╰╯─┃━┌┐└┘", " "))


def screen_text(app: TillApp, panel: str | None = None) -> str:
    """What is drawn on the screen, line by line, or in one panel by its id.

    Raises AssertionError if the screen in front has no such panel.
    """
    if panel is None:
        return "\n".join(strip.text for strip in _strips(app))
    from screens.drawing.panel import Panel

    found = list(app.screen.query(f"#{panel}").results(Panel))
    if not found:
        there = ", ".join(str(item.id) for item in app.screen.query(Panel) if item.id)
        raise AssertionError(f"This screen has no panel {panel!r}. It has: {there}.")
    with app._context():
        return "\n".join(item.render_line(y).text for item in found if item.display for y in range(item.size.height))


def is_seen(wanted: str, text: str) -> bool:
    """Whether a text is read on the screen: on one line, or over several lines within frames; upper case or not."""
    wanted = wanted.casefold()
    return wanted in text.casefold() or " ".join(wanted.split()) in _flat(text.casefold())


def check_theme(app: TillApp, theme: str) -> None:
    """Raise ValueError, with the names there are, if there is no such theme."""
    if theme not in app.available_themes:
        raise ValueError(f"{theme!r} is no theme: say one of {', '.join(sorted(app.available_themes))}")


def place_of(wanted: str, app: TillApp) -> tuple[int, int] | None:
    """Column and line of the middle of a text on the screen, as it is written; None if it is not there."""
    from pos.domain.text import width

    for line, strip in enumerate(_strips(app)):
        before, found, _ = strip.text.partition(wanted)
        if found:
            return width(before) + width(wanted) // 2, line
    return None


def drawn(app: TillApp) -> object:
    """All that is drawn, with its colours; two that are equal look the same."""
    return (app.size, tuple(tuple(strip) for strip in _strips(app)))


def is_over(app: TillApp) -> bool:
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


async def settle(app: TillApp, bank: Bank | None, seconds: float = PATIENCE) -> bool:
    """Wait until every key was taken and all that follows from it is drawn; whether that was so in time.

    A card that the bank makes wait is not waited for.
    """
    deadline, quiet, last = time.monotonic() + seconds, 0, None
    while quiet < 2 and not is_over(app):
        left = deadline - time.monotonic()
        if left < 0 or not await wait_until(lambda: is_over(app) or _is_idle(app, bank), left):
            return False
        await _handled(app, left)
        if is_over(app):
            break
        with app._context():
            app.screen._on_timer_update()
        now = drawn(app)
        quiet = quiet + 1 if _is_idle(app, bank) and now == last else 0
        last = now
    return True


def _strips(app: TillApp) -> Sequence[Strip]:
    with app._context():
        return app.screen._compositor.render_strips()


def _flat(text: str) -> str:
    return " ".join(text.translate(_FRAME).split())


def _pumps(app: TillApp) -> list[MessagePump]:
    return [app, *app.screen_stack, *app.screen.walk_children(with_self=False)]


def _is_idle(app: TillApp, bank: Bank | None) -> bool:
    """Whether no key, no step, no resizing and no drawing waits."""
    from textual.widget import Widget

    if any(not pump._message_queue.empty() or pump._next_callbacks for pump in _pumps(app)):
        return False
    if app._resize_event is not None or app._resize_timer is not None or app.screen._compositor.size != app.size:
        return False
    if app.screen._callbacks or any(map(_is_stale, app.screen.walk_children(Widget, with_self=True))):
        return False
    return not app.working or (bank is not None and bank.holding and bool(app.till and app.till.waiting_for_card))


def _is_stale(widget: Widget) -> bool:
    """Whether a widget, or the screen, is about to be laid out or drawn again."""
    from screens.base import TillScreen

    marked = widget._layout_required or widget._repaint_required or widget._recompose_required
    return (
        marked
        or widget._scroll_required
        or widget._refresh_styles_required
        or (isinstance(widget, TillScreen) and (widget._stale or bool(widget._dirty_widgets)))
    )


async def _handled(app: TillApp, seconds: float) -> None:
    """Wait until everything that takes messages has taken those that it has now."""
    left = 0

    def answered() -> None:
        nonlocal left
        left -= 1

    left = sum(pump.call_later(answered) for pump in _pumps(app))
    # A widget that is taken away meanwhile never answers: the next look begins anew.
    await wait_until(lambda: left <= 0 or is_over(app), min(seconds, 1))
