"""The inspector: the key that leads to it, what is typed in it, and that no scan is lost there."""

from __future__ import annotations

import pytest

from pos.testing import Cashier, open_till_app
from screens.inspector.screen import InspectorScreen
from tests.screens.shop import BREAD, LAST_ONE, MILK, SMALL

DECLINED = "4000000000009995"
SALE = f"2*{BREAD}\n/coupon SAVE10\n<f12>{DECLINED}k"


def screen(cashier: Cashier) -> InspectorScreen:
    front = cashier.app.screen
    assert isinstance(front, InspectorScreen)
    return front


def looked_at(cashier: Cashier) -> str:
    """The kind of the event that is looked at."""
    told = screen(cashier).looked_at
    assert told is not None
    return told[1].event


async def inspected(cashier: Cashier, keys: str = SALE) -> None:
    await cashier.keys(keys)
    while cashier.kind != "inspect":
        await cashier.keys("<f11>")


async def test_its_key_opens_it_beside_the_sale_then_on_the_whole_screen_then_hides_it(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f11>")
    assert (cashier.kind, cashier.app.inspecting) == ("sale", True)
    await cashier.keys("<f11>")
    assert cashier.kind == "inspect"
    await cashier.keys("<f11>")
    assert (cashier.kind, cashier.app.inspecting) == ("sale", False)
    await cashier.keys("/inspector\n/inspector\n<escape>")
    assert (cashier.kind, cashier.app.inspecting) == ("sale", True)


@pytest.mark.parametrize("size", [(160, 50), (60, 18)])
async def test_where_it_stands_open_or_has_no_room_its_key_opens_the_whole_screen(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{MILK}\n<f11>")
        assert cashier.kind == "inspect"
        await cashier.sees("added", "timeline")
        await cashier.keys("<f11>")
        assert cashier.kind == "sale"


async def test_it_opens_over_the_receipt_and_over_open_payments(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>20\n<f11>")
    await cashier.sees("committed", "timeline")
    await cashier.keys("<escape>")
    assert cashier.kind == "receipt"
    await cashier.keys("\n<f9><f11>")
    assert cashier.kind == "inspect"


async def test_the_newest_event_is_looked_at_until_another_is_chosen(cashier: Cashier) -> None:
    await inspected(cashier)
    assert looked_at(cashier) == "released"
    await cashier.keys("<up>")
    assert looked_at(cashier) == "declined"
    await cashier.keys("<home>")
    assert looked_at(cashier) == "added"
    await cashier.keys("<end>")
    assert screen(cashier).chosen is None


async def test_a_chosen_event_is_chosen_again_after_something_else_was_typed(cashier: Cashier) -> None:
    await inspected(cashier)
    await cashier.keys("<up>declined")
    assert looked_at(cashier) == "declined"
    await cashier.keys("<escape>added")
    assert looked_at(cashier) == "added"
    await cashier.keys("<escape>")
    assert looked_at(cashier) == "declined"


async def test_what_comes_meanwhile_is_followed_unless_an_older_event_is_chosen(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n/gateway timeout after\n<f12>k\n")
    await inspected(cashier, "")
    await cashier.keys("<up>")
    chosen = looked_at(cashier)
    await cashier.app.recover()
    await cashier.settled()
    assert looked_at(cashier) == chosen
    await cashier.sees("committed", "timeline").keys("<end>")
    assert looked_at(cashier) == "committed"


async def test_the_counters_stand_as_they_stood_then(cashier: Cashier) -> None:
    await inspected(cashier)
    rye = next(line for line in cashier.text("counters").splitlines() if "Rye" in line)
    assert rye.split()[-3:] == ["3", "2→0", "3"]
    await cashier.keys("<up>")
    rye = next(line for line in cashier.text("counters").splitlines() if "Rye" in line)
    assert rye.split()[-3:] == ["3", "0→2", "1"]
    assert "╍" in rye
    await cashier.sees("declined", "counters")


async def test_enter_shows_all_about_an_event_and_escape_goes_back_step_by_step(cashier: Cashier) -> None:
    await inspected(cashier)
    await cashier.keys("decl\n")
    about = cashier.text("event")
    for text in ("visa ••9995: Not enough funds.", "attempt-1", "insufficient_funds", "charge this card", "1-1/1",
                 "order-1", "✓ #"):  # fmt: skip
        assert text in about
    await cashier.keys("<escape>")
    assert (screen(cashier).whole, screen(cashier).typed) == (False, "decl")
    await cashier.keys("<escape>")
    assert screen(cashier).typed == ""
    await cashier.keys("<escape>")
    assert cashier.kind == "payment"


async def test_what_is_typed_filters_and_nothing_found_is_said(cashier: Cashier) -> None:
    await inspected(cashier)
    await cashier.keys("1-1/1 funds")
    await cashier.sees("1 of 6 events").sees("declined", "timeline").sees_not("coupon", "timeline")
    await cashier.keys("x").sees("Nothing fits that.", "timeline")
    await cashier.keys("\n").sees("✗ Nothing fits that.", "line")
    await cashier.keys("<escape>").sees("6 events · newest").sees("coupon", "timeline")


async def test_ctrl_c_copies_what_is_filtered_as_plain_text(cashier: Cashier) -> None:
    await inspected(cashier)
    await cashier.keys("<ctrl+c>")
    heading, *rows = cashier.app.clipboard.splitlines()
    assert heading == "Corner Store  lane 1  2025-11-22 14:03"
    assert [row.split()[3] for row in rows if "+0.0 s" in row and "Reservation" not in row]
    assert "└─ 14:03:00.0 +0.0 s  released" in cashier.app.clipboard
    await cashier.keys("charging<ctrl+c>")
    assert "released  1" not in cashier.app.clipboard
    assert "charging" in cashier.app.clipboard


@pytest.mark.parametrize("end", ["\n", "\t"])
async def test_a_scan_goes_to_the_ticket(cashier: Cashier, end: str) -> None:
    await cashier.keys(f"{MILK}\n<f11><f11>")
    await cashier.keys(f"{BREAD}{end}{MILK}{end}")
    assert cashier.kind == "sale"
    assert [(line.sku, int(line.quantity)) for line in cashier.sale.lines] == [("MLK", 2), ("RYE", 1)]
    await cashier.keys("<f11>")
    if cashier.kind != "inspect":
        await cashier.keys("<f11>")
    await cashier.keys(f"decl{BREAD}{end}")
    assert int(cashier.sale.lines[1].quantity) == 2


async def test_a_scan_over_the_payment_is_no_money(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><f11><f11>{BREAD}\n")
    assert (cashier.kind, cashier.state, cashier.bank.charges) == ("sale", "open", 0)
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]


async def test_keys_of_the_screen_below_work_there(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f11><f11><f12>")
    assert cashier.kind == "payment"
    await cashier.keys("<f11><f1>").sees("INSPECTOR", "page")


async def test_a_click_chooses_an_event_and_another_shows_all_about_it(cashier: Cashier) -> None:
    await inspected(cashier)
    await cashier.clicks("declined  visa")
    assert looked_at(cashier) == "declined"
    await cashier.clicks("declined  visa")
    assert screen(cashier).whole


async def test_no_card_number_is_shown_or_copied(cashier: Cashier) -> None:
    await inspected(cashier)
    await cashier.keys(DECLINED)
    assert DECLINED not in cashier.text()
    assert "9995" in cashier.text("line") or "•" in cashier.text("line")
    await cashier.keys("<escape><ctrl+c>")
    assert DECLINED not in cashier.app.clipboard


async def test_nothing_has_happened_yet(cashier: Cashier) -> None:
    await cashier.keys("<f11><f11>").sees("Nothing has happened yet:", "timeline")
    await cashier.keys("\n<up><ctrl+c>").sees("There is nothing to copy.")


async def test_only_the_last_events_are_kept_and_their_numbers_go_on(cashier: Cashier) -> None:
    await inspected(cashier, f"{MILK}\n")
    await cashier.keys("<home>")
    oldest = screen(cashier).chosen
    await cashier.keys("<escape>" + f"{MILK}\n" * 400)
    await cashier.keys("<f11>")
    assert len(screen(cashier).seen.events) == 400
    assert screen(cashier).seen.events[0][0] == (oldest or 0) + 1


async def charging(cashier: Cashier, keys: str = f"{MILK}\n<f12>k") -> None:
    """Up to where a card is being charged."""
    await cashier.gateway("hold").keys(keys)
    assert cashier.till.waiting_for_card


async def test_it_opens_while_a_card_is_charged_and_escape_there_cancels_nothing(cashier: Cashier) -> None:
    await charging(cashier)
    await cashier.keys("<f11>").sees("charging", "inspector")
    await cashier.keys("<f11>")
    assert cashier.kind == "inspect"
    await cashier.keys("<up>\n<escape><escape>")
    assert (cashier.kind, cashier.till.waiting_for_card) == ("payment", True)
    await cashier.gateway("answer").waits_until(lambda: cashier.kind == "receipt")


async def test_a_card_is_taken_also_while_the_whole_screen_is_the_inspector(cashier: Cashier) -> None:
    await charging(cashier)
    await cashier.keys("<f11><f11>").gateway("answer")
    await cashier.waits_until(lambda: cashier.kind == "receipt")


async def test_a_declined_card_is_told_of_below_the_inspector(cashier: Cashier) -> None:
    await charging(cashier, f"{MILK}\n<f12>{DECLINED}k")
    await cashier.keys("<f11><f11>").gateway("answer")
    await cashier.waits_until(lambda: not cashier.app.working)
    assert looked_at(cashier) == "released"
    await cashier.keys("<escape>").sees("DECLINED")


async def test_what_was_typed_before_it_while_a_card_is_charged_keeps_its_order(cashier: Cashier) -> None:
    await charging(cashier)
    await cashier.keys(f"{BREAD}\n<f11>")
    assert (cashier.app.inspecting, cashier.till.waiting_for_card) == (False, True)
    await cashier.gateway("answer").waits_until(lambda: cashier.app.inspecting)
    assert [line.quantity for line in cashier.sale.lines] == [1]
