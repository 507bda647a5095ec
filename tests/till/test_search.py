"""Search as a cashier types: words in any order, beginnings, accents, and a slip of a key."""

from __future__ import annotations

import pytest

from pos.bootstrap import open_till
from pos.domain.search import SearchIndex

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


SHOP = SearchIndex(
    [
        ("M1", "GOLD FABRIC MIRROR"),
        ("D1", "OLD DOC SIGN"),
        ("E1", "Egg Basket"),
        ("B1", "Buttermilk"),
        ("TS", "T-Shirt"),
        ("85123A", "Hot Water Bottle"),
        ("TOM-VINE", "Vine Tomatoes"),
        ("KEL-7", "Kellogg\u2019s Corn\u00adflakes"),
        ("SM", "Smørrebrød"),
    ],
    codes=True,
)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("old fabric mirror", ("M1",)),
        ("golt", ("M1",)),
        ("mirror golt", ("M1",)),
        ("odl docs", ("D1",)),
        ("hto watre", ("85123A",)),
        ("bask eg mirror", ()),
        ("eggbasket", ("E1",)),
        ("eggbask", ("E1",)),
        ("hotwaterbottle", ("85123A",)),
        ("tshirt", ("TS",)),
        ("butter milk", ("B1",)),
        ("butter mi", ("B1",)),
        ("mir ror gold", ("M1",)),
    ],
)
def test_a_slip_that_begins_another_word_and_blanks_too_few_or_many(typed: str, found: tuple[str, ...]) -> None:
    hits = SHOP.search(typed, 10)
    assert hits.found == tuple((key, "guess") for key in found)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tom-v", ("TOM-VINE",)),
        ("tomvi", ("TOM-VINE",)),
        ("tom vine", ("TOM-VINE",)),
        ("85123", ("85123A",)),
        ("cornfl", ("KEL-7",)),
        ("smorre", ("SM",)),
    ],
)
def test_a_code_is_found_by_its_beginning(typed: str, found: tuple[str, ...]) -> None:
    hits = SHOP.search(typed, 10)
    assert hits.keys == found
    assert not hits.corrected


@pytest.mark.parametrize(
    ("typed", "found"), [("om-vi", "TOM-VINE"), ("123a", "85123A"), ("bottle 123", "85123A"), ("ine", "TOM-VINE")]
)
def test_a_part_from_within_a_code_is_a_guess(typed: str, found: str) -> None:
    assert SHOP.search(typed, 10).found == ((found, "guess"),)


@pytest.mark.parametrize("typed", ["85123B", "mot-vine", "12", "tmo-vine", "1234"])
def test_no_slip_is_sought_in_a_code(typed: str) -> None:
    assert SHOP.search(typed, 10).keys == ()


def test_what_is_near_stands_behind_what_fits_and_is_a_guess() -> None:
    index = SearchIndex([("M", "GOLD MIRROR"), ("S", "OLDER MIRROR SIGN")])
    hits = index.search("old mirror", 10)
    assert hits.found == (("S", "beginning"), ("M", "guess"))
    assert (hits.total, hits.fitting, hits.corrected) == (2, 1, False)
    assert index.search("old mirror", 10, near=False).keys == ("S",)


def test_what_fits_word_for_word_stands_alone() -> None:
    assert SHOP.search("old", 10).found == (("D1", "exact"),)


def test_fewer_slips_come_first() -> None:
    index = SearchIndex([("A", "Gold Mirror"), ("B", "Gilt Miror")])
    assert index.search("golt miror", 10).keys == ("B", "A")


def test_whole_words_come_before_beginnings() -> None:
    index = SearchIndex([("A", "Teaspoon"), ("B", "Black Tea")])
    assert index.search("tea", 10).keys == ("B", "A")


def test_what_is_exact_comes_first_then_beginnings_each_by_how_often_it_is_sold() -> None:
    index = SearchIndex([("A", "Teaspoon"), ("B", "Black Tea"), ("C", "Teapot"), ("D", "Green Tea"), ("E", "Team")])
    often = index.weighed({"C": 5, "D": 2, "E": 9, "gone": 99})
    assert index.search("tea", 10).keys == ("B", "D", "A", "C", "E")
    assert often.search("tea", 10).keys == ("D", "B", "E", "C", "A")
    assert often.search("te", 10).keys == ("E", "C", "D", "A", "B")
    assert often.search("te", 2).keys == ("E", "C")


def test_what_only_its_kind_fits_stands_behind_what_its_own_name_fits_however_often_it_is_sold() -> None:
    index = SearchIndex(
        [("A", "Cranberry Drink", "Juice"), ("B", "Apple Juice", "Juice"), ("C", "Plum Juice", "Juice")]
    )
    found = index.weighed({"A": 9, "C": 1}).search("juice", 10).found
    assert found == (("C", "exact"), ("B", "exact"), ("A", "beginning"))


def test_many_that_are_sold_are_ranked_as_few_are() -> None:
    many = 5000
    index = SearchIndex([(str(number), f"Thing {number % 7}") for number in range(many)])
    weights = {str(number): 1 + number * 7919 % 911 for number in range(many)}
    heaviest = sorted(range(many), key=lambda number: (-weights[str(number)], number))
    assert index.weighed(weights).search("thi", 50).keys == tuple(map(str, heaviest[:50]))
    seventh = [number for number in heaviest if number % 7 == 3]
    assert index.weighed(weights).search("thing 3", 50).keys == tuple(map(str, seventh[:50]))


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
