"""The program writes as Babel's data says, whatever edition is installed: nothing of the data is repeated here."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from babel import dates, localedata, numbers

from pos.domain.i18n import ENGLISH, Language, moment_text, percent_text, using_language
from pos.domain.locale_format import LocaleFormat
from pos.domain.money import format_money, format_sum
from pos.domain.typed_numbers import typed_number
from pos.locales import language_of, languages, symbol_of
from tests.i18n.locale_formats import SHAPES, babels_shape_of

EVENING = datetime(2025, 11, 2, 19, 3, 5)
SHOPS = (
    "da_DK", "de", "de_AT", "en_GB", "en_IE", "en_IN", "en_US", "en_ZA", "es_ES", "et_EE", "fi_FI", "fr_CA", "fr_FR",
    "he_IL", "hu_HU", "it_IT", "ja_JP", "ko_KR", "nb_NO", "nl_BE", "nl_NL", "pl_PL", "pt_BR", "pt_PT", "sl_SI", "sv_SE",
    "tr_TR", "uk_UA", "vi_VN", "zh_Hans_CN",
)  # fmt: skip
"""No Swiss one: their thousands mark, an apostrophe in some editions, is lost where Babel itself writes a number."""


def told(text: str) -> str:
    """A text of Babel's with the blanks that a terminal has."""
    return text.translate({0xA0: " ", 0x202F: " ", 0x200E: None, 0x200F: None, 0x61C: None})


@pytest.mark.parametrize("locale", SHOPS)
def test_amounts_percentages_and_days_are_written_as_babel_writes_them(locale: str) -> None:
    with using_language(Language("en", locale_format=babels_shape_of(locale), locale=locale)):
        number = numbers.format_decimal(Decimal("1234567.89"), locale=locale, numbering_system="latn")
        assert format_money(123456789, 2) == told(number)
        dollars = numbers.format_currency(Decimal("5.05"), "USD", locale=locale, numbering_system="latn")
        assert format_sum(505, 2, told(numbers.get_currency_symbol("USD", locale))) == told(dollars)
        percent = numbers.format_percent(Decimal("0.25"), locale=locale, numbering_system="latn")
        assert percent_text(Decimal(25)) == told(percent)
        assert moment_text(EVENING, "clock") == told(dates.format_time(EVENING.time(), "short", locale=locale))
        assert moment_text(EVENING, "day") == told(dates.format_date(EVENING.date(), "medium", locale))


def test_every_locale_reads_what_it_writes() -> None:
    """Also those of shops that nobody tried: "1'234.50" with either apostrophe, "1 234,50" with any blank."""
    misread = []
    for locale in localedata.locale_identifiers():
        locale_format = babels_shape_of(locale)
        with using_language(Language("en", locale_format=locale_format, locale=locale)):
            written = format_money(123456789, 2)
            marks = next(
                (alike for alike in ("'’", " \u00a0\u202f") if locale_format.group in alike), locale_format.group
            )
            read = {typed_number(written.replace(locale_format.group, mark)) for mark in marks}
        if read != {"1234567.89"}:
            misread.append((locale, written, read))
    assert misread == []


def test_what_other_tests_expect_is_written_by_hand() -> None:
    """Their shapes stay when Babel's data changes; those of the program itself come from Babel."""
    for name, locale_format in SHAPES.items():
        assert language_of(name[:2] if name[:2] in languages() else "en", name).locale_format is locale_format
        assert isinstance(babels_shape_of(name), LocaleFormat)
    assert symbol_of("EUR", ENGLISH) == numbers.get_currency_symbol("EUR", "en_US")
