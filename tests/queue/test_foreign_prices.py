"""Another program asks with prices of its own: they are refused, while what a cashier typed on a ticket is paid."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.checkout_request import OWN_PRICES, CheckoutRequest, written
from tests.queue.commands import Asked, in_stream, line_of
from tests.queue.shop import QueueShop
from tests.queue.test_till import at_till, notices, work
from tests.till.support import GOOD_CARD, TEA

ALL = ManualDiscount(percent=Decimal(99))
LINE = CartLine(line=1, sku=TEA, quantity=Decimal(1))
CHEAP = (
    Cart(lines=(CartLine(line=1, sku=TEA, quantity=Decimal(1), price=1),)),
    Cart(lines=(CartLine(line=1, sku=TEA, quantity=Decimal(1), discount=ALL),)),
    Cart(lines=(LINE,), discount=ALL),
)
TOTALS = (1, 2, 2)


def given(shop: QueueShop, request: CheckoutRequest) -> None:
    """A program with the rights of a web shop puts a request into the stream itself."""
    shop.queue.send(request.order, written(request))


@pytest.mark.parametrize(("cart", "total"), list(zip(CHEAP, TOTALS, strict=True)))
async def test_what_another_program_put_into_the_queue_has_the_shop_s_prices(
    shop: QueueShop, cart: Cart, total: int
) -> None:
    cheap, right = await shop.request(total=total, cart=cart), await shop.request(TEA, total=220)
    for request in (cheap, right):
        given(shop, request)
    await shop.work()
    refused = shop.state(cheap.order)
    assert (refused.state, str(refused.words)) == ("refused", str(OWN_PRICES))
    assert (shop.state(right.order).state, shop.captured(), shop.there.held()) == ("paid", [220], {})


async def test_it_has_them_once_more_when_a_worker_has_died_with_it(shop: QueueShop) -> None:
    cheap = await shop.request(total=1, cart=CHEAP[0])
    for lane in ("W1", "W2"):
        given(shop, cheap)
        await shop.work(shop.worker(lane))
    assert (shop.state(cheap.order).state, shop.captured()) == ("refused", [])


async def test_a_shop_may_let_other_programs_name_prices(
    shop: QueueShop, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    cheap, asked = [await shop.request(total=1, cart=CHEAP[0]) for _ in range(2)]
    given(shop, cheap)
    worker = shop.worker()
    worker.by = replace(worker.by, foreign_prices=True)
    await shop.work(worker)
    assert (shop.state(cheap.order).state, shop.captured()) == ("paid", [1])
    monkeypatch.setenv("TILLKEY_QUEUE_FOREIGN_PRICES", "true")
    assert ask("enqueue", "-", given=line_of(asked))[0] == 0
    assert [each.order for each in in_stream(shop)] == [asked.order]


async def test_pos_enqueue_takes_none_of_them(shop: QueueShop, ask: Asked) -> None:
    cheap = await shop.request(total=1, cart=CHEAP[0])
    assert ask("enqueue", "-", given=line_of(cheap)) == (1, f"line 1: request_invalid: {OWN_PRICES}\n", "")
    told = json.loads(ask("enqueue", "-", "--json", given=line_of(cheap))[1])
    assert (told["order"], told["error"]["code"], in_stream(shop)) == (cheap.order, "request_invalid", [])


async def test_what_a_cashier_typed_on_a_queued_ticket_is_paid(shop: QueueShop) -> None:
    with at_till(shop) as (till, told):
        till.add(TEA)
        till.price(1, 150)
        assert (await till.queue(GOOD_CARD)).state == "queued"
        total = till_total(shop)
        await work(shop)
        await till.keep_time()
        assert notices(told) == ["Ticket 1-1 is paid: receipt W1-Q1-1."]
        assert shop.captured() == [total]


def till_total(shop: QueueShop) -> int:
    (request,) = in_stream(shop)
    assert request.cart.lines[0].price == 150
    return request.total
