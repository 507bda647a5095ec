"""The sale of a checkout, written once: what follows its reservation in the journal says only what is new of it.

    {"crc":"…","seq":7,"changes":[…,["orders",3,{"key":…,"sale":{"state":"paid",…},…}],…],"sale_of":5}

The order's sale begins with what stands before the state in the sale of row 5 of the reservations, as it is before this
step; so does that of a reservation whose attempts are written down. Rows are whole in memory, in snapshots and in
closed days.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from operator import is_, itemgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from pydantic_core import from_json

from pos.domain.reservations import Order, Reservation
from pos.domain.sale import Sale
from pos.stores import codec, operations
from pos.stores.embedded.journal import JournalStep
from pos.stores.tables import RowChange, Tables

_SALE: Final = b'"sale":{'
_OWN: Final = b'"state":"'
"""Where that begins in a sale which changes while it is paid: after the ticket, its lines and its totals."""
_SHARED: Final = tuple(takewhile(lambda name: name != "state", Sale.model_fields))
"""The fields that stand before it."""
_shared_values: Final = itemgetter(*_SHARED)
_WITHOUT: Final = {"sale": set(_SHARED)}


class Written(NamedTuple):
    """An open reservation, and the row that this program has made of it: nothing in it is named as others please."""

    row: bytes
    reservation: Reservation
    shared: bytes | None
    """What the sale in the row says up to its state."""

    @classmethod
    def of(cls, row: bytes, reservation: Reservation) -> Written:
        """The row that was made of this reservation."""
        return cls(row, reservation, _shared(row))


def order_line(order: Order, written: Written | None) -> bytes:
    """What `codec.body` makes of an order; what its sale has in common with its reservation's is taken from there."""
    if written is None or written.shared is None or not _has_the_same(order.sale, written.reservation.sale):
        return codec.body(order)
    own = codec.body(order, without=_WITHOUT)
    at = _begin(own)
    return own[:at] + written.shared + own[at:]


def journal_step(
    sequence: int, changes: list[RowChange], tables: Tables, written: Mapping[str, Written] = MappingProxyType({})
) -> JournalStep:
    """A step as the journal keeps it; `tables` are those before it, `written` what is known of open reservations by id.

    One that ends or changes a reservation does so last. It is looked at first whether this one does: each of a
    checkout's microseconds counts.
    """
    last = changes[-1]
    if last.table == operations.RESERVATIONS and (before := _row(tables, last.id)) is not None:
        known = written.get(last.key or "")
        if known is not None and known.row is not before:
            known = None
        place, shared = _place(changes), _shared(before) if known is None else known.shared
        if place is not None and shared is not None:
            brief = _brief(changes[place].row or b"", shared, sure=known is not None)
            if brief is not None:
                return JournalStep(sequence, _replaced(changes, place, brief), last.id)
    return JournalStep(sequence, changes)


def whole_changes(step: JournalStep, tables: Tables) -> list[RowChange]:
    """The changes of a step that was read, each row whole.

    Raises LookupError if the reservation is not in `tables`, or is none that this step ends or changes.
    """
    if step.sale_of is None:
        return step.changes
    before = _row(tables, step.sale_of)
    place, shared = _place(step.changes), None if before is None else _shared(before)
    row = step.changes[place].row if place is not None else None
    own = any(each.table == operations.RESERVATIONS and each.id == step.sale_of for each in step.changes)
    if not own or place is None or row is None or shared is None or not (at := _begin(row)):
        raise LookupError(f"step {step.sequence} goes on from a sale that is not there")
    return _replaced(step.changes, place, row[:at] + shared + row[at:])


def has_sale(change: RowChange) -> bool:
    """Whether a change puts an order or an open reservation."""
    return change.row is not None and change.table in (operations.ORDERS, operations.RESERVATIONS)


def _has_the_same(sale: Sale, reserved: Sale) -> bool:
    """Whether a sale has the very values of another up to its state: what is only equal may be written otherwise."""
    return all(map(is_, _shared_values(sale.__dict__), _shared_values(reserved.__dict__)))


def _place(changes: list[RowChange]) -> int | None:
    """The place among changes of the first with a sale."""
    for place, change in enumerate(changes):
        if has_sale(change):
            return place
    return None


def _brief(row: bytes, shared: bytes, *, sure: bool) -> bytes | None:
    """A row without what it has in common with its reservation; None if that is not at the beginning of its sale.

    It is `sure` if the shared part ends before the sale's own state, and no other one.
    """
    at = _begin(row)
    if not at or not row.startswith(shared, at):
        return None
    brief = row[:at] + row[at + len(shared) :]
    if not sure:
        try:
            from_json(brief)
        except ValueError:
            # What others named as we name the state ended the shared part too soon.
            return None
    return brief


def _replaced(changes: list[RowChange], place: int, row: bytes) -> list[RowChange]:
    """The changes with this row at a place."""
    others, change = changes.copy(), changes[place]
    others[place] = RowChange(change.table, change.id, row, change.key)
    return others


def _row(tables: Tables, reservation: int) -> bytes | None:
    """This row of the reservations; None if there is none."""
    return tables.table(operations.RESERVATIONS).rows.get(reservation)


def _shared(row: bytes) -> bytes | None:
    """What the sale in a reservation's row says up to its state; None if there is none."""
    at = _begin(row)
    end = row.find(_OWN, at)
    return row[at:end] if at and end >= 0 else None


def _begin(row: bytes) -> int:
    """Where what a row's sale says begins; 0 if the row has none."""
    at = row.find(_SALE)
    return 0 if at < 0 else at + len(_SALE)
