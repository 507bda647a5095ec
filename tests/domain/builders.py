"""Small builders of shops and carts, so that a test says only what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import COUPON_TYPES, Coupon, Member, Product, Rules, Shop, Tax
from pos.domain.money import format_money
from pos.domain.pricing import price
from pos.domain.reason_text import reason_text
from pos.domain.sale import Discount, Priced, Sale, SaleCoupon

NOON = datetime(2025, 6, 15, 12, tzinfo=UTC)


def product(sku: str, unit_price: int, **fields: Any) -> Product:
    return Product(sku=sku, name=fields.pop("name", sku.title()), price=unit_price, **fields)


def coupon(code: str, kind: str = "percentage", **fields: Any) -> Coupon:
    return COUPON_TYPES[kind].model_validate({"code": code, "type": kind, **fields})


def rules(
    products: Iterable[Product] = (),
    *,
    taxes: Mapping[str, object] | None = None,
    coupons: Iterable[Coupon] = (),
    members: Mapping[str, object] | None = None,
    used: Mapping[str, int] | None = None,
    exponent: int = 2,
    **shop: Any,
) -> Rules:
    return Rules(
        shop=Shop(**shop),
        products={item.sku: item for item in products},
        taxes={name: Tax.model_validate({"name": name, "rate": rate}) for name, rate in (taxes or {}).items()},
        coupons={item.code.upper(): item for item in coupons},
        members={
            number: Member.model_validate({"id": number, "name": f"Member {number}", "discount": discount})
            for number, discount in (members or {}).items()
        },
        used=used or {},
        exponent=exponent,
    )


def why(of: Discount | SaleCoupon, exponent: int = 2) -> str:
    """The sentence of its reason."""
    return reason_text(of, partial(format_money, exponent=exponent))


def line(number: int, sku: str, quantity: int | str | Decimal = 1, **fields: Any) -> CartLine:
    return CartLine(line=number, sku=sku, quantity=Decimal(quantity), **fields)


def cart(*lines: CartLine | tuple[str, int | str], **fields: Any) -> Cart:
    """A cart of lines, or of (SKU, quantity), numbered from 1."""
    numbered = tuple(
        entry if isinstance(entry, CartLine) else line(number, *entry) for number, entry in enumerate(lines, 1)
    )
    return Cart(lines=numbered, last_line=max((entry.line for entry in numbered), default=0), **fields)


def percent(value: str | int | Decimal) -> ManualDiscount:
    return ManualDiscount(percent=Decimal(value))


def off(amount: int) -> ManualDiscount:
    return ManualDiscount(amount=amount)


def sale(priced: Priced, **fields: Any) -> Sale:
    return Sale(ticket="T1", **{name: getattr(priced, name) for name in Priced.model_fields}, **fields)


def priced(entered: Cart, by: Rules, now: datetime = NOON) -> Priced:
    """The price of a cart, checked to add up."""
    found = price(entered, by, now)
    adds_up(found, by)
    return found


def adds_up(found: Priced, by: Rules) -> None:
    """What holds for every price: the lines add up to the totals, and nothing is below zero."""
    assert found.subtotal == sum(entry.subtotal for entry in found.lines)
    assert found.tax == sum(entry.tax for entry in found.lines) == sum(tax.tax for tax in found.taxes)
    assert found.total == sum(entry.total for entry in found.lines)
    assert found.discount_total == sum(entry.amount for entry in found.discounts)
    assert found.discount_total == sum(item.amount for entry in found.lines for item in entry.discounts)
    assert found.total == found.subtotal - found.discount_total + (0 if by.shop.tax_inclusive else found.tax)
    assert sum(item.amount for item in found.coupons) == sum(d.amount for d in found.discounts if d.step == "coupon")
    for entry in found.lines:
        taken = sum(item.amount for item in entry.discounts)
        assert all(item.amount > 0 for item in entry.discounts)
        assert 0 <= taken <= entry.subtotal
        assert entry.net >= 0 <= entry.tax
        assert entry.net + entry.tax == entry.total
