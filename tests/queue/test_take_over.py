"""A worker stops, or dies, at any point: another one has its job, and it is one order, one charge, and nothing held."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult
from pos.payments.mock import MockGateway
from tests.queue.halting import FIRST, FOUND, LATER, stopped_at
from tests.queue.shop import QueueShop
from tests.servers.waiting import PATIENCE
from tests.till.support import LAMP, POOR_CARD, TEA


def assert_sold_once(shop: QueueShop, order: str) -> None:
    """One order, one charge that stands, nothing held, one receipt, told once."""
    state = shop.state(order)
    assert (state.state, shop.there.orders(), shop.captured()) == ("paid", [order], [220])
    assert (shop.there.counts("stock:TEA"), shop.there.held()) == ((9, 0), {})
    sold = shop.order(state.receipt)
    assert (sold.id, sold.receipt) == (order, state.receipt)
    (payment,) = (each for each in sold.sale.payments if each.state == "captured")
    assert {each.attempt for each in shop.gateway.ledger.charges() if each.kept} == {payment.attempt}
    assert [each.receipt for each in shop.told] == [state.receipt]


@pytest.mark.parametrize("point", FIRST)
async def test_a_worker_that_stops_and_wakes_changes_nothing_of_what_another_has_done(
    shop: QueueShop, point: str
) -> None:
    order = await shop.enqueue(TEA, total=220)
    async with stopped_at(shop, point):
        await shop.work(shop.worker("W2"))
        assert shop.state(order).state == "paid"
        assert [job.again for job in shop.queue.ended] == [True]
        charges = len(shop.gateway.ledger.charges())
    assert_sold_once(shop, order)
    assert shop.state(order).receipt == ("W1-Q1-1" if point == "after commit" else "W2-Q1-1")
    # It says that its own delivery is done only if it has brought the job to its end itself, or has not begun it.
    assert len(shop.queue.ended) == (2 if point in ("before reserve", "after commit") else 1)
    assert len(shop.gateway.ledger.charges()) == max(charges, 1)


@pytest.mark.parametrize(
    ("left", "point"),
    [*(("before charge", point) for point in LATER), *(("after charge", point) for point in LATER if point in FOUND)],
)
async def test_so_does_one_that_had_the_job_of_a_dead_one(shop: QueueShop, left: str, point: str) -> None:
    order = await shop.enqueue(TEA, total=220)
    async with stopped_at(shop, left, "W0"):
        async with stopped_at(shop, point, "W1"):
            await shop.work(shop.worker("W2"))
            assert shop.state(order).state == "paid"
        assert_sold_once(shop, order)
    assert_sold_once(shop, order)


async def test_of_a_worker_that_is_cancelled_nothing_goes_on(shop: QueueShop) -> None:
    order, asked = await shop.enqueue(TEA, total=220), asyncio.Event()

    class Deaf(MockGateway):
        """A bank that charges the card and never says so."""

        async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
            await super().charge(attempt_id, amount, token)
            asked.set()
            await asyncio.Event().wait()
            raise AssertionError("nobody wakes it")

    before, worker = asyncio.all_tasks(), shop.worker("W1")
    worker.by = replace(worker.by, gateway=Deaf(shop.clock, shop.gateway.ledger))
    running = asyncio.create_task(worker.run(asyncio.Event()))
    await asyncio.wait_for(asked.wait(), PATIENCE)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert (asyncio.all_tasks() - before, worker.active, shop.state(order).state) == (set(), 0, "pending")
    assert shop.there.counts("stock:TEA") == (10, 1)
    shop.queue.redeliver()
    await shop.work(shop.worker("W2"))
    assert_sold_once(shop, order)
    assert shop.state(order).receipt == "W2-Q1-1"


async def test_a_worker_that_stops_every_time_loses_nothing(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    async with (
        stopped_at(shop, "before charge", "W0"),
        stopped_at(shop, "after void", "W1"),
        stopped_at(shop, "before charge", "W2"),
        stopped_at(shop, "after charge", "W3"),
    ):
        await shop.work(shop.worker("W4"))
    assert_sold_once(shop, order)
    assert shop.state(order).receipt == "W4-Q1-1"


async def test_a_payment_that_was_made_void_is_no_card_that_was_declined(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    async with stopped_at(shop, "before charge", "W0"), stopped_at(shop, "after void", "W1"):
        await shop.work(shop.worker("W2"))
        assert_sold_once(shop, order)
    assert_sold_once(shop, order)


@pytest.mark.parametrize("point", ["before will_void", "after will_void", "before void", "after void"])
async def test_a_void_that_is_late_takes_no_money_back_of_an_order(shop: QueueShop, point: str) -> None:
    shop.gateway.script("timeout before")
    order = await shop.enqueue(TEA, total=220)
    # It was not found, and lands only while its worker has stopped.
    async with stopped_at(shop, point):
        await shop.gateway.land_late()
        await shop.work(shop.worker("W2"))
        assert_sold_once(shop, order)
    assert_sold_once(shop, order)


@pytest.mark.parametrize("point", ["after charge", "before end", "after end"])
async def test_a_card_that_was_declined_is_not_charged_again(shop: QueueShop, point: str) -> None:
    order = await shop.enqueue(LAMP, total=2000, card=POOR_CARD)
    async with stopped_at(shop, point):
        await shop.work(shop.worker("W2"))
        ended = shop.state(order)
        assert (ended.state, ended.decline_code) == ("declined", "insufficient_funds")
    assert len(shop.gateway.ledger.charges()) == 1
    assert (shop.captured(), shop.there.counts("stock:LAMP"), shop.there.held()) == ([], (1, 0), {})
    assert shop.state(order) == ended


@pytest.mark.parametrize("words", ["timeout before", "timeout after", "timeout late"])
async def test_an_answer_that_is_lost_is_asked_for_and_charges_nothing_twice(shop: QueueShop, words: str) -> None:
    shop.gateway.script(words)
    order = await shop.enqueue(TEA, total=220)
    await shop.work()
    assert_sold_once(shop, order)
    await shop.gateway.land_late()
    assert_sold_once(shop, order)


@pytest.mark.parametrize("words", ["timeout before", "timeout after", "timeout late"])
@pytest.mark.parametrize("point", ["before record_attempt", "after record_attempt", "after find"])
async def test_so_is_one_whose_worker_stops_then(shop: QueueShop, words: str, point: str) -> None:
    shop.gateway.script(words)
    order = await shop.enqueue(TEA, total=220)
    async with stopped_at(shop, point):
        await shop.work(shop.worker("W2"))
    assert_sold_once(shop, order)
    await shop.gateway.land_late()
    assert_sold_once(shop, order)


async def test_the_gateway_may_be_down_for_a_while(shop: QueueShop, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [await shop.enqueue(TEA, total=220) for _ in range(3)]
    monkeypatch.setattr(shop.clock, "sleep", until_it_is_up(shop, timedelta(seconds=40)))
    shop.gateway.script("timeout after")
    await shop.work(shop.worker(concurrency=2))
    assert [shop.state(order).state for order in orders] == ["paid"] * 3
    assert (sorted(shop.there.orders()), shop.captured()) == (sorted(orders), [220] * 3)
    assert (shop.there.counts("stock:TEA"), shop.there.held()) == ((7, 0), {})


async def test_an_order_that_no_gateway_answers_for_is_stuck_with_what_it_holds_until_one_does(
    shop: QueueShop,
) -> None:
    order = await shop.enqueue(TEA, total=220)
    async with stopped_at(shop, "after charge"):
        shop.gateway.script("down")
        await shop.work(shop.worker("W2", tries=3))
        stuck = shop.state(order)
        assert (stuck.state, stuck.tries) == ("stuck", 4)
        assert "Nobody knows yet what became of the payment" in str(stuck.words)
        assert shop.there.counts("stock:TEA") == (10, 1)
        with pytest.raises(TillError) as refused:
            shop.orders.drop(order)
        assert refused.value.code == "payment_unknown"
        shop.gateway.script("up")
        assert shop.orders.retry(order, shop.queue)
        shop.told.clear()
        await shop.work(shop.worker("W2"))
        assert_sold_once(shop, order)
    assert_sold_once(shop, order)


def until_it_is_up(shop: QueueShop, outage: timedelta) -> Callable[[float], Awaitable[None]]:
    """A clock's `sleep` that lets the gateway be down from its first use on, for so long."""
    begun: list[datetime] = []
    sleep = shop.clock.sleep

    async def slept(seconds: float) -> None:
        if not begun:
            begun.append(shop.clock.now())
            shop.gateway.script("down")
        await sleep(seconds)
        if shop.clock.now() - begun[0] >= outage:
            shop.gateway.script("up")

    return slept


@pytest.mark.parametrize("point", ["before reserve", "after reserve", "before commit", "after commit"])
async def test_what_costs_nothing_is_one_order_too(shop: QueueShop, point: str) -> None:
    line = CartLine(line=1, sku=TEA, quantity=Decimal(1), discount=ManualDiscount(percent=Decimal(100)))
    order = await shop.enqueue(total=0, cart=Cart(lines=(line,), last_line=1, latest=1))
    async with stopped_at(shop, point):
        await shop.work(shop.worker("W2"))
    assert (shop.state(order).state, shop.there.orders(), shop.captured()) == ("paid", [order], [])
    assert (shop.there.counts("stock:TEA"), shop.there.held()) == ((9, 0), {})
