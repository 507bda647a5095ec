"""A key that bounces: pressed again within half a second of a payment's end, it answers nothing."""

from __future__ import annotations

import pytest

from pos.testing import Cashier
from screens.driver.keyboard import parsed
from screens.kit.input.echoes import ECHO
from screens.terminal.keys import timed
from tests.screens.shop import BREAD, MILK

DECLINED = "4000000000009995"


async def press(cashier: Cashier, keys: str, at: float) -> None:
    """Keys of a hand, all at a time of the terminal's clock."""
    for event in parsed(keys):
        await cashier.app.on_event(timed(event, at))
        cashier.app._intake.pause()
        await cashier.settled()


@pytest.mark.parametrize("keys", ["C", "c", "\n"], ids=["C", "c", "Enter"])
@pytest.mark.parametrize(("later", "goes_on"), [(ECHO / 5, False), (ECHO * 3, True)], ids=["echo", "later"])
async def test_the_key_that_paid_goes_on_from_the_receipt_only_later(
    cashier: Cashier, keys: str, later: float, *, goes_on: bool
) -> None:
    given = "20" if keys == "\n" else ""
    await cashier.keys(f"{MILK}\n<f12>{given}")
    await press(cashier, keys, 10.0)
    assert cashier.kind == "receipt"
    await press(cashier, keys, 10.0 + later)
    assert (cashier.kind == "sale") is goes_on


async def test_another_key_goes_on_at_once_and_the_first_one_then_too(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20")
    await press(cashier, "\n", 10.0)
    await press(cashier, "rye\n", 10.1)
    assert [line.sku for line in cashier.sale.lines] == ["RYE"]


async def test_a_second_press_takes_no_second_part(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<f12>2")
    await press(cashier, "\n", 10.0)
    await press(cashier, "\n", 10.2)
    assert cashier.state == "part_paid"
    assert cashier.sale.paid == 200


async def test_a_card_that_was_declined_is_not_charged_again_by_a_second_press(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway decline insufficient_funds\n<f12>")
    await press(cashier, "k", 10.0)
    await press(cashier, "k", 10.2)
    assert len(cashier.sale.payments) == 1
    await press(cashier, "k", 12.0)
    assert cashier.state == "paid"


async def test_two_keys_that_were_pressed_on_purpose_both_count(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n")
    await cashier.keys("\n")
    assert cashier.kind == "sale"


async def test_a_bounce_is_no_answer_to_the_question_that_it_has_opened(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<f12>2\n")
    await press(cashier, "a", 50.0)
    await press(cashier, "a", 50.08)
    assert (cashier.state, cashier.sale.paid) == ("part_paid", 200)
    await press(cashier, "a", 51.0)
    assert cashier.state == "open"


async def test_a_bounced_enter_takes_no_other_answer_than_the_one_that_was_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f4>10")
    await press(cashier, "\n", 50.0)
    await press(cashier, "\n", 50.08)
    assert cashier.sale.total == 149
    await press(cashier, "\n", 51.0)
    assert cashier.sale.total == 134


@pytest.mark.till(gateway="hold")
async def test_a_key_pressed_after_its_card_was_cancelled_charges_again(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    for event in parsed("k"):
        await cashier.app.on_event(timed(event, 50.0))
    cashier.app._intake.pause()
    await cashier.until(lambda: cashier.till.waiting_for_card)
    await press(cashier, "<escape>", 50.2)
    await cashier.sees("CANCELLED", "paying")
    await press(cashier, "<escape>", 50.3)
    assert cashier.kind == "payment"
    await press(cashier, "k", 50.4)
    assert cashier.till.waiting_for_card
    cashier.bank.say("answer")
    await cashier.settled()
    assert cashier.state == "paid"
