"""Arithmetic, and money as a person types and reads it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from babel.core import get_global

from pos.domain.catalog import CashRounding
from pos.domain.errors import TillError
from pos.domain.money import (
    exponent_of,
    format_money,
    parse_money,
    parse_percent,
    percent_of,
    round_cash,
    round_half_up,
    share,
)


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.5", 1), ("-0.5", -1), ("1.49", 1), ("2.5", 3), ("-2.5", -3), ("-0.49", 0)]
)
def test_half_up_is_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_up(Decimal(value)) == rounded
    assert round_half_up(Fraction(value)) == rounded


def test_a_percentage_is_exact_where_a_float_is_not() -> None:
    assert percent_of(1000, Decimal("8.875")) == 89
    assert percent_of(10**15 + 1, Decimal(50)) == 500_000_000_000_001


def test_shares_of_nothing() -> None:
    assert share(0, ()) == ()
    assert share(0, (0, 0)) == (0, 0)
    with pytest.raises(ValueError, match="no weight"):
        share(1, (0, 0))


@pytest.mark.parametrize(
    ("amount", "half_up", "up", "down"), [(12, 10, 15, 10), (13, 15, 15, 10), (-12, -10, -15, -10), (15, 15, 15, 15)]
)
def test_cash_rounding_is_relative_to_zero(amount: int, half_up: int, up: int, down: int) -> None:
    assert round_cash(amount, CashRounding(step=5)) == half_up
    assert round_cash(amount, CashRounding(step=5, mode="up")) == up
    assert round_cash(amount, CashRounding(step=5, mode="down")) == down
    assert round_cash(5, CashRounding(step=10)) == 10


@pytest.mark.parametrize(
    ("currency", "exponent"), [("USD", 2), ("EUR", 2), ("JPY", 0), ("BHD", 3), ("IQD", 3), ("HUF", 2), ("UYW", 4)]
)
def test_exponents_are_those_of_iso_4217(currency: str, exponent: int) -> None:
    assert exponent_of(currency) == exponent


@pytest.mark.parametrize("currency", ["ZZZ", "usd", "", "US", "USD EUR"])
def test_what_is_no_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not a currency"):
        exponent_of(currency)


def test_every_currency_in_use_is_known() -> None:
    in_use = {
        code
        for currencies in get_global("territory_currencies").values()
        for code, _, end, tender in currencies
        if tender and end is None
    }
    assert all(0 <= exponent_of(code) <= 4 for code in in_use)


@pytest.mark.parametrize(
    ("text", "exponent", "amount"),
    [
        ("20", 2, 2000), ("20.00", 2, 2000), (".5", 2, 50), ("5.", 2, 500), ("0", 2, 0), ("007.50", 2, 750),
        ("150", 0, 150), ("150.", 0, 150), ("1.234", 3, 1234), ("10000000000.00", 2, 10**12),
    ],
)  # fmt: skip
def test_money_is_typed_in_major_units(text: str, exponent: int, amount: int) -> None:
    assert parse_money(text, exponent) == amount


@pytest.mark.parametrize(
    ("text", "exponent", "says"),
    [
        ("", 2, "not an amount"), (".", 2, "not an amount"), ("abc", 2, "not an amount"), ("1,50", 2, "not an amount"),
        ("1.2.3", 2, "not an amount"), ("１２", 2, "not an amount"), ("1e3", 2, "not an amount"),
        ("+5", 2, "has a sign"), ("1 0", 2, "not an amount"), ("-1", 2, "negative"), ("1.999", 2, "decimals"),
        ("1.0", 0, "no decimals"), ("10000000000.01", 2, "too large"), ("9" * 9999, 2, "too large"),
    ],
)  # fmt: skip
def test_what_is_no_money_is_refused_with_the_reason(text: str, exponent: int, says: str) -> None:
    with pytest.raises(TillError, match=says) as refused:
        parse_money(text, exponent)
    assert refused.value.code == "bad_amount"
    assert len(refused.value.message) < 150


def test_an_example_is_in_the_shops_currency() -> None:
    with pytest.raises(TillError, match=r"like 20\.000\."):
        parse_money("x", 3)
    with pytest.raises(TillError, match=r"like 20\.$"):
        parse_money("x", 0)


@pytest.mark.parametrize(
    ("amount", "exponent", "text"),
    [(2328, 2, "23.28"), (-252, 2, "-2.52"), (5, 2, "0.05"), (0, 2, "0.00"), (150, 0, "150"), (-7, 3, "-0.007")],
)
def test_money_is_written_plain(amount: int, exponent: int, text: str) -> None:
    assert format_money(amount, exponent) == text


@pytest.mark.parametrize(("text", "value"), [("10%", "10"), ("8.875 %", "8.875"), ("0", "0"), ("100%", "100")])
def test_a_percentage_is_typed_with_or_without_its_sign(text: str, value: str) -> None:
    assert parse_percent(text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "%", "ten", "-5%", "100.1%", "1e1%", "NaN", "5%%", "٥%", "1.2.3", "1." + "0" * 200 + "%"]
)
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(TillError) as refused:
        parse_percent(text)
    assert refused.value.code == "bad_discount"
