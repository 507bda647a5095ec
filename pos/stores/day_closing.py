"""What goes with a business day that is closed: its orders, and what is kept of reservations that ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pos.domain.ticket_records import OPEN_TICKETS
from pos.stores import operations
from pos.stores.tables import RowChange, Tables, without_key


class DayClosing(NamedTuple):
    """The rows that leave the open day, and the id of the last reservation that had ended with it."""

    kept: Tables
    newest: int

    @property
    def gone(self) -> list[RowChange]:
        """The changes that take them out of the open day."""
        return [RowChange(table, row_id, None) for table, rows in self.kept for row_id in rows.rows]


def to_close(tables: Tables, orders: int | None, before: int) -> DayClosing | None:
    """What is closed with the oldest so many `orders`, None for all of them; None if there are none.

    `before` is the id of the last reservation that had ended with the day before: what had ended by then goes too.
    """
    sold, ended = (tables.table(name).frozen() for name in (operations.ORDERS, operations.ENDED))
    if not sold.rows or orders == 0:
        return None
    newest = max(ended.rows, default=0)
    if orders is not None and orders < len(sold.rows):
        sold = sold.having(tuple(sold.ids)[:orders])
        made = (without_key(row)["reservation"] for row in sold.rows.values())
        newest = max((ended.ids.get(reservation, 0) for reservation in made), default=0)
    ended = ended.having(_done_with(tables, ended.ids, before))
    return DayClosing(Tables({operations.ORDERS: sold, operations.ENDED: ended}), max(newest, before))


def _done_with(tables: Tables, ended: Mapping[str, int], newest: int) -> list[str]:
    """The reservations that had ended up to row `newest`, but for those of tickets that go on.

    Those have a later one, or one open, or are on a lane's screen. A ticket's reservations have its id before their
    last slash. They go together: a till counts them from 1, and may just have counted them.
    """
    later = (reservation for reservation, row_id in ended.items() if row_id > newest)
    going_on = {ticket_of(reservation) for reservation in (*later, *tables.table(operations.RESERVATIONS).ids)}
    going_on |= {record["ticket"] for _, record in tables.items(OPEN_TICKETS) if "ticket" in record}
    return [each for each, row_id in ended.items() if row_id <= newest and ticket_of(each) not in going_on]


def ticket_of(reservation_id: str) -> str:
    """The ticket that a reservation is of."""
    return reservation_id.rpartition("/")[0] or reservation_id
