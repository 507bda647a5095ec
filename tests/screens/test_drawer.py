"""The list below the scan line: what was typed is marked, guesses are told as such, and so is what is not seen."""

from __future__ import annotations

import re

import pytest

from pos.testing import Cashier, open_till_app
from screens.kit.listing import GUESS, Item, Listing, listing_rows, marked


def bold(text: str, typed: str, columns: int = 30) -> str:
    return "".join(f"[{piece.text}]" if piece.kind == "match" else piece.text for piece in marked(text, typed, columns))


def test_the_letters_that_were_typed_are_marked() -> None:
    assert bold("Whole Milk 1 L", "mil").rstrip() == "Whole [Mil]k 1 L"
    assert bold("Whole Milk 1 L", "who mi").rstrip() == "[Who]le [Mi]lk 1 L"
    assert bold("Whole Milk 1 L", "").rstrip() == "Whole Milk 1 L"


@pytest.mark.parametrize("columns", range(3, 16))
def test_a_cut_name_has_its_width_and_marks_nothing_that_is_not_seen(columns: int) -> None:
    pieces = marked("Whole Milk 1 L", "milk", columns)
    assert sum(len(piece.text) for piece in pieces) == columns
    assert [piece.text for piece in pieces if piece.kind == "match"] in ([], ["Milk"])


@pytest.mark.parametrize("size", ["80x24", "120x30", "160x50", "60x24"])
async def test_a_guess_is_told_as_one_and_enter_alone_never_sells_it(size: str) -> None:
    async with open_till_app("demo", size=size) as cashier:
        await cashier.keys("price").sees(f"{GUESS}Rice Milk 1 L", "list")
        await cashier.keys("\n")
        assert not cashier.sale.lines
        await cashier.keys("<down>\n")
        assert [line.name for line in cashier.sale.lines] == ["Rice Milk 1 L"]


async def test_what_fits_is_no_guess(cashier: Cashier) -> None:
    await cashier.keys("milk").sees("Whole Milk", "list").sees_not(GUESS, "list")


@pytest.mark.parametrize("size", ["80x24", "60x20"])
async def test_how_many_more_there_are_is_told_at_both_ends(size: str) -> None:
    async with open_till_app("demo", size=size) as cashier:
        await cashier.keys("ch")
        total = int(re.findall(r"(\d+) of 265", cashier.text("line"))[0])
        shown = [line for line in cashier.text("list").splitlines()[1:] if line.strip() and "↓" not in line]
        await cashier.sees(f"↓ {total - len(shown)} more", "list")
        await cashier.keys("<down>" * 12).sees("↑ ", "list").sees("↓ ", "list")
        before = len(cashier.sale.lines)
        chosen = next(line for line in cashier.text("list").splitlines() if "▸" in line)
        await cashier.keys("\n")
        assert len(cashier.sale.lines) == before + 1
        assert cashier.sale.lines[-1].name[:20] in chosen


@pytest.mark.parametrize("size", ["40x12", "30x10", "60x24", "80x24"])
@pytest.mark.parametrize("keys", ["milk", "<right>", "/", "MILK-1L\n<f7>A\nMILK-1L\n<f7>B\n<f8>"])
async def test_what_enter_would_take_is_seen_at_every_size(size: str, keys: str) -> None:
    async with open_till_app("demo", size=size) as cashier:
        await cashier.keys(keys)
        assert "▸" in cashier.text("list")
        await cashier.keys("<down>")
        assert "▸" in cashier.text("list")


def test_prices_stay_in_their_column_whatever_is_listed() -> None:
    def starts(*items: Item) -> set[int]:
        named = {item.key: item for item in items}
        rows = listing_rows(Listing("Catalog", tuple(named), named.__getitem__, least=(8, 6)), 0, 76, 9).rows
        return {row.text.index(named[key].first) + len(named[key].first) for key, row in zip(named, rows, strict=True)}

    few = starts(Item("A", "Apple", "1.49", "8"), Item("B", "Bread", "3.20"))
    many = starts(
        Item("C", "Ham", "21.90/kg", "4.8"), Item("D", "Jam", "12.90", "low 3"), Item("E", "Tea", "9.00", "out")
    )
    assert few == many == {76 - 1 - 6}
