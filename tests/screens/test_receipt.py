from __future__ import annotations

import pytest

from pos.bootstrap import open_till
from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, MILK
from tests.till.papers import Paper


async def test_change_and_paper_are_shown(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n")
    assert "CHANGE" in cashier.text("paid")
    assert "receipt 1-1-1" in cashier.text("paid")
    assert "Whole Milk 1 L" in cashier.text("paper")
    assert "Thank you!" in cashier.text("paper")


async def test_the_next_scan_begins_the_next_ticket_and_loses_nothing(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n")
    await cashier.keys(f"{BREAD}\n")
    assert cashier.app.kind == "sale"
    assert [line.sku for line in cashier.sale.lines] == ["RYE"]


async def test_function_keys_of_the_sale_screen_go_on_too(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n<f6>M1\n{BREAD}\n")
    assert cashier.sale.member == "M1"
    assert [line.sku for line in cashier.sale.lines] == ["RYE"]


async def test_enter_and_escape_go_on(cashier: Cashier) -> None:
    for key in ("\n", "<escape>"):
        await cashier.keys(f"{MILK}\n<f12>c{key}")
        assert cashier.app.kind == "sale"
        assert "Next ticket" in cashier.text("ticket")


async def test_a_receipt_is_shown_and_printed_on_demand(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>c")
    assert "printed" not in [event.event for event in cashier.app.log_of_events]
    await cashier.keys("<ctrl+r>")
    assert [event.event for event in cashier.app.log_of_events].count("printed") == 1


@pytest.mark.parametrize("key", ["<f1>", "<f10>"])
async def test_what_is_typed_on_a_list_over_a_receipt_is_taken(cashier: Cashier, key: str) -> None:
    await cashier.keys(f"{MILK}\n<f12>c{key}s")
    assert cashier.kind in ("help", "menu", "receipt", "sale")


@pytest.mark.till(size=(80, 16))
async def test_a_long_receipt_scrolls(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\nTEA\nLONG\nODD\n<f12>c")
    assert "Thank you!" not in cashier.text("paper")
    await cashier.keys("<end>")
    assert "Thank you!" in cashier.text("paper")


async def test_the_last_receipt_comes_back(cashier: Cashier) -> None:
    await cashier.keys("<ctrl+r>")
    assert "✗ Nothing was sold yet." in cashier.text("line")
    await cashier.keys(f"{MILK}\n<f12>c\n/receipt\n")
    assert "Whole Milk 1 L" in cashier.text("paper")


async def test_what_a_printer_says_is_told() -> None:
    paper = Paper()
    async with open_till_app(opening=lambda: open_till(printer=paper)) as cashier:
        await cashier.keys("MILK-1L\n<f12>c<ctrl+r>")
        assert "✓ Receipt 1-1-1 is printed." in cashier.text("paid")
        paper.empty = True
        await cashier.keys("<ctrl+r>")
        assert "The printer has no paper." in " ".join(cashier.text("paid").replace("│", " ").split())
        assert (cashier.kind, len(paper.printed)) == ("receipt", 1)
