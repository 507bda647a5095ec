from __future__ import annotations

from functools import partial

import pytest

from pos.bootstrap import open_till
from pos.testing import Cashier, open_till_app
from pos.till.till import Till
from screens.driver.idle import PATIENCE, wait_until
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


NO_PAPER = "✗ Receipt 1-1-1 is not printed: The printer has no paper. The sale stands."


def opening(paper: Paper) -> Till:
    return open_till(printer=paper)


async def test_what_a_printer_says_is_told() -> None:
    paper = Paper()
    async with open_till_app(opening=partial(opening, paper)) as cashier:
        paper.empty = True
        await cashier.keys("MILK-1L\n<f12>c<ctrl+r>")
        assert NO_PAPER in " ".join(told(cashier).split())
        paper.empty = False
        await cashier.keys("<ctrl+r>")
        assert "✓ Receipt 1-1-1 is printed." in told(cashier)
        assert "COPY" not in cashier.text("paper")
        await cashier.keys("<ctrl+r>")
        assert "✓ A copy of receipt 1-1-1 is printed." in " ".join(told(cashier).split())
        assert "*** COPY ***" in cashier.text("paper")
        assert (cashier.kind, len(paper.printed)) == ("receipt", 2)


def told(cashier: Cashier) -> str:
    return cashier.text("paid").replace("│", " ").replace("▌", " ")


async def test_keys_do_not_wait_for_a_slow_printer_and_what_becomes_of_it_is_told_beside_the_next_sale() -> None:
    paper = Paper()
    async with open_till_app(opening=partial(opening, paper)) as cashier:
        await cashier.keys("MILK-1L\n")
        for empty, said in (True, NO_PAPER), (False, "✓ Receipt 1-1-2 is printed."):
            await cashier.keys("<f12>c")
            paper.empty = empty
            paper.free.clear()
            cashier.write("<ctrl+r>\nMILK-1L\n")
            assert await wait_until(lambda: cashier.kind == "sale" and cashier.sale.state == "open", PATIENCE)
            assert cashier.app.printing == 1
            paper.free.set()
            await cashier.settled()
            assert cashier.app.remark is not None
            assert f"{cashier.app.remark.mark}{cashier.app.remark.text}" == said


async def test_without_a_printer_nothing_is_printed_and_nothing_is_a_copy(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>c")
    for keys in ("<ctrl+r>", "<ctrl+r>", "\n/print 1-1-1\n", "\n/receipt\n<ctrl+r>"):
        await cashier.keys(keys)
        assert "no printer is set up" in " ".join(told(cashier).split())
        assert "COPY" not in cashier.text("paper")
    assert [event.event for event in cashier.app.log_of_events if event.event == "printed"] == []


async def test_a_receipt_is_printed_by_its_number_from_the_scan_line() -> None:
    paper = Paper()
    async with open_till_app(opening=partial(opening, paper)) as cashier:
        await cashier.keys("MILK-1L\n<f12>c\nMILK-1L\n<f12>c\n/receipt\n\n/print 1-1-1\n")
        assert "Receipt 1-1-1 " in cashier.text("paper")
        assert "✓ Receipt 1-1-1 is printed." in told(cashier)
        await cashier.keys("\n/print 9-9-9\n")
        assert (cashier.kind, len(paper.printed)) == ("sale", 1)


async def test_a_card_has_no_change_and_its_receipt_says_how_it_was_paid(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>").pays_card().sees("PAID · visa ••4242", "paid").sees_not("CHANGE", "paid")


async def test_cash_to_the_cent_has_no_change_either(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>c").sees("PAID · cash", "paid").sees("Cash", "paid").sees_not("CHANGE", "paid")
    await cashier.keys(f"\n{MILK}\n<f12>5\n").sees("CHANGE", "paid").sees_not("PAID · cash", "paid")
