"""The laws that hold whatever was killed: each gives a sentence for every breach it finds in the books."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pos.domain.counters import refunded_units
from pos.domain.reservations import Order, Reservation
from pos.domain.stock import counted
from pos.payments.ledger import Charge, Ledger
from pos.stores.reader import StoreReader
from pos.till.till import Till
from tests.crash.customers import fingerprint
from tests.crash.shop import COUPONS, PRODUCT, STOCK


@dataclass(frozen=True, slots=True)
class Books:
    """All that is on record: in the store, and at the bank."""

    orders: tuple[Order, ...]
    open: tuple[Reservation, ...]
    counters: Mapping[str, tuple[int, int]]
    """On hand and held, by name."""
    days: tuple[str, ...]
    """The closed ones."""
    charges: tuple[Charge, ...]
    aside: tuple[str, ...]
    """The tickets set aside."""
    shown: tuple[str, ...] = ()
    """The tickets on the screens with something on them, neither paid nor set aside."""
    oversold: bool = False
    """Whether tills that did not hear of each other may have sold more than there was."""
    stock: Mapping[str, int] = field(default_factory=lambda: STOCK)
    uses: Mapping[str, int | None] = field(default_factory=lambda: COUPONS)
    """What there was at first, and how often each coupon may be used."""

    @classmethod
    def of(cls, store: StoreReader, ledger: Ledger, tills: Iterable[Till] = ()) -> Books:
        """The books as they stand."""
        return cls(
            tuple(store.orders()),
            store.open_reservations(),
            {name: (record["on_hand"], record["held"]) for name, record in store.items("counters")},
            tuple(day.name for day in store.days()),
            ledger.charges(),
            tuple(record["ticket"] for _, record in store.items("held")),
            tuple(till.sale.ticket for till in tills if till.sale.lines and till.sale.state not in ("paid", "held")),
        )


def breaches_in_store(books: Books, told: Iterable[str]) -> list[str]:
    """Every breach of a law that holds in the store at any time; `told` is what sellers said was durable."""
    laws = (_orders_once, _stock_conserved, _held_by_open_ones, _uses_counted, _returns_counted, _receipts_gapless)
    return [*_acknowledged(books, told), *(breach for law in laws for breach in law(books))]


def breaches(books: Books, told: Iterable[str]) -> list[str]:
    """The same, and every order whose money the bank does not have."""
    return [*breaches_in_store(books, told), *_money_agrees(books)]


def breaches_at_rest(books: Books) -> list[str]:
    """Every breach of a law that holds once every payment was brought to its end."""
    return [*_nothing_held(books), *_captures_settled(books), *_tickets_in_one_place(books)]


def _acknowledged(books: Books, told: Iterable[str]) -> Iterator[str]:
    orders = {order.id: f"sold {order.id} {order.receipt} {fingerprint(order.sale)}" for order in books.orders}
    for line in told:
        what, name = line.split()[:2]
        if what == "closed":
            if name not in books.days:
                yield f"lost: {line}"
        elif (order := name) not in orders:
            yield f"lost: {line}"
        elif orders[order] != line:
            yield f"changed: {line} is {orders[order]} now"


def _orders_once(books: Books) -> Iterator[str]:
    for what in ("id", "receipt", "reservation"):
        times = Counter(getattr(order, what) for order in books.orders)
        yield from (f"{number} orders of {what} {name}" for name, number in times.items() if number > 1)
    for what, owners in (("orders", books.orders), ("open reservations", books.open)):
        tickets = Counter(owner.sale.ticket for owner in owners)
        yield from (f"{number} {what} of ticket {ticket}" for ticket, number in tickets.items() if number > 1)


def _stock_conserved(books: Books) -> Iterator[str]:
    sold = Counter(dict.fromkeys(books.stock, 0))
    for order in books.orders:
        for line in order.sale.lines:
            units = counted(line.quantity, PRODUCT[line.sku])
            sold[line.sku] += units if order.refunds is None else -units
    for sku, first in books.stock.items():
        on_hand, held = books.counters[f"stock:{sku}"]
        if on_hand + sold[sku] != first or (on_hand - held < 0 and not books.oversold):
            yield f"{sku}: {first} at first, {sold[sku]} sold, {on_hand} on hand, {held} held"


def _held_by_open_ones(books: Books) -> Iterator[str]:
    claimed: Counter[str] = Counter()
    for reservation in books.open:
        for claim in reservation.claims:
            claimed[claim.counter] += claim.amount
    for name, (_, held) in books.counters.items():
        if held != claimed[name]:
            yield f"{name}: {held} held, {claimed[name]} claimed by open reservations"


def _uses_counted(books: Books) -> Iterator[str]:
    gained = Counter(coupon.code for order in books.orders for coupon in order.sale.coupons if coupon.amount)
    for code, most in books.uses.items():
        used = -books.counters.get(f"uses:{code}", (0, 0))[0]
        if used != gained[code] or (most is not None and used > most and not books.oversold):
            yield f"coupon {code}: {used} uses, {gained[code]} orders that used it, at most {most}"


def _returns_counted(books: Books) -> Iterator[str]:
    sold, back = Counter[str](), Counter[str]()
    for order in books.orders:
        for line in order.sale.lines:
            units = counted(line.quantity, PRODUCT[line.sku])
            if order.refunds is None:
                sold[refunded_units(order.id, line.line)] += units
            else:
                back[refunded_units(order.refunds, line.line)] += units
    counters = {name: -on_hand for name, (on_hand, _) in books.counters.items() if name.startswith("refunded:")}
    if +back != counters:
        yield f"returned by the counters {counters}, by the orders {dict(back)}"
    yield from (f"{name}: {number} came back of {sold[name]}" for name, number in back.items() if number > sold[name])


def _receipts_gapless(books: Books) -> Iterator[str]:
    for lane in sorted({order.lane for order in books.orders}):
        numbers = [order.receipt for order in books.orders if order.lane == lane]
        expected = [f"{lane}-1-{number}" for number in range(1, len(numbers) + 1)]
        if numbers != expected:
            wrong = next(number for number, right in zip(numbers, expected, strict=True) if number != right)
            yield f"receipts of lane {lane} have a gap or a double at {wrong}"


def _money_agrees(books: Books) -> Iterator[str]:
    charges = {charge.attempt: charge for charge in books.charges}
    for order in books.orders:
        sale = order.sale
        standing = [payment for payment in sale.payments if payment.state == "captured"]
        if sum(payment.amount for payment in standing) != sale.paid or sale.due:
            yield f"order {order.receipt} is not paid: {sale.paid} of {sale.total}, {sale.due} due"
        for payment in standing:
            charge = charges.get(payment.attempt)
            if payment.tender == "card" and (charge is None or charge.kept != payment.amount):
                yield f"order {order.receipt}: {payment.amount} by card, the bank has {charge}"


def _nothing_held(books: Books) -> Iterator[str]:
    yield from (f"reservation {each.id} is {each.state} still" for each in books.open)
    yield from (f"{name}: {held} held" for name, (_, held) in books.counters.items() if held)


def _captures_settled(books: Books) -> Iterator[str]:
    sold = Counter(
        payment.attempt for order in books.orders for payment in order.sale.payments if payment.state == "captured"
    )
    for charge in books.charges:
        if charge.kept and sold[charge.attempt] != 1:
            yield f"{charge.kept} captured by {charge.attempt}, in {sold[charge.attempt]} orders"


def _tickets_in_one_place(books: Books) -> Iterator[str]:
    paid = (order.sale.ticket for order in books.orders)
    times = Counter((*paid, *books.aside, *books.shown))
    yield from (f"ticket {ticket} is in {number} places" for ticket, number in times.items() if number > 1)
