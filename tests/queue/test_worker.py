"""A worker brings what is queued to its end, by the till's own saga."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pos.clock_and_ids import FrozenClock
from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.checkout_request import request_of
from pos.domain.errors import TillError
from pos.stores.redis.job_store import Jobs
from tests.queue.shop import QueueShop, queue_shop
from tests.servers.waiting import until
from tests.till.support import BREAD, CAKE, LAMP, NOON, POOR_CARD, TEA, TOMATO


class NeverAgain(FrozenClock):
    """A clock on which whoever waits waits for ever."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


async def test_what_is_paid_is_an_order_with_a_receipt_that_every_till_finds(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, BREAD, total=520)
    pending = shop.state(order)
    assert (pending.state, pending.place, pending.lane) == ("pending", 1, "web")
    await shop.work()
    paid = shop.state(order)
    assert (paid.state, paid.receipt, paid.total, paid.tries) == ("paid", "W1-Q1-1", 520, 1)
    assert shop.order(paid.receipt).id == order
    assert [line.sku for line in shop.order(paid.receipt).sale.lines] == [TEA, BREAD]
    assert (shop.captured(), shop.there.counts("stock:TEA"), shop.there.held()) == ([520], (9, 0), {})
    assert shop.queue.depth() == 0


async def test_receipts_have_no_gap_whatever_happens_in_between(shop: QueueShop) -> None:
    for card in ({}, {"card": POOR_CARD}, {}, {}):
        await shop.enqueue(BREAD, total=300, **card)
    await shop.work(shop.worker(concurrency=3))
    receipts = sorted(told.receipt or "" for told in shop.told)
    assert receipts == ["", "W1-Q1-1", "W1-Q1-2", "W1-Q1-3"]


async def test_a_declined_card_is_told_with_its_reason_and_nothing_is_held(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220, card=POOR_CARD)
    await shop.work()
    ended = shop.state(order)
    assert (ended.state, ended.decline_code, ended.receipt) == ("declined", "insufficient_funds", None)
    assert "Not charged." in str(ended.words)
    assert (shop.captured(), shop.there.counts("stock:TEA"), shop.there.held()) == ([], (10, 0), {})


async def test_what_is_sold_out_is_told_with_what_was_short(shop: QueueShop) -> None:
    orders = [await shop.enqueue(LAMP, total=2000) for _ in range(3)]
    await shop.work(shop.worker(concurrency=2))
    ended = [shop.state(order) for order in orders]
    assert sorted(each.state for each in ended) == ["paid", "sold_out", "sold_out"]
    short = next(each for each in ended if each.state == "sold_out").short
    assert [(each.sku, each.name, each.wanted, each.free) for each in short] == [(LAMP, "Lava Lamp", "1", "0")]
    assert (shop.captured(), shop.there.counts("stock:LAMP")) == ([2000], (0, 0))


@pytest.mark.parametrize(
    ("more", "state", "total"),
    [({"total": 519}, "price_changed", 520), ({"currency": "EUR"}, "refused", None)],
)
async def test_another_price_than_was_agreed_charges_nothing(
    shop: QueueShop, more: dict[str, object], state: str, total: int | None
) -> None:
    order = await shop.enqueue(TEA, BREAD, **({"total": 520} | more))  # type: ignore[arg-type]
    await shop.work()
    ended = shop.state(order)
    assert (ended.state, ended.total, shop.captured(), shop.there.held()) == (state, total, [], {})
    assert str(ended.words)


@pytest.mark.parametrize(
    ("sku", "quantity", "member", "words"),
    [
        (TEA, "0.5", None, "sold by the piece"),
        (TEA, "100000", None, "at most"),
        (TOMATO, "100000", None, "at most"),
        (TEA, "1", "M9", "No member has the number M9."),
    ],
)
async def test_what_no_cashier_could_enter_is_refused(
    shop: QueueShop, sku: str, quantity: str, member: str | None, words: str
) -> None:
    line = CartLine(line=1, sku=sku, quantity=Decimal(quantity))
    order = await shop.enqueue(total=110, cart=Cart(lines=(line,), last_line=1, latest=1, member=member))
    await shop.work()
    ended = shop.state(order)
    assert (ended.state, shop.captured(), shop.there.held()) == ("refused", [], {})
    assert words in str(ended.words)


async def test_another_spelling_of_a_member_or_a_coupon_is_no_other_use(tmp_path: Path) -> None:
    coupon = {"code": "HELLO", "type": "fixed_amount", "value": 100, "max_uses_per_member": 1, "stackable": True}
    with queue_shop(tmp_path, coupons=[coupon], members=[{"id": "M1", "name": "Ada"}]) as shop:
        orders = []
        for member in "M1", "m1":
            line = CartLine(line=1, sku=BREAD, quantity=Decimal(1))
            cart = Cart(lines=(line,), last_line=1, latest=1, member=member, coupons=("HELLO", "hello"))
            orders.append(await shop.enqueue(total=200, cart=cart))
            await shop.work()
        assert [shop.state(order).state for order in orders] == ["paid", "price_changed"]
        assert (shop.captured(), shop.wrong()) == ([200], [])


