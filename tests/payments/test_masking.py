import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos.domain.codes import check_digit
from pos.payments.cards import read_card
from pos.payments.masking import HIDDEN, mask, mask_argument
from pos.payments.normalized_text import readings
from pos.payments.other_numbers import is_gtin, without_goods
from tests.payments.numbers import card_numbers, typed

NUMBERS = card_numbers().flatmap(lambda number: st.tuples(st.just(number), typed(number)))
WORDS = st.text(st.characters(exclude_categories=["Nd", "No", "Zs", "Pd"]), max_size=20)
LABEL = re.compile(r"(?i)(name|holder|inhaber|inhaberin)[:=, ]*$")
"""What is said to come before a holder's name, so that whatever stands behind it is hidden."""
TRACK_NAME = re.compile(r"[^\W\d_]{2}/[^\W\d_]{2}")
"""A holder's name as a track has it, which is hidden beside a card."""


def names_a_holder(text: str, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern is in a text as the masking reads it, such as without what no reader shows."""
    return any(pattern.search(reading.text) for reading in readings(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pay card 4242 4242 4242 4242 20.00", "pay card visa••4242 20.00"),
        ("pay card 4242-4242-4242-4242", "pay card visa••4242"),
        ("pay card 378282246310005 1", "pay card amex••0005 1"),
        ("pay card 3056 930902 5904", "pay card diners••5904"),
        ("pay card 4222222222222", "pay card visa••2222"),
        ("5555555555554444 378282246310005", "mastercard••4444 amex••0005"),
        ("pay card ４２４２ ４２４２ ４２４２ ４２４２", "pay card visa••4242"),
        ("qty 1 4242424242424242", "qty 1 visa••4242"),
        ("124242424242424242", "12••••"),
        ("4242424242424241", "4242424242424241"),
        ("4006381333931", "4006381333931"),
        ("add 4006381333931 3", "add 4006381333931 3"),
        ("5012345678900", "5012345678900"),
        ("2026-10-04 12:30:01.123456+00:00", "2026-10-04 12:30:01.123456+00:00"),
        ("", ""),
    ],
)
def test_a_line_as_it_may_be_echoed(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_codes_of_the_shop_stay_readable() -> None:
    codes = {"30569309025904", "4242424242424242"}
    assert mask("3*30569309025904", codes.__contains__) == "3*30569309025904"
    assert mask("4242424242424242 5555555555554444", codes.__contains__) == "4242424242424242 mastercard••4444"


def test_a_short_code_of_the_shop_unmasks_no_card() -> None:
    assert mask("4242 4242 4242 4242", {"4242"}.__contains__) == "visa••4242"


@given(st.text("0123456789", min_size=12, max_size=12))
def test_goods_are_never_taken_for_cards(body: str) -> None:
    code = body + str(check_digit(body))
    assert mask(code) == code


@given(WORDS, NUMBERS, WORDS)
def test_a_card_number_among_words_becomes_its_brand_and_last_four(
    before: str, card: tuple[str, str], after: str
) -> None:
    assume(
        not names_a_holder(before, LABEL) and not any(names_a_holder(words, TRACK_NAME) for words in (before, after))
    )
    number, text = card
    assert mask(f"{before} {text} {after}") == f"{before} {read_card(number).masked} {after}"


@given(st.text("0123456789 -", max_size=12), NUMBERS, st.text("0123456789 -.", max_size=12))
def test_a_number_among_other_digits_never_leaks(before: str, card: tuple[str, str], after: str) -> None:
    number, text = card
    line = f"{before}{text}{after}"
    # A number that has a thing's whole code in it, between other digits, is a quantity, a code and a price.
    assume(not any(is_gtin(group) for group in re.findall(r"[0-9]+", line) if len(group) in (12, 13)))
    assume(all(without_goods(reading.text) == reading.text for reading in readings(line)))
    shown = re.sub(r"[^\d•]", "", mask(line))
    assert number not in shown


@given(st.text(max_size=100))
def test_text_without_long_numbers_stays(text: str) -> None:
    if sum(char.isdigit() for char in text) < 12:
        assert mask(text) == text


@given(NUMBERS)
def test_masking_twice_changes_nothing(card: tuple[str, str]) -> None:
    once = mask(f"pay card {card[1]}")
    assert mask(once) == once


@pytest.mark.parametrize(
    ("typed_text", "shown"),
    [
        ("4242 4242 4242 4242", "visa••4242"),
        ("4006381333931", HIDDEN),
        ("4242424242424241", HIDDEN),
        ("1234", HIDDEN),
        ("4242-abc", HIDDEN),
        ("reader", "reader"),
        ("", ""),
    ],
)
def test_what_stands_where_a_card_belongs(typed_text: str, shown: str) -> None:
    assert mask_argument(typed_text) == shown


def test_a_long_row_of_digits_is_masked_in_time() -> None:
    assert "4242424242424242" not in mask("1 2-" * 500 + "4242424242424242" + "9" * 500)
