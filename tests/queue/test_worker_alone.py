"""A worker whose queue, or lane, is not what it was: nothing that is registered is lost, and it ends with a reason."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.queue_ports import Job
from tests.queue.memory import MemoryQueue
from tests.queue.shop import QueueShop, worked_together
from tests.till.support import TEA


class Away(MemoryQueue):
    """A queue on a server of its own that cannot be told anything, until it can."""

    away = True

    def send(self, order: str, request: bytes) -> None:
        self._require()
        super().send(order, request)

    def give_back(self, jobs: Sequence[Job]) -> None:
        self._require()
        super().give_back(jobs)

    def _require(self) -> None:
        if self.away:
            raise TillError("queue_away", lazy("The queue is away: it does not answer."))


@pytest.fixture
def queue(shop: QueueShop) -> Away:
    shop.queue = away = Away()
    return away


async def test_what_never_got_into_the_queue_is_sent_when_it_is_asked_for_again(shop: QueueShop, queue: Away) -> None:
    request = await shop.request(TEA, total=220)
    for _ in range(2):
        with pytest.raises(TillError) as refused:
            shop.orders.enqueue(request, queue, 10)
        assert (refused.value.code, shop.state(request.order).state, queue.depth()) == ("queue_away", "pending", 0)
    queue.away = False
    shop.orders.enqueue(request, queue, 10)
    shop.orders.enqueue(request, queue, 10)
    assert queue.depth() == 1
    await shop.work()
    assert (shop.state(request.order).state, shop.captured()) == ("paid", [220])


async def test_what_a_dead_front_end_has_not_sent_is_sent_by_a_worker(shop: QueueShop, queue: Away) -> None:
    request = await shop.request(TEA, total=220)
    with pytest.raises(TillError):
        shop.orders.enqueue(request, queue, 10)
    queue.away = False
    # Long ago.
    shop.there.client.zadd(shop.there.key("queued"), {request.order: 1})
    await worked_together(shop, [shop.worker(lease=0.03)])
    assert (shop.state(request.order).state, shop.captured(), queue.depth()) == ("paid", [220], 0)


async def test_one_that_is_tried_again_is_not_lost_if_the_queue_is_away(shop: QueueShop, queue: Away) -> None:
    queue.away = False
    order = await shop.enqueue(TEA, total=220)
    shop.gateway.script("down")
    await shop.work(shop.worker(tries=1))
    assert shop.state(order).state == "stuck"
    shop.gateway.script("up")
    queue.away = True
    for _ in range(2):
        with pytest.raises(TillError):
            shop.orders.retry(order, queue)
    queue.away = False
    assert [shop.orders.retry(order, queue) for _ in range(2)] == [True, False]
    await shop.work()
    assert (shop.state(order).state, shop.captured(), shop.there.held()) == ("paid", [220], {})


async def test_a_worker_whose_lane_is_taken_ends_and_says_so(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    shop.store("W1").link.refuse(lazy("Lane W1 was taken over from this till."))
    stop = asyncio.Event()
    with pytest.raises(TillError) as refused:
        await shop.worker("W1").run(stop)
    assert (refused.value.code, str(refused.value.words)) == ("lane_refused", "Lane W1 was taken over from this till.")
    assert (shop.state(order).state, shop.queue.ended, len(shop.queue.waiting)) == ("pending", [], 1)
    await shop.work(shop.worker("W2"))
    assert (shop.state(order).state, shop.captured()) == ("paid", [220])


async def test_what_cannot_be_given_back_ends_no_worker_by_a_fault(shop: QueueShop, queue: Away) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    taken = queue.take

    def take(most: int, seconds: float) -> Sequence[Job]:
        loop.call_soon_threadsafe(stop.set)
        return taken(most, seconds)

    queue.away = False
    order = await shop.enqueue(TEA, total=220)
    queue.away, queue.take = True, take  # type: ignore[method-assign]
    await shop.worker().run(stop)
    assert (shop.state(order).state, len(queue.taken)) == ("pending", 1)


async def test_that_the_queue_is_away_is_told_once_and_that_it_is_there_again(shop: QueueShop, queue: Away) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    taken, asked = queue.take, 0

    def take(most: int, seconds: float) -> Sequence[Job]:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise TillError("queue_away", lazy("The queue is away: it does not answer."))
        loop.call_soon_threadsafe(stop.set)
        return taken(most, 0)

    queue.away, queue.take = False, take  # type: ignore[method-assign]
    told: list[TillError | None] = []
    await shop.worker(away=told.append).run(stop)
    assert [error and error.code for error in told] == ["queue_away", None]
