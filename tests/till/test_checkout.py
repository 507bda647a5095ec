"""Payments end to end: cash, cards, several tenders, declines, time-outs, and what they do to stock and coupons."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.i18n import ENGLISH, use_language
from pos.domain.ports import ChargeResult
from pos.locales import language_of
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from tests.till.support import BREAD, CAKE, GOOD_CARD, LAMP, NOON, POOR_CARD, TEA, Counter, counter


async def test_exact_cash_is_one_durable_step() -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        sale = await at.till.pay_cash()
        assert (sale.state, sale.paid, sale.due, sale.change) == ("paid", 1000, 0, 0)
        assert (sale.receipt, sale.order) == ("1-1-1", "order-1")
        assert at.stock(CAKE) == (2, 0)
        assert at.kinds()[-1] == "committed"
        assert at.store.open_reservations() == ()
        assert at.gateway.ledger.charges() == ()


async def test_change_is_given_and_the_next_scan_begins_a_new_ticket() -> None:
    with counter() as at:
        at.till.add(CAKE)
        sale = await at.till.pay_cash(2000)
        assert (sale.paid, sale.change) == (500, 1500)
        assert at.sale is sale
        following = at.till.add(BREAD)
        assert (following.state, following.paid, len(following.lines)) == ("open", 0, 1)
        assert following.ticket != sale.ticket


async def test_cash_is_rounded_to_the_coins_there_are() -> None:
    with counter(settings={"cash_rounding": {"step": 5, "mode": "half_up"}}) as at:
        at.till.add("4664", Decimal("0.333"))
        assert (at.sale.due, at.sale.cash_due) == (133, 135)
        sale = await at.till.pay_cash(200)
        assert (sale.total, sale.cash_rounding, sale.paid, sale.change) == (133, 2, 135, 65)


async def test_a_part_in_cash_is_payable_in_coins() -> None:
    with counter(settings={"cash_rounding": {"step": 5, "mode": "half_up"}}) as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await at.till.pay_cash(101)
        assert refusal.value.code == "cash_step"
        assert (await at.till.pay_cash(100)).state == "part_paid"
        sale = await at.till.pay_card(GOOD_CARD)
        assert (sale.state, sale.paid, sale.cash_rounding) == ("paid", 500, 0)


async def test_what_rounds_to_nothing_is_settled_without_money() -> None:
    with counter(settings={"cash_rounding": {"step": 5, "mode": "half_up"}}) as at:
        at.till.add(BREAD)
        at.till.price(1, 2)
        sale = await at.till.pay_cash()
        assert (sale.state, sale.total, sale.cash_rounding, sale.paid) == ("paid", 2, -2, 0)


async def test_a_total_of_nothing_needs_no_tender() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.price(1, 0)
        with pytest.raises(TillError) as refusal:
            await at.till.pay_card(GOOD_CARD)
        assert refusal.value.code == "nothing_due"
        sale = await at.till.pay_cash()
        assert (sale.state, sale.payments) == ("paid", ())


async def test_money_given_for_nothing_is_given_back() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.price(1, 0)
        sale = await at.till.pay_cash(2000)
        assert (sale.state, sale.paid, sale.change) == ("paid", 0, 2000)


@pytest.mark.parametrize("tendered", [0, -500])
async def test_no_money_is_no_payment(tendered: int) -> None:
    with counter() as at:
        at.till.add(CAKE)
        before = at.sale
        with pytest.raises(TillError) as refusal:
            await at.till.pay_cash(tendered)
        assert refusal.value.code == "bad_amount"
        assert at.sale == before


async def test_a_card_shows_brand_and_last_four() -> None:
    with counter() as at:
        at.till.add(CAKE)
        sale = await at.till.pay_card(GOOD_CARD)
        assert [(paid.tender, paid.brand, paid.last4) for paid in sale.payments] == [("card", "visa", "4242")]
        assert at.kinds()[1:] == ["reserved", "charging", "captured", "committed"]
        assert at.gateway.ledger.captured_total() == 500
        order = at.store.order("1-1-1")
        assert order is not None
        assert order.sale == sale


@pytest.mark.parametrize(("amount", "code"), [(0, "bad_amount"), (-1, "bad_amount"), (501, "payment_too_much")])
async def test_a_card_is_charged_no_more_than_is_due(amount: int, code: str) -> None:
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await at.till.pay_card(GOOD_CARD, amount)
        assert refusal.value.code == code
        assert at.gateway.ledger.charges() == ()


async def test_a_number_that_is_no_card_is_refused_before_any_call() -> None:
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await at.till.pay_card("4242424242424241")
        assert refusal.value.code == "card_number_invalid"
        assert "4242" not in refusal.value.message
        assert at.stock(CAKE) == (4, 0)


async def test_a_decline_gives_everything_back_and_the_ticket_can_be_edited() -> None:
    with counter() as at:
        at.till.add(LAMP)
        at.till.apply_coupon("ONE")
        held: list[object] = []
        at.till.subscribe(lambda _, event: held.append(at.stock(LAMP)) if event and event.event == "charging" else None)
        with pytest.raises(TillError) as declined:
            await at.till.pay_card(POOR_CARD)
        assert held == [(1, 1)]
        assert declined.value.as_json()["decline_code"] == "insufficient_funds"
        assert (at.sale.state, at.stock(LAMP), at.uses("ONE")) == ("open", (1, 0), 0)
        assert at.kinds()[-4:] == ["reserved", "charging", "declined", "released"]
        at.till.void(1)
        at.till.add(LAMP)
        assert (await at.till.pay_cash()).state == "paid"
        assert (at.stock(LAMP), at.uses("ONE")) == ((0, 0), 1)


async def test_a_retry_after_a_decline_takes_the_stock_once() -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        for _ in range(2):
            with pytest.raises(TillError):
                await at.till.pay_card(POOR_CARD)
        await at.till.pay_card(GOOD_CARD)
        assert at.stock(CAKE) == (2, 0)
        assert at.gateway.ledger.captured_total() == 1000


async def test_a_split_tender_with_the_second_declined_keeps_the_first() -> None:
    with counter() as at:
        at.till.add(CAKE, Decimal(2))
        await at.till.pay_card(GOOD_CARD, 400)
        assert (at.sale.state, at.sale.paid, at.sale.due) == ("part_paid", 400, 600)
        with pytest.raises(TillError) as declined:
            await at.till.pay_card(POOR_CARD)
        assert (declined.value.code, at.sale.state, at.sale.due) == ("payment_declined", "part_paid", 600)
        assert at.stock(CAKE) == (4, 2)
        with pytest.raises(TillError) as frozen:
            at.till.add(TEA)
        assert frozen.value.code == "ticket_frozen"
        sale = await at.till.pay_cash()
        assert (sale.state, sale.paid) == ("paid", 1000)
        assert [(paid.tender, paid.state) for paid in sale.payments] == [
            ("card", "captured"),
            ("card", "declined"),
            ("cash", "captured"),
        ]


async def test_abandoning_gives_every_part_back() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await at.till.pay_cash(100)
        await at.till.pay_card(GOOD_CARD, 200)
        sale = await at.till.abandon()
        assert (sale.state, sale.paid, sale.due) == ("open", 0, 500)
        assert at.gateway.ledger.captured_total() == 0
        assert at.stock(CAKE) == (4, 0)
        assert at.till.add(TEA).state == "open"


async def test_there_is_nothing_to_abandon_before_a_payment() -> None:
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError) as refusal:
            await at.till.abandon()
        assert refusal.value.code == "nothing_to_abandon"


async def test_an_abandon_without_an_answer_can_be_told_again() -> None:
    with counter() as at:
        at.till.add(CAKE)
        await at.till.pay_card(GOOD_CARD, 200)
        at.gateway.script("down")
        with pytest.raises(TillError) as refusal:
            await at.till.abandon()
        assert (refusal.value.code, at.sale.state) == ("payment_unknown", "part_paid")
        at.gateway.script("up")
        assert (await at.till.abandon()).state == "open"
        assert at.gateway.ledger.captured_total() == 0


async def test_a_gateway_that_is_down_charges_nothing() -> None:
    with counter() as at:
        at.till.add(CAKE)
        at.gateway.script("down")
        with pytest.raises(TillError) as refusal:
            await at.till.pay_card(GOOD_CARD)
        assert (refusal.value.code, at.sale.state, at.stock(CAKE)) == ("gateway_down", "open", (4, 0))


async def test_a_price_that_is_only_worded_in_another_language_is_the_same() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.apply_coupon("TODAY")
        at.till.discount_ticket(ManualDiscount(amount=10))
        try:
            use_language(language_of("de"))
            await at.till.pay_cash()
        finally:
            use_language(ENGLISH)
        assert at.sale.state == "paid"


async def test_an_expired_price_is_refused_and_the_new_one_shown() -> None:
    with counter() as at:
        at.till.add(BREAD)
        at.till.apply_coupon("TODAY")
        assert at.sale.total == 150
        at.clock.advance(24 * 3600)
        with pytest.raises(TillError) as refusal:
            await at.till.pay_cash()
        assert refusal.value.code == "price_changed"
        assert at.sale.total == 300
        assert (await at.till.pay_cash()).paid == 300


async def test_a_second_payment_while_one_runs_does_nothing() -> None:
    with counter() as at:
        at.till.add(CAKE)
        first, second, third = await asyncio.gather(
            at.till.pay_card(GOOD_CARD), at.till.pay_card(GOOD_CARD), at.till.pay_cash()
        )
        assert first.state == "paid"
        assert "paid" not in (second.state, third.state)
        assert len(at.gateway.ledger.charges()) == 1
        assert [order.receipt for order in at.store.orders()] == ["1-1-1"]


class SlowGateway(MockGateway):
    """A gateway whose answers come when the test lets them."""

    def __init__(self) -> None:
        super().__init__(FrozenClock(NOON), Ledger(), ids=SequentialIds())
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        self.asked.set()
        await self.answer.wait()
        return await super().charge(attempt_id, amount, token)


async def cancelled(at: Counter, gateway: SlowGateway) -> TillError:
    at.till.add(CAKE)
    payment = asyncio.create_task(at.till.pay_card(GOOD_CARD))
    await gateway.asked.wait()
    assert at.till.waiting_for_card
    at.till.cancel_payment()
    with pytest.raises(TillError) as refusal:
        await payment
    return refusal.value


async def test_a_cancelled_charge_is_voided_and_can_never_land() -> None:
    gateway = SlowGateway()
    with counter(gateway=gateway) as at:
        assert (await cancelled(at, gateway)).code == "payment_cancelled"
        assert (at.sale.state, at.stock(CAKE)) == ("open", (4, 0))
        gateway.answer.set()
        late = await gateway.charge("attempt-1", 500, "tok-1.visa.4242.approved")
        assert late.state == "declined"
        assert gateway.ledger.captured_total() == 0


async def test_a_cancel_that_nobody_acknowledges_is_checked() -> None:
    gateway = SlowGateway()
    with counter(gateway=gateway) as at:
        at.till.add(CAKE)
        payment = asyncio.create_task(at.till.pay_card(GOOD_CARD))
        await gateway.asked.wait()
        gateway.script("down")
        at.till.cancel_payment()
        with pytest.raises(TillError) as refusal:
            await payment
        assert (refusal.value.code, at.sale.state, at.stock(CAKE)) == ("payment_unknown", "checking", (4, 1))


async def test_nothing_is_reserved_for_a_ticket_set_aside() -> None:
    with counter() as at:
        at.till.add(LAMP)
        await at.till.hold()
        assert at.stock(LAMP) == (1, 0)
