"""What stands where: amounts in one column, whole lists beside one another, and no text told twice or cut."""

from __future__ import annotations

import pytest

from pos.testing import Cashier, open_till_app
from screens.help.screen import _section_end
from screens.render.rows import BLANK
from tests.screens.test_snapshots import DECLINED, FULL, GOODS, LATE, PAUSE

pytestmark = pytest.mark.till(catalog="demo")


def ends(cashier: Cashier, panel: str, *starts: str) -> set[int]:
    """In which columns the rows end that begin so."""
    return {
        len(line.rstrip(" ▌│")) for line in cashier.text(panel).splitlines() if line.lstrip("▌│ ").startswith(starts)
    }


@pytest.mark.parametrize("size", ["80x24", "120x30", "160x50"])
async def test_amounts_of_a_payment_and_its_receipt_end_in_one_column(size: str) -> None:
    async with open_till_app("demo", size=size) as cashier:
        await cashier.keys(f"{FULL}<f12>5\n").sees("STILL DUE")
        assert len(ends(cashier, "paying", "STILL DUE", "Total", "Paid", "✓ cash")) == 1
        await cashier.keys("17.49\n").sees("CHANGE")
        # Where digits five lines high leave no room beside them, their title stands above.
        title = () if size == "80x24" else ("CHANGE",)
        assert len(ends(cashier, "paid", *title, "Total", "Cash")) == 1


async def test_the_ticket_and_all_that_it_moves_are_seen_beside_a_payment() -> None:
    async with open_till_app("demo", size="120x30") as cashier:
        await cashier.keys(f"{FULL}<f11><f12>{DECLINED}k").sees("DECLINED")
        for name in ("Whole Milk 1 L", "Greek Yogurt 450 g"):
            assert name in cashier.text("summary")
            assert name in cashier.text("inspector")
        assert "SAVE10 uses" in cashier.text("inspector")


async def test_a_long_ticket_tells_how_many_lines_stand_above() -> None:
    async with open_till_app("demo", size="80x24") as cashier:
        cashier.write("".join(f"0.{weight}*TOM-VINE\n" for weight in range(101, 131)))
        await cashier.keys("<f12>").sees("lines above")
        summary = cashier.text("summary")
        assert "0.13 kg" in summary
        assert "Subtotal" in summary
        assert f"… {30 - summary.count('kg')} lines above" in summary


async def test_the_total_is_drawn_larger_where_there_is_room() -> None:
    async with open_till_app("demo", size="160x50") as cashier:
        await cashier.keys(FULL)
        assert "██" in cashier.text("totals")
        await cashier.resize(80, 24)
        assert "██" not in cashier.text("totals")


async def test_the_menu_tells_no_action_twice() -> None:
    async with open_till_app("demo", size="120x30") as cashier:
        await cashier.keys("<f10>")
        assert cashier.text().count("Every key and every command.") == 1
        await cashier.resize(80, 24)
        assert cashier.text().count("Every key and every command.") == 1
        await cashier.keys("find").sees("a receipt by a part of its name, and do it.", "line")


def test_the_first_column_of_the_help_ends_with_a_section() -> None:
    from screens.render.rows import row

    rows = [row("ONE"), row("a"), BLANK, row("TWO"), row("b"), row("c")]
    assert _section_end(rows, 4) == 3
    assert _section_end([*rows, row("d"), row("e")], 4) == 4, "the rest would not fit"


@pytest.mark.till(language="de", size=(44, 24))
async def test_taxes_are_one_where_a_name_would_be_cut(cashier: Cashier) -> None:
    await cashier.keys(GOODS)
    await cashier.sees("Steuer")
    assert "Steuer food" not in cashier.text("totals")
    assert "…" not in cashier.text("totals")


@pytest.mark.till(language="de")
async def test_a_card_without_an_answer_is_told_in_german(cashier: Cashier) -> None:
    for part in f"{FULL}{LATE}<f12>k{PAUSE}<f9>".split(PAUSE):
        await cashier.keys(part)
    await cashier.sees("Karte im Lesegerät")


async def test_a_coupon_s_rule_takes_the_room_that_the_reasons_leave() -> None:
    async with open_till_app("demo", size="160x50") as cashier:
        await cashier.keys(f"{FULL}<f5>")
        assert "cannot be combined with SAVE10" in cashier.text("offered")
        assert "3.00 off everything, from 10.00, 1 for each member " in cashier.text("offered")
