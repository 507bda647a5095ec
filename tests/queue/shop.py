"""A shop on a server whose checkouts are queued, and workers for them whose clock and gateway a test commands."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from pos.bootstrap import store_at
from pos.clock_and_ids import FrozenClock, RandomIds
from pos.domain.cart import Cart, CartLine
from pos.domain.checkout_request import CheckoutRequest, QueuedOrder
from pos.domain.ports import CardToken
from pos.domain.reservations import Order
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.printers.screen import ScreenPrinter
from pos.queue.saga import Equipment
from pos.queue.worker import QueueWorker
from pos.stores.redis.address import server_address
from pos.stores.redis.job_store import Jobs
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queued_orders import ServerQueuedOrders
from pos.stores.redis.store import LaneStore
from pos.till.catalog import Catalog
from pos.till.catalog_loading import load_catalog
from tests.queue.memory import MemoryQueue
from tests.servers.address import Address
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import PATIENCE, until
from tests.stores.redis.lanes import OnServer
from tests.till.support import GOOD_CARD, NOON, catalog_file

NUMBERS = count(1)
MOST = 1_000


@dataclass
class QueueShop:
    """A shop on a server, its queue in memory, and one gateway for all workers."""

    folder: Path
    shop: str
    server: Address
    there: OnServer
    clock: FrozenClock
    gateway: MockGateway
    orders: ServerQueuedOrders
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    stores: dict[str, LaneStore] = field(default_factory=dict)
    told: list[QueuedOrder] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    """How workers use the server, see `ServerOptions`."""

    def store(self, lane: str) -> LaneStore:
        """The store of a worker's lane, open as long as the shop is."""
        if lane not in self.stores:
            self.stores[lane] = lane_store(self.folder, self.shop, lane, url=self.server.url(self.shop), **self.options)
        return self.stores[lane]

    def worker(self, lane: str = "W1", **more: Any) -> QueueWorker:
        """A worker on that lane."""
        store = self.store(lane)
        by = Equipment(self.gateway, self.clock, RandomIds(), ScreenPrinter(), Catalog(store.view), lane)
        # A test whose bank is down has a clock that stands: it would be waited for without end.
        return QueueWorker(Jobs(store), self.queue, by, tell=self.told.append, **({"patience": 0} | more))

    async def request(self, *goods: str, total: int, card: str = GOOD_CARD, **more: Any) -> CheckoutRequest:
        """What somebody asks for: one of each of these, at that price."""
        lines = tuple(CartLine(line=place, sku=sku, quantity=Decimal(1)) for place, sku in enumerate(goods, 1))
        token = card if isinstance(card, CardToken) else await self.gateway.tokenize(card)
        asked: dict[str, Any] = {
            "order": f"web-{next(NUMBERS):08}",
            "lane": "web",
            "cart": Cart(lines=lines, last_line=len(lines), latest=len(lines)),
            "total": total,
            "currency": "USD",
            "card": token,
            "at": self.clock.now(),
        }
        return CheckoutRequest(**(asked | more))

    async def enqueue(self, *goods: str, total: int, **more: Any) -> str:
        """Queue a checkout; its order's id."""
        request = await self.request(*goods, total=total, **more)
        self.orders.enqueue(request, self.queue, MOST)
        return request.order

    async def work(self, worker: QueueWorker | None = None) -> None:
        """Let a worker work until nothing is waiting."""
        await worked_off(worker or self.worker(), self.queue)

    def state(self, order: str) -> QueuedOrder:
        """What became of a checkout."""
        found = self.orders.find(order)
        assert found is not None
        return found

    def order(self, receipt: str | None) -> Order:
        """The order with this receipt, as any till finds it."""
        found = self.store("9").order(receipt or "")
        assert found is not None
        return found

    def wrong(self) -> list[str]:
        """What the doctor finds wrong, looking from a till that sells nothing."""
        where = store_at(self.server.url(self.shop), ServerOptions(journals=self.folder), "9")
        return [check.detail for check in where.examine() if not check.ok]

    def captured(self) -> list[int]:
        """What the bank has captured and not given back, minor units."""
        return [each.amount for each in self.gateway.ledger.charges() if each.state == "captured"]


async def worked_off(worker: QueueWorker, queue: MemoryQueue) -> None:
    """Let a worker work until the queue has nothing for it."""
    stop = asyncio.Event()
    queue.idle.clear()
    task = asyncio.create_task(worker.run(stop))
    await asyncio.to_thread(queue.idle.wait, PATIENCE)
    stop.set()
    queue.wake()
    await task


async def worked_together(shop: QueueShop, workers: Sequence[QueueWorker]) -> None:
    """Let workers work at the same time, until nothing is pending and the queue has nothing for them."""

    def is_over() -> bool:
        return not shop.orders.figures().pending and not shop.queue.waiting

    stop = asyncio.Event()
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    try:
        await asyncio.to_thread(until, is_over, "the queue does not come to its end")
    finally:
        stop.set()
        shop.queue.wake()
        await asyncio.gather(*tasks)


@contextmanager
def queue_shop(folder: Path, server: Address | None = None, **changes: Any) -> Iterator[QueueShop]:
    """A shop with tea, cake, bread and the last lamp, or with what is changed of it, see `tests.till.support`."""
    where, name = server or shared_server(), new_shop()
    clock = FrozenClock(NOON)
    office = lane_store(folder, name, "office", url=where.url(name))
    load_catalog(office, catalog_file(**changes), demo=True)
    office.close()
    address = server_address(where.url(name))
    orders = ServerQueuedOrders(address, ServerOptions(journals=folder))
    with where.client() as client:
        gateway = MockGateway(clock, Ledger(), ids=RandomIds())
        made = QueueShop(folder, name, where, OnServer(client, name), clock, gateway, orders)
        try:
            yield made
        finally:
            orders.close()
            for store in made.stores.values():
                store.close()
