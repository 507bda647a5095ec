"""A scan on the screens: on none does it act, answer, choose or move money."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from screens.driver.keyboard import struck
from tests.screens.shop import BREAD, LAST_ONE, MILK, SMALL

DECLINED = "4000000000009995"
LABELLED: dict[str, Any] = {
    **SMALL,
    "products": [
        *SMALL["products"],
        {"sku": "KIWI", "name": "Kiwi", "price": 40, "category": "Produce"},
        {"sku": "+A99912345", "name": "Plaster", "price": 300, "category": "Home"},
        {"sku": "-X7", "name": "Gauze", "price": 200, "category": "Home"},
        {"sku": "2000100000113", "name": "Boxed Eggs", "price": 250, "barcodes": ["2000100000113"]},
        {"sku": "EGGS", "name": "Eggs", "price": 240},
        {"sku": "12", "name": "Bag", "price": 10},
    ],
}
CODES = [
    "KIWI", "]C1012000100000038", "4011", MILK, "R2D2", "A1000", "C123", "K", "-5", "+20", "12.50", "1,00", "12", "999",
    "99999999", "4242424242424242", "/pay cash 1", "c", "\u00e9t\u00e9", "4011 ", "CKRA",
]  # fmt: skip


MISTYPED = [
    "price", "batery", "bred", "mlik", "chese", "aple", "bananna", "choclate", "yoghurt", "spagetti", "oragne", "jucie",
    "buter", "butterr", "saugage", "bier", "wine", "pric", "rise", "tee", "toy", "milkmilk",
]  # fmt: skip
"""No word of the demo shop begins with any of these; each has something near."""


def quantities(cashier: Cashier) -> dict[str, str]:
    return {line.sku: str(line.quantity) for line in cashier.sale.lines}


async def test_a_scan_on_the_payment_screen_moves_no_money() -> None:
    async with open_till_app(LABELLED) as cashier:
        cashier.app.scan_adds = False
        for code in CODES:
            await cashier.keys(f"{LAST_ONE}\n<f12>")
            await cashier.burst(f"{code}\n")
            assert (cashier.kind, cashier.state, cashier.bank.charges) == ("payment", "open", 0), code
            assert "nothing was taken" in " ".join(cashier.text("paying").replace("│", "").replace("▌", "").split()), (
                code
            )
            await cashier.keys("<escape>")
            assert (cashier.kind, quantities(cashier)) == ("sale", {"LAST": "1"}), code
            await cashier.keys("<f3>")
            assert not cashier.sale.lines, code
        await cashier.keys(f"{LAST_ONE}\n<f12>k")
        assert cashier.state == "paid"


@pytest.mark.parametrize("code", ["KIWI", f"]C10{BREAD}", "4011", MILK, "4011 "])
async def test_a_product_scanned_before_anything_is_paid_goes_on_the_ticket(code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>")
        await cashier.burst(f"{code}\n")
        assert (cashier.kind, cashier.state, cashier.bank.charges) == ("sale", "open", 0)
        assert cashier.sale.lines[0].sku == "LAST"
        assert len(cashier.sale.lines) == 2


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("2", "KIWI"),  # an amount is typed
        ("2\n", "KIWI"),  # a part is paid
        ("100\n", "KIWI"),  # something is asked
        (f"{DECLINED}k", "KIWI"),  # a card was declined
        ("", "12"),  # a sum that may be given
        ("", "R2D2"),  # no product
    ],
)
async def test_what_is_scanned_then_is_told_and_does_nothing(keys: str, code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>{keys}")
        await cashier.burst(f"{code}\n")
        assert (cashier.kind, quantities(cashier)) == ("payment", {"LAST": "1"})
        await cashier.sees("nothing was taken", "paying")


@pytest.mark.parametrize("code", ["KIWI", "R2D2", "AAAA", "4011", "5"])
async def test_a_scan_after_a_decline_neither_charges_again_nor_loses_the_decline(code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>{DECLINED}k").sees("DECLINED", "paying")
        if code == "5":
            await cashier.keys("5<backspace>")
        else:
            await cashier.burst(f"{code}\n")
        assert (cashier.state, cashier.bank.charges) == ("open", 1)
        await cashier.sees("DECLINED", "paying").keys("r")
        assert (cashier.state, cashier.bank.charges) == ("open", 2)


@pytest.mark.parametrize("code", ["AAAA", "ABC-1", "A4", "KIWI", "99"])
async def test_a_scan_on_a_part_paid_ticket_gives_nothing_back_and_takes_nothing(code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"{LAST_ONE}\n<f12>2\n")
        await cashier.burst(f"{code}A\n")
        await cashier.burst(f"A{code}\n")
        assert (cashier.kind, cashier.state, cashier.sale.paid) == ("payment", "part_paid", 200)
        await cashier.keys("a").keys("a")
        assert (cashier.state, cashier.sale.paid) == ("open", 0)


@pytest.mark.till(gateway="hold")
async def test_a_scan_while_a_card_is_charged_is_judged_where_it_is_taken(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>2k")
    await cashier.burst("KIWI\n")
    cashier.bank.say("answer")
    await cashier.settled()
    assert (cashier.kind, cashier.state, cashier.sale.paid, cashier.bank.charges) == ("payment", "part_paid", 200, 1)
    await cashier.sees("“KIWI” was scanned", "paying")


async def test_a_scan_while_a_payment_is_checked_is_the_next_customer_s() -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"{MILK}\n/gateway timeout after\n<f12>k").sees("NO ANSWER", "paying")
        await cashier.scan("KIWI")
        assert (cashier.kind, quantities(cashier)) == ("sale", {"KIWI": "1"})


async def test_a_command_that_is_half_typed_takes_no_scan_for_its_amount(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n<f12>/pay cash ")
    await cashier.burst("4011\n")
    assert (cashier.kind, cashier.state) == ("payment", "open")
    await cashier.sees("Bananas was scanned: nothing was taken", "paying").sees("/pay cash", "paying")
    await cashier.keys("<escape><escape>/pay cash ")
    await cashier.burst("4044\n")
    assert cashier.state == "open"
    await cashier.sees("“4044” was scanned, which is no answer here", "line")
    await cashier.scan("4011")
    assert quantities(cashier) == {"LAST": "1", "4011": "1"}
    await cashier.sees("“/pay cash” was dropped for the scan.", "line")


async def test_a_code_is_no_command(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n")
    await cashier.burst("/void all\n").sees("A command is typed by hand", "line")
    assert quantities(cashier) == {"MLK": "1"}
    await cashier.keys("/member ")
    await cashier.burst("M1\n")
    assert cashier.sale.member == "M1"


@pytest.mark.parametrize(
    "code", ['-"&"\'&&"-(è&è', "EGGS7", "EGS", "milk", "egg", "-10%", "-1*rye", "-rye", "+rye", "0.412"]
)
async def test_a_scan_that_is_no_code_sells_nothing_and_changes_nothing(code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"2*{MILK}\n")
        await cashier.burst(f"{code}\n")
        assert quantities(cashier) == {"MLK": "2"}
        assert "✗" in cashier.text("line")


@pytest.mark.parametrize(
    ("code", "layout"),
    [
        (MILK.translate(str.maketrans("1234567890", "&é\"'(-è_çà")), "French"),
        ("4006381333931".translate(str.maketrans("1234567890", "&é\"'(§è!çà")), "Belgian"),
        ("4006381333931".translate(str.maketrans("1234567890", "+ěščřžýáíé")), "Czech"),
        ("YZß1", "German"),
        ("KI?I", ""),
        ("&é&é", ""),
    ],
)
async def test_a_wrong_keyboard_layout_is_told_as_such(code: str, layout: str) -> None:
    goods = [*LABELLED["products"], {"sku": "ZY-1", "name": "Sponge", "price": 1}]
    async with open_till_app({**LABELLED, "products": goods}) as cashier:
        await cashier.burst(f"{code}\n")
        assert cashier.sale.lines == ()
        told = " ".join(cashier.text("line").replace("│", "").replace("▌", "").split())
        assert ("the scanner is set for another keyboard" in told) is bool(layout)
        assert f"({layout})" in told or not layout


@pytest.mark.parametrize("code", ["+A99912345", "-X7"])
async def test_a_code_with_a_sign_leaves_the_quantity_alone(code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"2*{MILK}\n")
        await cashier.burst(f"{code}\n")
        assert quantities(cashier) == {"MLK": "2", code: "1"}
        await cashier.keys("<f3>").keys(f"{code}\n")
        assert quantities(cashier) == {"MLK": "2", code: "1"}


@pytest.mark.parametrize("line", ["-10%", "-1*rye", "-rye", "+50", "--5", "+2*rye", "-"])
async def test_what_is_typed_behind_a_sign_takes_it_back(cashier: Cashier, line: str) -> None:
    await cashier.keys(f"3*{MILK}\n{line}\n")
    wanted = {"MLK": "2"} if line == "-" else {"MLK": "3"}
    assert quantities(cashier) == wanted
    assert ("✗" in cashier.text("line")) is (line != "-")


async def test_a_sign_acts_at_once_and_what_is_typed_later_is_another_entry(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n+")
    assert quantities(cashier) == {"MLK": "2"}
    await cashier.keys("4011\n")
    assert quantities(cashier) == {"MLK": "2", "4011": "1"}
    await cashier.keys("+").scan(MILK)
    assert quantities(cashier) == {"MLK": "3", "4011": "2"}


@pytest.mark.parametrize("code", [BREAD, "KIWI", "4011", "+A99912345"])
async def test_a_scan_right_after_a_sign_leaves_it_as_it_is(code: str) -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys(f"{MILK}\n")
        for event in (*struck("+", 100.0, apart=0.0), *struck(f"{code}\n", 100.3, apart=0.002)):
            cashier.app.post_message(event)
        await cashier.until(lambda: len(cashier.sale.lines) == 2)
        assert list(quantities(cashier).values()) == ["2", "1"]
        assert "dropped" not in cashier.text("line")


async def test_signs_that_are_held_down_all_count(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n")
    await cashier.burst("+++")
    assert quantities(cashier) == {"MLK": "4"}


async def test_a_guess_is_taken_by_an_arrow_only() -> None:
    async with open_till_app(LABELLED) as cashier:
        await cashier.keys("EGGZ\n")
        assert quantities(cashier) == {}
        await cashier.sees("Nothing is called “EGGZ”. ↓ ⏎ adds", "line")
        await cashier.keys("<down>\n")
        assert list(quantities(cashier)) in (["EGGS"], ["2000100000113"])
        await cashier.keys("<ctrl+p>eggz\n").sees("Nothing is called so", "line")
        assert cashier.kind == "palette"


@pytest.mark.parametrize("typed", MISTYPED)
async def test_in_the_demo_shop_a_word_that_begins_none_sells_nothing_without_an_arrow(typed: str) -> None:
    async with open_till_app() as cashier:
        await cashier.keys(f"{typed}\n").sees(f"Nothing is called “{typed}”. ↓ ⏎ adds", "line")
        assert quantities(cashier) == {}
        await cashier.keys("\n")
        assert quantities(cashier) == {}
        await cashier.keys("<down>\n")
        assert quantities(cashier) or "How many kg of" in cashier.text("line")


async def test_a_search_that_is_dropped_for_a_scan_is_told(cashier: Cashier) -> None:
    async with open_till_app(LABELLED) as labelled:
        for code in ("2000100000113", "KIWI", MILK):
            await labelled.keys("mil").scan(code).sees("“mil” was dropped for the scan.", "line")
        await labelled.keys("<ctrl+t>mil").scan("KIWI").sees("“mil” was dropped for the scan.", "line")
        await labelled.keys("<escape><f5>mil").scan(MILK).sees("“mil” was dropped for the scan.", "line")
        assert quantities(labelled) == {"2000100000113": "1", "KIWI": "2", "MLK": "2"}


async def test_a_scan_is_no_answer_and_the_question_stays(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>").scan("4011")
    assert quantities(cashier) == {"MLK": "1", "4011": "1"}
    await cashier.sees("Still asked: Quantity of Whole Milk", "line").keys("3\n")
    assert quantities(cashier) == {"MLK": "3", "4011": "1"}
    await cashier.keys("<up><f4>").burst("999\n").sees("No product has the code 999", "line").keys("1\n")
    assert cashier.sale.discount_total == 100
    await cashier.keys("tomat\n").scan(BREAD).sees("Still asked: How many kg of Vine Tomatoes?", "line")
    await cashier.keys("0.5\n")
    assert quantities(cashier) == {"MLK": "3", "4011": "1", "RYE": "1", "TOM": "0.5"}
    await cashier.keys("<ctrl+x>")
    await cashier.burst("Y\n")
    assert len(cashier.sale.lines) == 4
    await cashier.keys("<f6>")
    await cashier.burst("M1\n")
    assert cashier.sale.member == "M1"


async def test_a_question_that_a_key_ends_is_told(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f6><f12>")
    assert cashier.kind == "payment"
    await cashier.sees("“Member's name or number” was not answered", "paying")


@pytest.mark.parametrize("keys", ["<f1>", "<f10>", "<f9>", "<ctrl+p>", "<ctrl+g>", "<ctrl+t>", "<f5>", "<f11><f11>"])
async def test_a_scan_on_any_screen_is_a_scan(cashier: Cashier, keys: str) -> None:
    await cashier.keys(f"2*{MILK}\n{keys}").scan("RYE")
    assert quantities(cashier) == {"MLK": "2", "RYE": "1"}


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        # What a code is does not depend on what is in front.
        *product(["<f1>"], ["KIWI", "CCC", "RYE", "4011"]),
        *zip(["<f10>", "<f9>", "<ctrl+p>", "<ctrl+g>", "<f11><f11>"], ["KIWI", "CCC", "RYE", "4011", "C"], strict=True),
    ],
)
async def test_a_scan_over_the_payment_screen_moves_no_money(cashier: Cashier, keys: str, code: str) -> None:
    cashier.app.scan_adds = False
    await cashier.keys(f"{LAST_ONE}\n<f12>{keys}").burst(f"{code}\n")
    assert (cashier.state, cashier.bank.charges, quantities(cashier)) == ("open", 0, {"LAST": "1"})
    await cashier.sees("nothing was taken", "paying")


async def test_a_scan_on_the_receipt_begins_the_next_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>c").scan("RYE")
    assert (cashier.kind, quantities(cashier)) == ("sale", {"RYE": "1"})


async def test_pasted_text_is_a_scan_where_keys_act(cashier: Cashier) -> None:
    from textual import events

    await cashier.keys(f"{LAST_ONE}\n<f12>")
    for text in ("KIWI\n", "c\n", "kk", "4011\n"):
        cashier.app.post_message(events.Paste(text))
        await cashier.settled()
        assert (cashier.state, cashier.bank.charges) == ("open", 0)
    assert quantities(cashier) == {"LAST": "1", "4011": "1"}


async def test_digits_typed_before_f12_are_its_amount_and_do_not_spoil_the_next_scan(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n1<f12>k").sees("1.00 taken, 0.49 still due", "paying").keys("c")
    assert cashier.kind == "receipt"
    await cashier.scan(BREAD)
    assert quantities(cashier) == {"RYE": "1"}
    await cashier.keys("50<f12><escape><escape>")
    assert (cashier.kind, "50" in cashier.text("line")) == ("sale", False)


@pytest.mark.parametrize(
    ("line", "told", "stays"),
    [
        ("-1*rye", "“-1*rye” would be a return, and goods cannot be returned here: nothing was sold", ""),
        ("-rye", "would be a return", ""),
        ("-4011", "would be a return", ""),
        ("-2*4011", "would be a return", ""),
        ("-10%", "10% and F4 take it off the chosen one", ""),
        ("-1.50", "1.50 and F4 take it off", ""),
        ("+4011", "“+4011” is no line: + stands alone", "4011"),
        ("+rye", "“+rye” is no line", "rye"),
    ],
)
@pytest.mark.parametrize("screen", ["", "<ctrl+t>"], ids=["sale", "cart"])
async def test_a_line_with_a_sign_is_told_as_what_it_would_be(
    cashier: Cashier, line: str, told: str, stays: str, screen: str
) -> None:
    await cashier.keys(f"3*{MILK}\n{screen}{line}\n").sees(told, "line")
    assert (quantities(cashier), getattr(cashier.app.screen, "typed", "")) == ({"MLK": "3"}, stays)


async def test_what_stays_behind_a_plus_is_sold_by_enter(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n+4011\n\n")
    assert quantities(cashier) == {"MLK": "1", "4011": "1"}


async def test_a_scan_behind_a_negative_quantity_is_no_sale(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n-1*").scan(BREAD, refused=True).sees("would be a return", "line")
    assert quantities(cashier) == {"MLK": "1"}


@pytest.mark.parametrize(
    ("hand", "told"), [("4", "4* is a quantity"), ("12", "12* is a quantity"), ("12345", "nothing was sold")]
)
async def test_digits_before_a_scan_are_told_and_nothing_is_sold(cashier: Cashier, hand: str, told: str) -> None:
    await cashier.keys(hand).scan(MILK, refused=True).sees(f"“{hand}” was typed before Whole Milk", "line")
    await cashier.sees(told, "line").scan(MILK)
    assert quantities(cashier) == {"MLK": "1"}


@pytest.mark.parametrize("hand", ["rye4", "rye 4", "3*rye", "4 rye"])
async def test_all_that_is_dropped_for_a_scan_is_told(cashier: Cashier, hand: str) -> None:
    await cashier.keys(hand).scan(MILK).sees(f"“{hand}” was dropped for the scan.", "line")
    await cashier.keys(f"{hand}{MILK}\n").sees(f"“{hand}” was dropped for the scan.", "line")
    assert quantities(cashier) == {"MLK": "2"}


async def test_signs_that_were_taken_back_leave_nothing_to_undo(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n4011\n+++10%\n<escape>--1*rye\n")
    assert quantities(cashier) == {"MLK": "1", "4011": "1"}
    await cashier.keys("<ctrl+z>")
    assert quantities(cashier) == {"MLK": "1"}
