"""What is typed before an action's key is meant for it; what it does not take is cleared, and told."""

from __future__ import annotations

import pytest

from pos.testing import Cashier, open_till_app
from screens.kit.keymap import Keymap
from tests.screens.shop import BREAD, MILK, SMALL, TOMATOES

LEFT = "was not taken along"


def asked(cashier: Cashier) -> str:
    """The question that is open, empty if none is."""
    prompt = getattr(cashier.app.screen, "prompt", None)
    return prompt.title if prompt is not None else ""


def typed(cashier: Cashier) -> str:
    """What stands on the line of the screen in front."""
    return str(getattr(cashier.app.screen, "typed", ""))


def quantities(cashier: Cashier) -> dict[str, str]:
    return {line.sku: str(line.quantity) for line in cashier.sale.lines}


@pytest.mark.parametrize("at_once", [False, True], ids=["hands", "one write"])
@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        ("3<f2>", "quantity", 3),
        ("10%<f4>", "discounted", 15),
        ("-10%<f4>", "discounted", 15),
        ("1<f4>", "discounted", 100),
        (".50<f4>", "discounted", 50),
        ("10% dented box<f4>", "discounted", 15),
        ("20%<ctrl+d>", "discounted", 30),
        ("1<ctrl+e>", "price", 100),
        ("M1<f6>", "member", "M1"),
        ("m1<f6>", "member", "M1"),
        ("ada<f6>", "member", "M1"),
        ("SAVE10<f5>", "coupons", ("SAVE10",)),
        ("save10<f5>", "coupons", ("SAVE10",)),
    ],
)
async def test_an_argument_is_taken_with_the_key(
    cashier: Cashier, keys: str, field: str, value: object, *, at_once: bool
) -> None:
    await cashier.keys(f"{MILK}\n")
    await (cashier.burst(keys).settled() if at_once else cashier.keys(keys))
    sale = cashier.sale
    found = {
        "quantity": sale.lines[0].quantity,
        "discounted": sale.discount_total,
        "price": sale.lines[0].unit_price,
        "member": sale.member,
        "coupons": tuple(coupon.code for coupon in sale.coupons),
    }
    assert found[field] == value
    assert (cashier.kind, asked(cashier), typed(cashier)) == ("sale", "", "")
    assert LEFT not in cashier.text("line")
    await cashier.scan(BREAD)
    assert list(quantities(cashier))[-1] == "RYE"


