from __future__ import annotations

import pytest

from pos.testing import Cashier, open_till_app
from tests.screens.shop import BRACKETS, BREAD, LAST_ONE, MILK, SMALL, TOMATOES


def quantities(cashier: Cashier) -> dict[str, str]:
    return {line.sku: str(line.quantity) for line in cashier.sale.lines}


async def test_a_scan_shows_on_the_ticket_with_its_total(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n3*{MILK}\n")
    assert "4  Whole Milk 1 L" in cashier.text("ticket")
    assert "4 items" in cashier.text("ticket")
    assert "5.96" in cashier.text("totals")


async def test_letters_search_and_enter_adds_the_chosen_hit(cashier: Cashier) -> None:
    await cashier.keys("milk")
    assert "Whole Milk 1 L" in cashier.text("list")
    assert "Condensed Milk" in cashier.text("list")
    assert "out" in cashier.text("list")
    assert "2 of 9" in cashier.text("line")
    await cashier.keys("\n")
    assert quantities(cashier) == {"MLK": "1"}
    await cashier.keys("2*brea\n")
    assert quantities(cashier) == {"MLK": "1", "RYE": "2"}


async def test_stock_is_told_in_words(cashier: Cashier) -> None:
    await cashier.keys("rye")
    assert "low 3" in cashier.text("list")


async def test_arrows_choose_among_the_hits(cashier: Cashier) -> None:
    await cashier.keys("milk<down>\n")
    assert "✗ Condensed Milk: none is free." in cashier.text("line")
    assert cashier.sale.lines == ()


async def test_what_is_chosen_has_a_mark_and_nothing_else_has(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n<up>")
    for keys, panel, chosen in (("", "ticket", "Whole Milk"), ("milk<down>", "list", "Condensed Milk")):
        await cashier.keys(keys)
        marked = [line for line in cashier.text().splitlines() if line.startswith(" ▸")]
        assert len(marked) == 1
        assert chosen in marked[0]
        assert chosen in cashier.text(panel)


async def test_a_command_that_there_is_not_is_told_as_such(cashier: Cashier) -> None:
    await cashier.keys("/frob\n").sees("✗ There is no command /frob.", "line")
    await cashier.keys("/mlk\n")
    assert quantities(cashier) == {"MLK": "1"}


async def test_a_scan_after_a_half_typed_search_drops_the_search(cashier: Cashier) -> None:
    await cashier.keys(f"mil{BREAD}\n")
    assert quantities(cashier) == {"RYE": "1"}
    assert "“mil” was dropped" in cashier.text("line")


async def test_digits_before_a_scan_are_never_a_quantity(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n2{MILK}\n{MILK}\n2\n")
    assert quantities(cashier) == {"MLK": "2"}
    assert "✗ No product has the code 2." in cashier.text("line")


async def test_an_error_stays_until_something_succeeds_and_hides_no_total(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n999\n")
    assert "✗ No product has the code 999." in cashier.text("line")
    assert "TOTAL DUE" in cashier.text("totals")
    await cashier.keys("mi")
    assert "✗" in cashier.text("line")
    await cashier.keys("<escape>" + MILK + "\n")
    assert "✗" not in cashier.text("line")


async def test_plus_and_minus_change_the_chosen_line(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n{BREAD}\n+")
    assert quantities(cashier) == {"MLK": "1", "RYE": "2"}
    await cashier.keys("<up>++-")
    assert quantities(cashier) == {"MLK": "2", "RYE": "2"}
    await cashier.keys("--")
    assert quantities(cashier) == {"MLK": "1", "RYE": "2"}
    assert "This is the last Whole Milk 1 L: F3 takes it off." in cashier.text("line")
    await cashier.keys("<f3>")
    assert quantities(cashier) == {"RYE": "2"}


async def test_f2_asks_in_the_line_and_a_burst_stays_right(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>12\n{BREAD}\n")
    assert quantities(cashier) == {"MLK": "12", "RYE": "1"}


async def test_a_scan_into_a_question_is_a_scan(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>{BREAD}\n")
    assert quantities(cashier) == {"MLK": "1", "RYE": "1"}


async def test_escape_ends_a_question_and_changes_nothing(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f2>12<escape>{MILK}\n")
    assert quantities(cashier) == {"MLK": "2"}


async def test_a_discount_is_told_under_its_line(cashier: Cashier) -> None:
    await cashier.keys("TEA\n<f4>10%\n")
    drawn = cashier.text("ticket")
    assert "on sale, was 4.50" in drawn
    reason, amount = drawn.index("10 % off"), drawn.index("−0.39")
    line = drawn[drawn.rindex("\n", 0, reason) + 1 : drawn.index("\n", reason)]
    assert line.rstrip(" │").endswith("−0.39")
    assert line.index("10 % off") + 20 < line.index("−0.39")
    assert amount > reason
    assert "Line discounts" in cashier.text("totals")


async def test_a_weighed_hit_asks_for_its_weight(cashier: Cashier) -> None:
    await cashier.keys("tomat\n")
    assert "How many kg of Vine Tomatoes?" in cashier.text("line")
    await cashier.keys("0.412\n")
    assert quantities(cashier) == {TOMATOES: "0.412"}
    assert "0.412 kg  Vine Tomatoes" in cashier.text("ticket")


async def test_categories_are_browsed_with_the_arrows(cashier: Cashier) -> None:
    await cashier.keys("<right>").sees("Dairy", "list").keys("<down>\n")
    assert "Rye Bread" in cashier.text("list")
    await cashier.keys("\n\n")
    assert quantities(cashier) == {"RYE": "2"}
    await cashier.keys("<left>")
    assert "Dairy" in cashier.text("list")
    await cashier.keys("<escape>\n")
    assert quantities(cashier) == {"RYE": "2"}


async def test_a_scan_while_browsing_goes_to_the_scan_line(cashier: Cashier) -> None:
    await cashier.keys(f"<right><down>{MILK}\n")
    assert quantities(cashier) == {"MLK": "1"}


async def test_hold_and_recall(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>Ada\n{BREAD}\n<f7>\n")
    assert "Next ticket" in cashier.text("ticket")
    await cashier.keys("<f8>")
    assert "Ada" in cashier.text("list")
    assert "1-2" in cashier.text("list")
    await cashier.keys("\n")
    assert quantities(cashier) == {"MLK": "1"}
    await cashier.keys("<f3><f8>")
    assert quantities(cashier) == {"RYE": "1"}


async def test_a_member_is_put_on_by_number(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f6>m1\n")
    assert "Ada [Lovelace]" in cashier.text("ticket")
    assert "Member 5 %" in cashier.text("totals")
    await cashier.keys("<f6>-\n")
    assert cashier.sale.member is None


async def test_void_all_asks_first(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/void-all\n\n")
    assert quantities(cashier) == {"MLK": "1"}
    await cashier.keys("n\n")
    assert quantities(cashier) == {"MLK": "1"}
    await cashier.keys("/void-all\ny\n")
    assert quantities(cashier) == {}


async def test_a_typed_card_number_is_masked(cashier: Cashier) -> None:
    await cashier.keys("4242424242424242")
    assert "4242424242424242" not in cashier.text()
    assert "visa••4242" in cashier.text("line")
    await cashier.keys("<escape>/pay card 4242 4242 4242 4242")
    assert "4242 4242" not in cashier.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (160, 50), (60, 15), (30, 10)])
async def test_names_from_outside_break_nothing(size: tuple[int, int]) -> None:
    async with open_till_app(SMALL, size=size) as cashier:
        await cashier.keys(f"{BRACKETS}\nLONG\n{MILK}\n<f6>M1\n")
        drawn = cashier.text()
        assert "\x1b" not in drawn
        if size[0] >= 80:
            assert "Gift [Large] [/foo]" in drawn
        await cashier.keys("gift")
        await cashier.keys("<escape><right><down><down><down><down>")
        await cashier.keys("<f12>")
        assert cashier.app.kind == "payment"


@pytest.mark.till(size=(60, 15))
async def test_a_small_terminal_says_so_and_sells(cashier: Cashier) -> None:
    assert "small terminal 60×15" in cashier.text("header")
    await cashier.keys(f"{MILK}\n<f12>\n20\n")
    assert cashier.sale.state == "paid"


async def test_resizing_keeps_everything(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\nbre")
    await cashier.pilot.resize_terminal(120, 30)
    await cashier.settled()
    assert "Whole Milk 1 L" in cashier.text("ticket")
    assert "bre" in cashier.text("line")
    await cashier.pilot.resize_terminal(80, 24)
    await cashier.settled()
    assert "Rye Bread" in cashier.text("list")


async def test_the_chosen_line_stays_in_sight_on_a_long_ticket() -> None:
    catalog = {
        "store": {"name": "Corner Store"},
        "taxes": [],
        "products": [{"sku": f"P{number}", "name": f"Product {number}", "price": 100} for number in range(60)],
        "coupons": [],
        "members": [],
    }
    async with open_till_app(catalog) as cashier:
        await cashier.keys("".join(f"P{number}\n" for number in range(60)))
        assert "Product 59" in cashier.text("ticket")
        await cashier.keys("<up>" * 45)
        assert "Product 14" in cashier.text("ticket")


async def test_the_last_one_is_refused_with_what_is_free(cashier: Cashier) -> None:
    await cashier.keys(f"{LAST_ONE}\n{LAST_ONE}\n")
    assert "✗ Last Candle: 1 is free, 1 on this ticket already." in cashier.text("line")


async def test_the_inspector_opens_beside_the_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f11>")
    assert "added" in cashier.text("inspector")
    assert "added" in cashier.text()
    await cashier.keys("<f11><f11>")
    assert "added" not in cashier.text()


async def test_a_wrong_weight_is_told_as_such(cashier: Cashier) -> None:
    await cashier.keys("tomat\n0,5\n")
    assert "✗ “0,5” has another decimal mark; type 0.5." in cashier.text("line")
    assert cashier.sale.lines == ()


async def test_a_coupon_that_fell_below_its_minimum_is_told_on_the_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"30*{MILK}\n/coupon FIVEOFF\n")
    assert "FIVEOFF:" not in cashier.text("ticket")
    await cashier.keys("<f2>1\n")
    assert "FIVEOFF: needs goods for 28.51 more" in cashier.text("ticket")


async def test_a_member_s_saved_cart_and_what_is_missing_of_it_are_told(cashier: Cashier) -> None:
    await cashier.keys(f"2*{BREAD}\n<f6>M1\n<f7>\n2*{BREAD}\n<f12>c\n<f6>M1\n")
    told = " ".join(cashier.text("line").replace("│", "").replace("▌", "").split())
    assert "✓ Member Ada [Lovelace]. Rye Bread: 1 instead of 2, as no more is free." in told
    assert quantities(cashier) == {"RYE": "1"}
