"""Running the app on a throw-away till, and speaking to it as a keyboard or a scanner does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

from pos.domain.ports import Gateway
from pos.domain.sale import Sale
from pos.environment import FrozenClock, SequentialIds
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.till.opening import open_till
from pos.till.till import Till
from screens.app import TillApp
from screens.base import TillScreen
from screens.drawing.panel import Panel

NOW = datetime(2025, 11, 22, 19, 3, tzinfo=UTC)
MILK, BREAD, LAST_ONE = "2000100000014", "2000100000021", "2000100000038"
TOMATOES, BRACKETS = "TOM", "ODD"

SMALL: dict[str, Any] = {
    "store": {"name": "Corner Store", "currency": "USD", "timezone": "America/New_York"},
    "taxes": [{"name": "food", "rate": "2.5"}],
    "products": [
        {"sku": "MLK", "name": "Whole Milk 1 L", "price": 149, "barcodes": [MILK], "category": "Dairy", "stock": 500,
         "low_stock": 5},
        {"sku": "RYE", "name": "Rye Bread", "price": 320, "barcodes": [BREAD], "category": "Bakery", "stock": 3,
         "low_stock": 5, "tax": "food"},
        {"sku": "LAST", "name": "Last Candle", "price": 500, "barcodes": [LAST_ONE], "category": "Home", "stock": 1},
        {"sku": "GONE", "name": "Condensed Milk", "price": 205, "category": "Dairy", "stock": 0},
        {"sku": TOMATOES, "name": "Vine Tomatoes", "price": 398, "unit": "kg", "category": "Produce", "stock": "20"},
        {"sku": "TEA", "name": "Green Tea", "price": 450, "sale_price": 390, "category": "Tea"},
        {"sku": BRACKETS, "name": "Gift [Large] \u001b[31m[/foo] [50% off]", "price": 100, "category": "[b]Odd[/b]"},
        {"sku": "LONG", "name": "Long " * 40, "price": 100, "category": "Odd"},
        {"sku": "4011", "name": "Bananas", "price": 25, "category": "Produce"},
    ],
    "coupons": [
        {"code": "SAVE10", "type": "percentage", "value": "10", "max_uses": 100, "used": 37},
        {"code": "FIVEOFF", "type": "fixed_amount", "value": 500, "min_order": 3000},
        {"code": "GONE20", "type": "percentage", "value": "20", "ends": "2025-01-31"},
        {"code": "FREE", "type": "percentage", "value": "100", "stackable": True},
    ],
    "members": [{"id": "M1", "name": "Ada [Lovelace]", "discount": "5"}],
}  # fmt: skip


def gateway(clock: FrozenClock, **settings: Any) -> MockGateway:
    """A gateway that answers at once on a clock that stands still."""
    return MockGateway(clock, Ledger(None), ids=SequentialIds(), **settings)


class Slow:
    """A gateway that answers a charge only when it is told to; all else at once."""

    def __init__(self, inner: Gateway) -> None:
        self.inner = inner
        self.answer = asyncio.Event()
        self.charges = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def charge(self, attempt_id: str, amount: int, token: str) -> Any:
        self.charges += 1
        await self.answer.wait()
        return await self.inner.charge(attempt_id, amount, token)


class Cashier:
    """Someone at the keyboard of a running app."""

    def __init__(self, app: TillApp, pilot: Pilot[int], clock: FrozenClock) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock

    @property
    def till(self) -> Till:
        assert self.app.till is not None
        return self.app.till

    @property
    def sale(self) -> Sale:
        assert self.app.sale is not None
        return self.app.sale

    @property
    def state(self) -> str:
        return self.sale.state

    def burst(self, text: str) -> None:
        """Write keys in one go, as a scanner does: `\\n` is Enter (CR), `<f12>` a key by its name."""
        for event in parsed(text):
            self.app.post_message(event)

    async def keys(self, text: str) -> None:
        """Type, and wait until the app has done what it says."""
        self.burst(text)
        await self.settled()

    async def settled(self) -> None:
        """Wait until every key was taken and what follows from it is drawn: twice in a row, nothing is left to do."""
        quiet = 0
        while quiet < 2:
            await self.until(self._idle)
            await self.pilot.pause()
            quiet = quiet + 1 if self._idle() else 0

    def _idle(self) -> bool:
        """Whether no key, no step and no drawing is waiting."""
        screens = [screen for screen in self.app.screen_stack if isinstance(screen, TillScreen)]
        drawn = all(screen._message_queue.empty() and not (screen.is_current and screen._stale) for screen in screens)
        return drawn and self.app._message_queue.empty() and not self.app.working

    async def until(self, condition: Callable[[], bool], *, seconds: float = 30) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 -- what is waited for is on the screen, which fires no event
                await asyncio.sleep(0.005)

    def text(self, panel: str | None = None) -> str:
        """What is drawn in a panel, or on the whole screen."""
        found = [self.app.screen.query_one(f"#{panel}", Panel)] if panel else list(self.app.screen.query(Panel))
        drawn = [item.render_line(y).text for item in found if item.display for y in range(item.size.height)]
        return "\n".join(drawn)


def parsed(text: str) -> list[events.Key]:
    """Keys from text: `\\n` is Enter (CR), `\\t` TAB, `<lf>` a line feed, `<f12>` a key by its name."""
    keys: list[events.Key] = []
    while text:
        if text.startswith("<") and ">" in text:
            name, _, text = text[1:].partition(">")
            keys.append(events.Key("ctrl+j", "\n") if name == "lf" else events.Key(name, None))
            continue
        char, text = text[0], text[1:]
        named = {"\n": ("enter", "\r"), "\t": ("tab", "\t"), " ": ("space", " ")}.get(char)
        keys.append(events.Key(*named) if named else events.Key(char, char))
    return keys


@asynccontextmanager
async def open_app(
    tmp_path: Path,
    *,
    size: tuple[int, int] = (80, 24),
    catalog: dict[str, Any] | None = None,
    demo: bool = False,
    slow: bool = False,
    same_burst: float = 0,
    ready: bool = True,
) -> AsyncIterator[Cashier]:
    """The app on a throw-away store with the small catalog, or with the demo shop, on a clock that stands still."""
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(catalog or SMALL), "utf-8")
    clock = FrozenClock(NOW)
    answering: Gateway = gateway(clock)
    if slow:
        answering = Slow(answering)

    def opened() -> Till:
        return open_till(None, catalog=None if demo else path, clock=clock, ids=SequentialIds(), gateway=answering)

    app = TillApp(opened, now=clock.now, live=False, same_burst=same_burst)
    async with app.run_test(size=size) as pilot:
        cashier = Cashier(app, pilot, clock)
        if ready:
            await cashier.until(lambda: app.till is not None)
            await cashier.settled()
        yield cashier
    app.close_till()
