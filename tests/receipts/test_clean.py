import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.terminal_text import clean, fit, width

HOSTILE = st.text(
    st.characters() | st.sampled_from("\x1b[]\x07\x9b\u202e\u2066\u200b\u200d\ufe0f\u0301\u1160\uff21\u4e2d🥐 \t\n"),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Oat milk", "Oat milk"),
        ("  Oat \t\r\n  milk ", "Oat milk"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07Bread", "Bread"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bcBread", "Bread"),
        ("\x9b31mBread\x00\x7f\x85x", "Bread x"),
        ("\x1b[\x1b[2J", ""),
        ("abc\u202etxt.exe\u202c", "abctxt.exe"),
        ("a\u200bb\u200dc\ufeffd\u00ade", "abcde"),
        ("❤\ufe0f Tea", "❤ Tea"),
        ("Cafe\u0301", "Café"),
        ("a\u00a0b\u3000c\u2028d", "a b c d"),
        ("\ud800lone", "lone"),
        ("[bold]brackets[/bold]", "[bold]brackets[/bold]"),
        ("牛乳 1L", "牛乳 1L"),
        ("", ""),
        ("\u0301 \u0302e\u0301", "é"),
        ("e" + "\u0323" * 10_000, "ẹ" + "\u0323" * 4),
        ("👍\U0001f3fd and 👩\u200d🍳", "👍 and 👩🍳"),
        ("a\u3164b\uffa0c\u1160d", "abcd"),
        ("क्षि", "क्षि"),
    ],
)
def test_names_are_made_safe(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(HOSTILE)
def test_cleaned_text_is_one_printable_line_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.isprintable()
    assert cleaned == " ".join(cleaned.split())
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode()


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("क्षि", 3),
        ("ဈေး", 3),
        ("ខ្មែរ", 4),
        ("தமிழ்", 4),
        ("น้ำ", 2),
        ("🇩🇪", 4),
        ("각", 2),
        ("☰", 2),
        ("牛乳", 4),
        ("🥐", 2),
        ("e\u0301x", 2),
        ("ｱ", 1),
        ("•×…", 3),
    ],
)
def test_width_counts_columns(text: str, columns: int) -> None:
    assert width(text) == columns


@given(HOSTILE.map(clean), st.integers(0, 30))
def test_fitting_never_exceeds_and_cuts_only_what_is_too_wide(text: str, columns: int) -> None:
    fitted = fit(text, columns)
    assert width(fitted) <= columns
    assert (fitted == text) == (width(text) <= columns)
    if fitted != text:
        assert text.startswith(fitted.removesuffix("…"))


def test_a_wide_character_is_never_halved() -> None:
    assert fit("牛乳パン", 6) == "牛乳…"
    assert fit("牛乳パン", 8) == "牛乳パン"
    assert fit("ab", 1) == "…"


def test_no_character_is_wider_than_it_is_taken_for() -> None:
    """A row that is wider pushes what stands beside it, such as an amount, out of sight."""
    from rich.cells import cell_len
    from wcwidth import wcwidth

    # All others are taken away or blanks: the law of whatever is hostile.
    drawn = {char: clean(f"a{char}") for char in map(chr, range(0x20, 0x110000)) if char.isprintable()}
    assert [hex(ord(char)) for char, text in drawn.items() if width(text) < cell_len(text)] == []
    assert [hex(ord(char)) for char, text in drawn.items() if width(text) < sum(map(wcwidth, text))] == []
