"""The laws of stock, money and numbers, checked through the ports over all that is on record in any store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pos.domain.catalog import Coupon, Product, kept_coupon
from pos.domain.counters import REFUNDED, USES, counter_parts, counts, coupon_uses, refunded_units, stock_counter
from pos.domain.ports import Archive, ShopView
from pos.domain.reservations import Order
from pos.domain.stock import THOUSANDTHS, counted
from pos.domain.tenders import tender_of
from pos.domain.tickets import lost
from pos.domain.words import N_, _, plural
from pos.payments.ledger import Charge, Ledger
from pos.stores import verbs
from pos.stores.report import Check, checked


@dataclass
class Sums:
    """What all orders come to, gathered in one pass."""

    orders: int = 0
    last: dict[str, int] = field(default_factory=dict)
    """The last receipt number by lane and series."""
    numbers: list[str] = field(default_factory=list)
    """Faults of receipt numbers."""
    amounts: list[str] = field(default_factory=list)
    """Faults of amounts."""
    doubles: list[str] = field(default_factory=list)
    """Faults of ids."""
    uses: Counter[str] = field(default_factory=Counter)
    sold: dict[str, Decimal] = field(default_factory=dict)
    back: dict[str, Decimal] = field(default_factory=dict)
    returned: Counter[str] = field(default_factory=Counter)
    """What was given back of each order's line, by its counter."""
    units: dict[str, int] = field(default_factory=dict)
    """What was sold of an order's line of which something was given back, by that counter."""
    captured: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Receipt and amount of each payment by the gateway that an order stands on, by its attempt."""


def check_laws(store: ShopView, archive: Archive, ledger: Ledger | None, again: Iterable[Charge]) -> Iterator[Check]:
    """Every law. `ledger` was read before the store; `again` has its charges as they stand after that.

    Raises what reading an order raises if a record is not what it should be.
    """
    sums = _sums(store, archive)
    coupons = {key: kept_coupon(document) for key, document in store.items("coupons")}
    yield checked("held", _held_faults(store), _open(len(store.keys(verbs.RESERVATIONS))))
    yield checked("floors", _floor_faults(store, coupons, sums), _("nothing is below its limit"))
    yield checked("receipts", [*sums.numbers, *_lane_faults(store, sums)], _("without gap or double"))
    orders = plural("{count} order", "{count} orders", sums.orders)
    yield checked("orders", [*sums.amounts, *sums.doubles], orders)
    yield checked("returns", _return_faults(store, sums), _("as much given back as orders that gave it"))
    yield checked("coupons", _use_faults(store, coupons, sums), _("as many uses as orders that gained by them"))
    yield checked("stock", _stock_faults(store, sums), _("on hand and sold is what there was"))
    yield checked("tickets", _ticket_faults(store), _("every ticket that was begun is somewhere"))
    yield checked("payments", _payment_faults(store, sums, ledger, again), _("every charge has its order or ticket"))


def held_by_claims(store: ShopView) -> Counter[str]:
    """What the open reservations hold of each counter."""
    held: Counter[str] = Counter()
    for reservation in store.open_reservations():
        for claim in reservation.taken:
            held[claim.counter] += claim.amount
    return held


def _open(count: int) -> str:
    return plural("{count} open ticket holds what it claims", "{count} open tickets hold what they claim", count)


def _sums(store: ShopView, archive: Archive) -> Sums:
    sums = Sums()
    wanted = {name for name in store.keys(verbs.COUNTERS) if counts(name, REFUNDED)}
    limited = {key for key, coupon in store.items("coupons") if coupon.get("max_uses_per_member") is not None}
    ids: set[str] = set()
    for order in archive.orders():
        sums.orders += 1
        _number(order, sums)
        for identity in (order.id, order.reservation):
            if identity in ids:
                sums.doubles.append(_("{receipt}: {id} is there twice", receipt=order.receipt, id=identity))
            ids.add(identity)
        _amounts(order, sums)
        _units(order, sums, wanted)
        if order.refunds is None:
            for coupon in order.sale.coupons:
                if coupon.amount > 0:
                    sums.uses[coupon_uses(coupon.code)] += 1
                    if coupon.code.upper() in limited and order.sale.member is not None:
                        sums.uses[coupon_uses(coupon.code, order.sale.member)] += 1
    return sums


def _number(order: Order, sums: Sums) -> None:
    series, _dash, number = order.receipt.rpartition("-")
    expected = sums.last.get(series, 0) + 1
    if not number.isdecimal() or int(number) != expected:
        due = f"{series}-{expected}"
        sums.numbers.append(_("{receipt} stands where {due} belongs", receipt=order.receipt, due=due))
    sums.last[series] = int(number) if number.isdecimal() else expected


def _amounts(order: Order, sums: Sums) -> None:
    sale = order.sale
    if order.refunds is not None:
        return
    if sum(line.total for line in sale.lines) != sale.total:
        sums.amounts.append(_("{receipt}: the lines do not add up to the total", receipt=order.receipt))
    standing = [payment for payment in sale.payments if payment.state == "captured"]
    paid = sum(payment.amount for payment in standing)
    if not (paid == sale.paid == sale.total + sale.cash_rounding and sale.due == 0):
        sums.amounts.append(_("{receipt}: the payments do not cover the total", receipt=order.receipt))
    for payment in standing:
        if tender_of(payment).behind not in ("gateway", "unknown"):
            continue
        if payment.attempt in sums.captured:
            twice = _("{receipt}: {id} is there twice", receipt=order.receipt, id=payment.attempt)
            sums.doubles.append(twice)
        sums.captured[payment.attempt] = order.receipt, payment.amount


def _units(order: Order, sums: Sums, wanted: set[str]) -> None:
    moved = sums.sold if order.refunds is None else sums.back
    for line in order.sale.lines:
        moved[line.sku] = moved.get(line.sku, Decimal(0)) + abs(line.quantity)
        name, units = refunded_units(order.refunds or order.id, line.line), abs(line.quantity)
        many = int(units if line.unit == "each" else units * THOUSANDTHS)
        if order.refunds is not None:
            sums.returned[name] += many
        elif name in wanted:
            sums.units[name] = many


def _held_faults(store: ShopView) -> Iterator[str]:
    claimed = held_by_claims(store)
    for name in sorted({*store.keys(verbs.COUNTERS), *claimed}):
        held = store.counter(name).held
        if held != claimed[name]:
            text = _(
                "{name}: {held} held, but open tickets claim {claimed}", name=name, held=held, claimed=claimed[name]
            )
            yield text


def _floor_faults(store: ShopView, coupons: Mapping[str, Coupon], sums: Sums) -> Iterator[str]:
    floors: dict[str, int] = {name: -units for name, units in sums.units.items()}
    for key, document in store.items("products"):
        product = Product.model_validate(document)
        if product.stock is not None and not product.oversell:
            floors[stock_counter(key)] = min(0, counted(product.stock, product))
    for coupon in coupons.values():
        if coupon.max_uses is not None:
            floors[coupon_uses(coupon.code)] = -max(coupon.max_uses, coupon.used)
    for name in store.keys(verbs.COUNTERS):
        floor = floors.get(name, _floor_for_member(name, coupons))
        free = store.counter(name).free
        if floor is not None and free < floor:
            yield _("{name}: {free} free, below its limit of {floor}", name=name, free=free, floor=floor)


def _floor_for_member(name: str, coupons: Mapping[str, Coupon]) -> int | None:
    """How low the counter of a coupon's uses by one member may be; None for another counter, or without a limit."""
    match counter_parts(name):
        case (kind, code, _member) if kind == USES and code in coupons:
            limit = coupons[code].max_uses_per_member
            return None if limit is None else -limit
    return None


