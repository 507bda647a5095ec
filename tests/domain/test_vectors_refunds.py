"""Refunds and their ceilings, against figures of other engines."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos.domain.errors import TillError
from pos.domain.refunds import refund, split_over_payments
from pos.domain.sale import Payment
from tests.domain.builders import cart, priced, product, rules, sale
from tests.domain.cases import Case, cases


@cases("refunds", lambda case: "line" in case.input)
def test_refund(case: Case) -> None:
    sold = case.input["line"]
    shop = rules([product("A", sold["unit_price"])])
    charged = sale(priced(cart(("A", sold["qty"])), shop))
    assert refund(charged, {1: Decimal(case.input["return_qty"])}).amount == case.expected["refund"]


@cases("refunds", lambda case: "captured" in case.input)
def test_ceiling(case: Case) -> None:
    captured = case.input["captured"]
    payment = Payment(attempt="a", tender="card", state="captured", amount=captured)
    given_back = 0
    results = []
    for amount in case.input["refunds"]:
        try:
            parts = split_over_payments(amount, [payment], {"a": given_back})
        except TillError:
            results.append("refused")
        else:
            results.append("ok")
            given_back += sum(part.amount for part in parts)
    assert results == case.expected["results"]
    assert captured - given_back == case.expected["captured_left"]


def test_only_captured_money_goes_back() -> None:
    """As refunds-019 of another engine: an authorization, or here a payment not known to be captured, is no money."""
    payment = Payment(attempt="a", tender="card", state="unknown", amount=100)
    with pytest.raises(TillError):
        split_over_payments(100, [payment], {})
