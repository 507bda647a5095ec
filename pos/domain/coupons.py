"""When a coupon counts, each condition written once: for the command that enters it, and whenever a cart is priced."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Literal

from pos.domain.cart import Cart
from pos.domain.catalog import Coupon, Rules, has_begun, has_ended
from pos.domain.counters import coupon_uses, stock_counter
from pos.domain.errors import TillError
from pos.domain.message import Money, joined, lazy
from pos.domain.reason_text import advice_words, refusal_words
from pos.domain.reasons import (
    INACTIVE,
    NEEDS_MEMBER,
    UNKNOWN,
    NotStackable,
    Refusal,
    below_minimum,
    not_stackable,
    out_of_date,
    used_up,
)
from pos.domain.reservations import Claim
from pos.domain.sale import Priced
from pos.domain.spelling import folded
from pos.domain.stock import counted
from pos.domain.terminal_text import fit
from pos.domain.time_zones import shop_zone
from pos.domain.typed_kinds import no_coupon

MOST_COUPONS: Final = 50
"""The most coupons on a ticket: each is a step through all its lines with each scan. A folder of vouchers has 30."""
LONGEST_SHOWN: Final = 30
"""How many characters of a code a message repeats."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a coupon is judged by: `local` is now in the shop's zone, `subtotal` the ticket's after sale prices."""

    cart: Cart
    rules: Rules
    local: datetime
    subtotal: int


Condition = Callable[[Coupon, Circumstances], Refusal | None]


def _active(coupon: Coupon, at: Circumstances) -> Refusal | None:
    return None if coupon.active else INACTIVE


def _begun(coupon: Coupon, at: Circumstances) -> Refusal | None:
    if coupon.starts is None or has_begun(coupon.starts, at.local):
        return None
    return out_of_date(code="coupon_not_started", day=coupon.starts)


def _not_ended(coupon: Coupon, at: Circumstances) -> Refusal | None:
    if coupon.ends is None or not has_ended(coupon.ends, at.local):
        return None
    return out_of_date(code="coupon_expired", day=coupon.ends)


def _member_known(coupon: Coupon, at: Circumstances) -> Refusal | None:
    if coupon.max_uses_per_member is None or at.cart.member is not None:
        return None
    return NEEDS_MEMBER


def _uses_left(coupon: Coupon, at: Circumstances) -> Refusal | None:
    limits: tuple[tuple[int | None, str | None, Literal["all", "member"]], ...] = (
        (coupon.max_uses, None, "all"),
        (coupon.max_uses_per_member, at.cart.member, "member"),
    )
    for limit, member, by in limits:
        if limit is not None and at.rules.used.get(coupon_uses(coupon.code, member), 0) >= limit:
            return used_up(code="coupon_exhausted", limit=limit, by=by)
    return None


def _order_reached(coupon: Coupon, at: Circumstances) -> Refusal | None:
    missing = (coupon.min_order or 0) - at.subtotal
    if coupon.min_order is None or missing <= 0:
        return None
    return below_minimum(code="coupon_below_minimum", missing=missing, minimum=coupon.min_order, of="money")


def _quantity_reached(coupon: Coupon, at: Circumstances) -> Refusal | None:
    if coupon.min_quantity is None:
        return None
    missing = coupon.min_quantity - _pieces(coupon, at)
    if missing <= 0:
        return None
    return below_minimum(code="coupon_below_minimum", missing=missing, minimum=coupon.min_quantity, of="pieces")


CONDITIONS: Final[tuple[Condition, ...]] = (
    _active,
    _begun,
    _not_ended,
    _member_known,
    _uses_left,
    _order_reached,
    _quantity_reached,
)


LASTING: Final[tuple[Condition, ...]] = (_active, _begun, _not_ended, _uses_left)
"""The conditions that no goods can meet."""


def refusal_of(coupon: Coupon, at: Circumstances, conditions: tuple[Condition, ...] = CONDITIONS) -> Refusal | None:
    """The first condition that a coupon does not meet, apart from the other coupons on the ticket."""
    return next((refusal for condition in conditions if (refusal := condition(coupon, at))), None)


