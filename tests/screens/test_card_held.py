"""A card's number that was typed to be charged is held no longer than the gateway needs it: then a token is."""

from __future__ import annotations

import pytest

from pos.testing import Cashier
from tests.screens.reachable import texts_within
from tests.screens.shop import MILK

DIGITS = list("4000056655665556")
"""Apart, so that no text of the tests' own has the number in it."""
TELLING = 7
"""So many digits of it in a row are a part of it."""


def number() -> str:
    return "".join(DIGITS)


def held(cashier: Cashier) -> list[str]:
    """The texts within reach of the app that have a part of the number."""
    parts = {number()[at : at + TELLING] for at in range(len(DIGITS) - TELLING + 1)}
    return [text for text in texts_within(cashier.app) if any(part in text for part in parts)]


async def test_a_number_that_is_typed_is_found(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>").keys(number())
    assert held(cashier)


@pytest.mark.parametrize("answer", ["decline lost_card", "timeout before", "timeout after", "down", "slow 3"])
async def test_nothing_holds_a_number_that_was_charged(cashier: Cashier, answer: str) -> None:
    await cashier.keys(f"{MILK}\n/gateway {answer}\n<f12>").keys(f"{number()}k")
    assert not held(cashier)


@pytest.mark.till(gateway="hold")
async def test_nothing_holds_a_number_while_it_is_charged(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    cashier.burst(f"{number()}k")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    assert not held(cashier)
    cashier.bank.say("answer")
    await cashier.settled()
    assert cashier.state == "paid"


async def test_a_declined_card_is_charged_again_by_its_token(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway decline lost_card\n<f12>").keys(f"{number()}k")
    await cashier.sees("R Try again", "paying").keys("r")
    assert cashier.state == "paid"
    (payment,) = cashier.sale.payments
    assert (payment.tender, payment.last4) == ("card", number()[-4:])


async def test_a_number_that_never_reached_the_gateway_is_typed_again(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway down\n<f12>").keys(f"{number()}k")
    await cashier.sees("NOT CHARGED", "paying").sees_not("R Try again", "paying")
    await cashier.keys("r").sees("NOT CHARGED", "paying")
    assert cashier.state == "open"
    cashier.bank.say("up")
    await cashier.keys(f"{number()}k")
    assert cashier.state == "paid"


async def test_the_reader_is_asked_again_once_the_gateway_is_reached(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/gateway down\n<f12>k").sees("NOT CHARGED", "paying")
    cashier.bank.say("up")
    await cashier.keys("r")
    assert cashier.state == "paid"


@pytest.mark.parametrize("ending", ["\n", "k"])
async def test_nothing_holds_a_number_that_was_refused(cashier: Cashier, ending: str) -> None:
    wrong = ending == "k"
    await cashier.keys(f"{MILK}\n<f12>{number()}{'0' if wrong else ''}{ending}")
    assert cashier.state == "open"
    assert not held(cashier)
