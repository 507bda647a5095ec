"""Another package's gateway that does not keep the port: no payment is charged twice, and no sale is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.ports import CardToken, ChargeResult
from pos.extensions import register_gateway
from pos.till.till import Till
from tests.till.support import CAKE, GOOD_CARD, catalog_file


class Wild:
    """Charges, and then answers in a way of its own."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.answer = answer
        self.charged: list[str] = []

    async def tokenize(self, _number: str) -> CardToken:
        return CardToken(token="t", brand="\x1b[31mBRAND", last4=GOOD_CARD)

    async def charge(self, attempt_id: str, _amount: int, _token: str) -> Any:
        self.charged.append(attempt_id)
        return self.answer()

    async def find(self, attempt_id: str) -> Any:
        return ChargeResult(state="captured") if attempt_id in self.charged else {}

    async def void(self, _attempt_id: str) -> None:
        raise ConnectionError

    refund = void


def raises(error: BaseException) -> Callable[[], Any]:
    def answer() -> Any:
        raise error

    return answer


def till_at(gateway: Wild) -> Till:
    def make(_address: str, /, **_with: Any) -> Any:
        return gateway

    with register_gateway("wild", make):
        return open_till(catalog=catalog_file(), gateway="wild://bank")


@pytest.mark.parametrize(
    "answer",
    [
        raises(ConnectionError("reset")),
        raises(asyncio.CancelledError()),
        raises(SystemExit(3)),
        raises(TillError("gateway_down", lazy("Nothing was charged."))),
        lambda: None,
        lambda: {"state": "captured"},
    ],
    ids=["reset", "cancelled", "ends", "refuses", "nothing", "dict"],
)
async def test_what_is_no_answer_leaves_the_payment_to_be_checked(answer: Callable[[], Any]) -> None:
    gateway = Wild(answer)
    till = till_at(gateway)
    till.add(CAKE)
    with pytest.raises(TillError) as refusal:
        await till.pay("card", number=GOOD_CARD)
    assert (refusal.value.code, till.sale.state) == ("payment_unknown", "checking")
    (ending,) = await till.recover()
    assert (ending.outcome, len(gateway.charged)) == ("committed", 1)
    till.add(CAKE)
    assert (await till.pay_cash()).state == "paid"
    till.close()


async def test_of_an_answer_no_more_is_kept_than_four_digits_and_what_can_be_shown() -> None:
    till = till_at(Wild(lambda: ChargeResult(state="captured", brand="\x1b[31mVISA", last4=GOOD_CARD)))
    till.add(CAKE)
    (payment,) = (await till.pay("card", number=GOOD_CARD)).payments
    assert (payment.brand, payment.last4) == ("VISA", GOOD_CARD[-4:])
    till.close()
