"""Coupons and discounts, against figures of other engines."""

from __future__ import annotations

from typing import Any

import pytest

from pos.domain.cart import CartLine
from pos.domain.catalog import Coupon, Product, Rules
from pos.domain.counters import coupon_uses
from pos.domain.coupons import admit
from pos.domain.errors import TillError
from pos.domain.pricing import price
from pos.domain.sale import Priced
from tests.domain.builders import NOON, cart, coupon, line, percent, priced, product, rules
from tests.domain.cases import Case, cases

KINDS = {
    "percentage": "percentage",
    "fixed": "fixed_amount",
    "fixed_amount_order": "fixed_amount",
    "cheapest_free": "buy_x_get_y",
    "buy_x_get_y": "buy_x_get_y",
}


def _is_condition(case: Case) -> bool:
    """Only whether a coupon may be used."""
    return not {"promotion", "promotions", "percent"} & case.input.keys()


def _is_per_line(case: Case) -> bool:
    """A percentage that is rounded by itself on each line, as our line discounts are."""
    level = case.input.get("promotion", {}).get("level")
    return "percent" in case.input or (level == "unit" and "line_discounts" in case.expected)


def _is_coupon(case: Case) -> bool:
    return not (_is_condition(case) or _is_per_line(case))


def _product(number: int, entry: dict[str, Any], tax: str | None) -> Product:
    category = entry.get("group") or entry.get("id") or ("none" if entry.get("not_discountable") else None)
    return product(f"{entry.get('id', 'line')}#{number}", entry["unit_price"], category=category, tax=tax)


def _coupon(place: int, given: dict[str, Any], lines: list[dict[str, Any]]) -> Coupon:
    """A peer's promotion as a coupon of ours: in the peer's order, stackable, applied once where it counts."""
    kind = KINDS[given["type"]]
    fields: dict[str, Any] = {"stackable": True, "priority": place}
    if kind == "buy_x_get_y":
        fields |= {"buy": given.get("buy_qty", given.get("min_qty", 1) - 1), "get": given.get("get_qty", 1)}
        fields |= {"max_applications": 1}
        fields |= {
            f"{side}_categories": given[f"{side}_group"][0] for side in ("buy", "get") if f"{side}_group" in given
        }
    else:
        fields |= {"value": given["value"], "min_quantity": given.get("min_qty"), "min_order": given.get("min_order")}
        if "min_value" in given:
            fields["min_order"] = given["min_value"]
        if isinstance(given.get("eligible"), list):
            fields["categories"] = given["eligible"]
        if any(entry.get("not_discountable") for entry in lines):
            fields["categories"] = ("discountable",)
        if given.get("budget", {}).get("kind") == "usage":
            fields["max_uses"] = given["budget"]["limit"]
    return coupon(given.get("code", f"P{place}"), kind, **fields)


def _shop(case: Case) -> tuple[Rules, list[CartLine], tuple[str, ...]]:
    given = case.input
    lines = given["lines"]
    taxes = {"vat": 20} if "20 % tax on top" in given.get("prices", "") else {}
    goods = [_product(number, entry, "vat" if taxes else None) for number, entry in enumerate(lines, 1)]
    promotions = given.get("promotions") or [given["promotion"]]
    if "codes_entered" in given:
        entered = {entry["code"]: entry for entry in promotions}
        promotions = [entered[code] for code in given["codes_entered"]]
    coupons = [_coupon(place, entry, lines) for place, entry in enumerate(promotions)]
    used = {coupon_uses(item.code): given.get("budget_used", 0) for item in coupons}
    shop = rules(goods, taxes=taxes, coupons=coupons, used=used)
    numbered = zip(goods, lines, strict=True)
    entries = [line(number, item.sku, entry["qty"]) for number, (item, entry) in enumerate(numbered, 1)]
    return shop, entries, tuple(item.code for item in coupons)


def _figures(case: Case, found: Priced, plain: Priced) -> dict[str, Any]:
    left = sum(entry.net for entry in found.lines)
    given = {}
    for entry in found.lines:
        for discount in entry.discounts:
            given[discount.code, entry.sku.partition("#")[0]] = discount.amount
    return {
        "total_discount": found.discount_total,
        "line_discounts": [sum(discount.amount for discount in entry.discounts) for entry in found.lines],
        "total_after": left,
        "subtotal": left,
        "total": left + case.input.get("shipping", 0),
        "total_net": left,
        "total_gross": found.total,
        "total_discount_gross": plain.total - found.total,
        "discounts": sorted([code, sku, amount] for (code, sku), amount in given.items() if code is not None),
    }


@cases("promotions", _is_coupon)
def test_promotion(case: Case) -> None:
    shop, entries, codes = _shop(case)
    found = priced(cart(*entries, coupons=codes), shop)
    figures = _figures(case, found, price(cart(*entries), shop, NOON))
    checked = {name: value for name, value in case.expected.items() if name in figures}
    if "discounts" in checked:
        checked["discounts"] = sorted(entry for entry in checked["discounts"] if entry[2] is not None)
    assert checked
    assert {name: figures[name] for name in checked} == checked


@cases("promotions", _is_per_line)
def test_line_promotion(case: Case) -> None:
    given = case.input
    prices = [entry["unit_price"] for entry in given.get("lines", ())] or [given["subtotal"], given["shipping"]]
    value = given["percent"] if "percent" in given else given["promotion"]["value"]
    goods = [product(f"S{number}", amount) for number, amount in enumerate(prices, 1)]
    entries = [line(number, item.sku, discount=percent(value)) for number, item in enumerate(goods, 1)]
    found = priced(cart(*entries), rules(goods))
    taken = [sum(discount.amount for discount in entry.discounts) for entry in found.lines]
    expected = case.expected
    assert taken == expected.get(
        "line_discounts", [expected.get("subtotal_discount"), expected.get("shipping_discount")]
    )


@cases("promotions", _is_condition)
def test_condition(case: Case) -> None:
    given = case.input
    lines = given.get("lines") or [{"qty": given.get("qty", 1), "unit_price": given.get("order_value", 100)}]
    if "order_value" in given:
        lines = [{"qty": given.get("qty", 1), "unit_price": given["order_value"] // given.get("qty", 1)}]
    goods = [_product(number, entry, None) for number, entry in enumerate(lines, 1)]
    limits: dict[str, Any] = {
        "min_order": given.get("min_order", given.get("min_value")),
        "min_quantity": given.get("min_qty"),
        "max_uses": given.get("max_uses"),
    }
    shop = rules(goods, coupons=[coupon("C", value=10, **limits)], used={coupon_uses("C"): given.get("used", 0)})
    entered = cart(
        *(
            line(number, item.sku, entry["qty"])
            for number, (item, entry) in enumerate(zip(goods, lines, strict=True), 1)
        )
    )
    expected = case.expected
    met = expected.get(
        "satisfied", expected.get("applicable", expected.get("available", expected.get("uses_left") != 0))
    )
    if met:
        assert admit("C", entered, price(entered, shop, NOON), shop, NOON).code == "C"
    else:
        with pytest.raises(TillError):
            admit("C", entered, price(entered, shop, NOON), shop, NOON)
    assert (priced(entered.model_copy(update={"coupons": ("C",)}), shop).discount_total > 0) is met
