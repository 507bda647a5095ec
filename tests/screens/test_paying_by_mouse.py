"""The mouse on the payment, coupon and checks screens does what the keys do there."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.testing import Cashier, open_till_app
from screens.payment.screen import PaymentScreen
from tests.screens.shop import LAST_ONE, MILK, SMALL
from tests.screens.test_mouse import click, click_at, place, wheel_at

DECLINED = "4000000000009995"


@pytest.mark.parametrize("size", [(80, 24), (120, 30)], ids=str)
async def test_a_quick_tender_is_chosen_and_a_click_on_the_chosen_one_takes_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n<f12>")
        await click(cashier, "5.00", "paying")
        assert cashier.state == "open"
        assert "3.51 change  ⏎" in cashier.text("paying")
        await click(cashier, "5.00", "paying")
        assert cashier.sale.change == 500 - 149


async def test_cash_and_card_are_clicked(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    await click(cashier, "Cash", "paying")
    assert cashier.state == "paid"
    await cashier.keys(f"{MILK}\n<f12>")
    await click(cashier, "Card", "paying")
    assert [payment.tender for payment in cashier.sale.payments] == ["card"]


async def test_the_ways_out_of_a_decline_are_clicked(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{DECLINED}k")
    await click(cashier, "Try again", "paying")
    assert "DECLINED" in cashier.text("paying")
    await click(cashier, "Cash exact", "paying")
    assert cashier.state == "paid"


async def test_a_part_payment_is_given_back_by_two_clicks(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2\n")
    await click(cashier, "Abandon", "paying")
    assert cashier.state == "part_paid"
    await click(cashier, "Give it back", "paying")
    assert cashier.state == "open"
    assert "Give 2.00 back in cash." in cashier.text("hand_over")


@pytest.mark.till(gateway="hold")
async def test_a_click_while_a_card_is_charged_does_nothing(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    cash = place(cashier, "Cash", "paying")
    cashier.burst("k")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    click_at(cashier, *cash)
    await cashier.until(lambda: cashier.app._message_queue.empty())
    cashier.bank.say("answer")
    await cashier.settled()
    assert [payment.tender for payment in cashier.sale.payments] == ["card"]


async def test_the_wheel_chooses_a_tender_but_never_loses_what_is_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    at = place(cashier, "Amount", "paying")
    wheel_at(cashier, *at)
    await cashier.settled()
    assert "3.51 change  ⏎" in cashier.text("paying")
    await cashier.keys("12")
    wheel_at(cashier, *at)
    await cashier.settled()
    screen = cashier.app.screen
    assert isinstance(screen, PaymentScreen)
    assert screen.typed == "12"


async def test_a_coupon_is_chosen_and_a_click_on_the_chosen_one_puts_it_on(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>")
    await click(cashier, "SAVE10", "offered")
    assert not cashier.sale.coupons
    await click(cashier, "SAVE10", "offered")
    assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]
    await click(cashier, "SAVE10", "applied")
    await click(cashier, "SAVE10", "applied")
    assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]
    await cashier.keys("<delete>")
    assert not cashier.sale.coupons


async def test_a_check_is_asked_for_by_a_click_on_it(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway timeout before\n<f12>k")
    await cashier.keys("\n<f9>")
    await click(cashier, "Ticket 1-1", "page")
    assert "Every payment is answered now." in cashier.text("line")