async def test_why_something_was_taken_off_is_kept_with_it(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n10% dented box<f4>")
    assert "dented box" in str(cashier.sale.lines[0].discounts[0].reason)


@pytest.mark.parametrize("keys", ["50<f12>\n", "50<f12>c"])
async def test_an_amount_is_taken_to_the_payment_and_stands_there_as_typed(cashier: Cashier, keys: str) -> None:
    await cashier.keys(f"{MILK}\n50<f12>")
    assert (cashier.kind, cashier.state, typed(cashier)) == ("payment", "open", "50")
    assert LEFT not in cashier.text("paying")
    await cashier.keys(keys[-1])
    assert (cashier.state, cashier.sale.change) == ("paid", 5000 - 149)
    await cashier.scan(BREAD)
    assert quantities(cashier) == {"RYE": "1"}


async def test_an_amount_its_key_and_enter_in_one_write(cashier: Cashier) -> None:
    await cashier.burst(f"{MILK}\n50<f12>\n{BREAD}\n").settled()
    assert quantities(cashier) == {"RYE": "1"}
    await cashier.keys("<ctrl+r>").sees("48.51")


async def test_a_ticket_is_held_and_taken_up_by_its_name(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\nAda<f7>{BREAD}\nBob<f7>")
    assert [ticket.name for ticket in cashier.till.held_tickets()] == ["Ada", "Bob"]
    await cashier.keys("eve<f8>").sees("No ticket is set aside as “eve”", "line").keys("<escape>ada<f8>")
    assert quantities(cashier) == {"MLK": "1"}


@pytest.mark.parametrize(
    ("keys", "question"),
    [
        ("mil<f2>", "Quantity of Whole Milk 1 L"),
        ("4011<f2>", "Quantity of Whole Milk 1 L"),
        ("mil<f4>", "Discount on Whole Milk 1 L"),
        ("mil<ctrl+e>", "Price of Whole Milk 1 L"),
        ("mil<ctrl+d>", "Discount on the whole ticket"),
        ("5<ctrl+x>", "Take everything off this ticket? Type Y"),
        (f"{BREAD}<f6>", "Member's name or number"),
        (f"{BREAD}<f7>", "Hold under which name?"),
    ],
)
async def test_what_no_question_takes_is_told_and_cleared(cashier: Cashier, keys: str, question: str) -> None:
    await cashier.keys(f"{MILK}\n{keys}").sees(LEFT, "line")
    assert (asked(cashier), typed(cashier), quantities(cashier)) == (question, "", {"MLK": "1"})


@pytest.mark.parametrize("text", ["mil", "4011", BREAD, "4242424242424242"])
async def test_what_is_no_amount_is_not_taken_to_the_payment(cashier: Cashier, text: str) -> None:
    await cashier.keys(f"{MILK}\n{text}<f12>").sees(LEFT, "paying")
    assert typed(cashier) == ""
    assert "4242424242424242" not in cashier.text()


async def test_a_wrong_argument_asks_with_what_was_typed_to_be_mended(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n1.5<f2>").sees("sold by the piece", "line")
    assert (asked(cashier), typed(cashier)) == ("Quantity of Whole Milk 1 L", "1.5")
    await cashier.keys("<escape>10<f4>").sees("is more than", "line")
    assert (asked(cashier), typed(cashier)) == ("Discount on Whole Milk 1 L", "10%")
    await cashier.keys("<escape>M9<f6>").sees("M9", "line")
    assert (asked(cashier), typed(cashier)) == ("Member's name or number", "M9")
    await cashier.keys("<escape>SAVE1<f5>").sees("No coupon has the code", "line")
    assert (cashier.kind, typed(cashier)) == ("coupon", "SAVE1")
    await cashier.keys("<right>0\n")
    assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]


async def test_a_coupon_that_takes_nothing_off_is_shown_with_its_reason(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\nFIVEOFF<f5>")
    assert "FIVEOFF" not in [coupon.code for coupon in cashier.sale.coupons if coupon.amount]
    await cashier.sees("FIVEOFF")


async def test_a_number_before_void_takes_nothing_off(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n1<f3>").sees("“1” names no line", "line")
    assert (typed(cashier), quantities(cashier)) == ("", {"MLK": "1", "RYE": "1"})
    await cashier.keys("1*<f3>").sees("“1*” names no line", "line")
    assert (typed(cashier), quantities(cashier)) == ("", {"MLK": "1", "RYE": "1"})
    await cashier.keys("mil<f3>").sees("Rye Bread taken off. “mil” was not taken along", "line")
    assert quantities(cashier) == {"MLK": "1"}


@pytest.mark.parametrize("key", ["<f2>", "<f4>", "<f12>", "<f7>", "<f3>"])
async def test_an_action_that_cannot_be_done_leaves_nothing_on_the_line(cashier: Cashier, key: str) -> None:
    await cashier.keys(f"50{key}").sees(LEFT, "line").scan(BREAD)
    assert quantities(cashier) == {"RYE": "1"}


async def test_what_takes_no_number_leaves_none_on_the_line(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n3<ctrl+z>").sees(". “3” was not taken along.", "line").sees("Undone", "line")
    await cashier.keys("3<ctrl+y>").sees("“3” was not taken along.", "line")
    for key in ("<f9>", "<ctrl+a>", "<ctrl+o>"):
        await cashier.keys(f"3{key}").sees("“3” was not taken along.")
        assert typed(cashier) == ""
        await cashier.keys("<escape>")
    await cashier.keys("<f12>c\n3<ctrl+r>").sees("“3” was not taken along.").keys("<escape>").scan(MILK)
    assert quantities(cashier) == {"MLK": "1"}


@pytest.mark.parametrize("key", ["<f1><escape>", "<f10><escape>", "<f11>", "<ctrl+p><escape>"])
async def test_what_only_looks_leaves_what_is_typed(cashier: Cashier, key: str) -> None:
    await cashier.keys(f"{MILK}\nry{key}e\n")
    assert quantities(cashier) == {"MLK": "1", "RYE": "1"}


async def test_the_menu_and_a_click_take_an_argument_as_the_key_does(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n3").clicks("F2 Qty")
    assert quantities(cashier) == {"MLK": "3"}


async def test_a_key_that_the_shop_has_chosen_takes_an_argument_too(cashier: Cashier) -> None:
    cashier.app.keymap = Keymap.of({"quantity": "ctrl+n", "pay": "f9", "checks": "f12"})
    await cashier.keys(f"{MILK}\n3<ctrl+n>")
    assert quantities(cashier) == {"MLK": "3"}
    await cashier.keys("20<f9>\n")
    assert cashier.sale.change == 2000 - 447


async def test_an_argument_on_the_cart_screen(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+t>3<f2>")
    assert (cashier.kind, quantities(cashier)) == ("cart", {"MLK": "3"})


async def test_a_shop_s_own_short_code_is_no_number() -> None:
    goods = [*SMALL["products"], {"sku": "12", "name": "Bag", "price": 10}]
    async with open_till_app({**SMALL, "products": goods}) as cashier:
        await cashier.keys(f"{MILK}\n12<f2>").sees(LEFT, "line").keys("12\n")
        assert quantities(cashier) == {"MLK": "12"}


async def test_the_keys_that_a_typed_number_may_be_meant_for_are_told(cashier: Cashier) -> None:
    told = "F2 quantity · F4 discount · Ctrl+E price · F12 payment"
    await cashier.keys("3").sees_not(told).keys(f"<escape>{MILK}\n3").sees(told, "line")
    await cashier.keys("*").sees_not(told).keys("<escape>4011").sees_not(told).keys("<escape>20001000").sees_not(told)
    await cashier.keys("<escape><ctrl+t>12").sees(told, "line").keys("<f4>").sees_not(told)


@pytest.mark.parametrize(
    ("keys", "field", "value"),
    [
        ("/quantity 3\n", "quantity", 3),
        ("/discount 10%\n", "discounted", 15),
        ("/discount-all 10%\n", "discounted", 15),
        ("/price 1.20\n", "price", 120),
        ("/member ada\n", "member", "M1"),
        ("/coupon save10\n", "coupons", ("SAVE10",)),
    ],
)
async def test_what_stands_behind_an_actions_word_is_meant_for_it(
    cashier: Cashier, keys: str, field: str, value: object
) -> None:
    await cashier.keys(f"{MILK}\n{keys}").settled()
    sale = cashier.sale
    found = {
        "quantity": sale.lines[0].quantity, "discounted": sale.discount_total, "price": sale.lines[0].unit_price,
        "member": sale.member, "coupons": tuple(coupon.code for coupon in sale.coupons),
    }  # fmt: skip
    assert found[field] == value


async def test_a_price_is_checked_by_its_word_and_a_name_wherever_it_is_typed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/check rye\n").sees("Rye Bread: 3.20", "line")
    await cashier.keys("<ctrl+t>?rye\n").sees("Rye Bread: 3.20", "line")
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_what_is_weighed_asks_for_its_weight_behind_add_too(cashier: Cashier) -> None:
    await cashier.keys(f"/add {TOMATOES}\n").sees("How many kg of Vine Tomatoes?", "line").keys("0.5\n")
    assert [str(line.quantity) for line in cashier.sale.lines] == ["0.5"]


async def test_words_that_are_no_command_are_called_that(cashier: Cashier) -> None:
    await cashier.keys("/quantitty 3\n").sees("There is no command /quantitty", "line")


async def test_of_several_members_none_is_taken_before_they_are_seen() -> None:
    async with open_till_app("demo") as cashier:
        await cashier.keys("MILK-1L\no<f6>").sees("Grace Okafor", "list")
        assert cashier.sale.member is None
        await cashier.keys("<down>\n").settled()
        assert cashier.sale.member == "M1005"
        await cashier.keys("/member o\n").sees("Grace Okafor", "list")


async def test_a_coupon_that_excludes_another_is_offered_in_its_place_however_it_came() -> None:
    async with open_till_app("demo") as cashier:
        await cashier.keys("40*MILK-1L\n<f5>FIVEOFF\n<escape>").burst("BIGSHOP\n").sees("takes it in its place", "line")
        await cashier.keys("\n<escape>save10<f5>").sees("takes it in its place", "line").keys("\n")
        assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]


async def test_no_price_is_nothing_or_a_hundred_times_as_much_in_silence(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+e>120\n").sees("120.00 instead of 1.49?", "line").keys("\n")
    assert cashier.sale.lines[0].unit_price == 120
    await cashier.keys("0<ctrl+e>").sees("Sell it for nothing?", "line")
    assert cashier.sale.lines[0].unit_price == 120
    await cashier.keys("\n").keys("<ctrl+e>150.00\n")
    assert cashier.sale.lines[0].unit_price == 15000
