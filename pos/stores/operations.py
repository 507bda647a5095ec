"""The verbs of stock and checkout, as functions: from what is on record to the records to write, and the answer.

They read a `CheckoutRecords`, write nothing themselves and know neither files nor threads. Told again, each gives
no records and the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Final, Literal, Protocol

from pos.domain.cart import Cart
from pos.domain.counters import refusal_code
from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.model import changed, trusted
from pos.domain.ports import Document, RecordReader, Records
from pos.domain.reservations import Attempt, Claim, Order, Reservation
from pos.domain.sale import Sale
from pos.domain.ticket_records import BEGUN, free_name, is_on_record, set_aside
from pos.stores import codec
from pos.stores.tables import Writes

COUNTERS = "counters"
LANES = "lanes"
ANY_LANE = "*"
"""Where a lane that has sold nothing begins: in a store that lost sales, so that no receipt number is given twice."""
ORDERS = "orders"
RESERVATIONS = "reservations"
"""Those that are open."""
ENDED = "ended_reservations"
"""What is left of those that ended: enough to tell the same answer again."""

_order: Final = trusted(Order)

Step = dict[tuple[str, str], Document | bytes | None]
"""The records of a step, by (table, key)."""


class CheckoutRecords(RecordReader, Protocol):
    """What is on record."""

    def reservation(self, reservation_id: str) -> Reservation | None:
        """A reservation, open or ended."""
        ...

    def count(self, name: str) -> tuple[int, int]:
        """How a counter stands: on hand, and held."""
        ...

    def order(self, order_id_or_receipt: str) -> Order | None:
        """The order with this id or receipt number, also of a closed day; None if there is none."""
        ...


def reserve(book: CheckoutRecords, reservation: Reservation) -> tuple[Writes, Reservation]:
    """Take hold of all claims or none. Raises TillError `out_of_stock` or `coupon_exhausted`."""
    if reservation.ended:
        raise ValueError(f"reservation {reservation.id} has ended before it began")
    if (known := book.reservation(reservation.id)) is not None:
        return {}, known
    writes: Step = {}
    for name, (amount, floor) in _needs(reservation.taken).items():
        on_hand, held = _free_count(book, name, amount, floor)
        writes[COUNTERS, name] = _count(on_hand, held + amount)
    writes[RESERVATIONS, reservation.id] = codec.body(reservation)
    return writes, reservation


def record_attempt(book: CheckoutRecords, reservation_id: str, attempt: Attempt) -> tuple[Writes, Reservation]:
    """Write an attempt down, or what became of it; an open reservation is `charging` from then on.

    What it takes of a counter that is behind its tender is held, or given back once it does not stand.
    A late result is written into a reservation that has ended too. Raises LookupError for an unknown reservation, and
    the code of its counter's kind for an attempt that finds too little there.
    """
    known = known_as(book, reservation_id)
    attempts = merged_attempts(known.attempts, (attempt,))
    if attempts == known.attempts:
        return {}, known
    after = changed(known, attempts=attempts)
    if known.ended:
        return {(ENDED, reservation_id): codec.body(after, brief=True)}, after
    after = changed(after, state="charging", deadline=None)
    return {**_taken_more(book, known.attempts, attempts), (RESERVATIONS, reservation_id): codec.body(after)}, after


def commit(
    book: CheckoutRecords,
    reservation: Reservation,
    sale: Sale,
    at: datetime,
    line_of: Callable[[Order], bytes] = codec.body,
) -> tuple[Writes, Order]:
    """End a reservation as an order with the lane's next receipt number; without a reserve before it, in one step.

    `line_of` makes the order's line, the very one that `codec.body` makes. Raises as `reserve` does in that case, and
    LookupError if the reservation was released or has expired.
    """
    known = book.reservation(reservation.id)
    if known is not None and known.ended:
        return {}, _committed_order(book, known)
    writes: Step = {}
    taken = known or reservation
    for name, (amount, floor) in _needs(taken.taken).items():
        on_hand, held = book.count(name) if known else _free_count(book, name, amount, floor)
        writes[COUNTERS, name] = _count(on_hand - amount, held - amount if known else held)
    lane = book.get(LANES, taken.lane) or book.get(LANES, ANY_LANE) or {"series": 1, "last": 0}
    series, last = lane["series"], lane["last"] + 1
    receipt = f"{taken.lane}-{series}-{last}"
    charged = changed(sale, order=taken.order, receipt=receipt)
    order = _order(
        id=taken.order,
        receipt=receipt,
        reservation=taken.id,
        lane=taken.lane,
        at=at,
        sale=charged,
        refunds=taken.refunds,
        actor=None,
    )
    writes[LANES, taken.lane] = b'{"series":%b,"last":%d}' % (codec.text(series), last)
    writes[ORDERS, order.id] = line_of(order)
    writes[BEGUN, sale.ticket] = None
    writes |= _moved(_ended(taken, "committed", merged_attempts(taken.attempts, reservation.attempts)))
    return writes, order


def release(book: CheckoutRecords, reservation_id: str, kept: Records) -> tuple[Writes, Reservation]:
    """Give everything back, `kept` being where its ticket is from then on; one that has ended stays as it is.

    Raises LookupError for a committed or unknown one.
    """
    known = known_as(book, reservation_id)
    if known.state == "committed":
        raise LookupError(f"reservation {reservation_id} is committed")
    if known.ended:
        return {}, known
    writes, (after,) = _give_back(book, [known], "released")
    return {**writes, **kept}, after


def expire(
    book: CheckoutRecords, open_reservations: Iterable[Document], now: datetime
) -> tuple[Writes, tuple[Reservation, ...]]:
    """Give back what is `held` beyond its time; `open_reservations` are the records of all open ones."""
    documents = list(open_reservations)
    held = [Reservation.model_validate(document) for document in documents if document["state"] == "held"]
    late = [known for known in held if known.overdue(now)]
    writes, ended = _give_back(book, late, "expired")
    gone = {known.id for known in late}
    going_on = {document["sale"]["ticket"] for document in documents if document["id"] not in gone}
    for known in late:
        ticket = known.sale.ticket
        if known.cart.lines and ticket not in going_on and not is_on_record(book, ticket):
            writes |= set_aside(free_name(book, ticket, known.cart.name), known.sale, known.cart, now)
    return writes, ended


def needs(claims: Iterable[Claim]) -> list[tuple[str, int, int | None]]:
    """What claims take of each counter in all, with the highest floor that they name."""
    return [(name, amount, floor) for name, (amount, floor) in _needs(claims).items()]


def require_free(book: CheckoutRecords, claims: Iterable[Claim]) -> None:
    """Raise what `reserve` raises if too little is free of what they claim."""
    for name, amount, floor in needs(claims):
        _free_count(book, name, amount, floor)


def refused(name: str, amount: int, free: int) -> TillError:
    """The error for a claim of which too little is free."""
    message = lazy("{name}: {amount} asked for, {free} free.", name=name, amount=amount, free=free)
    return TillError(refusal_code(name), message, counter=name, free=free)


def known_as(book: CheckoutRecords, reservation_id: str) -> Reservation:
    """A reservation. Raises LookupError for an unknown one."""
    if (known := book.reservation(reservation_id)) is None:
        raise LookupError(f"no reservation {reservation_id}")
    return known


def _committed_order(book: CheckoutRecords, known: Reservation) -> Order:
    order = book.order(known.order) if known.state == "committed" else None
    if order is None:
        raise LookupError(f"reservation {known.id} is {known.state}")
    return order


def _needs(claims: Iterable[Claim]) -> dict[str, tuple[int, int | None]]:
    """What claims take of each counter in all, and the highest floor that they name."""
    needs: dict[str, tuple[int, int | None]] = {}
    for claim in claims:
        amount, floor = claim.amount, claim.floor
        if (more := needs.get(claim.counter)) is not None:
            floors = [each for each in (floor, more[1]) if each is not None]
            amount, floor = amount + more[0], max(floors, default=None)
        needs[claim.counter] = amount, floor
    return needs


def _taken_more(book: CheckoutRecords, before: Iterable[Attempt], after: Iterable[Attempt]) -> Step:
    """The counters behind attempts, as far as more of them is held after a step than before it, or less."""
    was, now = (_needs(claim for attempt in each if (claim := attempt.claim)) for each in (before, after))
    writes: Step = {}
    for name in {**was, **now}:
        amount, floor = now.get(name, (0, None))
        more = amount - was.get(name, (0, None))[0]
        if more:
            on_hand, held = _free_count(book, name, more, floor)
            writes[COUNTERS, name] = _count(on_hand, held + more)
    return writes


def _free_count(book: CheckoutRecords, name: str, amount: int, floor: int | None) -> tuple[int, int]:
    """How a counter stands, if so much of it can be taken."""
    on_hand, held = book.count(name)
    if floor is None or amount <= 0 or on_hand - held - amount >= floor:
        return on_hand, held
    raise refused(name, amount, on_hand - held - floor)


def _give_back(
    book: CheckoutRecords, reservations: Iterable[Reservation], state: Literal["released", "expired"]
) -> tuple[Step, tuple[Reservation, ...]]:
    writes: Step = {}
    counts: dict[str, tuple[int, int]] = {}
    ended: list[Reservation] = []
    for reservation in reservations:
        for name, (amount, _floor) in _needs(reservation.taken).items():
            on_hand, held = counts.get(name) or book.count(name)
            counts[name] = on_hand, held - amount
        ended.append(_ended(reservation, state, reservation.attempts))
        writes |= _moved(ended[-1])
    for name, (on_hand, held) in counts.items():
        writes[COUNTERS, name] = _count(on_hand, held)
    return writes, tuple(ended)


def _ended(
    reservation: Reservation, state: Literal["committed", "released", "expired"], attempts: tuple[Attempt, ...]
) -> Reservation:
    """What is kept of a reservation that ended: who, when, which order, which attempts; not the ticket's content."""
    nothing, cart = _emptied()
    sale = changed(nothing, ticket=reservation.sale.ticket, currency=reservation.sale.currency)
    return changed(reservation, state=state, claims=(), sale=sale, cart=cart, deadline=None, attempts=attempts)


@cache
def _emptied() -> tuple[Sale, Cart]:
    return Sale(ticket=""), Cart()


def _moved(ended: Reservation) -> Step:
    # Written first, deleted then: who reads meanwhile, without a lock, finds it in one of the two.
    return {(ENDED, ended.id): codec.body(ended, brief=True), (RESERVATIONS, ended.id): None}


def merged_attempts(attempts: tuple[Attempt, ...], newer: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """Attempts with what is newly known of them, by id, in the order in which they were made."""
    return tuple(({attempt.attempt: attempt for attempt in attempts} | {each.attempt: each for each in newer}).values())


def _count(on_hand: int, held: int) -> bytes:
    return b'{"on_hand":%d,"held":%d}' % (on_hand, held)
