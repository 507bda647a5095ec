"""Running an app without a terminal."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

from screens.terminal.internals.drawing import draw_when_seen, within
from screens.terminal.internals.drivers import set_size
from screens.terminal.internals.style_rules import share_rules

if TYPE_CHECKING:
    from textual.app import App
    from textual.pilot import Pilot

__tracebackhide__ = True

T = TypeVar("T")

_UNIQUE: Final = re.compile(r"\bterminal-\d+-([\w-]+)")

# Whoever runs apps without a terminal runs many, one after another, and looks at few of their frames.
share_rules()
draw_when_seen()


async def started(app: App[T], size: tuple[int, int], ended: asyncio.Event) -> tuple[asyncio.Task[None], Pilot[T]]:
    """Run an app of so many columns and lines until `ended`: its task, and its driver once it runs.

    The task is its own, since what begins and what ends it need not be in one context. It raises what the app raised.
    """
    pilot: asyncio.Future[Pilot[T]] = asyncio.get_running_loop().create_future()

    async def run() -> None:
        async with app.run_test(size=size, notifications=True, tooltips=True) as driver:
            pilot.set_result(driver)
            await ended.wait()

    streams = sys.stdout, sys.stderr
    task = asyncio.create_task(run(), name="app")
    try:
        await asyncio.wait((task, pilot), return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        # Nobody else knows of it yet.
        ended.set()
        await asyncio.wait((task,))
        raise
    finally:
        # Of several apps each would give back the streams of the one before it, which may have ended by then.
        sys.stdout, sys.stderr = streams
    if not pilot.done():
        await task
        raise RuntimeError("The app ended at once.")
    return task, pilot.result()


def picture(app: App[Any]) -> str:
    """What an app shows, as SVG: the same text for the same screen."""
    with within(app):
        return _UNIQUE.sub(r"terminal-\1", app.export_screenshot(simplify=True)) + "\n"


def reshape(app: App[Any], size: tuple[int, int]) -> None:
    """Make an app's terminal so many columns and lines, now; nothing is waited for."""
    from textual.events import Resize
    from textual.geometry import Size

    wanted = Size(*size)
    if app.size != wanted:
        set_size(app, wanted)
        app.post_message(Resize(wanted, wanted))
