"""A day that is left open for very many orders: it is set down in parts, so that a snapshot does not grow with it.

A part has a file as a closed day has, which is never written again. When the day is closed its parts become one file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from pos.domain.ticket_records import OPEN_TICKETS
from pos.stores import operations
from pos.stores.closed_days import ClosedDay, ClosedDays
from pos.stores.day_closing import DayClosing, ticket_of, to_close
from pos.stores.reader import StoreReader
from pos.stores.records import broken_records
from pos.stores.tables import RowChange, Table, Tables, without_key

IN_HAND: Final = 250
"""Orders that stay in hand when those before them are set down: twice as many must be there."""
LARGEST: Final = 2000
"""Orders of a part at most: one of them is found by reading so many."""
_READ: Final = (operations.ORDERS, operations.ENDED, operations.RESERVATIONS, OPEN_TICKETS)
"""The tables that are looked at for that."""


class DayEnd(NamedTuple):
    """What a day's file is to hold, and what goes for it."""

    kept: Tables
    ended: int
    """The id of the last reservation that had ended with it."""
    parts: tuple[ClosedDay, ...]
    """The parts of the day that go."""
    rest: Tables | None
    """What the last of them has of later days."""
    gone: list[RowChange]
    """What goes of what is in hand."""


def frozen(tables: Tables) -> Tables:
    """What `to_set_down` looks at, as it stands now."""
    return Tables({name: tables.table(name).frozen() for name in _READ})


def to_set_down(tables: Tables, before: int) -> DayClosing | None:
    """The orders to set down from tables that are `frozen`, None if they are too few or a record cannot be understood.

    `before` is the id of the last reservation that had ended with what was set down or closed last.
    """
    sold = tables.table(operations.ORDERS)
    if len(sold.ids) < 2 * IN_HAND:
        return None
    first = tuple(sold.ids)[: min(len(sold.ids) - IN_HAND, LARGEST)]
    of_them = Tables({operations.ORDERS: sold.having(first), operations.ENDED: tables.table(operations.ENDED)})
    if broken_records(of_them, (operations.ORDERS, operations.ENDED)):
        return None
    closing = to_close(tables, len(first), before)
    return None if closing is None else closing._replace(kept=_paid_for(closing.kept))


def _paid_for(kept: Tables) -> Tables:
    """What is kept, but for the reservations of tickets that were not paid: such a one counts on if it is recalled."""
    ended = kept.table(operations.ENDED)
    paid = {ticket_of(key) for key, row in kept.keyed(operations.ENDED) if without_key(row).get("state") == "committed"}
    done_with = ended.having([key for key in ended.ids if ticket_of(key) in paid])
    return Tables({operations.ORDERS: kept.table(operations.ORDERS), operations.ENDED: done_with})


def stand(tables: Tables, kept: Tables) -> bool:
    """Whether rows are in these tables as they are in those that were kept of them."""
    return all(tables.table(name).rows.get(row_id) == row for name, table in kept for row_id, row in table.rows.items())


def to_end(store: StoreReader, archive: ClosedDays, orders: int | None) -> DayEnd | None:
    """What is closed with the oldest so many `orders`, None for all of them; None if there are none.

    Raises TillError if a part cannot be read.
    """
    before = last_ended(store)
    found: list[Tables] = []
    taken: list[ClosedDay] = []
    rest = None
    for part in store.parts():
        if orders == 0:
            break
        tables = archive.tables(part)
        if orders is not None and orders < part.orders:
            tables, rest = _split(tables, orders)
        orders = None if orders is None else max(orders - part.orders, 0)
        found.append(tables)
        taken.append(part)
    closing = to_close(store.tables, orders, before)
    if closing is not None:
        found.append(closing.kept)
    if not found:
        return None
    kept, ended = found[0] if len(found) == 1 else _joined(found), before
    if closing is not None:
        ended = closing.newest
    return DayEnd(kept, ended, tuple(taken), rest, closing.gone if closing is not None else [])


def is_long(day: ClosedDay) -> bool:
    """Whether so much goes with a day that a snapshot is worth making when it is closed."""
    return day.orders >= 2 * IN_HAND


def last_ended(store: StoreReader) -> int:
    """The id of the last reservation that had ended with what was closed or set down last."""
    return max((each.ended for each in store.day_files()), default=0)


def _joined(found: Iterable[Tables]) -> Tables:
    """The orders and ended reservations of several, one after the other."""
    tables = list(found)
    names = (operations.ORDERS, operations.ENDED)
    return Tables({name: Table.of_rows(row for each in tables for row in each.keyed(name)) for name in names})


def _split(tables: Tables, orders: int) -> tuple[Tables, Tables]:
    """The first so many orders of a part and the rest, each with what is left of its reservations."""
    sold, ended = list(tables.keyed(operations.ORDERS)), list(tables.keyed(operations.ENDED))
    first = {without_key(row)["reservation"] for _key, row in sold[:orders]}
    halves = (
        (sold[:orders], [each for each in ended if each[0] in first]),
        (sold[orders:], [each for each in ended if each[0] not in first]),
    )
    made = [
        Tables({operations.ORDERS: Table.of_rows(of), operations.ENDED: Table.of_rows(left)}) for of, left in halves
    ]
    return made[0], made[1]
