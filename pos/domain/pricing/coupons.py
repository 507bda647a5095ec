"""The coupon step: each coupon on the ticket in its order, with what it takes off or why it takes nothing off."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from pos.domain.catalog import BuyXGetYCoupon, Coupon, FixedAmountCoupon, Goods, PercentageCoupon
from pos.domain.coupons import Circumstances, refusal_of
from pos.domain.model import trusted
from pos.domain.money import percent_of
from pos.domain.pricing.gifts import buy_x_get_y
from pos.domain.pricing.working_ticket import WorkingTicket, eligible
from pos.domain.reasons import (
    NOTHING_ELIGIBLE,
    NOTHING_LEFT,
    UNKNOWN,
    Reason,
    amount_off,
    not_stackable,
    percent_off,
)
from pos.domain.sale import SaleCoupon

COUPON: Final = "coupon"
_listed: Final = trusted(SaleCoupon)


def coupons(ticket: WorkingTicket) -> None:
    """All coupons, lowest priority first, ties by code. If they cannot be combined, only the first in force counts."""
    at = Circumstances(ticket.cart, ticket.rules, ticket.local, ticket.subtotal)
    in_force: list[tuple[str, Coupon]] = []
    reasons: dict[str, Reason] = {}
    for code in ticket.cart.coupons:
        coupon = ticket.rules.coupons.get(code)
        refusal = refusal_of(coupon, at) if coupon is not None else None
        if coupon is None:
            reasons[code] = UNKNOWN
        elif refusal is not None:
            reasons[code] = refusal
        else:
            in_force.append((code, coupon))
    in_force.sort(key=lambda item: (item[1].priority, item[0]))
    if len(in_force) > 1 and not all(coupon.stackable for _code, coupon in in_force):
        first, *others = in_force
        reasons |= {code: not_stackable(code="coupon_not_stackable", other=first[0]) for code, _coupon in others}
        in_force = [first]
    for code, coupon in in_force:
        amount, reason = _taken_off(ticket, code, coupon)
        _list(ticket, code, amount, reason)
    for code, reason in sorted(reasons.items()):
        _list(ticket, code, 0, reason)


def _taken_off(ticket: WorkingTicket, code: str, coupon: Coupon) -> tuple[int, Reason]:
    """Take a coupon off the ticket; what it took off in minor units, and its reason, or why it took nothing off."""
    match coupon:
        case PercentageCoupon():
            return _percentage(ticket, code, coupon)
        case FixedAmountCoupon():
            return _fixed_amount(ticket, code, coupon)
        case BuyXGetYCoupon():
            return buy_x_get_y(ticket, coupon, COUPON, code)


def _percentage(ticket: WorkingTicket, code: str, coupon: PercentageCoupon) -> tuple[int, Reason]:
    reason = percent_off(code="coupon_percent", percent=coupon.value)
    return _off_lines(ticket, code, coupon, partial(percent_of, percent=coupon.value), reason)


def _fixed_amount(ticket: WorkingTicket, code: str, coupon: FixedAmountCoupon) -> tuple[int, Reason]:
    value = int(coupon.value)
    reason = amount_off(code="coupon_amount", amount=value)
    return _off_lines(ticket, code, coupon, lambda left: min(value, left), reason)


def _off_lines(
    ticket: WorkingTicket, code: str, coupon: Coupon, amount_of: Callable[[int], int], reason: Reason
) -> tuple[int, Reason]:
    lines = eligible(ticket.lines, Goods(coupon.products, coupon.categories))
    if not lines:
        return 0, NOTHING_ELIGIBLE
    amount = ticket.spread(lines, amount_of, COUPON, code, reason)
    return amount, reason if amount else NOTHING_LEFT


def _list(ticket: WorkingTicket, code: str, amount: int, reason: Reason) -> None:
    ticket.coupons.append(_listed(code=code, amount=amount, reason=reason))