def _lane_faults(store: ShopView, sums: Sums) -> Iterator[str]:
    lanes = {key: (lane["series"], lane["last"]) for key, lane in store.items(verbs.LANES)}
    known = {f"{lane}-{series}": last for lane, (series, last) in lanes.items()}
    for name in sorted({*known, *sums.last}):
        lane, _dash, series = name.rpartition("-")
        if name in known and known[name] != sums.last.get(name, 0):
            receipt = f"{name}-{sums.last.get(name, 0)}"
            text = N_("lane {lane} counts to {last}, its last receipt is {receipt}")
            yield _(text, lane=lane, last=known[name], receipt=receipt)
        elif name not in known and (lane not in lanes or int(series) > lanes[lane][0]):
            yield _("receipt {receipt} is of no lane's series", receipt=f"{name}-{sums.last[name]}")


def _use_faults(store: ShopView, coupons: Mapping[str, Coupon], sums: Sums) -> Iterator[str]:
    expected = sums.uses.copy()
    for coupon in coupons.values():
        expected[coupon_uses(coupon.code)] += coupon.used
    names = {name for name in store.keys(verbs.COUNTERS) if counts(name, USES)}
    for name in sorted(names | set(expected)):
        counted_uses = -store.counter(name).on_hand
        if counted_uses != expected[name]:
            text = N_("{name}: {counted} counted, {expected} on record")
            yield _(text, name=name, counted=counted_uses, expected=expected[name])


