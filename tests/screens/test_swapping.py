"""F8 with goods on the ticket sets it aside under its number and takes up another one: nothing of either is lost."""

from __future__ import annotations

import pytest

from pos.testing import Cashier, open_till_app
from screens.kit.values import Asks
from tests.screens.shop import BREAD, MILK


def skus(cashier: Cashier) -> list[str]:
    return [line.sku for line in cashier.sale.lines]


def held(cashier: Cashier) -> list[str]:
    return sorted(ticket.name for ticket in cashier.till.held_tickets())


async def test_the_only_other_one_is_taken_up_at_once_and_back_again(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f8>").sees(
        "Ticket 1-2 is set aside. Ticket “Ada” is taken up", "line"
    )
    assert (skus(cashier), held(cashier)) == (["MLK"], ["1-2"])
    await cashier.keys("<f8>")
    assert (skus(cashier), held(cashier)) == (["RYE"], ["Ada"])


async def test_of_several_one_is_chosen_and_the_ticket_waits_with_the_others(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>Bob\nTEA\n<f8>")
    assert (skus(cashier), held(cashier)) == (["TEA"], ["1-3", "Ada", "Bob"])
    await cashier.keys("<down>\n")
    assert (skus(cashier), held(cashier)) == (["RYE"], ["1-3", "Ada"])


async def test_a_name_before_the_key_says_for_which(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>Bob\nTEA\nada<f8>")
    assert (skus(cashier), held(cashier)) == (["MLK"], ["1-3", "Bob"])


async def test_a_scan_right_behind_goes_on_the_ticket_that_is_taken_up(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n").keys("<f8>TEA\n")
    assert (skus(cashier), held(cashier)) == (["MLK", "TEA"], ["1-2"])


async def test_the_language_takes_none_up_over_a_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n/recall Ada\n").sees("Pay, hold or void this ticket first", "line")
    assert (skus(cashier), held(cashier)) == (["RYE"], ["Ada"])


async def test_a_shop_that_wants_no_names_is_asked_none(cashier: Cashier) -> None:
    cashier.app.asks = Asks(hold_name=False)
    await cashier.keys(f"{MILK}\n<f7>{BREAD}\nEve 2<f7>")
    assert held(cashier) == ["1-1", "Eve 2"]


@pytest.mark.parametrize("size", ["80x24", "60x20", "40x12"])
async def test_what_is_typed_over_the_held_tickets_filters_them_and_sells_nothing(size: str) -> None:
    async with open_till_app("demo", size=size) as cashier:
        for name in ("Ada", "Bob", "Bobbie"):
            await cashier.keys(f"MILK-1L\n<f7>{name}\n")
        await cashier.keys("<f8>bo").sees("Bob", "list").sees_not("Ada", "list").sees_not("Matches", "list")
        await cashier.keys("<down>\n")
        assert [held.name for held in cashier.till.held_tickets()] == ["Ada", "Bob"]
        assert [line.sku for line in cashier.sale.lines] == ["MILK-1L"]


async def test_a_name_that_none_has_sells_nothing_and_the_list_stays(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{MILK}\n<f7>Bob\n<f8>milk\n").sees("No ticket is set aside as “milk”", "line")
    assert (cashier.app.current, held(cashier)) == (None, ["Ada", "Bob"])
    await cashier.keys("<escape>").sees("Ada", "list").sees("Bob", "list")


async def test_a_code_that_is_typed_over_the_held_tickets_is_sold(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{MILK}\n<f7>Bob\n<f8>RYE\n")
    assert [line.sku for line in cashier.sale.lines] == ["RYE"]


async def test_escape_takes_up_the_ticket_again_that_was_set_aside_for_another(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>Bob\nTEA\n<f8>").sees("Ada · Whole Milk 1 L", "list")
    await cashier.sees("Bob · Rye Bread", "list").sees("3.28", "list")
    await cashier.keys("<escape>")
    assert (skus(cashier), held(cashier)) == (["TEA"], ["Ada", "Bob"])
    await cashier.keys("<f12>c\n<f8><escape>")
    assert held(cashier) == ["Ada", "Bob"]