async def test_what_is_begun_too_late_is_not_charged(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220, expires=shop.clock.now() + timedelta(minutes=5))
    await shop.clock.sleep(301)
    await shop.work()
    assert (shop.state(order).state, shop.captured()) == ("expired", [])


async def test_a_ticket_of_nothing_to_pay_is_an_order_without_a_charge(shop: QueueShop) -> None:
    line = CartLine(line=1, sku=CAKE, quantity=Decimal(1), discount=ManualDiscount(percent=Decimal(100)))
    order = await shop.enqueue(total=0, cart=Cart(lines=(line,), last_line=1, latest=1))
    await shop.work()
    assert (shop.state(order).state, shop.captured(), shop.there.counts("stock:CAKE")) == ("paid", [], (3, 0))


async def test_told_twice_it_is_one_order_and_one_charge(shop: QueueShop) -> None:
    request = await shop.request(TEA, total=220)
    for _ in range(2):
        shop.queue.send(request.order, request.model_dump_json().encode())
    await shop.work(shop.worker(concurrency=2))
    shop.queue.send(request.order, request.model_dump_json().encode())
    await shop.work(shop.worker("W2"))
    assert (shop.state(request.order).receipt, shop.captured()) == ("W1-Q1-1", [220])
    assert (len(shop.there.orders()), shop.there.counts("stock:TEA")) == (1, (9, 0))


async def test_it_is_registered_once_however_often_it_is_asked_for(shop: QueueShop) -> None:
    request = await shop.request(TEA, total=220)
    for _ in range(3):
        shop.orders.enqueue(request, shop.queue, 10)
    await shop.work()
    again = shop.orders.enqueue(request, shop.queue, 10)
    assert (again.state, again.receipt, shop.queue.depth(), shop.captured()) == ("paid", "W1-Q1-1", 0, [220])


async def test_what_fails_too_often_is_stuck_with_all_it_holds_until_it_is_tried_again(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, BREAD, total=520)
    shop.gateway.script("down")
    await shop.work(shop.worker(tries=2))
    assert (shop.state(order).state, shop.there.counts("stock:TEA"), shop.captured()) == ("stuck", (10, 1), [])
    assert [each.order for each in shop.orders.stuck()] == [order]
    assert shop.wrong() == []
    with pytest.raises(TillError, match="nobody knows yet"):
        shop.orders.drop(order)
    shop.gateway.script("up")
    assert shop.orders.retry(order, shop.queue)
    await shop.work()
    assert (shop.state(order).state, shop.there.counts("stock:TEA"), shop.captured()) == ("paid", (9, 0), [520])
    assert (shop.there.held(), shop.wrong(), shop.orders.stuck()) == ({}, [], [])


@pytest.mark.parametrize(
    ("tries", "words"),
    [(1, "It was begun once, and never came to an end."), (2, "It was begun 2 times, and never came to an end.")],
)
async def test_what_workers_die_of_says_how_often_it_was_begun(shop: QueueShop, tries: int, words: str) -> None:
    order = await shop.enqueue(TEA, total=220)
    for _ in range(tries):
        (job,) = shop.queue.take(1, 0)
        assert Jobs(shop.store("W9")).begin(job, request_of(job.request), again=bool(job.again)) is not None
        shop.queue.redeliver()
    await shop.work(shop.worker(tries=tries))
    assert (shop.state(order).state, str(shop.state(order).words)) == ("stuck", words)


async def test_what_is_stuck_and_holds_nothing_can_be_dropped(shop: QueueShop) -> None:
    shop.queue.send("web-unreadable", b'{"order": "web-unreadable"}')
    await shop.work()
    stuck = shop.state("web-unreadable")
    assert (stuck.state, str(stuck.words).startswith("This is no checkout request: ")) == ("stuck", True)
    assert shop.orders.drop("web-unreadable")
    assert shop.state("web-unreadable").state == "refused"
    assert not shop.orders.drop("web-unreadable")


async def test_what_waits_to_be_tried_again_is_given_back_when_the_worker_is_to_stop(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    shop.gateway.script("down")
    worker, stop = shop.worker(), asyncio.Event()
    worker.by = replace(worker.by, clock=NeverAgain(NOON))
    task = asyncio.create_task(worker.run(stop))
    await asyncio.to_thread(until, lambda: shop.state(order).tries, "it is not begun")
    await asyncio.to_thread(until, lambda: shop.there.held(), "nothing is held")
    stop.set()
    shop.queue.wake()
    await asyncio.wait_for(task, 20)
    assert [job.order for job in shop.queue.waiting] == [order]
    shop.gateway.script("up")
    await shop.work()
    assert (shop.state(order).state, shop.captured()) == ("paid", [220])


def test_what_the_queue_has_lost_is_known_once_nobody_has_begun_it_for_long(shop: QueueShop) -> None:
    job, client = shop.there.key("queued", "web-lost-1"), shop.there.client
    client.zadd(shop.there.key("queued"), {"web-lost-1": 0})
    client.hset(job, mapping={"state": "pending", "request": "{}", "sent": 1, "since": 0})
    jobs = shop.store("W1").jobs()
    assert (jobs.unsent(empty=False), jobs.unsent(empty=True)) == ([], [("web-lost-1", b"{}")])
    jobs.sent("web-lost-1")
    assert jobs.unsent(empty=True) == []
