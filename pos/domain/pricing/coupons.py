"""The coupon step: each coupon on the ticket in its order, with what it takes off or why it takes nothing off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from pos.domain.catalog import BuyXGetYCoupon, Coupon, FixedAmountCoupon, Goods, PercentageCoupon
from pos.domain.coupons import Circumstances, not_stackable, refusal_of
from pos.domain.model import trusted
from pos.domain.money import format_money, percent_of
from pos.domain.pricing.gifts import buy_x_get_y
from pos.domain.pricing.ticket import Ticket, eligible
from pos.domain.sale import SaleCoupon
from pos.domain.words import _, percent_text

COUPON: Final = "coupon"
_listed: Final = trusted(SaleCoupon)


def coupons(ticket: Ticket) -> None:
    """All coupons, lowest priority first, ties by code. If they cannot be combined, only the first in force counts."""
    at = Circumstances(ticket.cart, ticket.rules, ticket.local, ticket.subtotal)
    in_force: list[tuple[str, Coupon]] = []
    reasons: dict[str, str] = {}
    for code in ticket.cart.coupons:
        coupon = ticket.rules.coupons.get(code)
        refusal = refusal_of(coupon, at) if coupon is not None else None
        if coupon is None:
            reasons[code] = _("is not known any longer")
        elif refusal is not None:
            reasons[code] = refusal.reason
        else:
            in_force.append((code, coupon))
    in_force.sort(key=lambda item: (item[1].priority, item[0]))
    if len(in_force) > 1 and not all(coupon.stackable for _code, coupon in in_force):
        first, *others = in_force
        reasons |= {code: not_stackable(first[0]).reason for code, _coupon in others}
        in_force = [first]
    for code, coupon in in_force:
        amount, reason = _taken_off(ticket, code, coupon)
        _list(ticket, code, amount, reason)
    for code, reason in sorted(reasons.items()):
        _list(ticket, code, 0, reason)


def _taken_off(ticket: Ticket, code: str, coupon: Coupon) -> tuple[int, str]:
    """Take a coupon off the ticket; what it took off in minor units, and its reason, or why it took nothing off."""
    match coupon:
        case PercentageCoupon():
            return _percentage(ticket, code, coupon)
        case FixedAmountCoupon():
            return _fixed_amount(ticket, code, coupon)
        case BuyXGetYCoupon():
            return buy_x_get_y(ticket, coupon, COUPON, code)


def _percentage(ticket: Ticket, code: str, coupon: PercentageCoupon) -> tuple[int, str]:
    reason = _("Coupon {code}, {percent}", code=code, percent=percent_text(coupon.value))
    return _off_lines(ticket, code, coupon, partial(percent_of, percent=coupon.value), reason)


def _fixed_amount(ticket: Ticket, code: str, coupon: FixedAmountCoupon) -> tuple[int, str]:
    value = int(coupon.value)
    reason = _("Coupon {code}, {amount} off", code=code, amount=format_money(value, ticket.rules.exponent))
    return _off_lines(ticket, code, coupon, lambda left: min(value, left), reason)


def _off_lines(
    ticket: Ticket, code: str, coupon: Coupon, amount_of: Callable[[int], int], reason: str
) -> tuple[int, str]:
    lines = eligible(ticket.lines, Goods(coupon.products, coupon.categories))
    if not lines:
        return 0, _("nothing on the ticket that it applies to")
    amount = ticket.spread(lines, amount_of, COUPON, code, reason)
    return amount, reason if amount else _("nothing left to take it off")


def _list(ticket: Ticket, code: str, amount: int, reason: str) -> None:
    ticket.coupons.append(_listed(code=code, amount=amount, reason=reason))
