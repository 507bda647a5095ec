from __future__ import annotations

import pytest

from screens.payment.quick_tenders import may_be_card, quick_tenders, with_mark


@pytest.mark.parametrize(
    ("due", "exponent", "tenders"),
    [
        (2328, 2, (2328, 2500, 3000, 5000)),
        (310, 2, (310, 500, 1000, 2000)),
        (1230, 2, (1230, 1500, 2000, 5000)),
        (2000, 2, (2000, 5000, 10000)),
        (12345, 2, (12345, 12500, 13000, 15000)),
        (840, 0, (840, 1000, 2000, 5000)),
        (4321, 3, (4321, 5000, 10000, 20000)),
        (0, 2, ()),
    ],
)
def test_quick_tenders_are_the_exact_amount_and_the_next_notes(
    due: int, exponent: int, tenders: tuple[int, ...]
) -> None:
    assert quick_tenders(due, exponent) == tenders


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        ("4242424242424242", True),
        ("4242424242424241", True),
        ("42", False),
        ("20001000000142", False),
        ("4222222222222", True),
    ],
)
def test_a_number_is_a_card_s_by_its_length_or_check_digit(typed: str, card: bool) -> None:
    assert may_be_card(typed) is card


@pytest.mark.parametrize(
    ("typed", "more"),
    [("", "."), ("12", "12."), ("1.234", "1234."), ("1.23", "1.23."), ("1.2345", "1.2345."), ("1234.567", "1234567.")],
)
def test_a_mark_between_thousands_gives_way_to_the_one_before_the_decimals(typed: str, more: str) -> None:
    assert with_mark(typed) == more
