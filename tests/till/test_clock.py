"""A clock that jumps, back or forward, breaks neither numbers nor order nor expiry."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from pos.bootstrap import open_till
from pos.domain.cart import Cart, CartLine
from pos.domain.counters import stock_counter
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult
from pos.domain.reservations import Claim, Reservation
from pos.domain.timed_ids import made_at
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, NOON, TEA, Counter, HandClock, catalog_file, counter

HOUR = 3600


async def test_receipts_count_on_when_the_clock_is_set_back() -> None:
    with counter() as at:
        for turn in (0, -3 * HOUR, -48 * HOUR, 100 * HOUR):
            at.clock.turn(turn)
            at.till.add(BREAD)
            await at.till.pay_cash()
        assert [order.receipt for order in at.store.orders()] == ["1-1-1", "1-1-2", "1-1-3", "1-1-4"]
        assert [order.receipt for order in await at.till.recent_orders(2)] == ["1-1-4", "1-1-3"]


async def test_an_orders_id_carries_the_moment_at_which_its_checkout_began() -> None:
    till = open_till(catalog=catalog_file(), clock=(clock := HandClock(NOON)))
    for turn in (0, -HOUR, 2 * HOUR):
        clock.turn(turn)
        till.add(BREAD)
        sale = await till.pay_cash()
        assert sale.order is not None
        assert made_at(sale.order) == clock.now()
        assert (await till.find_order(sale.order)).receipt == sale.receipt
    till.close()


def held(at: Counter) -> Reservation:
    """A lamp that is held for ten minutes."""
    claim = Claim(counter=stock_counter(LAMP), amount=1)
    sale = at.sale
    at.till.add(TEA)
    return Reservation(
        id="other/1", order="order-other", lane="other", state="held", claims=(claim,), sale=sale,
        cart=at.till._current.state.cart, created=at.clock.now(),
        deadline=at.clock.now() + timedelta(minutes=10),
    )  # fmt: skip


async def test_what_is_held_expires_at_its_deadline_whatever_the_clock_did_before() -> None:
    with counter() as at:
        at.store.reserve(held(at))
        at.clock.turn(-HOUR)
        await at.till.wait(0)
        assert at.stock(LAMP) == (1, 1)
        at.clock.turn(HOUR + 599)
        await at.till.wait(0)
        assert at.stock(LAMP) == (1, 1)
        await at.till.wait(1)
        assert at.stock(LAMP) == (1, 0)
        at.clock.turn(-HOUR)
        await at.till.wait(0)
        assert at.stock(LAMP) == (1, 0)


@pytest.mark.parametrize("turn", [-48 * HOUR, 48 * HOUR])
async def test_a_payment_that_is_being_checked_never_expires(turn: int) -> None:
    with counter() as at:
        at.till.add(CAKE)
        at.gateway.script("timeout after")
        with pytest.raises(TillError):
            await at.till.pay_card(GOOD_CARD)
        at.clock.turn(turn)
        at.gateway.script("down")
        await at.till.wait(0)
        assert at.stock(CAKE) == (4, 1)
        at.gateway.script("up")
        assert (await at.till.wait(0)).state == "paid"
        order = await at.till.find_order()
        assert (order.receipt, order.at) == ("1-1-1", NOON + timedelta(seconds=turn + 5))


async def test_a_coupon_and_a_held_ticket_follow_the_clock_as_it_stands() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.apply_coupon("TODAY")
        await at.till.hold("first")
        at.clock.turn(-HOUR)
        at.till.add(TEA)
        await at.till.hold("second")
        at.clock.turn(24 * HOUR)
        assert (await at.till.recall("first")).total == 300
        at.clock.turn(-24 * HOUR)
        with pytest.raises(TillError) as changed:
            await at.till.pay_cash()
        assert (changed.value.code, at.sale.total) == ("price_changed", 150)
        assert (await at.till.pay_cash()).paid == 150
        assert (await at.till.recall("second")).ticket == "1-2"


@pytest.mark.parametrize("deadline", [True, False])
async def test_neither_a_start_nor_a_look_gives_back_what_is_held_before_its_time(deadline: bool) -> None:
    with counter() as before:
        hold = held(before)
        before.store.reserve(hold if deadline else hold.model_copy(update={"deadline": None}))
    with counter(before.store, ids=before.ids) as at:
        at.clock.turn(599)
        assert await at.till.recover() == ()
        assert (at.stock(LAMP), at.till.checking(), at.till.something_is_due) == ((1, 1), (), False)
        at.clock.turn(1)
        assert at.till.something_is_due
        await at.till.recover()
        assert (at.stock(LAMP), at.till.something_is_due) == ((1, 0), False)
        (told,) = (event for event in at.events if event.event == "released")
        assert [(move.name, move.held_before, move.held) for move in told.counters] == [("stock:LAMP", 1, 0)]


async def test_what_is_held_beyond_its_time_stands_in_no_payments_way() -> None:
    with counter() as at:
        at.store.reserve(held(at))
        at.till.void_all()
        lamp = Cart(lines=(CartLine(line=1, sku=LAMP, quantity=Decimal(1)),))
        at.till._current.put(at.till._current._pricing.priced("1-1", lamp))
        with pytest.raises(TillError) as refused:
            await at.till.pay_cash()
        assert refused.value.code == "out_of_stock"
        at.clock.turn(600)
        assert (await at.till.pay_cash()).state == "paid"


async def test_a_hold_of_the_ticket_that_is_paid_becomes_its_payments() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await at.till.flush()
        hold = held(at)
        at.store.reserve(hold.model_copy(update={"id": "1-1/1", "sale": at.sale}))
        await at.till.recover()
        assert at.stock(LAMP) == (1, 1)
        assert (await at.till.pay_cash()).state == "paid"
        assert at.stock(LAMP) == (0, 0)


async def test_a_ticket_paid_in_part_asks_once_after_the_shops_limit_and_keeps_its_money() -> None:
    with counter() as at:
        at.till._services.decide_after = timedelta(minutes=3)
        at.till.add(CAKE)
        await at.till.pay_cash(100)
        for turn, told in ((-HOUR, 0), (HOUR + 179, 0), (1, 1), (HOUR, 1), (-HOUR, 1)):
            at.clock.turn(turn)
            await at.till.recover()
            notices = [event.text for event in at.events if event.event == "notice"]
            assert len(notices) == told
        assert "Ticket 1-1 has been paid in part for 3 minutes" in notices[0]
        assert (at.sale.state, at.sale.paid) == ("part_paid", 100)
    with counter(at.store, ids=at.ids) as again:
        again.clock.turn(HOUR)
        await again.till.recover()
        assert again.till.part_paid_since == NOON
        assert [event.event for event in again.events].count("notice") == 1


async def test_what_the_clock_brings_about_while_a_card_is_charged_disturbs_neither() -> None:
    with counter() as at:
        at.till.add(CAKE)
        at.store.reserve(held(at))
        charge, told = at.gateway.charge, []

        async def looked_at(attempt_id: str, amount: int, token: str) -> ChargeResult:
            at.clock.turn(600)
            told.append(await at.till.recover())
            return await charge(attempt_id, amount, token)

        at.gateway.charge = looked_at  # type: ignore[method-assign]
        assert (await at.till.pay_card(GOOD_CARD)).state == "paid"
        assert (told, at.stock(LAMP)) == ([()], (1, 0))