def _return_faults(store: ShopView, sums: Sums) -> Iterator[str]:
    names = {name for name in store.keys(verbs.COUNTERS) if counts(name, REFUNDED)}
    for name in sorted(names | set(sums.returned)):
        found = -store.counter(name).on_hand
        if found != sums.returned[name]:
            text = N_("{name}: {counted} counted, {expected} on record")
            yield _(text, name=name, counted=found, expected=sums.returned[name])


def _stock_faults(store: ShopView, sums: Sums) -> Iterator[str]:
    """What was given back is on hand again or not (it may be broken), so there may be less of it."""
    for key, document in store.items("products"):
        product = Product.model_validate(document)
        if product.stock is None:
            continue
        had, on_hand = counted(product.stock, product), store.counter(stock_counter(key)).on_hand
        sold = counted(sums.sold.get(key, Decimal(0)), product)
        back = counted(sums.back.get(key, Decimal(0)), product)
        if not on_hand + sold - back <= had <= on_hand + sold:
            text = N_("{name}: {on_hand} on hand and {sold} sold, of {had}")
            yield _(text, name=key, on_hand=on_hand, sold=sold - back, had=had)


def lost_tickets(store: ShopView) -> tuple[str, ...]:
    """The tickets that were begun, neither paid, voided nor set aside, and are nowhere."""
    return lost(store, (reservation.sale.ticket for reservation in store.open_reservations()))


def _ticket_faults(store: ShopView) -> Iterator[str]:
    text = N_("ticket {ticket} was begun and neither paid, voided nor set aside, and it is nowhere")
    yield from (_(text, ticket=ticket) for ticket in lost_tickets(store))


def _payment_faults(store: ShopView, sums: Sums, ledger: Ledger | None, again: Iterable[Charge]) -> Iterator[str]:
    if ledger is None:
        return
    pending: dict[str, Any] = {attempt.attempt: held for held in store.open_reservations() for attempt in held.attempts}
    kept = {charge.attempt: charge.kept for charge in again}
    for charge in ledger.charges():
        receipt, amount = sums.captured.get(charge.attempt, (None, 0))
        if receipt is not None and charge.state == "captured" and charge.amount != amount:
            text = N_("{receipt}: {id} is {amount} in the gateway's ledger, {order} in the order")
            yield _(text, receipt=receipt, id=charge.attempt, amount=charge.amount, order=amount)
        if receipt is not None and charge.state in ("voided", "declined"):
            yield _("{receipt}: {id} was never charged, or given back", receipt=receipt, id=charge.attempt)
        # Asked again after the store was read: while a till sells, it may have been given back meanwhile.
        if receipt is None and charge.kept and kept.get(charge.attempt) and charge.attempt not in pending:
            yield _("{id}: {amount} charged, without an order", id=charge.attempt, amount=charge.amount)
