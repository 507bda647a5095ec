from __future__ import annotations

import pytest

from pos.domain.terminal_text import width
from screens.render.digits import big
from screens.render.parts import window
from screens.render.rows import BLANK, Piece, apart, boxed, left, right, row, squeezed, tail, wrapped


@pytest.mark.parametrize("text", ["", "Tea", "Whole Milk 1 L", "田中 花子 very long name indeed", "é" * 40])
@pytest.mark.parametrize("columns", [1, 5, 12, 30])
def test_columns_are_exactly_as_wide_as_asked(text: str, columns: int) -> None:
    assert width(left(text, columns).text) == columns
    assert width(right(text, columns).text) == columns


def test_nothing_follows_what_was_cut() -> None:
    pieces, away = (Piece("CORNER STORE"), Piece("  lane 1"), Piece(" · demo")), (Piece("AWAY"),)
    shown = [apart(pieces, away, columns).text for columns in range(8, 40)]
    assert all(text.count("…") <= 1 and text.endswith("AWAY") and width(text) >= 8 for text in shown)
    assert shown[4] == "CORNER… AWAY"


def test_what_stands_at_the_right_is_kept_whole() -> None:
    assert apart((Piece("A long name of a thing"),), (Piece("12.90"),), 12).text == "A long…12.90"
    assert apart((Piece("Tea"),), (Piece("12.90"),), 12).text == "Tea    12.90"


@pytest.mark.parametrize("columns", [5, 11, 20, 80])
def test_wrapped_text_loses_no_word_and_fits(columns: int) -> None:
    text = "No answer about visa ••4242. Ticket 1-3 is being checked: do not charge it again."
    lines = wrapped(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_a_box_is_as_wide_as_asked_around_any_title() -> None:
    for title in ("", "DECLINED", "田中" * 30):
        assert {line.width for line in boxed(title, [row("Not charged.")], 30, "bad")} == {30}


def test_blank_rows_go_first_where_there_is_no_room() -> None:
    rows = [BLANK, row("a"), BLANK, row("b"), BLANK]
    assert squeezed(rows, 3) == [row("a"), row("b"), BLANK]
    assert squeezed(rows, 1) == [row("a"), row("b")]
    assert squeezed(rows, 9) == rows


def test_big_digits_are_three_rows_of_one_width() -> None:
    for amount in ("0.00", "-12.50", "1234567.89", "840"):
        assert len({line.width for line in big(amount, "$")}) == 1


def test_a_symbol_without_a_large_form_is_left_out() -> None:
    assert big("5", "CHF")[0].text == f"CHF {big('5')[0].text}"


@pytest.mark.parametrize(
    ("total", "shown", "focus", "first"), [(5, 10, 2, 0), (20, 10, None, 10), (20, 10, 0, 0), (20, 10, 19, 10)]
)
def test_the_line_in_focus_is_always_seen(total: int, shown: int, focus: int | None, first: int) -> None:
    assert window(total, shown, focus) == first


def test_the_end_of_what_is_typed_is_kept_also_of_wide_characters() -> None:
    assert tail("abc", 3) == "abc"
    assert tail("abcdef", 4) == "…def"
    assert tail("日本語日本語", 6) == "…本語"
