"""A ticket that was set aside under a name is called by it on every screen, also once it is taken up again."""

from __future__ import annotations

from pos.testing import Cashier
from tests.screens.shop import BREAD, MILK


async def test_every_screen_says_the_name(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Anna\n").sees("Ticket “Anna” is set aside.", "line")
    await cashier.sees("Anna", "ticket")
    await cashier.keys("<f8>").sees("Ticket “Anna” is taken up again.", "line").sees("Ticket “Anna”", "ticket")
    await cashier.keys(f"{BREAD}\n<f8>").sees("Ticket “Anna”", "ticket")
    await cashier.keys("<f7>").sees("Enter alone: “Anna” again", "line")
    await cashier.keys("\n").sees("Ticket “Anna” is set aside.", "line")
    assert [held.name for held in cashier.till.held_tickets()] == ["Anna"]
    await cashier.keys(f"{MILK}\n<f8>").sees("Ticket 1-3 is set aside. Ticket “Anna” is taken up again.", "line")
    await cashier.keys("<f8>").sees("Ticket “Anna” is set aside. Ticket 1-3 is taken up again.", "line")
    await cashier.keys("<f8>")
    for key in ("<f3>", "<ctrl+z>"):
        await cashier.keys(key).sees("Ticket “Anna”", "ticket")
    await cashier.keys("<f12>").sees("“Anna”")
    await cashier.keys("1\n").sees("1.00")
    await cashier.keys("c").settled()
    assert "“Anna”" in cashier.till.receipt_of(await cashier.till.find_order())
    await cashier.keys(f"\n\n{MILK}\n").sees("Ticket 1-", "ticket")
    assert cashier.sale.ticket_name is None


async def test_a_member_does_not_take_the_name_of_a_ticket_away(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Anna\n<f8>").member("M1")
    await cashier.keys("<f7>\n").sees("Ticket “Anna” is set aside.", "line")
    assert [held.name for held in cashier.till.held_tickets()] == ["Anna"]
