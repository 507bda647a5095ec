"""A display without a terminal and without a till: what it hears is given to it, and what it shows is read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pos.domain.words import ENGLISH, spoken
from pos.environment import FrozenClock
from pos.live.listener import Heard
from pos.live.messages import Change, Hello, Present
from pos.testing.pictures import lines_of
from pos.testing.places import NOW, size_of
from pos.testing.running import open_till_alone
from pos.testing.surroundings import plain_surroundings
from pos.till.till import Till
from screens.display.app import DisplayApp
from screens.driver.idle import wait_until
from screens.driver.running import picture
from screens.render.panel import Panel
from tests.screens.shop import SMALL

NOWHERE = Path("/nowhere/till.sock")
HELLO = Hello(version="1", store="/shop", lane="1", shop="Corner Store", currency="USD", exponent=2, timezone="UTC")
WANTED = "Waiting for till 1 of the store /shop."

Tell = Callable[[Till], Awaitable[object]]


async def story(told: Tell, *, catalog: Any = SMALL, **options: Any) -> list[Change]:
    """All that a till tells while somebody sells at it; errors are the seller's."""
    changes: list[Change] = []
    with open_till_alone(catalog, **options) as till:
        till.subscribe(lambda sale, event: changes.append(Change(sale=sale, event=event)))
        await told(till)
    return changes


class Display:
    """A display that runs, and its clock."""

    def __init__(self, app: DisplayApp, clock: FrozenClock) -> None:
        self.app = app
        self.clock = clock

    def connect(self, **hello: Any) -> None:
        """Let it find a till on which nothing happened yet."""
        self.app.hear(Present(hello=HELLO.model_copy(update=hello)))

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
    with plain_surroundings(), spoken(ENGLISH):
        if no_color:
            os.environ["NO_COLOR"] = "1"
        app = DisplayApp(lambda: NOWHERE, now=clock.now, wanted=WANTED, live=False)
        app.theme = theme
        async with app.run_test(size=size_of(size)):
            assert await wait_until(lambda: app.view is not None and app.query_one("#page", Panel).size.area > 0, 20)
            yield Display(app, clock)
