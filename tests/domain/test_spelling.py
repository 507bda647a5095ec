"""Names and codes that look alike are alike: blanks, letters in two parts, what cannot be seen, and case."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.spelling import folded, is_blank, spelled


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("MILK-1L", "MILK-1L"),
        ("  test  ", "test"),
        ("two  words", "two words"),
        ("\u00a0two\u202fwords\u3000", "two words"),
        ("te\u200bst\ufeff", "test"),
        ("te\u00adst", "test"),
        ("E\u0301clair", "\u00c9clair"),
        ("a\u2028b", "a b"),
        ("A\nB", "A\nB"),
        ("\t5 \r\n", "5"),
        ("  ", "  "),
        ("\u200b", "\u200b"),
    ],
)
def test_how_a_name_is_kept(text: str, kept: str) -> None:
    assert spelled(text) == kept


@pytest.mark.parametrize(
    "alike",
    [
        ("test", "TEST", " Test ", "te\u200cst"),
        ("\u00e9t\u00e9", "E\u0301TE\u0301", "e\u0301T\u00c9"),
        ("stra\u00dfe", "STRASSE", "STRA\u1e9eE", "Strasse"),
        ("indirim", "INDIRIM", "\u0130ND\u0130R\u0130M", "\u0131nd\u0131r\u0131m", "I\u0307ndirim"),
        ("\u03c3\u03bf\u03c6\u03cc\u03c2", "\u03a3\u039f\u03a6\u038c\u03a3"),
        ("K-1", "\u212a-1", "k\u20111", "K\u20131", "k\u22121"),
        ("o'neill", "O\u2019NEILL"),
        ("A 1", "a\u00a01", "A   1"),
    ],
)
def test_what_looks_alike_is_alike(alike: tuple[str, ...]) -> None:
    assert len({folded(text) for text in alike}) == 1


@pytest.mark.parametrize(("one", "other"), [("A1", "A 1"), ("E", "\u00c9"), ("1", "\u0661"), ("A-1", "A1"), ("", "A")])
def test_what_looks_different_is_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u200b\ufeff", "\u3164", "\u2800"])
def test_a_text_with_nothing_to_be_seen_is_blank(text: str) -> None:
    assert is_blank(text)
    assert not is_blank(f"{text}A")


@given(st.text())
def test_twice_is_once_in_any_case_and_form(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)
    assert folded(folded(text)) == folded(spelled(text)) == folded(text)
    if not is_blank(text):
        for form in ("NFC", "NFD"):
            assert folded(unicodedata.normalize(form, text)) == folded(text)
        assert folded(f" {text}\u00a0") == folded(text)
