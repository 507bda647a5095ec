"""A replica takes the place of the server while workers work: what it had not heard was never charged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from pos.domain.errors import TillError
from tests.queue.halting import Halt, halting
from tests.queue.shop import QueueShop, queue_shop
from tests.servers.pair import Pair
from tests.servers.waiting import PATIENCE, until
from tests.till.support import TEA


@pytest.fixture
def pair() -> Iterator[Pair]:
    with Pair() as made:
        yield made


@pytest.fixture
def shop(tmp_path: Path, pair: Pair) -> Iterator[QueueShop]:
    with queue_shop(tmp_path, pair.address) as made:
        made.options = {"replicas": 1, "timeout": 0.3}
        pair.replica.wait_for(lambda client: bool(client.exists(made.there.key("meta"))), "hear of the shop")
        yield made
        pair.catch_up()


@pytest.mark.parametrize(
    ("point", "charged"), [("before reserve", 0), ("after reserve", 1), ("before commit", 1), ("after commit", 1)]
)
async def test_what_the_replica_has_not_heard_is_not_charged(
    shop: QueueShop, pair: Pair, point: str, charged: int
) -> None:
    order = await shop.enqueue(TEA, total=220)
    halt, stop = Halt(point), asyncio.Event()
    worker = halting(shop.worker("W1", tries=1), halt)
    task = asyncio.create_task(worker.run(stop))
    await asyncio.to_thread(halt.reached.wait, PATIENCE)
    if point != "after commit":
        pair.stall()
    halt.wake()
    await asyncio.to_thread(until, lambda: not worker.active, "a worker does not give up")
    stop.set()
    shop.queue.wake()
    await task
    assert len(shop.gateway.ledger.charges()) == charged
    pair.fail_over()
    pair.rejoin()
    until(lambda: is_reached(shop, order), "the replica is not reached")
    shop.queue.redeliver()
    for job in shop.queue.ended:
        shop.queue.send(job.order, job.request)
    await shop.work(shop.worker("W2"))
    assert (shop.state(order).state, shop.there.orders(), shop.captured()) == ("paid", [order], [220])
    assert (shop.there.counts("stock:TEA"), shop.there.held()) == ((9, 0), {})


def is_reached(shop: QueueShop, order: str) -> bool:
    """Whether those who look at the shop have found the new server: they never ask twice."""
    with suppress(TillError, redis.ConnectionError):
        shop.orders.find(order)
        return bool(shop.there.client.ping())
    return False
