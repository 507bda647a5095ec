"""A job that the engine hands out for the first time is taken up and reserved in one step, or nothing of it is held."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pos.domain.checkout_request import request_of
from pos.domain.errors import TillError
from pos.domain.model import changed
from pos.domain.queue_ports import Begun, Ending, Job, JobStore, Taken
from pos.domain.reservations import Reservation
from pos.stores.redis.job_store import Jobs
from tests.queue.halting import stopped_at
from tests.queue.shop import QueueShop
from tests.stores.samples import attempt, reservation
from tests.till.support import CAKE, LAMP, NOON, TEA

TRIES = 2
COUNTER = "stock:TEA"


def held_of(order: str, counter: str = COUNTER, units: int = 1, name: str = "1") -> Reservation:
    """What a worker would reserve for it, with an attempt of that name."""
    return changed(reservation(name, (counter, units), state="charging", attempts=(attempt(name),)), order=order)


def new(shop: QueueShop, job: Job, lane: str = "W1") -> JobStore:
    """The shop for a worker to whom this was handed out first."""
    return Jobs(shop.store(lane)).new_job(job, request_of(job.request), TRIES)


def begun(shop: QueueShop, job: Job, lane: str, *, again: bool = True) -> Begun:
    """Taken up the other way."""
    found = Jobs(shop.store(lane)).begin(job, request_of(job.request), again=again)
    assert found is not None
    return found


def told(step: Callable[[], object]) -> Begun | None:
    """How a job stands that is none to be worked on as a new one."""
    with pytest.raises(Taken) as taken:
        step()
    return taken.value.begun


async def delivered(shop: QueueShop, sku: str = TEA, total: int = 220) -> Job:
    await shop.enqueue(sku, total=total)
    (job,) = shop.queue.take(1, 0)
    return job


async def test_it_is_begun_and_held_with_its_attempt_in_one_step(shop: QueueShop) -> None:
    job = await delivered(shop)
    store = new(shop, job)
    kept = store.reserve(held_of(job.order))
    assert (shop.state(job.order).tries, shop.state(job.order).worker) == (1, "W1")
    assert shop.there.counts(COUNTER) == (10, 1)
    left = begun(shop, job, "W2").left
    assert left is not None
    assert (left, left.attempts) == (kept, (attempt("1"),))


async def test_told_again_since_the_answer_was_lost_it_is_held_once(shop: QueueShop) -> None:
    job = await delivered(shop)
    new(shop, job).reserve(held_of(job.order))
    store = new(shop, job)
    store.reserve(held_of(job.order))
    assert (shop.there.counts(COUNTER), shop.state(job.order).tries) == ((10, 1), 1)
    store.end(Ending("refused"))
    assert (shop.there.counts(COUNTER), shop.state(job.order).state) == ((10, 0), "refused")


async def test_an_attempt_that_somebody_makes_void_is_not_taken_for_the_own_one(shop: QueueShop) -> None:
    job = await delivered(shop)
    store = new(shop, job)
    store.reserve(held_of(job.order))
    store.will_void("att_1")
    found = told(lambda: new(shop, job).reserve(held_of(job.order)))
    assert found is not None
    assert found.voiding == "att_1"


async def test_nothing_is_held_of_one_that_is_over(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    (job,) = shop.queue.waiting
    await shop.work()
    assert told(lambda: new(shop, job).reserve(held_of(order))) is None
    assert told(lambda: new(shop, job).end(Ending("expired"))) is None
    assert (shop.state(order).state, shop.there.counts(COUNTER)) == ("paid", (9, 0))


async def test_nothing_is_held_of_what_was_not_asked_for_first(shop: QueueShop) -> None:
    job = await delivered(shop)
    first = request_of(job.request)
    other = await shop.request(CAKE, total=500, order=job.order)
    shop.queue.send(other.order, other.model_dump_json().encode())
    (second,) = shop.queue.take(1, 0)
    found = told(lambda: new(shop, second).reserve(held_of(job.order, "stock:CAKE")))
    assert found is not None
    assert (found.request, found.fence, found.left) == (first, 1, None)
    assert shop.there.held() == {}


async def test_what_an_earlier_worker_has_left_open_is_told_and_taken_from_it(shop: QueueShop) -> None:
    job = await delivered(shop)
    earlier = new(shop, job)
    kept = earlier.reserve(held_of(job.order))
    found = told(lambda: new(shop, job, "W2").reserve(held_of(job.order, name="2")))
    assert found is not None
    assert (found.left, found.fence, shop.there.counts(COUNTER)) == (kept, 2, (10, 1))
    with pytest.raises(TillError) as lost:
        earlier.commit(kept, kept.sale, NOON)
    assert (lost.value.code, earlier.is_lost, shop.there.orders()) == ("job_lost", True, [])


async def test_nothing_is_held_of_what_was_begun_too_often(shop: QueueShop) -> None:
    job = await delivered(shop)
    for _ in range(TRIES):
        begun(shop, job, "W2")
    begun(shop, job, "W2")
    found = told(lambda: new(shop, job).reserve(held_of(job.order)))
    assert found is not None
    assert (found.tries, found.left, shop.there.held()) == (TRIES + 1, None, {})


async def test_of_what_is_short_nothing_is_held_and_the_job_is_ended_by_whoever_found_out(shop: QueueShop) -> None:
    job = await delivered(shop, LAMP, 2000)
    store = new(shop, job)
    with pytest.raises(TillError) as short:
        store.reserve(held_of(job.order, "stock:LAMP", 2))
    assert (short.value.code, shop.there.held(), shop.state(job.order).tries) == ("out_of_stock", {}, 1)
    store.end(Ending("sold_out"))
    assert shop.state(job.order).state == "sold_out"


async def test_who_lost_it_before_it_ended_it_changes_nothing(shop: QueueShop) -> None:
    job = await delivered(shop)
    store = new(shop, job)
    store.reserve(held_of(job.order))
    begun(shop, job, "W2")
    for step in (lambda: store.end(Ending("refused")), lambda: store.reserve(held_of(job.order))):
        with pytest.raises(TillError) as lost:
            step()
        assert lost.value.code == "job_lost"
    assert (shop.state(job.order).state, shop.there.counts(COUNTER)) == ("pending", (10, 1))


async def test_one_that_came_twice_is_paid_by_what_the_first_has_charged(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    (job,) = shop.queue.waiting
    async with stopped_at(shop, "after charge"):
        shop.queue.waiting.clear()
        # As new as the other one, for all that the engine knows.
        shop.queue.send(order, job.request)
        await shop.work(shop.worker("W2"))
    assert (shop.state(order).state, shop.captured(), shop.there.orders()) == ("paid", [220], [order])