def out_of_force(codes: Iterable[str], member: str | None, rules: Rules, now: datetime) -> dict[str, Refusal]:
    """Those of these codes that cannot count now, whatever is sold to this member, each with why."""
    at = Circumstances(Cart(member=member), rules, now.astimezone(shop_zone(rules.shop.timezone)), 0)
    reasons: dict[str, Refusal] = {}
    for code in codes:
        coupon = rules.coupons.get(code)
        refusal: Refusal | None = UNKNOWN if coupon is None else refusal_of(coupon, at, LASTING)
        if refusal is not None:
            reasons[code] = refusal
    return reasons


def refusal_now(coupon: Coupon, cart: Cart, priced: Priced, rules: Rules, now: datetime) -> Refusal | None:
    """Why a coupon cannot be put on this cart, whose price is `priced`, the coupons on it included; None if it can."""
    at = Circumstances(cart, rules, now.astimezone(shop_zone(rules.shop.timezone)), priced.subtotal)
    return refusal_of(coupon, at) or _beside_others(coupon, cart, rules)


def admit(code: str, cart: Cart, priced: Priced, rules: Rules, now: datetime) -> Coupon:
    """The coupon of a code, however it is spelled, if it may be put on this cart, whose price is `priced`.

    Raises TillError with the `coupon_…` code that fits, or `ticket_full`. One that meets its conditions and finds
    nothing to apply to is admitted.
    """
    coupon = rules.coupons.get(folded(code))
    if coupon is None:
        raise TillError("coupon_unknown", no_coupon(code, fit(code.strip(), LONGEST_SHOWN)))
    code = coupon.code.upper()
    if code in cart.coupons:
        raise TillError("coupon_already_applied", lazy("Coupon {code} is on the ticket already.", code=code))
    if len(cart.coupons) >= MOST_COUPONS:
        message = lazy("This ticket is full ({most} coupons): take one off first.", most=MOST_COUPONS)
        raise TillError("ticket_full", message)
    refusal = refusal_now(coupon, cart, priced, rules, now)
    if refusal is not None:
        reason = refusal_words(refusal, partial(Money, exponent=rules.exponent))
        words = lazy("Coupon {code} {reason}.", code=code, reason=reason)
        others = {"other": refusal.other} if isinstance(refusal, NotStackable) else {}
        raise TillError(refusal.code, joined((words, advice_words(refusal))), coupon=code, **others)
    return coupon


def coupon_claims(priced: Priced, cart: Cart, rules: Rules) -> tuple[Claim, ...]:
    """One use of each coupon that takes something off, in all and, where that is limited, of the member."""
    claims = []
    for applied in priced.coupons:
        if applied.amount <= 0:
            continue
        coupon = rules.coupons[applied.code]
        claims.append(_use(coupon_uses(coupon.code), coupon.max_uses))
        if coupon.max_uses_per_member is not None and cart.member is not None:
            claims.append(_use(coupon_uses(coupon.code, cart.member), coupon.max_uses_per_member))
    return tuple(claims)


def stock_claims(cart: Cart, rules: Rules) -> tuple[Claim, ...]:
    """What a cart takes of each counted stock, summed over its lines; pieces, or thousandths for weighed goods."""
    amounts: dict[str, int] = {}
    for line in cart.lines:
        product = rules.products[line.sku]
        if product.stock is not None:
            amounts[line.sku] = amounts.get(line.sku, 0) + counted(line.quantity, product)
    return tuple(
        Claim(counter=stock_counter(sku), amount=amount, floor=None if rules.products[sku].oversell else 0)
        for sku, amount in amounts.items()
    )


def _beside_others(coupon: Coupon, cart: Cart, rules: Rules) -> Refusal | None:
    for code in cart.coupons:
        other = rules.coupons.get(code)
        if other is not None and not (coupon.stackable and other.stackable):
            return not_stackable(code="coupon_not_stackable", other=code)
    return None


def _use(counter: str, limit: int | None) -> Claim:
    return Claim(counter=counter, amount=1, floor=None if limit is None else -limit)


def _pieces(coupon: Coupon, at: Circumstances) -> int:
    products, tests = at.rules.products, [goods.among() for goods in coupon.goods]
    eligible = [line for line in at.cart.lines if any(among(products[line.sku]) for among in tests)]
    return sum(1 if products[line.sku].weighed else int(line.quantity) for line in eligible)
