"""The sale of a checkout, written once: what follows its reservation in the journal says only what is new of it.

    {"crc":"…","seq":7,"changes":[…,["orders",3,{"key":…,"sale":{"state":"paid",…},…}],…],"sale_of":5}

The order's sale begins with what stands before the state in the sale of row 5 of the reservations, as it is before this
step; so does that of a reservation whose attempts are written down. Rows are whole in memory, in snapshots and in
closed days.
"""

from __future__ import annotations

from typing import Final

from pydantic_core import from_json

from pos.stores import operations
from pos.stores.embedded.journal import JournalStep
from pos.stores.tables import RowChange, Tables

_SALE: Final = b'"sale":{'
_OWN: Final = b'"state":"'
"""Where that begins in a sale which changes while it is paid: after the ticket, its lines and its totals."""


def journal_step(sequence: int, changes: list[RowChange], tables: Tables) -> JournalStep:
    """A step as the journal keeps it; `tables` are those before it.

    One that ends or changes a reservation does so last. It is looked at first whether this one does: each of a
    checkout's microseconds counts.
    """
    last = changes[-1]
    if last.table == operations.RESERVATIONS and (shared := _shared(tables, last.id)) is not None:
        place = _place(changes)
        brief = None if place is None else _brief(changes[place].row or b"", shared)
        if place is not None and brief is not None:
            return JournalStep(sequence, _replaced(changes, place, brief), last.id)
    return JournalStep(sequence, changes)


def whole_changes(step: JournalStep, tables: Tables) -> list[RowChange]:
    """The changes of a step that was read, each row whole.

    Raises LookupError if the reservation is not in `tables`, or is none that this step ends or changes.
    """
    if step.sale_of is None:
        return step.changes
    place, shared = _place(step.changes), _shared(tables, step.sale_of)
    row = step.changes[place].row if place is not None else None
    own = any(each.table == operations.RESERVATIONS and each.id == step.sale_of for each in step.changes)
    if not own or place is None or row is None or shared is None or not (at := _begin(row)):
        raise LookupError(f"step {step.sequence} goes on from a sale that is not there")
    return _replaced(step.changes, place, row[:at] + shared + row[at:])


def has_sale(change: RowChange) -> bool:
    """Whether a change puts an order or an open reservation."""
    return change.row is not None and change.table in (operations.ORDERS, operations.RESERVATIONS)


def _place(changes: list[RowChange]) -> int | None:
    """The place among changes of the first with a sale."""
    for place, change in enumerate(changes):
        if has_sale(change):
            return place
    return None


def _brief(row: bytes, shared: bytes) -> bytes | None:
    """A row without what it has in common with its reservation; None if that is not at the beginning of its sale."""
    at = _begin(row)
    if not at or not row.startswith(shared, at):
        return None
    brief = row[:at] + row[at + len(shared) :]
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


def _shared(tables: Tables, reservation: int) -> bytes | None:
    """What the sale in this row of the reservations says up to its state; None if there is none."""
    row = tables.table(operations.RESERVATIONS).rows.get(reservation)
    if row is None:
        return None
    at = _begin(row)
    end = row.find(_OWN, at)
    return row[at:end] if at and end >= 0 else None


def _begin(row: bytes) -> int:
    """Where what a row's sale says begins; 0 if the row has none."""
    at = row.find(_SALE)
    return 0 if at < 0 else at + len(_SALE)
