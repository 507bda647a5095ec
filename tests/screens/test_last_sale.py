"""The empty ticket: what became of the last customer, and who else waits."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, MILK, SMALL

APPROVED = "4242424242424242"


async def test_the_change_stands_in_large_digits_until_the_next_line(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n<escape>")
    assert "CHANGE" in cashier.text("totals")
    assert "20.00" in cashier.text("totals")
    assert "Last receipt: 1-1-1 · Ctrl+R shows it again" in cashier.text("ticket")
    await cashier.keys("<ctrl+r>").sees("receipt 1-1-1", "paid")
    await cashier.keys(f"{BREAD}\n")
    assert "CHANGE" not in cashier.text("totals")
    assert "Last receipt" not in cashier.text("ticket")


async def test_a_card_is_named_in_the_place_of_a_change_of_nothing(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>{APPROVED}k<escape>")
    assert "PAID · visa ••4242" in cashier.text("totals")
    assert "CHANGE" not in cashier.text("totals")
    assert APPROVED not in cashier.text()


async def test_after_a_restart_the_last_sale_of_today_is_told_again(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    async with open_till_app(SMALL, store=shop) as cashier:
        await cashier.keys(f"{MILK}\n<f12>20\n\n{BREAD}\n")
        later = cashier.app.now + timedelta(minutes=5)
    async with open_till_app(store=shop, now=later) as cashier:
        # What was begun stands there first, and the sale before it once that is done away with.
        await cashier.sees("Rye Bread", "ticket").keys("<f3>").sees("CHANGE", "totals").sees("20.00", "totals")
        await cashier.sees("Last receipt: 1-1-1 · Ctrl+R shows it again").keys("<ctrl+r>").sees("receipt 1-1-1", "paid")
    async with open_till_app(store=shop, now=later + timedelta(days=1)) as cashier:
        await cashier.settled()
        assert "Nothing is on this ticket yet:" in cashier.text("ticket")


async def test_two_tenders_are_both_named(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>1\n{APPROVED}k<escape>")
    assert "PAID · cash · visa ••4242" in cashier.text("totals")


async def test_the_line_of_a_new_customer_may_go_again(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n{BREAD}\n<f3>")
    assert "CHANGE" in cashier.text("totals")


async def test_nothing_is_told_of_a_sale_that_there_was_not(cashier: Cashier) -> None:
    assert "Nothing is on this ticket yet:" in cashier.text("ticket")
    assert "TOTAL DUE" in cashier.text("totals")


async def test_tickets_that_are_set_aside_are_named_with_first_item_and_total(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<f7>Ada\n")
    told = cashier.text("ticket")
    assert "Set aside" in told
    assert "F8 takes one up" in told
    [line] = [line for line in told.splitlines() if "Ada" in line]
    assert line.split("Ada")[1].replace("│", "").replace("▌", "").split() == [
        "now",
        "Whole",
        "Milk",
        "1",
        "L",
        "+1",
        "4.77",
    ]


async def test_their_age_is_told(tmp_path: Path) -> None:
    async with open_till_app(SMALL, store=tmp_path / "shop") as cashier:
        await cashier.keys(f"{MILK}\n<f7>Ada\n")
        later = cashier.app.now + timedelta(minutes=12)
    async with open_till_app(store=tmp_path / "shop", now=later) as cashier:
        assert "12 min" in cashier.text("ticket")


@pytest.mark.parametrize("key", ["\n", "<escape>"], ids=["enter", "escape"])
async def test_what_is_to_be_given_back_in_cash_stands_until_somebody_says_that_it_is_done(
    cashier: Cashier, key: str
) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<f12>2\na").keys("a").sees("Give 2.00 back in cash.", "hand_over")
    await cashier.keys(f"{MILK}\n<f2>4\n").sees("Give 2.00 back in cash.", "hand_over")
    await cashier.keys(f"rye{key}").sees("Give 2.00 back in cash.", "hand_over")
    await cashier.keys(key).sees_not("Give 2.00 back in cash.")
    assert cashier.kind == "sale"


async def test_what_goes_back_to_a_card_is_told_and_needs_no_hand(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<f12>2k<escape>").sees("PAID IN PART")
    await cashier.keys("a").keys("a").sees("2.00 was given back to", "line").sees_not("GIVE BACK")


@pytest.mark.till(size=(80, 24))
async def test_how_many_more_there_are_is_told(cashier: Cashier) -> None:
    for name in range(14):
        await cashier.keys(f"{MILK}\n<f7>T{name}\n")
    lines = [line for line in cashier.text("ticket").splitlines() if "Milk" in line]
    assert f"↓ {14 - len(lines)} more" in cashier.text("ticket")
    assert "⏸ 14 held" in cashier.text("header")


async def test_what_is_held_is_counted_in_the_bar_until_it_is_taken_up(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n").sees("⏸ 1 held", "header")
    await cashier.keys("<f3><f8>").sees_not("held", "header")


async def test_a_ticket_whose_payment_came_to_nothing_is_marked_also_after_a_restart(tmp_path: Path) -> None:
    store = tmp_path / "shop"
    async with open_till_app(SMALL, store=store, gateway="timeout before") as cashier:
        await cashier.keys(f"{MILK}\n<f12>{APPROVED}k").sees("NO ANSWER")
        await cashier.keys(f"<escape>{BREAD}\n").keys("<f9><ctrl+r>")
        await cashier.keys("<escape>").sees("! 1 unpaid", "header").sees_not("held", "header")
    async with open_till_app(store=store) as cashier:
        await cashier.sees("! 1 unpaid", "header")
        await cashier.keys("<f7>later\n").sees("! 1-1", "ticket").sees("⏸ 1 held", "header")
        await cashier.keys("/recall 1-1\n").sees_not("unpaid", "header")


async def test_what_is_to_be_given_back_is_summed_and_outlives_the_till(tmp_path: Path) -> None:
    store, copy = tmp_path / "shop", tmp_path / "copy"
    async with open_till_app(SMALL, store=store) as cashier:
        await cashier.keys(f"{MILK}\n{BREAD}\n<f12>2\na").keys("a").sees("Give 2.00 back in cash.", "hand_over")
        await cashier.keys("<f12>3\na").sees("↩ give back 2.00", "header").keys("a")
        await cashier.sees("Give 5.00 back in cash.", "hand_over")
        await cashier.keys("<ctrl+t>").sees("↩ give back 5.00", "header").keys("<escape>")
        # As it stands on the disk while the till is open, which is what a loss of power leaves.
        shutil.copytree(store, copy, ignore=shutil.ignore_patterns("*lock*"))
    async with open_till_app(store=copy) as cashier:
        await cashier.sees("Give 5.00 back in cash.", "hand_over").keys("\n").sees_not("GIVE BACK")
        assert "give back" not in cashier.text("header")
    async with open_till_app(store=copy) as cashier:
        await cashier.settled()
        assert cashier.till.to_hand_over == {}


@pytest.mark.till(size=(20, 6))
async def test_what_is_not_seen_is_not_acknowledged(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>1\na").keys("a")
    assert cashier.till.to_hand_over == {"cash": 100}
    await cashier.resize(20, 4).keys("\n")
    assert cashier.till.to_hand_over == {"cash": 100}
    await cashier.resize(20, 6)
    assert "↩ give back 1.00" in cashier.text("hand_over")
    await cashier.keys("\n")
    assert cashier.till.to_hand_over == {}


@pytest.mark.till(size=(60, 20))
async def test_a_small_terminal_tells_what_its_digits_are_and_what_was_paid(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n").sees("TOTAL DUE", "totals")
    await cashier.keys("<f12>1\n")
    cashier.app.home()
    await cashier.sees("STILL DUE", "totals").sees("◑ paid in part", "header")
    assert cashier.text("totals").splitlines()[2].split()[:2] == ["Paid", "1.00"]
    await cashier.resize(40, 12).sees("STILL DUE  1.00 paid", "totals").resize(60, 20)
    await cashier.keys("<f12>20\n<escape>").sees("Last sale", "totals").sees("CHANGE", "totals")
    await cashier.resize(40, 12).sees("Last sale · CHANGE", "totals")
    await cashier.keys(f"{MILK}\n<f12>zz zz\n").sees("↓ 2 more", "paying")
    await cashier.keys("1<down>\n").sees("0.49", "paying")
