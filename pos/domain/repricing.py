"""What a ticket cost when it was set aside, and what is different when it is taken up again."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pos.domain.cart import Cart
from pos.domain.message import Message, Money, lazy
from pos.domain.model import Value
from pos.domain.reason_text import reason_words
from pos.domain.sale import Sale


class QuotedPrices(Value):
    """What the customer was told, minor units: the total, unit prices by SKU where none was typed, and coupons."""

    total: int
    prices: dict[str, int]
    coupons: dict[str, int]

    @classmethod
    def of(cls, sale: Sale, cart: Cart) -> QuotedPrices:
        """What a sale shows of this cart, but for prices that the cashier typed: a catalog does not change those."""
        typed = {line.line for line in cart.lines if line.price is not None}
        return cls(
            total=sale.total,
            prices={line.sku: line.unit_price for line in sale.lines if line.line not in typed},
            coupons={coupon.code: coupon.amount for coupon in sale.coupons},
        )


def price_changes(before: QuotedPrices, now: QuotedPrices, sale: Sale, exponent: int) -> Iterator[Message]:
    """A sentence for each unit price that differs, and for each coupon that takes nothing off any more."""
    names = {line.sku: line.name for line in sale.lines}
    for sku, price in now.prices.items():
        old = before.prices.get(sku, price)
        if price != old:
            now_and_then = {"now": Money(price, exponent), "before": Money(old, exponent)}
            yield lazy("{name} costs {now} now, it was {before}.", name=names[sku], **now_and_then)
    for coupon in sale.coupons:
        if before.coupons.get(coupon.code) and not coupon.amount:
            why = reason_words(coupon, partial(Money, exponent=exponent))
            yield lazy("Coupon {code} takes nothing off now: {reason}.", code=coupon.code, reason=why)


def total_change(before: int, now: int, exponent: int) -> Iterator[Message]:
    """A sentence if a total, minor units, differs."""
    if now != before:
        was, is_now = Money(before, exponent), Money(now, exponent)
        yield lazy("The total is {now} now, it was {before}.", now=is_now, before=was)
