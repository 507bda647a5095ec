from __future__ import annotations

from typing import Any

import pytest

from pos.testing import Cashier, open_till_app
from screens.coupon.screen import MOST_OFFERED, CouponScreen
from tests.screens.shop import BREAD, MILK, SMALL


async def test_a_typed_code_is_put_on_and_its_amount_told(cashier: Cashier) -> None:
    await cashier.keys(f"10*{MILK}\n<f5>save10\n")
    assert "SAVE10 takes 1.49 off." in cashier.text("line")
    assert "−1.49" in cashier.text("applied")


async def test_a_refused_code_says_why(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>nope\n")
    assert "✗ No coupon has the code nope." in cashier.text("line")
    await cashier.keys("<ctrl+u>gone20\n")
    assert "expired" in cashier.text("line")
    assert cashier.sale.coupons == ()


@pytest.mark.till(size=(120, 30))
async def test_the_shop_s_coupons_are_listed_with_their_rule_and_what_is_in_the_way(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>")
    offered = cashier.text("offered")
    assert "✓ SAVE10" in offered
    assert "10 % off everything" in offered
    assert "5.00 off everything, from 30.00" in offered
    assert "needs goods for 28.51 more" in offered


async def test_one_is_chosen_by_arrow_and_taken_off_by_del(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>\n")
    assert "No coupon yet:" in cashier.text("applied")
    await cashier.keys("<down>\n")
    assert [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"]
    await cashier.keys("<down><delete>")
    assert "No coupon yet:" in cashier.text("applied")
    assert "SAVE10 was taken off." in cashier.text("line")


async def test_a_coupon_that_takes_nothing_off_stays_with_its_reason(cashier: Cashier) -> None:
    await cashier.keys(f"30*{MILK}\n<f5>FIVEOFF\n<escape><f2>1\n<f5>")
    assert "needs goods for 28.51 more" in cashier.text("applied")
    assert "0.00" in cashier.text("applied")


async def test_a_scan_here_goes_to_the_ticket(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>{BREAD}\n")
    assert cashier.app.kind == "sale"
    assert [line.sku for line in cashier.sale.lines] == ["MLK", "RYE"]


async def test_what_counts_now_comes_first_then_what_misses_something_and_what_is_over_last(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>")
    lines = cashier.text("offered").splitlines()[1:-1]
    assert [line.strip("│ ✓").split()[0] for line in lines if line.strip("▌│ ")] == [
        "SAVE10",
        "FREE",
        "FIVEOFF",
        "GONE20",
    ]
    assert "takes 0.15 off" in lines[0]
    assert "needs goods for 28.51 more" in lines[2]
    await cashier.keys("SAVE10\n")
    assert "cannot be combined with SAVE10" in cashier.text("offered")


async def test_what_a_coupon_would_take_off_counts_changed_prices_and_line_discounts(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<ctrl+e>10.00\n<f4>50%\n<f5>")
    assert "takes 0.50 off" in cashier.text("offered")
    await cashier.keys("SAVE10\n")
    assert cashier.sale.coupons[0].amount == 50


async def test_a_long_answer_is_seen_whole_and_the_total_too(cashier: Cashier) -> None:
    await cashier.keys(f"30*{MILK}\n<f5>FIVEOFF\n<escape><f2>1\n<f5>")
    assert "$1.49 due" in cashier.text("applied")
    await cashier.keys("<down><delete>FREE\n")
    assert "$0.00 due" in cashier.text("applied")
    await cashier.keys("<escape><f3><f5>SAVE10\n")
    told = " ".join(cashier.text("line").replace("│", "").replace("▌", "").split())
    assert (
        "cannot be combined with FREE" in told or "takes nothing off: nothing on the ticket that it applies to." in told
    )


async def test_keys_of_the_sale_screen_go_there(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f5>SAVE10\n<f12>c")
    assert cashier.state == "paid"


def many_coupons() -> dict[str, Any]:
    codes = [f"C{number}" for number in range(300)]
    return {
        "products": [{"sku": "MILK", "name": "Milk", "price": 1000}],
        "coupons": [{"code": code, "type": "percentage", "value": "1", "stackable": True} for code in codes],
    }


@pytest.mark.till(many_coupons())
async def test_of_very_many_coupons_the_first_are_listed_and_any_can_be_typed(cashier: Cashier) -> None:
    await cashier.keys("MILK\n<f5>")
    screen = cashier.app.screen
    assert isinstance(screen, CouponScreen)
    assert len(screen.offers) == MOST_OFFERED == 100
    assert "Coupons of this shop · 100 of 300: type the code of others" in cashier.text()
    await cashier.keys("c299\n")
    assert "C299 takes 0.10 off." in cashier.text("line")
    assert len(screen.offers) == MOST_OFFERED


def shop(*coupons: tuple[str, dict[str, object]]) -> dict[str, Any]:
    kept = [{"code": code, "type": "percentage", "value": "10", **more} for code, more in coupons]
    return {**SMALL, "coupons": kept}


@pytest.mark.parametrize("typed", ["BBB\n", "bbb\n", "<down><down>\n"])
async def test_enter_takes_a_coupon_in_the_place_of_one_that_it_cannot_stand_beside(typed: str) -> None:
    async with open_till_app(shop(("AAA", {}), ("BBB", {"value": "20"}))) as cashier:
        await cashier.keys(f"{BREAD}\n<f5>AAA\n{typed}").sees("BBB cannot be combined with AAA. ⏎ takes it", "line")
        assert [coupon.code for coupon in cashier.sale.coupons] == ["AAA"]
        await cashier.keys("\n").sees("BBB takes 0.64 off.", "line")
        assert [coupon.code for coupon in cashier.sale.coupons] == ["BBB"]


async def test_what_is_typed_after_the_offer_declines_it() -> None:
    async with open_till_app(shop(("AAA", {}), ("BBB", {}), ("CCC", {}))) as cashier:
        await cashier.keys(f"{BREAD}\n<f5>AAA\nBBB\n<escape>CCC\n").sees("CCC cannot be combined", "line")
        await cashier.keys("<escape>\n")
        assert [coupon.code for coupon in cashier.sale.coupons] == ["AAA"]


async def test_where_the_other_is_refused_as_well_the_first_one_stays() -> None:
    goods = shop(("AAA", {}), ("BBB", {"min_order": 900}))
    async with open_till_app(goods) as cashier:
        await cashier.keys(f"{BREAD}\n<f5>AAA\nBBB\n\n")
        assert [coupon.code for coupon in cashier.sale.coupons] == ["AAA"]
        assert "✗" in cashier.text("line")
