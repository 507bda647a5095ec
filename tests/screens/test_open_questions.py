"""A question that is open: no key loses what is typed into it, and none leaves goods behind that wait for it."""

from __future__ import annotations

import pytest

from pos.settings.model import AskSettings, Settings
from pos.testing import Cashier
from tests.screens.shop import MILK, TOMATOES


def asked(cashier: Cashier) -> str:
    """The question that is open, and what is typed of its answer; empty if none is."""
    screen = cashier.app.screen
    prompt = getattr(screen, "prompt", None)
    return f"{prompt.title} {getattr(screen, 'typed', '')}".strip() if prompt is not None else ""


def quantities(cashier: Cashier) -> dict[str, str]:
    return {line.sku: str(line.quantity) for line in cashier.sale.lines}


WEIGHT = "How many kg of Vine Tomatoes?"
DISCOUNT = "Discount on Whole Milk 1 L"


async def test_a_typed_weight_is_taken_along_with_the_key_and_none_leaves_the_goods_behind(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{TOMATOES}\n")
    for key in ("<f12>", "<f7>", "<f8>", "<f2>", "<ctrl+t>", "<f10>"):
        await cashier.keys(key).sees(f"Still asked: {WEIGHT} Esc leaves it out.", "line")
        assert (cashier.kind, asked(cashier), quantities(cashier)) == ("sale", WEIGHT, {"MLK": "1"})
    await cashier.keys("x<f12>").sees("is not a quantity", "line")
    assert (cashier.kind, asked(cashier)) == ("sale", f"{WEIGHT} x")
    await cashier.keys("<f12>").sees(f"Still asked: {WEIGHT}", "line").keys(".5<f12>")
    assert (cashier.kind, quantities(cashier)) == ("payment", {"MLK": "1", "TOM": "0.5"})
    await cashier.keys(f"<escape>{TOMATOES}\n.25<f7>")
    assert (asked(cashier), quantities(cashier)) == ("Hold under which name?", {"MLK": "1", "TOM": "0.25"})


async def test_a_weighed_thing_alone_is_paid_with_its_weight_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{TOMATOES}\n.5<f12>")
    assert (cashier.kind, quantities(cashier)) == ("payment", {"TOM": "0.5"})


@pytest.mark.parametrize("question", [f"{TOMATOES}\n.5", "<f4>10%", "<f4>", "<ctrl+e>3", "<f2>"])
async def test_void_and_undo_end_a_question_and_touch_no_line(cashier: Cashier, question: str) -> None:
    await cashier.keys(f"{MILK}\n")
    for key in ("<f3>", "<ctrl+z>"):
        await cashier.keys(f"{question}{key}").sees("was not answered: nothing was changed.", "line")
        assert (asked(cashier), quantities(cashier), cashier.sale.total) == ("", {"MLK": "1"}, 149)


async def test_text_in_a_question_is_kept_from_every_other_key_and_taken_by_its_own(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f4>10%")
    for key in ("<f2>", "<f6>", "<f12>", "<f5>", "<f10>", "<ctrl+x>", "<ctrl+d>", "<ctrl+t>", "<ctrl+q>"):
        await cashier.keys(key).sees("“10%” is not taken yet: Enter takes it, Esc leaves it.", "line")
        assert (cashier.kind, asked(cashier)) == ("sale", f"{DISCOUNT} 10%")
    await cashier.clicks("F12 Pay").sees("“10%” is not taken yet", "line")
    await cashier.keys("<f1>").sees("Every key").keys("<escape>")
    assert asked(cashier) == f"{DISCOUNT} 10%"
    await cashier.keys("<f4>")
    assert (asked(cashier), cashier.sale.discount_total) == ("", 15)
    await cashier.keys("<f2>3<f2><ctrl+e>1.00<ctrl+e><f6>M1<f6>").settled()
    assert (quantities(cashier), cashier.sale.lines[0].unit_price, cashier.sale.member) == ({"MLK": "3"}, 100, "M1")


async def test_a_question_with_nothing_typed_gives_way_to_another_key_but_not_to_its_own(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f4><f2>")
    assert asked(cashier) == "Quantity of Whole Milk 1 L"
    await cashier.keys("<f2>").sees("Still asked: Quantity of Whole Milk 1 L. Esc ends it.", "line")
    await cashier.keys("<f8>").sees("Quantity of Whole Milk 1 L", "line")
    await cashier.keys("<escape><f4><f12>").sees(f"“{DISCOUNT}” was not answered", "paying")


async def test_what_is_offered_is_taken_by_enter_only_and_told_no_longer_than_it_is_asked(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n10<f4>").sees("Enter takes it off", "line").keys("<f4>")
    assert (asked(cashier), cashier.sale.discount_total) == (f"{DISCOUNT} 10%", 0)
    await cashier.keys("<escape>").sees_not("Enter takes", "line").keys("10<f4><escape>").sees_not("10%", "line")
    await cashier.keys("<f2>x\n<escape>").sees_not("is not a quantity", "line")


async def test_a_discount_waits_for_its_reason(cashier: Cashier) -> None:
    with cashier.app._context():
        cashier.app.adopt(Settings(ask=AskSettings(discount_reason=True)))
    await cashier.keys(f"{MILK}\n10%<f4><f12>").sees(
        "Still asked: Why 10% off Whole Milk 1 L? Esc leaves it out.", "line"
    )
    assert (cashier.kind, cashier.sale.discount_total) == ("sale", 0)
    await cashier.keys("dented<f12>")
    assert (cashier.kind, cashier.sale.discount_total) == ("payment", 15)


async def test_a_member_and_a_coupon_are_put_on_while_a_weight_is_asked(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{TOMATOES}\n0.4").burst("M1\n").sees(f"Member Ada [Lovelace]. Still asked: {WEIGHT}")
    await cashier.burst("SAVE10\n").sees("SAVE10 takes", "line").sees(f"Still asked: {WEIGHT}", "line")
    await cashier.burst("GONE20\n").sees("GONE20", "line")
    assert (cashier.sale.member, asked(cashier)) == ("M1", f"{WEIGHT} 0.4")
    await cashier.keys("12\n")
    assert (quantities(cashier), cashier.sale.coupons[0].code) == ({"MLK": "1", "TOM": "0.412"}, "SAVE10")


async def test_what_was_changed_is_said_until_a_number_is_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n3<f2>").sees("3 × Whole Milk 1 L.", "line")
    await cashier.keys("10%<f4>").sees("off Whole Milk 1 L: −0.45.", "line")
    await cashier.keys("<ctrl+d>0.50\n").sees("0.50 off the whole ticket.", "line")
    await cashier.keys("<ctrl+d>0\n").sees("No discount on the whole ticket.", "line")
    await cashier.keys("0<f4>").sees("No discount on Whole Milk 1 L.", "line")
    await cashier.keys("1<ctrl+e>").sees("Price of Whole Milk 1 L: 1.00.", "line")
    await cashier.keys("<ctrl+e>-\n").sees("Price of Whole Milk 1 L: 1.49.", "line")
    await cashier.keys("2").sees("F2 quantity", "line").keys("<escape>0<f2>").sees("Whole Milk 1 L taken off.", "line")
    await cashier.keys(f".5*{TOMATOES}\n.75<f2>").sees("0.75 kg of Vine Tomatoes.", "line")


async def test_a_reason_is_wanted_in_words(cashier: Cashier) -> None:
    with cashier.app._context():
        cashier.app.adopt(Settings(ask=AskSettings(discount_reason=True)))
    await cashier.keys(f"{MILK}\n10%<f4>\n").sees("A reason is wanted, in words", "line")
    await cashier.keys("5%\n").sees("A reason is wanted, in words", "line")
    assert cashier.sale.discount_total == 0
    await cashier.keys("old\n").sees("off Whole Milk 1 L: −0.15.", "line")
    await cashier.keys("20% 5<f4>").sees("A reason is wanted, in words", "line")
    assert cashier.sale.discount_total == 15


async def test_a_number_that_can_be_read_in_one_way_only_is_offered_so(cashier: Cashier) -> None:
    await cashier.keys(f"{TOMATOES}\n0,75\n").sees("“0,75” has another decimal mark; type 0.75.", "line")
