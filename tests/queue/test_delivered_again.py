"""Requests that come twice, in any order, changed, or that are none: as many orders as were asked for, each once."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.checkout_request import order_named, written
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult, Gateway
from pos.domain.queue_ports import Job
from tests.queue.halting import stopped_at
from tests.queue.memory import MemoryQueue
from tests.queue.shop import QueueShop, queue_shop, worked_together
from tests.servers.waiting import until
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, POOR_CARD, TEA
from tests.till.support import shop as goods


class Careless(MemoryQueue):
    """Hands each job out one to three times, in any order."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = Random(seed)

    def send(self, order: str, request: bytes) -> None:
        with self.news:
            for _ in range(self._chance.randint(1, 3)):
                self.waiting.insert(self._chance.randint(0, len(self.waiting)), Job(order, request, object()))


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 7))])
async def test_as_many_orders_as_were_asked_for(shop: QueueShop, seed: int) -> None:
    shop.queue, chance = Careless(seed), Random(seed)
    asked = [(TEA, 220)] * 7 + [(CAKE, 500)] * 6 + [(BREAD, 300)] * 3
    chance.shuffle(asked)
    poor = [await shop.enqueue(BREAD, total=300, card=POOR_CARD) for _ in range(4)]
    orders = {await shop.enqueue(sku, total=total): sku for sku, total in asked}
    await worked_together(shop, [shop.worker(lane, concurrency=3) for lane in ("W1", "W2", "W3")])
    states = {order: shop.state(order) for order in orders}
    assert Counter((orders[name], state.state) for name, state in states.items()) == {
        (TEA, "paid"): 7, (CAKE, "paid"): 4, (CAKE, "sold_out"): 2, (BREAD, "paid"): 3,
    }  # fmt: skip
    assert [shop.state(order).state for order in poor] == ["declined"] * 4
    paid = sorted(name for name, state in states.items() if state.state == "paid")
    assert sorted(shop.there.orders()) == paid
    assert sorted(shop.captured()) == [220] * 7 + [300] * 3 + [500] * 4
    assert (shop.there.counts("stock:TEA"), shop.there.counts("stock:CAKE")) == ((3, 0), (0, 0))
    assert shop.there.held() == {}
    receipts = sorted(str(states[name].receipt) for name in paid)
    lanes = Counter(receipt.split("-")[0] for receipt in receipts)
    assert receipts == sorted(f"{lane}-Q1-{n}" for lane, many in lanes.items() for n in range(1, many + 1))


async def test_one_that_is_in_the_queue_very_often_has_not_failed(shop: QueueShop) -> None:
    request = await shop.request(TEA, total=220)
    for _ in range(8):
        shop.queue.send(request.order, written(request))
    await shop.work(shop.worker(concurrency=8, tries=3))
    assert (shop.state(request.order).state, shop.captured(), shop.there.orders()) == ("paid", [220], [request.order])


@pytest.mark.parametrize("first", [True, False])
async def test_what_was_asked_for_first_is_what_is_paid(shop: QueueShop, first: bool) -> None:
    request = await shop.request(TEA, total=220)
    other = await shop.request(CAKE, total=500, card=POOR_CARD, order=request.order)
    if first:
        shop.queue.send(request.order, written(other))
    shop.orders.enqueue(request, shop.queue, 10)
    shop.queue.send(request.order, written(other))
    await shop.work(shop.worker(concurrency=2))
    assert (shop.state(request.order).state, shop.captured(), shop.there.orders()) == ("paid", [220], [request.order])
    assert shop.there.counts("stock:CAKE") == (4, 0)


