"""Counters of a store that an earlier version filled, under the names that they have now.

That version put codes into names as they were: uses of coupon `C` by member `M` and of coupon `C:M` were one counter.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping

from pos.domain.catalog import Coupon, kept_coupon
from pos.domain.counters import ESCAPED, NAMES, STOCK, USES, counts, coupon_uses, stock_counter
from pos.domain.model import changed
from pos.domain.ports import Document, Records
from pos.domain.reservations import Claim, Reservation
from pos.stores.operations import COUNTERS, RESERVATIONS
from pos.stores.reader import StoreReader


def renamed(store: StoreReader) -> Records:
    """The records of one step that give an older store's counters, and its open tickets' claims, their present names.

    Nothing where all have them.
    """
    if store.get(NAMES, NAMES) is not None:
        return {}
    coupons = {key: kept_coupon(document) for key, document in store.items("coupons")}
    doubtful = (name for name in store.keys(COUNTERS) if "%" in name or name.count(":") > 1)
    found = {name: now for name in doubtful if (now := _meant(name, coupons, store)) not in ([], [name])}
    if not found:
        return {}
    reservations = [(held, _claiming(held, coupons)) for held in store.open_reservations()]
    records: dict[tuple[str, str], Document | None] = dict.fromkeys(((COUNTERS, name) for name in found), None)
    uses = _uses(store, coupons) if any(len(now) > 1 for now in found.values()) else Counter()
    for name, now in found.items():
        for each in now:
            on_hand = store.counter(name).on_hand if len(now) == 1 else -uses[each]
            held = sum(claim.amount for _, after in reservations for claim in after.claims if claim.counter == each)
            records[COUNTERS, each] = {"on_hand": on_hand, "held": held}
    for before, after in reservations:
        if after != before:
            records[RESERVATIONS, after.id] = after.model_dump(mode="json")
    return {**records, (NAMES, NAMES): ESCAPED}


def _meant(name: str, coupons: Mapping[str, Coupon], store: StoreReader) -> list[str]:
    """The present names of all that a name of the earlier version may have counted."""
    kind, _colon, rest = name.partition(":")
    if kind == STOCK:
        return [stock_counter(rest)]
    if kind != USES:
        return []
    parts = [(rest[:at], rest[at + 1 :]) for at, char in enumerate(rest) if char == ":"]
    by_members = [
        coupon_uses(code, member)
        for code, member in parts
        if code in coupons and coupons[code].max_uses_per_member is not None and store.get("members", member)
    ]
    return [*([coupon_uses(rest)] if rest in coupons else []), *by_members]


def _claiming(held: Reservation, coupons: Mapping[str, Coupon]) -> Reservation:
    """An open reservation whose claims have the present names; they stand in the order of its coupons."""
    now: dict[str, deque[str]] = {}
    for before, after in _uses_claimed(held, coupons):
        now.setdefault(before, deque()).append(after)

    def present(claim: Claim) -> Claim:
        if counts(claim.counter, STOCK):
            return changed(claim, counter=stock_counter(claim.counter.partition(":")[2]))
        names = now.get(claim.counter)
        return changed(claim, counter=names.popleft()) if names else claim

    return changed(held, claims=tuple(map(present, held.claims)))


def _uses_claimed(held: Reservation, coupons: Mapping[str, Coupon]) -> Iterable[tuple[str, str]]:
    """The names, then and now, of the uses that a reservation takes."""
    member = held.cart.member
    for coupon in held.sale.coupons:
        if coupon.amount > 0:
            yield f"{USES}:{coupon.code}", coupon_uses(coupon.code)
            if member is not None and coupon.code in coupons and coupons[coupon.code].max_uses_per_member is not None:
                yield f"{USES}:{coupon.code}:{member}", coupon_uses(coupon.code, member)


def _uses(store: StoreReader, coupons: Mapping[str, Coupon]) -> Counter[str]:
    """How often each coupon was used, in all and by members, as the orders tell."""
    uses = Counter({coupon_uses(coupon.code): coupon.used for coupon in coupons.values()})
    for order in store.orders():
        for coupon in order.sale.coupons if order.refunds is None else ():
            known = coupons.get(coupon.code)
            if coupon.amount > 0 and known is not None:
                uses[coupon_uses(coupon.code)] += 1
                if known.max_uses_per_member is not None and order.sale.member is not None:
                    uses[coupon_uses(coupon.code, order.sale.member)] += 1
    return uses
