"""What is always found, in any catalog: by the whole name, some of its words, their beginnings, and with one slip."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.search import SearchIndex
from pos.domain.word_index import words

MANY = 10**6
LETTERS = st.sampled_from("abcé")
"""Few letters, so that words begin one another and slips lead from one to the next."""
WORDS = st.text(LETTERS, min_size=1, max_size=6)
NAMES = st.lists(WORDS, min_size=1, max_size=4)
SHOPS = st.lists(NAMES, min_size=1, max_size=6)
ANY_LETTER = st.sampled_from(ascii_lowercase)

Data = Any


def found(shop: list[list[str]], typed: str) -> dict[str, str]:
    """What is found in a shop of names, each by its number, and how it fits."""
    index = SearchIndex((str(number), " ".join(name)) for number, name in enumerate(shop))
    hits = index.search(typed, MANY)
    assert len(hits.found) == hits.total
    assert sum(hit.fit != "guess" for hit in hits.found) == hits.fitting
    return dict(hits.found)


@given(SHOPS)
def test_by_its_whole_name_in_any_case(shop: list[list[str]]) -> None:
    for number, name in enumerate(shop):
        assert found(shop, " ".join(name).upper())[str(number)] == "exact"


@given(SHOPS, st.data())
def test_by_any_of_its_words_in_any_order(shop: list[list[str]], data: Data) -> None:
    for number, name in enumerate(shop):
        some = data.draw(st.lists(st.sampled_from(name), min_size=1, unique=True))
        assert found(shop, " ".join(some))[str(number)] == "exact"


@given(SHOPS, st.data())
def test_by_the_beginnings_of_its_words(shop: list[list[str]], data: Data) -> None:
    for number, name in enumerate(shop):
        typed = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in name)
        assert found(shop, typed)[str(number)] in ("exact", "beginning")


def _letter_missing(word: str, at: int, letter: str) -> str:
    return word[:at] + word[at + 1 :]


def _letter_too_many(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at:]


def _wrong_letter(word: str, at: int, letter: str) -> str:
    return word[:at] + letter + word[at + 1 :]


def _letters_swapped(word: str, at: int, letter: str) -> str:
    return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


@pytest.mark.parametrize("slip", [_letter_missing, _letter_too_many, _wrong_letter, _letters_swapped])
@given(shop=SHOPS, long=st.text(LETTERS, min_size=4, max_size=7), data=st.data())
def test_with_one_slip_in_a_word_of_four_letters(
    slip: Callable[[str, int, str], str], shop: list[list[str]], long: str, data: Data
) -> None:
    name = [*shop[0], long]
    slipped = slip(long, data.draw(st.integers(0, len(long) - 1)), data.draw(ANY_LETTER))
    typed = data.draw(st.permutations([*shop[0], slipped]))
    hits = found([name, *shop[1:]], " ".join(typed))
    assert "0" in hits or "exact" in hits.values()


@given(SHOPS, st.data())
def test_written_together_or_apart_where_nothing_fits(shop: list[list[str]], data: Data) -> None:
    number = data.draw(st.integers(0, len(shop) - 1))
    together = "".join(shop[number][:3])
    cut = data.draw(st.integers(0, len(shop[number][0])))
    apart = f"{shop[number][0][:cut]} {shop[number][0][cut:]}"
    for typed in (together, apart):
        hits = found(shop, typed)
        assert str(number) in hits or set(hits.values()) & {"exact", "beginning"}


@given(SHOPS, st.text(LETTERS, min_size=1, max_size=6))
def test_what_fits_stands_before_every_guess(shop: list[list[str]], typed: str) -> None:
    fits = list(found(shop, typed).values())
    assert fits == sorted(fits, key=["exact", "beginning", "guess"].index)


WEIGHTS = st.dictionaries(st.integers(0, 5).map(str), st.integers(0, 3))


@given(SHOPS, WEIGHTS, st.text(LETTERS, min_size=1, max_size=6))
def test_weights_only_change_the_order_among_what_fits_equally_well(
    shop: list[list[str]], weights: dict[str, int], typed: str
) -> None:
    index = SearchIndex((str(number), " ".join(name)) for number, name in enumerate(shop))
    plain, weighed = index.search(typed, MANY), index.weighed(weights).search(typed, MANY)
    assert dict(plain.found) == dict(weighed.found)
    assert [hit.fit for hit in plain.found] == [hit.fit for hit in weighed.found]
    assert (plain.total, plain.fitting) == (weighed.total, weighed.fitting)
    for fit in ("exact", "beginning"):
        keys = [hit.key for hit in weighed.found if hit.fit == fit]
        assert keys == sorted(keys, key=lambda key: (-weights.get(key, 0), int(key)))


@given(SHOPS, WEIGHTS, st.text(LETTERS, min_size=2, max_size=6))
def test_what_is_typed_on_never_turns_two_beginnings_round(
    shop: list[list[str]], weights: dict[str, int], typed: str
) -> None:
    index = SearchIndex((str(number), " ".join(name)) for number, name in enumerate(shop)).weighed(weights)
    before, after = (
        [hit.key for hit in index.search(text, MANY).found if hit.fit == "beginning"] for text in (typed[:-1], typed)
    )
    assert [key for key in before if key in after] == [key for key in after if key in before]


@given(SHOPS, WEIGHTS, st.text(LETTERS, min_size=1, max_size=6))
def test_a_word_that_begins_no_word_finds_guesses_only(
    shop: list[list[str]], weights: dict[str, int], typed: str
) -> None:
    index = SearchIndex(((f"{name[0]}-{number}", " ".join(name)) for number, name in enumerate(shop)), codes=True)
    begun = {word for number, name in enumerate(shop) for text in (*name, f"{name[0]}{number}") for word in words(text)}
    for hit in index.weighed(weights).search(typed, MANY).found:
        assert hit.fit == "guess" or any(word.startswith(words(typed)[0]) for word in begun)


@given(SHOPS, WEIGHTS, st.text(LETTERS, min_size=1, max_size=6), st.integers(0, 4))
def test_a_limit_cuts_and_does_not_reorder(
    shop: list[list[str]], weights: dict[str, int], typed: str, limit: int
) -> None:
    index = SearchIndex((str(number), " ".join(name)) for number, name in enumerate(shop)).weighed(weights)
    assert index.search(typed, limit).keys == index.search(typed, MANY).keys[:limit]
