"""Search as a cashier types: words in any order, beginnings, accents, and a slip of a key."""

from __future__ import annotations

import pytest

from pos.domain.search import SearchIndex
from pos.till.opening import open_till

INDEX = SearchIndex(
    [
        ("A", "Whole Milk 1 L"),
        ("B", "Milk Chocolate 100 g"),
        ("C", "Crème fraîche"),
        ("D", "Buttermilk"),
        ("E", "Dark Chocolate"),
    ]
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("milk", ("A", "B")),
        ("MILK who", ("A",)),
        ("choc mi", ("B",)),
        ("creme", ("C",)),
        ("FRAÎ", ("C",)),
        ("butter", ("D",)),
        ("1", ("A", "B")),
        ("zzz", ()),
        ("milk zzz", ()),
        ("", ()),
        ("--", ()),
    ],
)
def test_words_and_their_beginnings(typed: str, found: tuple[str, ...]) -> None:
    hits = INDEX.search(typed, 10)
    assert (hits.keys, hits.total, hits.corrected) == (found, len(found), False)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mlik", ("A", "B")),
        ("chocolte", ("B", "E")),
        ("buttremilk", ("D",)),
        ("dark chocloate", ("E",)),
        ("whle", ("A",)),
    ],
)
def test_a_slip_of_a_key_is_forgiven(typed: str, found: tuple[str, ...]) -> None:
    hits = INDEX.search(typed, 10)
    assert (hits.keys, hits.corrected) == (found, True)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("milk whole", (("A", "exact"),)),
        ("milk", (("A", "exact"), ("B", "exact"))),
        ("milk cho", (("B", "beginning"),)),
        ("mil", (("A", "beginning"), ("B", "beginning"))),
        ("mlik", (("A", "guess"), ("B", "guess"))),
        ("milk chocolte", (("B", "guess"),)),
    ],
)
def test_a_hit_says_whether_it_is_exact_or_a_beginning_or_a_guess(
    typed: str, found: tuple[tuple[str, str], ...]
) -> None:
    assert INDEX.search(typed, 10).found == found


def test_whole_words_come_before_beginnings() -> None:
    index = SearchIndex([("A", "Teaspoon"), ("B", "Black Tea")])
    assert index.search("tea", 10).keys == ("B", "A")


def test_a_limit_does_not_change_the_count() -> None:
    hits = INDEX.search("milk", 1)
    assert (hits.keys, hits.total) == (("A",), 2)


def test_the_demo_shop_is_found_by_name_sku_and_category() -> None:
    till = open_till(None)
    try:
        assert till.catalog.search("vine tom").keys == ("TOM-VINE",)
        assert "TOM-VINE" in till.catalog.search("tom-vi").keys
        assert till.catalog.search("dairy").total >= 10
    finally:
        till.close()
