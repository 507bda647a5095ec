"""The shop's coupons among what a typed text finds: behind the goods that fit, to be taken once an arrow chose one."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _
from screens.kit.listing import Item, Listing
from screens.ticket.coupon_text import OVER, CouponStanding, rule, standing

if TYPE_CHECKING:
    from datetime import datetime

    from pos.domain.sale import Sale
    from pos.till.till import Till

COUPON: Final = "\0"
"""What the key of a coupon begins with; no product's does that a scanner or a hand could type."""
MOST: Final = 5
"""Coupons that are listed: each prices the ticket once."""
LOOKED_AT: Final = 2000
"""Coupons among which it is looked for one: any code can be typed whole."""


def coupon_of(key: str | None) -> str | None:
    """The code of the coupon that an entry stands for; None: it stands for goods."""
    return key.removeprefix(COUPON) if key is not None and key.startswith(COUPON) else None


def with_coupons(listed: Listing, till: Till, sale: Sale | None, now: datetime, text: str) -> Listing:
    """What was found, with the coupons that may be put on the ticket and whose code begins with the text."""
    found = dict(_found(till, sale, now, text))
    if not found:
        return listed
    goods = listed.item

    def item(key: str) -> Item:
        code = coupon_of(key)
        if code is None:
            return goods(key)
        words = (_("Coupon {code}", code=code), found[key].short, rule(till.catalog.coupons[code], till))
        return Item(key, " · ".join(words))

    fitting = [key for key in listed.keys if key not in listed.guesses]
    guesses = [key for key in listed.keys if key in listed.guesses]
    return replace(listed, keys=(*fitting, *found, *guesses), item=item, by_arrow=frozenset(found))


def _found(till: Till, sale: Sale | None, now: datetime, text: str) -> list[tuple[str, CouponStanding]]:
    """The coupons by the keys of their entries, with how they stand, those that count now first."""
    from pos.domain.sale import Sale as EmptySale

    wanted, coupons = text.strip().upper(), till.catalog.coupons
    shown = sale or EmptySale(ticket="")
    put_on = {coupon.code for coupon in shown.coupons}
    codes = (
        code
        for code in islice(coupons, LOOKED_AT)
        if code.upper().startswith(wanted) and coupons[code].active and code not in put_on
    )
    judged = [(COUPON + code, standing(till, shown, code, now)) for code in islice(codes, MOST)]
    return sorted((each for each in judged if each[1].rank < OVER), key=lambda each: each[1].rank)
