"""A coupon's rule in words, and whether it would count on a sale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from pos.domain.text import clean

if TYPE_CHECKING:
    from pos.domain.catalog import Coupon
    from pos.domain.sale import Sale
    from pos.till.till import Till


def rule(coupon: Coupon, exponent: int) -> str:
    """What a coupon takes off, from what, and under which conditions."""
    return ", ".join(_parts(coupon, exponent))


def _parts(coupon: Coupon, exponent: int) -> Iterator[str]:
    from pos.domain.model import decimal_text
    from pos.domain.money import format_money

    if coupon.type == "percentage":
        yield f"{decimal_text(coupon.value or 0)} % off {_what(coupon.products, coupon.categories)}"  # type: ignore[arg-type]
    elif coupon.type == "fixed_amount":
        yield f"{format_money(int(coupon.value or 0), exponent)} off {_what(coupon.products, coupon.categories)}"
    else:
        yield _gift(coupon)
    if coupon.min_order is not None:
        yield f"from {format_money(coupon.min_order, exponent)}"
    if coupon.min_quantity is not None:
        yield f"from {coupon.min_quantity} pieces"
    if coupon.max_uses_per_member is not None:
        yield f"{coupon.max_uses_per_member} for each member"
    if coupon.ends is not None:
        yield f"until {_day(coupon.ends)}"
    if coupon.stackable:
        yield "with others"


def _gift(coupon: Coupon) -> str:
    from pos.domain.model import decimal_text

    bought = _what(coupon.buy_products or coupon.products, coupon.buy_categories or coupon.categories)
    given = _what(coupon.get_products or coupon.products, coupon.get_categories or coupon.categories)
    off = "free" if coupon.get_discount == 100 else f"{decimal_text(coupon.get_discount)} % off"
    gift = "" if given == bought else f" of {given}"
    return f"buy {coupon.buy or 0} of {bought}, get {coupon.get or 0}{gift} {off}"


def _what(products: tuple[str, ...], categories: tuple[str, ...]) -> str:
    named = [clean(name) for name in (*categories, *products)]
    if not named:
        return "everything"
    return named[0] if len(named) == 1 else f"{named[0]} and {len(named) - 1} more"


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%Y-%m-%d}"


def obstacle(till: Till, sale: Sale, code: str, now: datetime) -> str | None:
    """Why a coupon cannot be put on this sale now; None if it can."""
    from pos.domain.cart import Cart, CartLine
    from pos.domain.coupons import admit
    from pos.domain.errors import TillError

    cart = Cart(
        lines=tuple(CartLine(line=line.line, sku=line.sku, quantity=line.quantity) for line in sale.lines),
        coupons=tuple(coupon.code for coupon in sale.coupons),
        member=sale.member,
    )
    try:
        admit(code, cart, sale, till.catalog.rules, now)
    except TillError as error:
        return error.message.removeprefix(f"Coupon {code} ")
    return None
