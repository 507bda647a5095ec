"""Undo and redo by their keys: what is said, what is greyed, and that they keep their place among other keys."""

from __future__ import annotations

import pytest

from pos.testing import Cashier
from tests.screens.shop import BREAD, MILK

TWO = f"{MILK}\n{BREAD}\n"


def ticket(cashier: Cashier) -> dict[str, str]:
    """How many of what is on the ticket."""
    return {line.sku: f"{line.quantity}" for line in cashier.sale.lines}


async def test_a_void_is_undone_and_redone_in_words(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}{MILK}\n<up><f3>")
    assert ticket(cashier) == {"RYE": "1"}
    await cashier.keys("<ctrl+z>").sees("Undone: void 2 Whole Milk 1 L", panel="line")
    assert ticket(cashier) == {"MLK": "2", "RYE": "1"}
    await cashier.keys("<ctrl+y>").sees("Redone: void 2 Whole Milk 1 L", panel="line")
    assert ticket(cashier) == {"RYE": "1"}
    await cashier.keys("/undo\n").sees("Undone: void 2 Whole Milk 1 L", panel="line")
    await cashier.keys("/redo\n").sees("Redone: void 2 Whole Milk 1 L", panel="line")


async def test_the_line_that_comes_back_is_the_chosen_one(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<up><f3><ctrl+z>")
    assert cashier.app.chosen_line is not None
    assert cashier.app.chosen_line.sku == "MLK"


async def test_the_last_scan_is_undone_back_to_the_empty_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}+<ctrl+z><ctrl+z><ctrl+z>")
    assert ticket(cashier) == {}
    await cashier.keys("<ctrl+z>").sees("✗ Nothing to undo.", panel="line")
    await cashier.keys("<ctrl+y><ctrl+y><ctrl+y><ctrl+y>").sees("✗ Nothing to redo.", panel="line")
    assert ticket(cashier) == {"MLK": "1", "RYE": "2"}


async def test_keys_typed_ahead_stay_in_order(cashier: Cashier) -> None:
    await cashier.burst(f"{TWO}<ctrl+z>{MILK}\n<ctrl+z><ctrl+z>{BREAD}\n<f12>20\n")
    await cashier.waits_until(lambda: cashier.app.kind == "receipt")
    assert ticket(cashier) == {"RYE": "1"}


@pytest.mark.till(size=(130, 60))
async def test_the_menu_greys_them_with_the_reason(cashier: Cashier) -> None:
    await cashier.keys("<f10>")
    menu = cashier.text("page")
    assert "Nothing to undo." in menu
    assert "Nothing to redo." in menu
    await cashier.keys(f"<escape>{MILK}\n<f10>")
    menu = cashier.text("page")
    assert "Take back the last change of the ticket." in menu
    assert "Nothing to redo." in menu


async def test_a_sale_that_is_paid_stays_as_it_is(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f12>c")
    order = cashier.sale.order
    await cashier.keys("<escape>").waits_until(lambda: cashier.app.kind == "sale")
    await cashier.keys("<ctrl+z>").sees("Nothing to undo", panel="line")
    assert (await cashier.till.find_order(order)).sale.items == 2


async def test_a_ticket_set_aside_is_taken_up_and_not_undone(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f7>\n<ctrl+z>").sees("F8 takes the ticket up again", panel="line")
    await cashier.keys("<f8><ctrl+z>").sees("Nothing to undo.", panel="line")
    assert ticket(cashier) == {"MLK": "1", "RYE": "1"}


@pytest.mark.till(gateway="decline insufficient_funds")
async def test_after_a_decline_the_ticket_can_be_undone(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f12>k")
    await cashier.keys("<escape><ctrl+z>").sees("Undone: add 1 Rye Bread", panel="line")
    assert ticket(cashier) == {"MLK": "1"}


async def test_on_the_payment_screen_nothing_is_undone(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f12>2\n")
    await cashier.keys("<ctrl+z>")
    assert (cashier.app.kind, cashier.sale.paid, ticket(cashier)) == ("payment", 200, {"MLK": "1", "RYE": "1"})


async def test_on_the_cart_it_does_the_same(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<ctrl+t><f3><ctrl+z>")
    assert (cashier.app.kind, ticket(cashier)) == ("cart", {"MLK": "1", "RYE": "1"})


@pytest.mark.till(size=(160, 50))
async def test_the_time_line_tells_it(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f3><ctrl+z><f11><f11>")
    assert [event.event for event in cashier.app.log_of_events][-2:] == ["removed", "undone"]
    shown = [line for line in cashier.text().splitlines() if "undone" in line]
    assert shown
    assert "void Rye Bread" in shown[0]


@pytest.mark.till(language="de")
async def test_it_is_said_in_german(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f3><ctrl+z>").sees("Rückgängig: Storno Rye Bread", panel="line")


async def test_from_the_payment_the_ticket_comes_back_with_the_change_taken_back(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f12><ctrl+z>").sees("Undone: add 1 Rye Bread", panel="line")
    assert (cashier.kind, ticket(cashier), cashier.state) == ("sale", {"MLK": "1"}, "open")
    await cashier.keys("<f12><ctrl+z>").sees("Undone: add 1 Whole Milk 1 L", panel="line")
    await cashier.keys("<ctrl+y><f5>FREE\n<ctrl+z>").sees("Undone: coupon FREE", panel="line")
    assert (cashier.kind, cashier.sale.coupons) == ("coupon", ())
    await cashier.keys("<ctrl+y>").sees("Redone: coupon FREE", panel="line")
    assert [coupon.code for coupon in cashier.sale.coupons] == ["FREE"]


async def test_of_what_is_paid_nothing_is_taken_back_and_it_is_told(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f12>3\n<ctrl+z>").sees("paid in part")
    assert (cashier.kind, cashier.state) == ("payment", "part_paid")
    await cashier.keys("\n")
    assert cashier.kind == "receipt"
    await cashier.keys("<ctrl+z>").sees("Nothing to undo: a sale", "paid").sees_not("Ctrl+Z", "footer")
    assert cashier.state == "paid"


async def test_behind_a_receipt_that_is_looked_at_no_ticket_is_changed(cashier: Cashier) -> None:
    await cashier.keys(f"{TWO}<f12>c\n{TWO}<ctrl+r><ctrl+z>").sees("Nothing to undo: a sale", "paid")
    await cashier.keys("<escape>")
    assert ticket(cashier) == {"MLK": "1", "RYE": "1"}
