"""Codes as they come from a scanner or a keyboard."""

from __future__ import annotations

import pytest

from pos.domain.codes import code_key, gtin_key, has_bad_check_digit, is_gtin, luhn, meant, readings


def test_all_spellings_of_a_gtin_are_one_key() -> None:
    assert code_key("012345678905") == code_key("0012345678905") == code_key("00012345678905") == "00012345678905"
    assert code_key("73513537") == code_key("00000073513537")


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01234565", "012345000065"),
        ("12345670", "123456000070"),
        ("06543217", "065100004327"),
    ],
)
def test_a_upc_e_is_the_upc_a_that_it_stands_for(upc_e: str, upc_a: str) -> None:
    assert is_gtin(upc_a)
    if not is_gtin(upc_e):
        assert gtin_key(upc_e) == code_key(upc_a)
    for short, long in (
        (upc_e, upc_a), (upc_a, upc_e), (f"0{upc_a}", upc_e), (upc_e[:-1], upc_a), (upc_e[:-1], upc_e)
    ):  # fmt: skip
        assert code_key(long) in map(code_key, readings(short))


@pytest.mark.parametrize("upc_e", ["10000047", "11719530", "03616333"])
def test_eight_digits_that_nobody_prints_for_a_upc_a_are_no_upc_e(upc_e: str) -> None:
    assert list(readings(upc_e)) == [upc_e]
    assert gtin_key(upc_e) is None


def test_an_ean_8_is_read_as_itself_first() -> None:
    assert list(readings("01234565")) == ["01234565", "012345000065"]
    assert list(readings("]E401234565")) == ["]E401234565", "01234565"]
    assert code_key("01234565") == "00000001234565"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("]E00042100005264", "0042100005264"),
        ("]E496385074", "96385074"),
        ("]E3977123456789812345", "9771234567898"),
        ("]C10100042100005264", "00042100005264"),
        ("]C1012000100000038", "2000100000038"),
        ("]C1\x1d010004210000526410LOT 1", "00042100005264"),
        ("]d201000421000052641729123110AB\x1d21X", "00042100005264"),
        ("]d2172912310100042100005264", "00042100005264"),
        ("]Q310AB\x1d0100042100005264", "00042100005264"),
        ("]e00110042100005261", "10042100005261"),
        ("010004210000526417291231", "00042100005264"),
        ("(01)00042100005264(10)AB", "00042100005264"),
        ("]A0MILK-1L", "MILK-1L"),
        ("]I110042100005261", "10042100005261"),
        ("]C1001234567890", "001234567890"),
        ("0100042100005265", "0100042100005265"),
        ("01234567890128", "01234567890128"),
        ("+A99912345", "+A99912345"),
        (" 4664\x1d", "4664"),
    ],
)
def test_what_a_scanner_means_by_what_it_sends(sent: str, code: str) -> None:
    assert meant(sent) == code
    assert list(readings(sent))[: 1 if code == sent else 2] == [sent, code][: 1 if code == sent else 2]


@pytest.mark.parametrize("code", ["10042100005261", "4664", "12345678", "MILK", "1234567890"])
def test_what_has_one_reading_only(code: str) -> None:
    assert list(readings(code)) == [code]


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
