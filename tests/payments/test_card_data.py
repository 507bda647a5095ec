"""A card's data under every spelling, beside it, on its tracks; and what is no card's and stays legible."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pos.domain.codes import check_digit, luhn
from pos.domain.errors import TillError
from pos.domain.terminal_text import clean
from pos.log import guarded, guarded_lines
from pos.payments.masking import HIDDEN, entered, kept, mask, swiped
from pos.payments.other_numbers import is_gtin
from tests.payments.numbers import issued

CARD = "4000056655665556"
BLANKS = [" ", "  ", "     ", "\t", "\n", "\r\n", "\u2003", "\u3000", "\u00a0", "\u2028"]
SIGNS = [*"/_,:;|*+#.·'()-=~&^%$!?<>{}[]\\\"`@", "\u2212", "\u2013", "\u2014", "\u2010", "\u2022", "\uff0d", "\u30fb"]
UNSEEN = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\ufeff", "\x00", "\x07", "\x7f", "\x85", "\u180e", "\u061c"),
    *("\u202a", "\u202e", "\u2066", "\u2069", "\ufe0f", "\U000e0100", "\U000e0041", "\u0336", "\u20e3", "\u034f"),
    *("\u115f", "\u3164", "\uffa0", "\ue000", "\ud800", "\x1b", "\x1b[31m", "\x1b[0;1m", "\x9b1m", "\x1b]0;a\x07"),
    *("\\u200b", "\\x00", "\\xad", "\\n", "\\U000e0041"),
]
SCRIPTS = ["0", "\uff10", "\u0660", "\u06f0", "\u0966", "\U0001d7ce", "\U0001d7d8", "\u0e50"]


@st.composite
def spellings(draw: st.DrawFn, number: str) -> str:
    """A number with signs and blanks between some digits, unseen characters between others, digits of a script."""
    between = st.sampled_from(["", "", "", *BLANKS, *SIGNS, *UNSEEN])
    zero = ord(draw(st.sampled_from(SCRIPTS)))
    one = draw(st.none() | between)
    size = draw(st.sampled_from([1, 2, 4, 4, 4, 6, 8, 16]))
    text = ""
    for place, digit in enumerate(number):
        if place and place % size == 0:
            text += one if one is not None else draw(between)
        text += chr(zero + int(digit))
    return text


_HIDES = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[nrt])|\x1b\[[0-9;]*m|\x9b[0-9]m|\x1b]0;a\x07")


def plain(text: str) -> str:
    """A text as a person reads it, or a program that undoes what is written out: digits, and signs that are seen."""
    chars = (char for char in _HIDES.sub("", text) if char.isprintable() or char.isspace())
    chars = (char for char in chars if unicodedata.category(char)[0] != "M" and char not in "\u115f\u3164\uffa0")
    return "".join(str(unicodedata.digit(char, char)) for char in chars)


def digits_of(text: str) -> str:
    return "".join(re.findall("[0-9]", plain(text)))


def shows(text: str, number: str) -> bool:
    """Whether a text has more of a card's number than its last four digits."""
    digits = digits_of(text)
    return any(number[at : at + 8] in digits for at in range(len(number) - 7))


WORDS = st.sampled_from(["", "tea", "gateway decline card", "x", "ß", "Größe ", "table ", '"', "("])


@given(issued().flatmap(lambda number: st.tuples(st.just(number), spellings(number))), WORDS, WORDS)
def test_a_number_is_masked_however_it_is_spelled(card: tuple[str, str], before: str, after: str) -> None:
    number, text = card
    assume(not any(is_gtin(group) for group in re.findall("[0-9]{12,13}", plain(text))))
    line = f"{before}{text}{after}"
    for shown in (mask(line), clean(mask(line)), guarded(line), guarded_lines(line), mask(clean(mask(line)))):
        assert not shows(shown, number)


@given(issued().flatmap(lambda number: st.tuples(st.just(number), spellings(number))))
def test_the_property_can_fail(card: tuple[str, str]) -> None:
    """The control: text that nobody masked shows its number."""
    number, text = card
    assert shows(f"hold {text}", number)


SWIPES = [
    "%B4000056655665556^DOE/JOHN^25121010000123?",
    "%B4000056655665556^DOE/JOHN^25121010000123?;4000056655665556=25121010000123?",
    "%b4000056655665556^doe/john a.dr^25121010000123?x",
    "%B4000 056655 665556^DOE/JOHN^2512101?",
    ";4000056655665556=25121010000123?",
    ";014000056655665556=724724000000000000030300XXXX040400?",
    "+014000056655665556=724724?",
    "4000056655665556=25121010000123",
    "4000056655665556D25121010000123F",
    "B4000056655665556^DOE/JOHN^25121010000123",
    "^DOE/JOHN^25121010000123?",
    "=25121010000123?",
    "%B4000********5556^DOE/JOHN^2512*******?*;4000********5556=2512*******?*",
    "%B4000050000005556^DOE/JOHN^25120000000000000?;4000050000005556=2512?|0600|9F3A|12|FFFF",
    "%B4000056655665556&DOE-JOHN&25121010000123_",
    "\u00f64000056655665556\u00b425121010000123_",
    "\uff05\uff22\uff14000056655665556\uff3eDOE/JOHN\uff3e2512?",
    "%B4000\u200b056655665556^DOE/JO\u00adHN^25121010000123?",
    "3 %B4000056655665556^DOE/JOHN^25121010000123?",
    "02" + "4100" + "ab" * 0x41 + "5f6c" + "03",
]
"""What readers of cards type: tracks 1 to 3, cut, encrypted, on a German keyboard, with what cannot be seen."""