async def test_another_cart_does_not_go_with_the_payment_of_a_dead_worker(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    async with stopped_at(shop, "before charge"):
        other = await shop.request(CAKE, total=500, card=POOR_CARD, order=order)
        shop.queue.waiting.clear()
        shop.queue.send(order, written(other))
        await shop.work(shop.worker("W2"))
    assert (shop.state(order).state, shop.captured(), shop.there.held()) == ("paid", [220], {})


GARBAGE = (b"", b"\xff\x00\x01", b"{}", b"[1]", b"nothing", b"[" * 10_000, b'{"version":1,"order":5}', b"x" * 300_000)


async def test_what_is_no_request_is_set_aside_with_a_reason_and_stops_nobody(shop: QueueShop) -> None:
    for garbage in GARBAGE:
        shop.queue.send("", garbage)
        shop.queue.send("", garbage)
    order = await shop.enqueue(TEA, total=220)
    await shop.work()
    assert shop.state(order).state == "paid"
    stuck = shop.orders.stuck()
    assert len(stuck) == len(GARBAGE)
    assert all(str(each.words) and each.order.startswith("unreadable-") for each in stuck)
    assert shop.queue.depth() == 0
    assert [shop.orders.retry(each.order, shop.queue) for each in stuck] == [False] * len(GARBAGE)
    assert [shop.orders.drop(each.order) for each in stuck] == [True] * len(GARBAGE)
    assert (list(shop.orders.stuck()), shop.captured(), shop.there.held()) == ([], [220], {})


def test_no_order_of_an_engine_is_called_by_a_card_number() -> None:
    assert order_named(GOOD_CARD, b"nothing") == ""
    assert order_named(GOOD_CARD, b'{"order": "web-00000417"}') == "web-00000417"
    assert order_named("web-00000418", b'{"order": "web-00000417"}') == "web-00000418"
    assert order_named("", b'{"order": "%s"}' % GOOD_CARD.encode()) == ""


async def test_what_is_no_request_is_told_by_the_name_under_which_it_is_stuck(shop: QueueShop) -> None:
    shop.queue.send("", b"nothing")
    await shop.work()
    assert [each.order for each in shop.told] == [each.order for each in shop.orders.stuck()] != [""]


@pytest.mark.parametrize("before", [True, False])
async def test_garbage_under_the_id_of_an_order_changes_nothing_of_it(shop: QueueShop, before: bool) -> None:
    request = await shop.request(TEA, total=220)
    shop.orders.enqueue(request, shop.queue, 10)
    if before:
        shop.queue.waiting.rotate()
    shop.queue.send(request.order, b'{"order": "%s"}' % request.order.encode())
    shop.queue.waiting.rotate(int(before))
    await shop.work()
    assert (shop.state(request.order).state, shop.captured(), shop.queue.depth()) == ("paid", [220], 0)
    assert list(shop.orders.stuck()) == []


async def test_an_order_of_somebody_else_keeps_its_id(shop: QueueShop) -> None:
    order = await shop.enqueue(TEA, total=220)
    await shop.work()
    receipt = shop.state(order).receipt
    # What is known of the queued checkout is forgotten after some time, the order is not.
    shop.there.client.delete(shop.there.key("queued", order))
    request = await shop.request(CAKE, total=500, order=order)
    shop.orders.enqueue(request, shop.queue, 10)
    other = await shop.enqueue(BREAD, total=300)
    await shop.work(shop.worker("W2"))
    assert (shop.state(order).state, shop.state(other).state) == ("stuck", "paid")
    assert order in str(shop.state(order).words)
    assert shop.order(receipt).id == order
    assert (shop.captured(), shop.there.held(), shop.there.counts("stock:CAKE")) == ([220, 300], {}, (4, 0))
    assert shop.orders.drop(order)
    assert shop.order(receipt).id == order


class Broken:
    """A gateway with a fault: for a card of this kind it raises what no gateway should."""

    def __init__(self, gateway: Gateway, last4: str) -> None:
        self._gateway, self._last4 = gateway, last4
        self.asked = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        if self._last4 in token:
            self.asked += 1
            raise RuntimeError("a fault")
        return await self._gateway.charge(attempt_id, amount, token)


async def test_a_job_that_always_fails_is_stuck_and_those_behind_it_are_not(shop: QueueShop) -> None:
    bad = await shop.enqueue(TEA, total=220, card="4111111111111111")
    good = [await shop.enqueue(BREAD, total=300) for _ in range(3)]
    faults: list[Exception] = []
    worker = shop.worker(tries=3, report=faults.append)
    broken = Broken(shop.gateway, "1111")
    worker.by = replace(worker.by, gateway=broken)
    await shop.work(worker)
    stuck = shop.state(bad)
    assert (stuck.state, len(faults), broken.asked) == ("stuck", 3, 3)
    assert "a fault" in str(stuck.words)
    assert [each.order for each in shop.orders.stuck()] == [bad]
    assert [shop.state(order).state for order in good] == ["paid"] * 3
    # Nobody has asked yet what became of its payment.
    with pytest.raises(TillError) as refused:
        shop.orders.drop(bad)
    assert (refused.value.code, shop.there.counts("stock:TEA")) == ("payment_unknown", (10, 1))
    assert shop.orders.retry(bad, shop.queue)
    assert not shop.orders.retry(bad, shop.queue)
    await shop.work(shop.worker("W2"))
    assert (shop.state(bad).state, sorted(shop.captured()), shop.there.held()) == ("paid", [220, 300, 300, 300], {})
    assert list(shop.orders.stuck()) == []


async def test_a_job_that_kills_its_workers_is_stuck_in_the_end(shop: QueueShop) -> None:
    order = await shop.enqueue(LAMP, total=2000)
    # Of the first one the server knows nothing: it had not begun.
    async with AsyncExitStack() as stopped:
        for lane in ("W0", "W1", "W2"):
            await stopped.enter_async_context(stopped_at(shop, "before reserve", lane))
        await shop.work(shop.worker("W3", tries=2))
        assert shop.state(order).state == "stuck"
    assert "begun 2 times" in str(shop.state(order).words)
    assert [told.words for told in shop.told] == [shop.state(order).words]
    assert shop.orders.drop(order)
    assert (shop.state(order).state, shop.captured(), shop.there.counts("stock:LAMP")) == ("refused", [], (1, 0))


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 4))])
async def test_a_flash_sale_sells_what_there_is_and_no_more(tmp_path: Path, seed: int) -> None:
    chance, buyers, units = Random(seed), 300, 20
    lamps = [product | {"stock": units} for product in goods()["products"] if product["sku"] == LAMP]
    with queue_shop(tmp_path, products=lamps) as shop:
        shop.queue = Careless(seed)
        cards = {number: await shop.gateway.tokenize(number) for number in (GOOD_CARD, POOR_CARD)}
        numbers = [POOR_CARD] * (buyers // 5) + [GOOD_CARD] * (buyers - buyers // 5)
        chance.shuffle(numbers)
        orders = [await shop.enqueue(LAMP, total=2000, card=cards[number]) for number in numbers]
        await worked_together(shop, [shop.worker(lane, concurrency=4) for lane in ("W1", "W2", "W3")])
        ended = shop.orders.figures().ended
        assert (ended["paid"], sum(ended.values())) == (units, buyers)
        assert set(ended) <= {"paid", "sold_out", "declined"}
        assert (len(shop.there.orders()), set(shop.there.orders()) <= set(orders)) == (units, True)
        assert (shop.captured(), shop.there.counts("stock:LAMP"), shop.there.held()) == ([2000] * units, (0, 0), {})


async def test_what_costs_nothing_is_not_sold_more_often_than_it_is_there_either(shop: QueueShop) -> None:
    line = CartLine(line=1, sku=CAKE, quantity=Decimal(1), discount=ManualDiscount(percent=Decimal(100)))
    cart = Cart(lines=(line,), last_line=1, latest=1)
    orders = [await shop.enqueue(total=0, cart=cart) for _ in range(6)]
    await shop.work(shop.worker(concurrency=3))
    assert sorted(shop.state(order).state for order in orders) == ["paid"] * 4 + ["sold_out"] * 2
    assert (shop.there.counts("stock:CAKE"), shop.there.held(), len(shop.there.orders())) == ((0, 0), {}, 4)


async def test_an_answer_that_cannot_be_told_stops_no_order(shop: QueueShop) -> None:
    assert shop.store("9").count("stock:TEA") == (10, 0)
    shop.there.client.rpush(shop.there.key("answers", "web"), "somebody else's")
    paid = await shop.enqueue(TEA, total=220, answer="web")
    declined = await shop.enqueue(TEA, total=220, card=POOR_CARD, answer="web")
    shop.queue.send("garbled-order", b'{"order": "garbled-order", "answer": "web"}')
    await shop.work()
    assert [shop.state(order).state for order in (paid, declined, "garbled-order")] == ["paid", "declined", "stuck"]
    assert [told.tries for told in map(shop.state, (paid, declined))] == [1, 1]
    assert (shop.captured(), shop.there.counts("stock:TEA"), shop.there.held()) == ([220], (9, 0), {})
    # Every till has heard of it.
    until(lambda: shop.store("9").count("stock:TEA") == (9, 0), "a till does not hear what was sold")
