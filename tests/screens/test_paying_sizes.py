"""Payment, receipt, coupons and checks at the sizes they are designed for, and at smaller ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Region

from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, LAST_ONE, MILK, SMALL

DECLINED = "4000000000009995"
LATE = "/gateway timeout before\n"


def seen(cashier: Cashier) -> dict[str, Region]:
    """Where each panel between the bars stands."""
    from screens.render.panel import Panel

    panels = cashier.app.screen.query(Panel)
    return {panel.id or "": panel.region for panel in panels if panel.region and not panel.has_class("bar")}


@pytest.mark.till(size=(160, 50))
async def test_payment_ticket_and_inspector_stand_side_by_side_at_160_columns(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{DECLINED}k")
    where = seen(cashier)
    assert where["paying"].right <= where["summary"].x < where["summary"].right <= where["inspector"].x
    assert "declined" in cashier.text("inspector")
    assert "Whole Milk 1 L" in cashier.text("summary")
    assert "✗ DECLINED" in cashier.text("paying")
    assert "██" in cashier.text("paying")


@pytest.mark.till(size=(120, 30))
async def test_at_120_columns_the_inspector_opens_below_the_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    assert "inspector" not in seen(cashier)
    await cashier.keys("<f11>")
    where = seen(cashier)
    assert where["summary"].bottom <= where["inspector"].y
    assert where["summary"].x == where["inspector"].x
    assert "Total" in cashier.text("summary")


async def test_at_80_columns_the_inspector_takes_the_ticket_s_place_and_its_key_is_seen(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>")
    assert "F11 Inspect" in cashier.text("footer")
    assert "summary" in seen(cashier)
    await cashier.keys("<f11>")
    assert "summary" not in seen(cashier)
    assert "inspector" in seen(cashier)


@pytest.mark.till(size=(120, 30))
async def test_where_there_is_room_each_quick_tender_says_its_change(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>")
    lines = [" ".join(line.strip("▌│ ").split()) for line in cashier.text("paying").splitlines()]
    assert "▸C Cash exact ⏎ 5.00" in lines
    assert "K Card 5.00" in lines
    assert "5.00 change 10.00" in lines
    await cashier.keys("8")
    lines = [" ".join(line.strip("▌│ ").split()) for line in cashier.text("paying").splitlines()]
    assert "▸C Cash ⏎ 8.00" in lines
    assert "3.00 change" in lines
    assert "K Card at most 5.00" in lines


@pytest.mark.parametrize("size", [(80, 24), (60, 18), (40, 12)], ids=str)
async def test_what_is_due_and_what_went_wrong_is_seen_however_small(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>0.50\n0.50\n0.50\n0.50\n0.50\n{DECLINED}k")
        drawn = cashier.text("paying")
        assert "STILL DUE" in drawn
        assert "DECLINED" in drawn
        assert "Not enough funds" in drawn
        assert all(way in " ".join(drawn.split()) for way in ("C Cash exact", "K Card", "R Try again", "A Abandon"))


async def test_the_receipt_shows_the_change_large_the_whole_paper_and_what_happened() -> None:
    async with open_till_app(SMALL, size=(160, 50)) as cashier:
        await cashier.keys(f"{MILK}\n{BREAD}\nTEA\n<f12>20\n")
        assert "██" in cashier.text("paid")
        assert "Thank you!" in cashier.text("paper")
        assert "scroll" not in cashier.text("paper")
        assert "committed" in cashier.text("inspector")
    async with open_till_app(SMALL) as cashier:
        await cashier.keys(f"{MILK}\n<f12>20\n")
        assert set(seen(cashier)) == {"paid", "paper"}


@pytest.mark.parametrize("size", [(120, 30), (160, 50)], ids=str)
async def test_the_chosen_coupon_is_told_in_full(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n<f5>")
        assert "Choose a coupon" in " ".join(cashier.text("details").replace("│", "").replace("▌", "").split())
        await cashier.keys("<down><down><down>")
        told = " ".join(cashier.text("details").replace("│", "").replace("▌", "").split())
        assert "FIVEOFF" in told
        assert "5.00 off everything" in told
        assert "✗ goods for at least 30.00" in told
        assert "needs goods for 28.51 more" in told
        assert "✓ not with another coupon" in told
        await cashier.keys("save10")
        told = " ".join(cashier.text("details").replace("│", "").replace("▌", "").split())
        assert "takes 0.15 off" in told
        assert "37 of 100 uses taken" in told
        await cashier.keys("\n")
        assert "−0.15" in cashier.text("applied")
        await cashier.keys("free")
        told = " ".join(cashier.text("details").replace("│", "").replace("▌", "").split())
        assert "cannot be combined with SAVE10" in told
        assert "Take SAVE10 off first." in told


@pytest.mark.till(size=(160, 50))
async def test_a_coupon_on_the_ticket_is_told_in_full_too(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>save10\n<down>")
    assert "✓ takes 0.15 off" in cashier.text("details")
    assert "✗" not in cashier.text("details")


@pytest.mark.parametrize(("size", "beside"), [((80, 24), False), ((120, 30), True), ((160, 50), True)], ids=str)
async def test_the_ticket_of_a_payment_that_is_checked_stands_beside_it(
    tmp_path: Path, size: tuple[int, int], *, beside: bool
) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n{LATE}<f12>k")
        await cashier.keys(f"\n{BREAD}\n{LATE}<f12>k")
        await cashier.keys("\n<f9>")
        page = cashier.text("page")
        assert "Ticket 1-1" in page
        assert "Ticket 1-2" in page
        assert "Do not charge" in " ".join(page.replace("│", "").replace("▌", "").split())
        assert ("summary" in seen(cashier)) == beside
        if beside:
            assert "Whole Milk 1 L" in cashier.text("summary")
            await cashier.keys("<down>")
            assert "Rye Bread" in cashier.text("summary")
        await cashier.keys("\n")
        assert "Every payment is answered now." in cashier.text("line")
        assert "summary" not in seen(cashier)


async def test_many_checks_scroll_to_the_chosen_one(cashier: Cashier) -> None:
    for _ in range(8):
        await cashier.keys(f"{MILK}\n{LATE}<f12>k")
        await cashier.keys("\n")
    await cashier.keys("<f9>")
    assert "Ticket 1-8" not in cashier.text("page")
    await cashier.keys("<end>")
    assert "Ticket 1-8" in cashier.text("page")
    assert "cards again." in cashier.text("page")


async def test_sums_of_notes_that_there_is_no_room_for_are_counted(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>").sees_not("more", "paying")
    await cashier.resize(40, 9).sees("↓ ", "paying")
    await cashier.keys("<down><down>").sees("↑ 1 more", "paying")
