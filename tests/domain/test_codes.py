"""Codes as they come from a scanner or a keyboard."""

from __future__ import annotations

import pytest

from pos.domain.codes import code_key, has_bad_check_digit, is_gtin, luhn


def test_all_spellings_of_a_gtin_are_one_key() -> None:
    assert code_key("012345678905") == code_key("0012345678905") == code_key("00012345678905") == "00012345678905"
    assert code_key("73513537") == code_key("00000073513537")


@pytest.mark.parametrize(
    "code", ["4711", "MILK-1L", "12345678901", "1234567890123456", "１２３４５６７８", "", "2022a006"]
)
def test_what_is_no_gtin_stays_as_it_is(code: str) -> None:
    assert code_key(code) == code
    assert not is_gtin(code)
    assert not has_bad_check_digit(code)


@pytest.mark.parametrize("code", ["4006381333931", "73513537", "012345678905", "98412345678908", "05096893"])
def test_a_right_check_digit(code: str) -> None:
    assert not has_bad_check_digit(code)


@pytest.mark.parametrize("code", ["4006381333932", "73513538", "012345678900", "98412345678900"])
def test_a_wrong_check_digit(code: str) -> None:
    assert has_bad_check_digit(code)
    assert len(code_key(code)) == 14


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("4242424242424242", True), ("4242424242424241", False), ("378282246310005", True), ("0", True), ("", False),
        ("4242 4242", False), ("４２", False), ("79927398713", True), ("79927398710", False),
    ],
)  # fmt: skip
def test_luhn(digits: str, valid: bool) -> None:
    assert luhn(digits) is valid
