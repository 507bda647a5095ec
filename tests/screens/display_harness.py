"""A display without a terminal and without a till: what it hears is given to it, and what it shows is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pos.clock_and_ids import FrozenClock
from pos.domain.i18n import ENGLISH, using_language
from pos.ipc.listener import Heard
from pos.ipc.messages import FullState, Hello, StateChange
from pos.testing.defaults import NOW, size_of
from pos.testing.isolation import plain_surroundings
from pos.testing.opening import open_till_alone
from pos.testing.svg_diff import lines_of
from pos.till.till import Till
from screens.display.app import DisplayApp
from screens.driver.headless import picture
from screens.driver.idle import wait_until
from screens.render.panel import Panel
from tests.screens.shop import SMALL

NOWHERE = Path("/nowhere/till.sock")
HELLO = Hello(version="1", store="/shop", lane="1", shop="Corner Store", currency="USD", exponent=2, timezone="UTC")
WANTED = "Waiting for till 1 of the store /shop."

Tell = Callable[[Till], Awaitable[object]]


async def story(told: Tell, *, catalog: Any = SMALL, **options: Any) -> list[StateChange]:
    """All that a till tells while somebody sells at it; errors are the seller's."""
    changes: list[StateChange] = []
    with open_till_alone(catalog, **options) as till:
        till.subscribe(lambda sale, event: changes.append(StateChange(sale=sale, event=event)))
        await told(till)
    return changes


class Display:
    """A display that runs, and its clock."""

    def __init__(self, app: DisplayApp, clock: FrozenClock) -> None:
        self.app = app
        self.clock = clock

    def connect(self, **hello: Any) -> None:
        """Let it find a till on which nothing happened yet."""
        self.app.hear(FullState(hello=HELLO.model_copy(update=hello)))

    def hear(self, messages: Iterable[Heard]) -> None:
        """Let it hear what a till tells."""
        for message in messages:
            self.app.hear(message)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)
        self.app.tick()

    @property
    def picture(self) -> str:
        """What is shown, as SVG."""
        return picture(self.app)

    @property
    def text(self) -> str:
        """What is shown, as lines."""
        return "\n".join(lines_of(self.picture))


@asynccontextmanager
async def display(
    size: str | tuple[int, int] = "80x24", *, theme: str = "tillkey-dark", no_color: bool = False, now: datetime = NOW
) -> AsyncIterator[Display]:
    """A display at a size, which waits for a till."""
    import os

    clock = FrozenClock(now + timedelta())
    with plain_surroundings(), using_language(ENGLISH):
        if no_color:
            os.environ["NO_COLOR"] = "1"
        app = DisplayApp(lambda: NOWHERE, now=clock.now, wanted=WANTED, live=False)
        app.theme = theme
        async with app.run_test(size=size_of(size)):
            assert await wait_until(lambda: app.view is not None and app.query_one("#page", Panel).size.area > 0, 20)
            yield Display(app, clock)
