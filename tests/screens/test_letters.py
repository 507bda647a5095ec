"""Large letters and digits."""

from __future__ import annotations

import pytest

from pos.domain.i18n import using_language
from pos.locales import language_of
from screens.render.letters import HEIGHTS, largest_sum, letters


@pytest.mark.parametrize("size", [0, 1, 2])
def test_every_row_of_a_word_is_as_wide_as_the_others(size: int) -> None:
    found = letters("Thé Quick Brown Fox & Söhne, 0123456789 $€£¥!", size)
    assert len(found) == HEIGHTS[size]
    assert len({row.width for row in found}) == 1


def test_words_that_have_no_large_form_have_none_at_all() -> None:
    assert letters("牛乳", 1) == ()
    assert letters("", 1) == ()
    assert letters("Shop 牛", 1) == ()


def test_accents_go_and_umlauts_stay() -> None:
    assert letters("Café", 0) == letters("CAFE", 0)
    assert letters("Öl", 0) != letters("Ol", 0)


def test_an_amount_is_as_large_as_there_is_room() -> None:
    assert [len(largest_sum("23.28", "$", columns, 50)) for columns in (200, 80, 60, 30, 9)] == [10, 5, 5, 3, 0]
    assert [len(largest_sum("23.28", "$", 200, lines)) for lines in (10, 9, 4, 2)] == [10, 5, 3, 0]


def test_the_sign_stands_where_the_locale_has_it_and_is_left_out_without_a_form() -> None:
    first = largest_sum("1.00", "€", 80, 3)
    with using_language(language_of("de", "de_DE", {})):
        last = largest_sum("1,00", "€", 80, 3)
    assert first[1].text.startswith("▀█▀▀")
    assert last[1].text.rstrip().endswith("▀█▀▀")
    assert largest_sum("1.00", "₹", 80, 3) == letters("1.00", 0)