@pytest.mark.parametrize("text", SWIPES)
def test_a_swipe_is_refused_and_nothing_of_it_is_shown(text: str) -> None:
    for take in (entered, kept):
        with pytest.raises(TillError) as refused:
            take(text)
        assert refused.value.code == "card_swiped"
        assert refused.value.message == swiped().message
    shown = guarded(f"hold {text}")
    assert re.fullmatch(rf"hold (?:3 )?(?:visa\u2022\u20225556|{HIDDEN})", shown)


@pytest.mark.parametrize(
    "text",
    [
        f"{CARD} 12/28 123",
        f"{CARD} 1228",
        f"{CARD} 12 28 123",
        f"{CARD} exp 12/2028 cvc 123",
        f"{CARD} 12.2028",
        f"{CARD} 2028-12",
        f"{CARD}, gültig bis 12/28, Prüfziffer 123",
        f"{CARD} 25121010000123",
        f"{CARD} name DOE JOHN",
        f"{CARD} cardholder: John Doe, 12|28|123",
        f"123 {CARD} 12/28",
        f"DOE/JOHN {CARD}",
        "exp 12/2028 cvc 123",
        "CVV2: 1234",
        "security code 123",
        "Kartenprüfnummer 123",
    ],
)
def test_what_stands_beside_a_card_is_hidden(text: str) -> None:
    shown = guarded(text)
    assert not re.search(r"(?i)12.?28|2028|123|2512|doe|john", shown)
    assert not re.search(r"(?i)12.?28|2028|123|2512|doe|john|name|exp", kept(text))


@pytest.mark.parametrize(
    "text",
    [
        "exp 12/28",
        "name DOE JOHN",
        "table 12, 3 guests",
        "4006381333931",
        "3*4006381333931",
        "add 4006381333931 12",
        "4006381333931 5012345678900",
        "0104006381333931172812313103001234",
        "(01)04006381333931(17)281231(10)AB12",
        "]C10104006381333931",
        "]C101040063813339311728123110AB12",
        "]d201040063813339311728123121AB12",
        "00123456780000000012",
        "00338666440108024210",
        "(00)338666440108024210",
        "30.11.2026 12:30 4.99",
        "11/30/2026 and 30/11/2026 18:05:09",
        "2026-10-04T12:30:01.123456+00:00",
        "637.24 632.24 226.35 745.48",
        "1,234,567.89",
        "+49 161 64876594",
        "Miller 0171-2345678 / 030-1234567",
        "Dupont 06 27 24 27 58 / 06 08 99 34 63",
        "07572 620296 / 07865 281703",
        "receipts 1-1-20261110, 1-2-20261104",
        "356938035643809 / 356938035643817",
        "355607864629466 / 352449212809612",
        "DE89 3704 0044 0532 0130 00 for the refund",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "DE123456789",
        "353024117895645",
        "receipt 1-1-1234 at 2026-11-30 12:05, 3 things, 12.34",
        "85123A WHITE HANGING HEART T-LIGHT HOLDER",
        "SET 7 BABUSHKA NESTING BOXES 12x6 1/2",
    ],
)
def test_what_is_no_card_stays_legible(text: str) -> None:
    assert mask(text) == text
    assert entered(text) == text
    assert kept(text) == text


@given(st.lists(st.text("0123456789", min_size=12, max_size=12), min_size=1, max_size=3), st.integers(1, 9))
def test_codes_of_goods_stay_legible_beside_one_another(bodies: list[str], many: int) -> None:
    codes = [body + str(check_digit(body)) for body in bodies]
    assume(not any(luhn(f"{code}{many}") or luhn(f"{many}{code}") for code in codes))
    for text in (" ".join(codes), f"(01)0{codes[0]}(17)281231", f"010{codes[0]}17281231"):
        assert mask(text) == text


@pytest.mark.parametrize(
    "text",
    [
        f"12{CARD}",
        f"{CARD}12",
        f"12{CARD}34",
        "124000 0566 5566 5556",
        "4000-0566-5566-555612",
        "x12400005665566/5556",
        "1234000 0566-5566.555612",
    ],
)
def test_a_number_that_is_glued_to_other_digits_is_hidden_whole(text: str) -> None:
    assert not shows(mask(text), CARD)
    assert HIDDEN in mask(text)


def test_a_code_of_the_shop_with_letters_or_signs_stays_legible() -> None:
    codes = {f"A{CARD}", "4000-0566-5566-5556", CARD}
    for code in codes:
        assert mask(f"add {code} 2", codes.__contains__) == f"add {code} 2"
    assert CARD not in mask(f"add {CARD}", {f"A{CARD}"}.__contains__)


def test_a_short_code_of_the_shop_shows_no_cvc() -> None:
    assert "123" not in mask(f"{CARD} 123", {"123"}.__contains__)
