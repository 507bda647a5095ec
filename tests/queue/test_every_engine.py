"""Workers on every engine, each on a real broker: what is in the queue is paid once, whoever dies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.queue.worker import QueueWorker
from tests.queue.contract.engines import ENGINES, Begun, Engine
from tests.queue.halting import Halt, halting
from tests.queue.shop import MOST, QueueShop, queue_shop
from tests.servers.waiting import PATIENCE, until
from tests.till.support import LAMP
from tests.till.support import shop as goods

BUYERS = 60
UNITS = 20


@pytest.fixture(params=ENGINES.values(), ids=tuple(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    begun: Begun = request.param
    with begun() as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[QueueShop]:
    lamps = [product | {"stock": UNITS} for product in goods()["products"] if product["sku"] == LAMP]
    with queue_shop(tmp_path, products=lamps) as made:
        yield made


def worker_on(engine: Engine, shop: QueueShop, lane: str, concurrency: int = 1) -> QueueWorker:
    """A worker with a connection of its own."""
    worker = shop.worker(lane, concurrency=concurrency)
    worker.queue = engine.open()
    return worker


async def queued(engine: Engine, shop: QueueShop, many: int) -> list[str]:
    """So many who want a lamp."""
    queue, requests = engine.open(), [await shop.request(LAMP, total=2000) for _ in range(many)]
    for request in requests:
        await asyncio.to_thread(shop.orders.enqueue, request, queue, MOST)
    return [request.order for request in requests]


async def test_a_flash_sale_sells_what_there_is_on_every_engine(engine: Engine, shop: QueueShop) -> None:
    orders = await queued(engine, shop, BUYERS)
    stop = asyncio.Event()
    workers = [worker_on(engine, shop, lane, 4) for lane in ("W1", "W2", "W3")]
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    await asyncio.to_thread(until, lambda: not shop.orders.figures().pending, "not all come to their end")
    stop.set()
    await asyncio.gather(*tasks)
    assert shop.orders.figures().ended == {"paid": UNITS, "sold_out": BUYERS - UNITS}
    assert (len(shop.there.orders()), set(shop.there.orders()) <= set(orders)) == (UNITS, True)
    assert (shop.captured(), shop.there.counts("stock:LAMP"), shop.there.held()) == ([2000] * UNITS, (0, 0), {})


async def test_the_job_of_a_worker_that_dies_while_it_charges_is_paid_once(engine: Engine, shop: QueueShop) -> None:
    (order,) = await queued(engine, shop, 1)
    halt, stops = Halt("after charge"), [asyncio.Event(), asyncio.Event()]
    hangs = halting(worker_on(engine, shop, "W1"), halt)
    tasks = [asyncio.create_task(hangs.run(stops[0]))]
    await asyncio.to_thread(halt.reached.wait, PATIENCE)
    await asyncio.to_thread(engine.dies, hangs.queue)
    tasks.append(asyncio.create_task(worker_on(engine, shop, "W2").run(stops[1])))
    await asyncio.to_thread(until, lambda: shop.state(order).is_over, "nobody has the job of the dead one")
    for stop in stops:
        stop.set()
    halt.wake()
    await asyncio.gather(*tasks)
    assert (shop.state(order).receipt, shop.there.orders(), shop.captured()) == ("W2-Q1-1", [order], [2000])
    assert (shop.there.counts("stock:LAMP"), shop.there.held()) == ((UNITS - 1, 0), {})
