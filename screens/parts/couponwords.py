"""A coupon's rule in words, and whether it would count on a sale."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.text import clean
from pos.domain.words import _

if TYPE_CHECKING:
    from pos.domain.cart import Cart
    from pos.domain.catalog import Coupon
    from pos.domain.sale import Sale
    from pos.till.till import Till

_MISSING: Final = 1
_OVER: Final = 3
_RANKS: Final = {"coupon_below_minimum": _MISSING, "coupon_needs_member": _MISSING, "coupon_not_stackable": 2}


def rule(coupon: Coupon, exponent: int) -> str:
    """What a coupon takes off, from what, and under which conditions."""
    return ", ".join(_parts(coupon, exponent))


def _parts(coupon: Coupon, exponent: int) -> Iterator[str]:
    from pos.domain.model import decimal_text
    from pos.domain.money import format_money

    if coupon.type == "percentage":
        percent = decimal_text(coupon.value) if coupon.value is not None else "0"
        yield f"{percent} % off {_what(coupon.products, coupon.categories)}"
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


class Standing(NamedTuple):
    """How a coupon stands to a sale: `rank` orders the list, what takes something off now (0) first.

    `short` is for a column; `limit` and `advice` say more.
    """

    rank: int
    short: str
    limit: str = ""
    advice: str = ""

    @property
    def words(self) -> str:
        """All of it in one line."""
        said = f"{self.short} ({self.limit})" if self.limit else self.short
        return f"{said}. {self.advice}" if self.advice else said


def standing(till: Till, sale: Sale, code: str, now: datetime) -> Standing:
    """Whether a coupon can be put on this sale now and what it would take off, else what is missing or in its way."""
    from pos.domain.coupons import refusal_now
    from pos.domain.money import format_money
    from pos.domain.pricing import price

    rules, cart = till.catalog.rules, _cart(sale)
    refusal = refusal_now(till.catalog.coupons[code], cart, sale, rules, now)
    if refusal is not None:
        return Standing(_RANKS.get(refusal.code, _OVER), refusal.matter, refusal.limit, refusal.advice)
    priced = price(cart.model_copy(update={"coupons": (*cart.coupons, code)}), rules, now)
    counted = next(coupon for coupon in priced.coupons if coupon.code == code)
    if not counted.amount:
        return Standing(_MISSING, counted.reason)
    return Standing(0, _("takes {amount} off", amount=format_money(counted.amount, till.catalog.exponent)))


def _cart(sale: Sale) -> Cart:
    """A sale as the cart that coupons are judged by: its lines as they are before any coupon."""
    from pos.domain.cart import Cart, CartLine, ManualDiscount

    lines = []
    for line in sale.lines:
        off = sum(discount.amount for discount in line.discounts if discount.step == "line_discount")
        discount = ManualDiscount(amount=off) if off else None
        lines.append(
            CartLine(line=line.line, sku=line.sku, quantity=line.quantity, price=line.unit_price, discount=discount)
        )
    return Cart(lines=tuple(lines), coupons=tuple(coupon.code for coupon in sale.coupons), member=sale.member)
