import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.card_numbers import brand_of, card_number
from pos.domain.codes import luhn
from pos.domain.errors import TillError
from pos.payments.cards import read_card
from tests.payments.numbers import card_numbers, typed
from tests.payments.vectors import VECTORS, vectors


def by_id(row: dict[str, Any]) -> str:
    return str(row["id"])


@pytest.mark.parametrize("row", [row for row in VECTORS if "luhn" in row["expected"]], ids=by_id)
def test_published_numbers_and_their_check_digit(row: dict[str, Any]) -> None:
    assert luhn(row["input"]["number"]) is row["expected"]["luhn"]


@pytest.mark.parametrize("row", vectors("validatorjs", "number"), ids=by_id)
def test_what_a_card_number_is(row: dict[str, Any]) -> None:
    if row["expected"]["valid"]:
        assert read_card(row["input"]["number"]).last4 == row["input"]["number"][-4:]
    else:
        with pytest.raises(TillError):
            read_card(row["input"]["number"])


@pytest.mark.parametrize("row", vectors("docs.stripe.com/testing: cards by brand", "number"), ids=by_id)
def test_the_brands_of_published_numbers(row: dict[str, Any]) -> None:
    assert read_card(row["input"]["number"]).brand == row["expected"]["brand"].split()[0]


@pytest.mark.parametrize(
    ("number", "brand"),
    [
        ("4242424242424242", "visa"),
        ("4222222222222", "visa"),
        ("2221000000000009", "mastercard"),
        ("2720999999999996", "mastercard"),
        ("5555555555554444", "mastercard"),
        ("378282246310005", "amex"),
        ("6011111111111117", "discover"),
        ("6555900000604105", "discover"),
        ("36227206271667", "diners"),
        ("30569309025904", "diners"),
        ("6200000000000005", "unionpay"),
        ("6205500000000000004", "unionpay"),
        ("6304000000000000", "maestro"),
        ("2220999999999999", None),
        ("2721000000000004", None),
        ("9999999999999995", None),
        ("42424242", None),
        ("42424242424242424242", None),
    ],
)
def test_a_brand_is_its_prefix_and_its_length(number: str, brand: str | None) -> None:
    assert brand_of(number) == brand


@given(card_numbers().flatmap(lambda number: st.tuples(st.just(number), typed(number))))
def test_blanks_and_hyphens_are_allowed(pair: tuple[str, str]) -> None:
    number, text = pair
    card = read_card(f" {text} ")
    assert card.digits == number
    assert card.masked == f"{card.brand}••{number[-4:]}"


@given(card_numbers())
def test_a_card_never_prints_its_number(number: str) -> None:
    card = read_card(number)
    assert not re.search(r"\d{5}", f"{card} {card!r} {card.masked}")


@given(card_numbers(), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_refused_without_repeating_it(number: str, place: int, shift: int) -> None:
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(TillError) as refusal:
        read_card(wrong)
    assert refusal.value.code == "card_number_invalid"
    assert not re.search(r"\d", f"{refusal.value!r} {refusal.value} {refusal.value.as_json()}")


@pytest.mark.parametrize(
    "text", ["", " ", "-", "reader", "４２４２４２４２４２４２４２４２", "4242424242424242\n4242424242424242"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(TillError):
        read_card(text)


def test_plain_digits_need_a_brand_and_a_check_digit() -> None:
    assert card_number("4242424242424241") is None
    assert card_number("0000000000000000") is None
