"""Which letters of a name are marked as those that were typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.matched_letters import matched_letters
from pos.domain.search import SearchIndex
from pos.domain.word_index import words


def marked(typed: str, name: str) -> str:
    """The name with what is marked between brackets."""
    text, end = "", 0
    for start, after in matched_letters(typed, name):
        text, end = f"{text}{name[end:start]}[{name[start:after]}]", after
    return text + name[end:]


@pytest.mark.parametrize(
    ("typed", "name", "seen"),
    [
        ("mil", "Whole Milk 1 L", "Whole [Mil]k 1 L"),
        ("MILK who", "Whole Milk 1 L", "[Who]le [Milk] 1 L"),
        ("ch", "Mild Cheddar Cheese", "Mild [Ch]eddar [Ch]eese"),
        ("c cheese", "Cream Cheese", "[C]ream [Cheese]"),
        ("fraiche", "Crème fraîche 200 g", "Crème [fraîche] 200 g"),
        ("creme", unicodedata.normalize("NFD", "Crème fraîche"), unicodedata.normalize("NFD", "[Crème] fraîche")),
        ("smo", "Smørrebrød", "[Smø]rrebrød"),
        ("cornfl", "Corn\u00adflakes", "[Corn\u00adfl]akes"),
        ("gros", "Großpackung", "[Groß]packung"),
        ("mlik", "Whole Milk 1 L", "Whole Milk 1 L"),
        ("hole", "Whole Milk 1 L", "Whole Milk 1 L"),
        ("", "Whole Milk 1 L", "Whole Milk 1 L"),
        ("--", "Whole Milk 1 L", "Whole Milk 1 L"),
    ],
)
def test_the_beginnings_of_words_are_marked_as_far_as_they_were_typed(typed: str, name: str, seen: str) -> None:
    assert marked(typed, name) == seen


@given(st.text(max_size=12), st.text(max_size=20))
def test_what_is_marked_stands_in_order_in_the_name(typed: str, name: str) -> None:
    spans = matched_letters(typed, name)
    places = [place for span in spans for place in span]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(name) for start, end in spans)


@given(st.text("abcéß ", max_size=5), st.text("abcéß -", max_size=12))
def test_a_name_is_found_if_every_typed_word_is_marked_in_it(typed: str, name: str) -> None:
    spans = matched_letters(typed, name)
    seen = [words(name[start:end])[0] for start, end in spans]
    found = SearchIndex([("it", name)]).search(typed, 1, near=False).found
    fits = bool(found) and found[0].fit != "guess"
    wanted = words(typed)
    assert fits == (bool(wanted) and all(any(each.startswith(word) for each in seen) for word in wanted))
