"""Every row of the rules of money that a price follows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pos.domain.counters import coupon_uses
from pos.domain.pricing import PIPELINE, price
from tests.domain.builders import NOON, cart, coupon, line, off, percent, priced, product, rules, why


def test_an_empty_cart_costs_nothing() -> None:
    found = priced(cart(coupons=("C",)), rules(coupons=[coupon("C", value=10)]))
    assert (found.lines, found.subtotal, found.total, found.taxes) == ((), 0, 0, ())
    assert why(found.coupons[0]) == "nothing on the ticket that it applies to"


def test_the_pipeline_in_its_order() -> None:
    """Line discount 10 %, coupon 10 %, ticket 10 %, member 10 %, tax 10 %, each on what the one before left."""
    shop = rules(
        [product("A", 12_000, sale_price=10_000, tax="vat")],
        taxes={"vat": "10"},
        coupons=[coupon("TEN", value="10")],
        members={"M1": "10"},
    )
    found = priced(cart(line(1, "A", discount=percent(10)), coupons=("TEN",), discount=percent(10), member="M1"), shop)
    sold = found.lines[0]
    assert (sold.list_price, sold.unit_price, sold.subtotal) == (12_000, 10_000, 10_000)
    assert [(item.step, item.code, item.amount, why(item)) for item in sold.discounts] == [
        ("line_discount", None, 1000, "10 % off"),
        ("coupon", "TEN", 900, "Coupon TEN, 10 %"),
        ("ticket_discount", None, 810, "10 % off"),
        ("membership", "M1", 729, "Member 10 %"),
    ]
    assert (sold.net, sold.tax, sold.total, sold.tax_name, sold.tax_rate) == (6561, 656, 7217, "vat", Decimal(10))
    assert found.discounts == sold.discounts
    assert (found.subtotal, found.discount_total, found.total) == (10_000, 3439, 7217)
    assert len(PIPELINE) == 6


def test_pricing_leaves_what_it_is_given_alone() -> None:
    shop = rules([product("A", 999)], coupons=[coupon("C", value=10)], used={coupon_uses("C"): 3})
    entered = cart(("A", 3), coupons=("C",))
    before = entered.model_dump_json()
    assert price(entered, shop, NOON) == price(entered, shop, NOON)
    assert entered.model_dump_json() == before


def test_a_discount_over_lines_is_rounded_once_and_split_by_what_is_left() -> None:
    goods = [product(sku, amount) for sku, amount in (("A", 106), ("B", 206), ("C", 306), ("D", 406))]
    shop = rules(goods, coupons=[coupon("C", value="10")])
    found = priced(cart(*((item.sku, 1) for item in goods), coupons=("C",)), shop)
    assert found.discount_total == 102
    assert [entry.discounts[0].amount for entry in found.lines] == [11, 21, 30, 40]


def test_a_line_discount_is_rounded_per_line() -> None:
    goods = [product("A", 5), product("B", 5)]
    found = priced(cart(line(1, "A", discount=percent(10)), line(2, "B", discount=percent(10))), rules(goods))
    assert [entry.discounts[0].amount for entry in found.lines] == [1, 1]
    assert found.discounts[0].amount == 2


def test_line_discounts_of_several_kinds_have_one_sum() -> None:
    goods = [product("A", 500), product("B", 500)]
    found = priced(cart(line(1, "A", discount=percent(10)), line(2, "B", discount=off(150))), rules(goods))
    assert [(item.amount, why(item)) for item in found.discounts] == [(200, "Line discounts")]
    assert [why(entry.discounts[0]) for entry in found.lines] == ["10 % off", "1.50 off"]


def test_a_discount_is_capped_at_what_is_left() -> None:
    shop = rules(
        [product("A", 500), product("B", 0)],
        coupons=[coupon(code, "fixed_amount", value=400, stackable=True) for code in ("F1", "F2")],
    )
    entered = cart(line(1, "A", discount=off(50)), line(2, "B", 2), coupons=("F1", "F2"), discount=off(99))
    found = priced(entered, shop)
    assert [(item.code, item.amount) for item in found.coupons] == [("F1", 400), ("F2", 50)]
    assert found.total == 0
    assert [item.step for item in found.discounts] == ["line_discount", "coupon", "coupon"]


def test_a_discount_of_nothing_is_none() -> None:
    shop = rules([product("A", 500)], members={"M": 0})
    found = priced(cart(line(1, "A", discount=percent(0)), discount=off(0), member="M"), shop)
    assert found.discounts == ()
    assert found.lines[0].discounts == ()


def test_a_typed_price_replaces_the_sale_price_but_not_the_list_price() -> None:
    found = priced(cart(line(1, "A", 2, price=499)), rules([product("A", 1000, sale_price=800)]))
    assert (found.lines[0].list_price, found.lines[0].unit_price, found.subtotal) == (1000, 499, 998)
    assert priced(cart(line(1, "A", price=0)), rules([product("A", 1000)])).total == 0


@pytest.mark.parametrize(
    ("now", "unit_price"),
    [
        (datetime(2025, 5, 31, 21, 59, 59, tzinfo=UTC), 1000),
        (datetime(2025, 5, 31, 22, 0, tzinfo=UTC), 800),
        (datetime(2025, 6, 30, 21, 59, 59, tzinfo=UTC), 800),
        (datetime(2025, 6, 30, 22, 0, tzinfo=UTC), 1000),
    ],
)
def test_a_sale_lasts_from_its_first_to_its_last_day_in_the_shops_zone(now: datetime, unit_price: int) -> None:
    item = product("A", 1000, sale_price=800, sale_starts="2025-06-01", sale_ends="2025-06-30")
    found = price(cart(("A", 1)), rules([item], timezone="Europe/Berlin"), now)
    assert found.lines[0].unit_price == unit_price


def test_weighed_goods_are_rounded_per_line() -> None:
    shop = rules([product("A", 1999, unit="kg")])
    found = priced(cart(("A", "0.250"), ("A", "1.001")), shop)
    assert [entry.subtotal for entry in found.lines] == [500, 2001]
    assert found.model_dump(mode="json")["lines"][0]["quantity"] == "0.25"
    assert priced(cart(("A", "2.000")), shop).model_dump(mode="json")["lines"][0]["quantity"] == "2"
    assert priced(cart(("B", 2)), rules([product("B", 1)])).model_dump(mode="json")["lines"][0]["quantity"] == 2


def test_tax_is_rounded_per_line_or_per_order() -> None:
    goods = [product(sku, 103, tax="vat") for sku in "ABC"]
    entered = cart(("A", 1), ("B", 1), ("C", 1))
    per_line = priced(entered, rules(goods, taxes={"vat": "5"}))
    per_order = priced(entered, rules(goods, taxes={"vat": "5"}, tax_scope="order"))
    assert [entry.tax for entry in per_line.lines] == [5, 5, 5]
    assert per_order.tax == 15
    uneven = priced(cart(("A", 1), ("B", 1)), rules(goods, taxes={"vat": "2.5"}, tax_scope="order"))
    assert [entry.tax for entry in uneven.lines] == [3, 2]


def test_tax_included_leaves_the_price_as_it_was_shown() -> None:
    found = priced(cart(("A", 1)), rules([product("A", 1000, tax="vat")], taxes={"vat": "19"}, tax_inclusive=True))
    sold = found.lines[0]
    assert (sold.net, sold.tax, sold.total, found.total) == (840, 160, 1000, 1000)


def test_tax_included_per_order_is_split_over_the_lines() -> None:
    goods = [product(sku, 100, tax="vat") for sku in "ABC"]
    shop = rules(goods, taxes={"vat": "7"}, tax_inclusive=True, tax_scope="order")
    found = priced(cart(("A", 1), ("B", 1), ("C", 1)), shop)
    assert [entry.tax for entry in found.lines] == [7, 7, 6]
    assert found.total == 300


def test_taxes_of_one_rate_are_one_tax() -> None:
    goods = [product("A", 10, tax="state"), product("B", 10, tax="city"), product("C", 10, tax="state")]
    shop = rules(goods, taxes={"city": "5.0", "state": "5"}, tax_scope="order")
    found = priced(cart(("A", 1), ("B", 1), ("C", 1)), shop)
    assert [entry.tax for entry in found.lines] == [1, 1, 0]
    assert [(tax.name, tax.rate, tax.net, tax.tax) for tax in found.taxes] == [("state + city", Decimal(5), 30, 2)]
    assert [entry.tax_name for entry in found.lines] == ["state", "city", "state"]


def test_taxes_are_summed_by_rate_in_the_order_they_appear() -> None:
    goods = [
        product("A", 1000, tax="full"),
        product("B", 500, tax="none"),
        product("C", 100),
        product("D", 1, tax="full"),
    ]
    shop = rules(goods, taxes={"none": "0", "full": "10", "unused": "3"})
    found = priced(cart(("A", 1), ("B", 1), ("C", 1), ("D", 1)), shop)
    assert [(tax.name, tax.net, tax.tax) for tax in found.taxes] == [("full", 1001, 100), ("none", 500, 0)]
    untaxed = found.lines[2]
    assert (untaxed.tax_name, untaxed.tax_rate, untaxed.tax, untaxed.net) == (None, None, 0, 100)


@pytest.mark.parametrize(
    ("exponent", "text"), [(0, "Coupon F, 1,500 off"), (2, "Coupon F, 15.00 off"), (3, "Coupon F, 1.500 off")]
)
def test_amounts_in_reasons_have_the_currencys_decimals(exponent: int, text: str) -> None:
    shop = rules([product("A", 5000)], coupons=[coupon("F", "fixed_amount", value=1500)], exponent=exponent)
    assert why(priced(cart(("A", 1), coupons=("F",)), shop).discounts[0], exponent) == text


def test_coupons_apply_by_priority_then_code() -> None:
    shop = rules(
        [product("A", 1000)],
        coupons=[
            coupon("B", value=50, stackable=True),
            coupon("A", value=10, stackable=True),
            coupon("Z", value=20, stackable=True, priority=-1),
        ],
    )
    found = priced(cart(("A", 1), coupons=("A", "B", "Z")), shop)
    assert [(item.code, item.amount) for item in found.coupons] == [("Z", 200), ("A", 80), ("B", 360)]


def test_coupons_that_cannot_be_combined_leave_the_first_in_force() -> None:
    shop = rules(
        [product("A", 1000)],
        coupons=[coupon("A", value=10, min_order=5000), coupon("B", value=20), coupon("C", value=30, stackable=True)],
    )
    found = priced(cart(("A", 1), coupons=("A", "B", "C")), shop)
    assert {item.code: (item.amount, why(item)) for item in found.coupons} == {
        "A": (0, "needs goods for 40.00 more (minimum 50.00)"),
        "B": (200, "Coupon B, 20 %"),
        "C": (0, "cannot be combined with B"),
    }


def test_a_coupon_takes_from_its_products_and_categories_only() -> None:
    goods = [product("A", 1000), product("B", 1000, category="x"), product("C", 1000, category="y")]
    shop = rules(goods, coupons=[coupon("C", value=10, products=("A",), categories=("x",))])
    found = priced(cart(("A", 1), ("B", 1), ("C", 1), coupons=("C",)), shop)
    assert [len(entry.discounts) for entry in found.lines] == [1, 1, 0]
    assert why(priced(cart(("C", 1), coupons=("C",)), shop).coupons[0]) == "nothing on the ticket that it applies to"


def test_a_coupon_or_member_that_is_gone_takes_nothing() -> None:
    found = priced(cart(("A", 1), coupons=("GONE",), member="GONE"), rules([product("A", 1000)]))
    assert found.total == 1000
    assert why(found.coupons[0]) == "is not known any longer"
