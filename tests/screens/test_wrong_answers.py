"""A wrong answer keeps its question open: what was typed stays to be mended, and the reason is told beside it."""

from __future__ import annotations

import pytest

from pos.testing import Cashier
from tests.screens.shop import BREAD, MILK


def prompt(cashier: Cashier) -> str:
    """The question that is open, and what stands on the line for an answer; both empty if none is."""
    screen = cashier.app.screen
    asked = getattr(screen, "prompt", None)
    return f"{asked.title}: {getattr(screen, 'typed', '')}" if asked is not None else ""


@pytest.mark.parametrize(
    ("keys", "asked", "told"),
    [
        ("<f2>1.5", "Quantity of Whole Milk 1 L: 1.5", "sold by the piece"),
        ("<f2>x", "Quantity of Whole Milk 1 L: x", "is not a quantity"),
        ("<f2>999", "Quantity of Whole Milk 1 L: 999", "Whole Milk 1 L"),
        ("<f4>ten", "Discount on Whole Milk 1 L: ten", "“ten” is no discount. Type a percentage such as 10%"),
        ("<f4>120%", "Discount on Whole Milk 1 L: 120%", "120%"),
        ("<ctrl+d>ten", "Discount on the whole ticket: ten", "“ten” is no discount. Type a percentage such as 10%"),
        ("<ctrl+e>cheap", "Price of Whole Milk 1 L: cheap", "is not an amount of money"),
        ("<f6>M9", "Member's name or number: M9", "M9"),
    ],
)
async def test_a_wrong_answer_stays_to_be_mended(cashier: Cashier, keys: str, asked: str, told: str) -> None:
    await cashier.keys(f"{MILK}\n")
    before = cashier.sale.lines
    await cashier.keys(f"{keys}\n").sees(told, "line")
    assert prompt(cashier) == asked
    assert "✗" in cashier.text("line")
    await cashier.keys("<escape>")
    assert (prompt(cashier), cashier.sale.lines) == ("", before)


async def test_what_is_mended_is_taken(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>2x\n<backspace>\n")
    assert [str(line.quantity) for line in cashier.sale.lines] == ["2"]
    await cashier.keys("<f6>M\n<right>1\n").settled()
    assert (prompt(cashier), cashier.sale.member) == ("", "M1")
    await cashier.keys("<ctrl+e>1.x\n<ctrl+u>1\n")
    assert cashier.sale.lines[0].unit_price == 100


async def test_a_name_under_which_a_ticket_waits_already_is_asked_again(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>Ada\n")
    assert prompt(cashier) == "Hold under which name?: Ada"
    await cashier.keys("<right>2\n")
    assert [ticket.name for ticket in cashier.till.held_tickets()] == ["Ada", "Ada2"]


async def test_what_is_typed_over_a_refused_answer_is_the_answer(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>2x\n3\n").settled()
    assert [str(line.quantity) for line in cashier.sale.lines] == ["3"]
    await cashier.keys("<f6>nobody\nM1\n").settled()
    assert cashier.sale.member == "M1"
    await cashier.keys("<f4>200%\n10\n").settled()
    assert [line.discounts != () for line in cashier.sale.lines] == [True]
    await cashier.keys(f"\n<f7>Ada\n{BREAD}\n<f7>Ada\nBob\n").settled()
    assert [ticket.name for ticket in cashier.till.held_tickets()] == ["Ada", "Bob"]


async def test_a_code_that_is_typed_over_a_refused_coupon_is_put_on(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>NOPE\nFREE\n").settled()
    assert [coupon.code for coupon in cashier.sale.coupons] == ["FREE"]


async def test_what_is_typed_over_a_name_that_nothing_has_is_searched_for(cashier: Cashier) -> None:
    await cashier.keys("batery\nmilk\n").settled()
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_the_answer_to_a_later_question_is_not_that_of_an_earlier_one(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f6>M1\n<f7>Ada\n").scan(BREAD).keys("<f12>").burst("20\n")
    assert prompt(cashier) == ""
    await cashier.keys(f"\n{MILK}\n/recall nobody\n")
    assert prompt(cashier) == ""


async def test_a_scan_behind_a_wrong_answer_is_sold_and_the_question_stays(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n").burst(f"<f6>M9\n{BREAD}\n").settled()
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]
    assert prompt(cashier).startswith("Member's name or number")


@pytest.mark.parametrize(
    ("keys", "asked", "off"),
    [
        ("<f4>10\n", "Discount on Whole Milk 1 L: 10%", 15),
        ("<f4>10 dented box\n", "Discount on Whole Milk 1 L: 10% dented box", 15),
        ("<ctrl+d>20\n", "Discount on the whole ticket: 20%", 30),
    ],
)
async def test_more_than_there_is_asks_for_a_percentage_to_take_by_enter(
    cashier: Cashier, keys: str, asked: str, off: int
) -> None:
    await cashier.keys(f"{MILK}\n{keys}").sees("is more than", "line").sees("Enter takes it off", "line")
    assert (prompt(cashier), cashier.sale.discount_total) == (asked, 0)
    await cashier.keys("<escape>")
    assert (prompt(cashier), cashier.sale.discount_total) == ("", 0)
    await cashier.keys(keys).keys("\n")
    assert (prompt(cashier), cashier.sale.discount_total) == ("", off)


@pytest.mark.parametrize("keys", ["<f4>150\n", "<f4>2.50\n", "<ctrl+d>101\n"])
async def test_more_than_there_is_that_is_no_percentage_is_refused(cashier: Cashier, keys: str) -> None:
    await cashier.keys(f"{MILK}\n{keys}").sees("is more than", "line").sees_not("Enter takes it off", "line")
    assert (prompt(cashier).endswith(keys[4:-1].rpartition(">")[2]), cashier.sale.discount_total) == (True, 0)


async def test_all_that_a_line_comes_to_may_be_taken_off(cashier: Cashier) -> None:
    await cashier.keys(f"2*{MILK}\n<f4>2.98\n")
    assert cashier.sale.total == 0


async def test_a_command_takes_no_more_off_than_there_is(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/discount 1 10\n").sees("10.00 is more than there is", "line")
    await cashier.keys("/discount all 10\n").sees("10.00 is more than there is", "line")
    assert cashier.sale.discount_total == 0
    await cashier.keys("/discount 1 1.49\n")
    assert cashier.sale.total == 0


@pytest.mark.parametrize(("keys", "off"), [("10<f4>", 149), ("<ctrl+d>10\n", 149), ("10.00<f4>", 1000), ("5<f4>", 500)])
async def test_figures_that_would_take_most_of_it_are_asked_about(cashier: Cashier, keys: str, off: int) -> None:
    await cashier.keys(f"10*{MILK}\n{keys}")
    if off == 149:
        await cashier.sees("10.00 of 14.90?", "line")
        assert cashier.sale.discount_total == 0
        await cashier.keys("\n")
    assert cashier.sale.discount_total == off


async def test_an_arrow_chooses_another_coupon_than_the_one_that_was_refused(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>GONE20\n").sees("GONE20", "line").keys("<down>\n")
    assert [coupon.code for coupon in cashier.sale.coupons if coupon.amount] in (["SAVE10"], ["FREE"])
