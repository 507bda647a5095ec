"""Which language is spoken, and how its locale writes and reads numbers and days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.i18n import (
    ENGLISH,
    Language,
    _,
    current_language,
    moment_text,
    number_text,
    percent_text,
    plural,
    using_language,
)
from pos.domain.locale_format import Style, plain_money
from pos.domain.money import format_money, format_sum, parse_money, typed_money
from pos.domain.typed_numbers import typed_number
from pos.language.amounts import typed_discount
from pos.language.quantities import typed_quantity
from pos.locales import language_of
from tests.i18n.locale_formats import babels_shape_of

GERMAN = language_of("de")
SWISS, FRENCH, INDIAN = language_of("de", "de_CH"), language_of("en", "fr_FR"), language_of("en", "en_IN")
EVENING = datetime(2025, 11, 2, 19, 3, 5)


@pytest.fixture
def german() -> Iterator[None]:
    with using_language(GERMAN):
        yield


@pytest.mark.parametrize(
    ("environ", "code", "decimal"),
    [
        ({}, "en", "."),
        ({"LANG": "C.UTF-8"}, "en", "."),
        ({"LANG": "POSIX"}, "en", "."),
        ({"LANG": "de_DE.UTF-8"}, "de", ","),
        ({"LANG": "de_AT.UTF-8@euro"}, "de", ","),
        ({"LANG": "de_CH"}, "de", "."),
        ({"LANG": "en_GB.UTF-8"}, "en", "."),
        ({"LANG": "fr_FR.UTF-8"}, "en", "."),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8"}, "de", ","),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en", "."),
        ({"LANG": "gibberish"}, "en", "."),
        ({"LANG": "../../etc"}, "en", "."),
    ],
)
def test_the_environment_chooses_a_language_that_is_there(environ: dict[str, str], code: str, decimal: str) -> None:
    found = language_of(environ=environ)
    assert (found.code, found.locale_format.decimal) == (code, decimal)


def test_a_language_goes_before_the_environment_and_a_locale_before_both() -> None:
    assert language_of("en", environ={"LANG": "de_DE"}) is ENGLISH
    assert language_of("de", environ={"LANG": "de_CH.UTF-8"}).locale_format.group == "’"
    assert language_of("de", "de_CH", environ={"LANG": "de_AT"}).locale == "de_CH"


@pytest.mark.parametrize(("language", "locale"), [("xx", "auto"), ("fr", "auto"), ("de", "nowhere"), ("en", "")])
def test_what_is_not_there_is_named(language: str, locale: str) -> None:
    with pytest.raises(ValueError, match=language if language in ("xx", "fr") else "locale"):
        language_of(language, locale)


def test_a_text_is_said_in_the_language_in_use() -> None:
    assert _("{name} was taken off.", name="Tea") == "Tea was taken off."
    with using_language(GERMAN):
        assert current_language() is GERMAN
        assert _("{name} was taken off.", name="Tee {x}") == "Tee {x} weggenommen."
        assert [plural("{count} line", "{count} lines", count) for count in (0, 1, 2)] == [
            "0 Zeilen", "1 Zeile", "2 Zeilen",
        ]  # fmt: skip
        assert _("") == ""
    assert current_language() is ENGLISH


@pytest.mark.parametrize(
    ("language", "amount", "money", "dollars"),
    [
        (ENGLISH, 123456789, "1,234,567.89", "$1,234,567.89"),
        (ENGLISH, -252, "-2.52", "-$2.52"),
        (GERMAN, 123456789, "1.234.567,89", "1.234.567,89 $"),
        (GERMAN, -252, "-2,52", "-2,52 $"),
        (GERMAN, 5, "0,05", "0,05 $"),
        (SWISS, 123450, "1’234.50", "$ 1’234.50"),
        (FRENCH, 123450, "1 234,50", "1 234,50 $"),
        (INDIAN, 123456789, "12,34,567.89", "$12,34,567.89"),
    ],
)
def test_amounts_are_written_as_the_locale_does(language: Language, amount: int, money: str, dollars: str) -> None:
    with using_language(language):
        assert format_money(amount, 2) == money
        assert format_sum(amount, 2, "$") == dollars
        assert plain_money(amount, 2) == f"{amount / 100:.2f}"


def test_numbers_percentages_and_signs_of_currencies(german: None) -> None:
    assert number_text(Decimal("0.4120")) == "0,412"
    assert number_text(Decimal(12000)) == "12.000"
    assert percent_text(Decimal("2.50")) == "2,5 %"


@pytest.mark.parametrize(
    ("style", "english", "german"),
    [
        ("header", "Sun 02 Nov 19:03", "So., 2. Nov. 19:03"),
        ("stamp", "2025-11-02 19:03", "02.11.2025 19:03"),
        ("clock", "19:03", "19:03"),
        ("seconds", "19:03:05", "19:03:05"),
        ("day", "2025-11-02", "02.11.2025"),
    ],
)
def test_days_and_times_are_written_as_the_locale_does(style: Style, english: str, german: str) -> None:
    for language, written in ((ENGLISH, english), (GERMAN, german)):
        with using_language(language):
            assert moment_text(EVENING, style) == written
            if style == "day":
                assert moment_text(EVENING.date(), style) == written


@pytest.mark.parametrize("language", [ENGLISH, GERMAN, Language(locale_format=babels_shape_of("de_AT"))])
def test_one_moment_is_written_as_it_is_in_each_zone(language: Language) -> None:
    with using_language(language):
        here = EVENING.replace(tzinfo=UTC)
        assert moment_text(here, "clock") == "19:03"
        assert moment_text(here.astimezone(timezone(timedelta(hours=1))), "clock") == "20:03"


@pytest.mark.parametrize(
    ("language", "typed", "plain"),
    [
        (ENGLISH, "1,234.50", "1234.50"),
        (ENGLISH, "1234.5", "1234.5"),
        (ENGLISH, ".5", ".5"),
        (ENGLISH, "5.", "5."),
        (GERMAN, "1.234,50", "1234.50"),
        (GERMAN, "1.234.567", "1234567"),
        (GERMAN, "12,5", "12.5"),
        (GERMAN, ",5", ".5"),
        (GERMAN, "7", "7"),
        (GERMAN, "-3,5", "-3.5"),
        (GERMAN, "2,5 %", "2.5%"),
        (GERMAN, "milk", "milk"),
        (GERMAN, "-", "-"),
        (GERMAN, "", ""),
        (SWISS, "1'234.50", "1234.50"),
        (FRENCH, "1 234,50", "1234.50"),
        (FRENCH, "1\u202f234,50", "1234.50"),
        (INDIAN, "12,34,567.89", "1234567.89"),
    ],
)
def test_a_typed_number_is_read_as_the_locale_writes_it(language: Language, typed: str, plain: str) -> None:
    with using_language(language):
        assert typed_number(typed) == plain


@pytest.mark.parametrize(
    ("language", "typed", "advice"),
    [
        (GERMAN, "1.50", "1,50 oder 150"),
        (GERMAN, "1.234", "1,234 oder 1234"),
        (GERMAN, "0.412", "bitte 0,412 tippen"),
        (GERMAN, "1,234.50", "1234,50 oder 123450"),
        (GERMAN, "12.34,5", "1234,5 oder 12345"),
        (GERMAN, "2.5%", "2,5% oder 25%"),
        (ENGLISH, "1,5", "1.5 or 15"),
        (ENGLISH, "1,234", "1.234 or 1234"),
        (SWISS, "1,50", "1.50 oder 150"),
    ],
)
def test_a_mark_of_another_locale_is_refused_with_what_may_be_meant(
    language: Language, typed: str, advice: str
) -> None:
    with using_language(language):
        with pytest.raises(TillError, match=advice) as refused:
            typed_number(typed, "bad_quantity")
        assert refused.value.code == "bad_quantity"
        assert [typed_number(way) for way in advice.replace("oder", "or").split(" or ")]


def test_amounts_discounts_and_weights_as_a_cashier_types_them(german: None) -> None:
    assert typed_money("1.234,50", 2) == 123450
    assert typed_discount("1,50 Delle im Karton", 2) == ManualDiscount(amount=150, reason="Delle im Karton")
    assert typed_discount("2,5% Stammkunde", 2) == ManualDiscount(percent=Decimal("2.5"), reason="Stammkunde")
    wrong = {"1,505": "„1,505“ hat zu viele", "2.5%": "„2.5%“ ist nicht eindeutig", "zz": "„zz“ ist kein Rabatt"}
    for typed, told in wrong.items():
        with pytest.raises(TillError, match=told):
            typed_discount(typed, 2)
    assert typed_quantity("0,412") == Decimal("0.412")
    with pytest.raises(TillError, match="„1,505“ hat zu viele Nachkommastellen"):
        typed_money("1,505", 2)
    with pytest.raises(TillError, match="20,00"):
        typed_money("viel", 2)
    with pytest.raises(TillError, match="0,412"):
        typed_quantity("viel")


def test_scripts_keep_the_plain_form(german: None) -> None:
    assert parse_money("1234.50", 2) == 123450
    with pytest.raises(TillError):
        parse_money("1.234,50", 2)


@pytest.mark.parametrize("typed", ["20,000", "20.000", "20'000", "20 000"])
@pytest.mark.parametrize("language", [ENGLISH, GERMAN, SWISS, FRENCH, INDIAN])
def test_without_decimals_a_mark_stands_between_thousands(language: Language, typed: str) -> None:
    with using_language(language):
        assert typed_money(typed, 0) == 20_000
        for wrong in ("20,00", "0,500", "20.00.000", "1,000.5"):
            with pytest.raises(TillError):
                typed_money(wrong, 0)


@given(st.integers(0, 10**12), st.integers(0, 4), st.sampled_from([ENGLISH, GERMAN, SWISS, FRENCH, INDIAN]))
def test_an_amount_is_read_as_it_was_written(amount: int, exponent: int, language: Language) -> None:
    """Never as another amount, nor refused."""
    with using_language(language):
        written = format_money(amount, exponent)
        assert typed_money(written, exponent) == amount
        assert (
            typed_money(plain_money(amount, exponent).replace(".", language.locale_format.decimal), exponent) == amount
        )


@given(st.text("0123456789.,'’ -+%", max_size=12), st.sampled_from([ENGLISH, GERMAN, SWISS, FRENCH]))
def test_no_typed_number_is_misread(typed: str, language: Language) -> None:
    """What is taken has the locale's decimal mark at most once, and every other mark between its groups."""
    with using_language(language):
        try:
            plain = typed_number(typed)
        except TillError:
            return
        if plain != typed and plain.count("."):
            assert typed.count(language.locale_format.decimal) == 1
            assert typed.rpartition(language.locale_format.decimal)[2].strip(" %") == plain.rpartition(".")[2].strip(
                "%"
            )
