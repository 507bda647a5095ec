"""Allocation, cash rounding, check digits and merging, against figures of other engines."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import lcm

import pytest

from pos.domain.catalog import CashRounding
from pos.domain.codes import check_digit, has_bad_check_digit, is_gtin
from pos.domain.merge import merge
from pos.domain.money import round_cash, share
from tests.domain.builders import cart, product, rules
from tests.domain.cases import Case, cases


def _weights(case: Case) -> list[int]:
    if "equal_parts" in case.input:
        return [1] * case.input["equal_parts"]
    exact = [Fraction(weight) for weight in case.input["weights"]]
    scale = lcm(*(weight.denominator for weight in exact))
    return [int(weight * scale) for weight in exact]


@cases("allocation")
def test_allocation(case: Case) -> None:
    weights = _weights(case)
    if "error" in case.expected:
        with pytest.raises(ValueError, match="weight"):
            share(case.input["amount"], weights)
    else:
        assert list(share(case.input["amount"], weights)) == case.expected["parts"]


@cases("cash_rounding")
def test_cash_rounding(case: Case) -> None:
    rule = CashRounding(step=case.input["step"], mode=case.input["mode"].lower())
    due = int(case.input["amount"]) - case.input.get("card_paid", 0)
    cash = round_cash(due, rule)
    expected = case.expected
    assert cash == expected.get("cash", expected.get("due", expected.get("total")))
    assert cash - due == expected.get("rounding", cash - due)
    assert case.input.get("card_paid", 0) + cash == expected.get("paid", case.input.get("card_paid", 0) + cash)
    assert case.input.get("tendered_cash", 0) - cash == expected.get(
        "change", case.input.get("tendered_cash", 0) - cash
    )
    assert -round_cash(-due, rule) == cash


@cases("ean")
def test_check_digits(case: Case) -> None:
    if case.input["operation"] == "check_digit":
        body = case.input["body"]
        assert check_digit(body) == case.expected["check_digit"]
        assert is_gtin(f"{body}{case.expected['check_digit']}")
        return
    code = case.input["code"]
    if case.input["symbology"] == "UPC-E":
        assert has_bad_check_digit(code) is not case.expected["valid"]
    else:
        assert is_gtin(code) is case.expected["valid"]
        assert has_bad_check_digit(code) is (case.expected.get("reason") == "checksum")


@cases("cart_merge")
def test_cart_merge(case: Case) -> None:
    guest, member = case.input["guest"], case.input["member"]
    shop = rules(
        (product(sku, 100) for sku in {*guest, *member}),
        cart_merge="sum" if case.input["rule"].startswith("sum") else "guest",
    )
    merged, notices = merge(cart(*guest.items()), cart(*member.items()), shop, {})
    assert not notices
    if "merged" in case.expected:
        assert {line.sku: line.quantity for line in merged.lines} == {
            sku: Decimal(quantity) for sku, quantity in case.expected["merged"].items()
        }
    else:
        assert len(merged.lines) == case.expected["lines"]
