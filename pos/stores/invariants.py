"""The laws of stock, money and numbers, checked through the ports over all that is on record in any store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pos.domain.catalog import Product, Rules, Shop, kept_coupon
from pos.domain.counters import COUNTERS, Law, counter_floor, counter_name, counter_parts, counts
from pos.domain.i18n import N_, _, plural
from pos.domain.ports import ShopView
from pos.domain.reservations import Order
from pos.domain.tenders import tender_of
from pos.domain.ticket_records import lost
from pos.payments.ledger import Charge, Ledger
from pos.stores import operations
from pos.stores.health_report import HealthCheck, checked


class CounterFault(NamedTuple):
    """What is wrong with a counter, as a part of a sentence."""

    counter: str
    text: str


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
    ids: set[str] = field(default_factory=set, repr=False)
    """Those of orders and of their reservations."""
    least: Counter[str] = field(default_factory=Counter)
    """What was taken of each counter at least, and at most."""
    most: Counter[str] = field(default_factory=Counter)
    allowed: dict[str, int] = field(default_factory=dict)
    """What may be taken of a counter that is on record, by an order that says so."""
    captured: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Receipt and amount of each payment by the gateway that an order stands on, by its attempt."""


def check_invariants(
    store: ShopView, sums: Sums, ledger: Ledger | None, again: Iterable[Charge]
) -> Iterator[HealthCheck]:
    """Every law; `sums` are of all orders. `ledger` was read before the store, `again` has its charges after that.

    Raises what reading a record raises if it is not what it should be.
    """
    rules = rules_of(store)
    held = held_faults(store, held_by_claims(store))
    yield checked("held", _texts(held), holding(len(store.keys(operations.RESERVATIONS))))
    yield checked("floors", _texts(floor_faults(store, rules, sums)), _("nothing is below its limit"))
    yield checked("receipts", [*sums.numbers, *_lane_faults(store, sums)], _("without gap or double"))
    orders = plural("{count} order", "{count} orders", sums.orders)
    yield checked("orders", [*sums.amounts, *sums.doubles], orders)
    for name, kind in COUNTERS.items():
        if kind.law is not None:
            faults = counter_faults(store, name, kind.law, rules, sums)
            yield checked(kind.law.name, _texts(faults), _(kind.law.kept))
    yield checked("tickets", _ticket_faults(store), _("every ticket that was begun is somewhere"))
    yield checked("payments", _payment_faults(store, sums, ledger, again), _("every charge has its order or ticket"))


def _texts(faults: Iterable[CounterFault]) -> Iterator[str]:
    return (fault.text for fault in faults)


class _Goods(Mapping[str, Product]):
    """The products on record, decoded on demand."""

    def __init__(self, store: ShopView) -> None:
        self._store = store

    def __getitem__(self, sku: str) -> Product:
        if (document := self._store.get("products", sku)) is None:
            raise KeyError(sku)
        return Product.model_validate(document)

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.keys("products"))

    def __len__(self) -> int:
        return len(self._store.keys("products"))


def rules_of(store: ShopView) -> Rules:
    """What counters are asked about: the goods and the coupons on record."""
    coupons = {key: kept_coupon(document) for key, document in store.items("coupons")}
    return Rules(shop=Shop(), products=_Goods(store), taxes={}, coupons=coupons, members={}, used={})


def held_by_claims(store: ShopView) -> Counter[str]:
    """What the open reservations hold of each counter."""
    held: Counter[str] = Counter()
    for reservation in store.open_reservations():
        for claim in reservation.taken:
            held[claim.counter] += claim.amount
    return held


def holding(count: int) -> str:
    """What is said of so many open tickets that are in order."""
    return plural("{count} open ticket holds what it claims", "{count} open tickets hold what they claim", count)


def add_up(store: ShopView, orders: Iterable[Order], sums: Sums | None = None) -> Sums:
    """What all orders of a store come to, each read once, added to the `sums` of others. Raises what reading raises."""
    sums, rules = sums or Sums(), rules_of(store)
    on_record = frozenset(store.keys(operations.COUNTERS))
    ids = sums.ids
    for order in orders:
        sums.orders += 1
        _number(order, sums)
        for identity in (order.id, order.reservation):
            if identity in ids:
                sums.doubles.append(_("{receipt}: {id} is there twice", receipt=order.receipt, id=identity))
            ids.add(identity)
        _amounts(order, sums)
        for kind, row in COUNTERS.items():
            for taken in row.law.taken(order, rules) if row.law is not None else ():
                name = counter_name(kind, *taken.parts)
                sums.least[name] += taken.least
                sums.most[name] += taken.most
            for parts, amount in row.allows(order):
                if (name := counter_name(kind, *parts)) in on_record:
                    sums.allowed[name] = amount
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


def held_faults(store: ShopView, claimed: Counter[str]) -> Iterator[CounterFault]:
    """Counters of which not as much is held as is `claimed`."""
    for name in sorted({*store.keys(operations.COUNTERS), *claimed}):
        held = store.counter(name).held
        if held != claimed[name]:
            text = _(
                "{name}: {held} held, but open tickets claim {claimed}", name=name, held=held, claimed=claimed[name]
            )
            yield CounterFault(name, text)


def floor_faults(store: ShopView, rules: Rules, sums: Sums) -> Iterator[CounterFault]:
    """Counters of which less is free than may be."""
    for name in store.keys(operations.COUNTERS):
        floor = -sums.allowed[name] if name in sums.allowed else counter_floor(name, rules)
        free = store.counter(name).free
        if floor is not None and free < floor:
            text = _("{name}: {free} free, below its limit of {floor}", name=name, free=free, floor=floor)
            yield CounterFault(name, text)


def counter_faults(store: ShopView, kind: str, law: Law, rules: Rules, sums: Sums) -> Iterator[CounterFault]:
    """Where the counters of a kind do not agree with what orders took of them."""
    had = Counter({counter_name(kind, *parts): amount for parts, amount in law.had(rules)})
    known = {each for each in (*store.keys(operations.COUNTERS), *sums.most) if counts(each, kind)}
    for each in sorted({*known, *had}):
        parts, on_hand = counter_parts(each)[1:], store.counter(each).on_hand
        if law.covers(parts, rules) and not sums.least[each] <= had[each] - on_hand <= sums.most[each]:
            values = {
                "of": ":".join(parts),
                "on_hand": on_hand,
                "counted": -on_hand,
                "had": had[each],
                "taken": sums.least[each],
                "expected": sums.most[each] - had[each],
            }
            yield CounterFault(each, _(law.broken, name=each, **values))


def _lane_faults(store: ShopView, sums: Sums) -> Iterator[str]:
    lanes = {key: (lane["series"], lane["last"]) for key, lane in store.items(operations.LANES)}
    known = {f"{lane}-{series}": last for lane, (series, last) in lanes.items()}
    for name in sorted({*known, *sums.last}):
        lane, _dash, series = name.rpartition("-")
        if name in known and known[name] != sums.last.get(name, 0):
            receipt = f"{name}-{sums.last.get(name, 0)}"
            text = N_("lane {lane} counts to {last}, its last receipt is {receipt}")
            yield _(text, lane=lane, last=known[name], receipt=receipt)
        elif name not in known and (lane not in lanes or int(series) > lanes[lane][0]):
            yield _("receipt {receipt} is of no lane's series", receipt=f"{name}-{sums.last[name]}")


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
