"""Shops and carts of every kind, for the laws."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import Coupon, Product, Rules
from tests.domain.builders import coupon, percent, product, rules

SKUS = ("A", "B", "C", "D", "E")
CATEGORIES = ("x", "y", None)
CODES = ("P1", "P2", "F1", "G1", "G2")

prices = st.one_of(st.integers(0, 20), st.integers(0, 5000))
percentages = st.sampled_from(
    [Decimal(text) for text in ("0", "0.5", "5", "8.875", "10", "33.33", "50", "99.99", "100")]
)
pieces = st.integers(1, 9).map(Decimal)
weights = st.integers(1, 5000).map(lambda grams: Decimal(grams).scaleb(-3))
manual = st.one_of(
    st.none(), percentages.map(percent), st.integers(0, 3000).map(lambda amount: ManualDiscount(amount=amount))
)
some_skus = st.sets(st.sampled_from(SKUS), max_size=3).map(lambda chosen: tuple(sorted(chosen)))
some_categories = st.sets(st.sampled_from(("x", "y")), max_size=1).map(tuple)


@st.composite
def products(draw: st.DrawFn, *, tax: st.SearchStrategy[str | None]) -> list[Product]:
    weighed = st.sampled_from(("each", "each", "each", "kg"))
    return [
        product(
            sku,
            draw(prices),
            sale_price=draw(st.none() | prices),
            category=draw(st.sampled_from(CATEGORIES)),
            tax=draw(tax),
            unit=draw(weighed),
            stock=draw(st.none() | st.integers(0, 12)),
            cart_merge=draw(st.sampled_from((None, "max", "sum", "guest"))),
        )
        for sku in SKUS
    ]


@st.composite
def coupons(draw: st.DrawFn, code: str, *, scoped: bool = True, stackable: bool | None = None) -> Coupon:
    fields: dict[str, Any] = {
        "priority": draw(st.integers(0, 2)),
        "stackable": draw(st.booleans()) if stackable is None else stackable,
    }
    if scoped:
        fields |= {"products": draw(some_skus), "categories": draw(some_categories)}
        fields |= {"min_order": draw(st.none() | st.integers(0, 2000))}
    if code.startswith("P"):
        return coupon(code, "percentage", value=draw(percentages), **fields)
    if code.startswith("F"):
        return coupon(code, "fixed_amount", value=draw(st.integers(0, 6000)), **fields)
    fields |= {"buy": draw(st.integers(1, 3)), "get": draw(st.integers(1, 2)), "get_discount": draw(percentages)}
    fields["max_applications"] = draw(st.none() | st.integers(1, 3))
    if scoped and draw(st.booleans()):
        fields |= {"buy_products": draw(some_skus), "get_products": draw(some_skus)}
    return coupon(code, "buy_x_get_y", **fields)


@st.composite
def shops(draw: st.DrawFn) -> Rules:
    return rules(
        draw(products(tax=st.sampled_from((None, "low", "high")))),
        taxes={"low": "7", "high": draw(st.sampled_from(("8.875", "19", "0", "250")))},
        coupons=[draw(coupons(code)) for code in CODES],
        members={"M": draw(percentages)},
        tax_inclusive=draw(st.booleans()),
        tax_scope=draw(st.sampled_from(("line", "order"))),
        cart_merge=draw(st.sampled_from(("max", "sum", "guest"))),
    )


@st.composite
def carts(draw: st.DrawFn, shop: Rules, *, typed: bool = True) -> Cart:
    lines = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        sku = draw(st.sampled_from(SKUS))
        quantity = draw(weights if shop.products[sku].weighed else pieces)
        typed_price = draw(st.none() | prices) if typed else None
        lines.append(CartLine(line=number, sku=sku, quantity=quantity, discount=draw(manual), price=typed_price))
    return Cart(
        lines=tuple(lines),
        coupons=tuple(draw(st.lists(st.sampled_from(CODES), unique=True))),
        member=draw(st.sampled_from((None, "M", "gone"))),
        discount=draw(manual),
        last_line=len(lines),
    )


@st.composite
def shops_with_carts(draw: st.DrawFn) -> tuple[Rules, Cart]:
    shop = draw(shops())
    return shop, draw(carts(shop))
