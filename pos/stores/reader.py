"""The reading half of a store: what is on record now, and in the days that are closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar, cast

from pos.domain.message import NOTHING, Message
from pos.domain.ports import Document
from pos.domain.printed_receipts import was_printed
from pos.domain.reservations import Counter, Order, Reservation
from pos.stores import codec, operations
from pos.stores.closed_days import DAYS, ClosedDay, ClosedDays, moment_in, receipt_in
from pos.stores.records import FAULTS, SHOP, not_understood, order_of, reservation_of, written_order
from pos.stores.tables import Tables, without_key

INCLUSIVE: Final = "tax_inclusive"
Charged = TypeVar("Charged", Order, Reservation)


class StoreReader:
    """Reads the tables of a store, and its archive. Implements `CheckoutRecords`, and the reading half of `Store`."""

    remark: Message = NOTHING
    """What whoever is told of what is read has to know first, in sentences."""

    def __init__(self, tables: Tables, archive: ClosedDays) -> None:
        """`archive` has the closed days."""
        self._tables = tables
        self._archive = archive
        self._receipts: dict[str, str] | None = None
        self._known_days: dict[str, tuple[bytes, ClosedDay]] = {}
        """The closed days that were asked for, each with its row."""

    @property
    def tables(self) -> Tables:
        """What the store holds, for reading."""
        return self._tables

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See the port. Of one that has ended, the ticket's lines and claims are no longer kept."""
        document = self.get(operations.RESERVATIONS, reservation_id) or self.get(operations.ENDED, reservation_id)
        return None if document is None else self._made(Reservation, document)

    def open_reservations(self) -> tuple[Reservation, ...]:
        """See the port."""
        return tuple(self._made(Reservation, document) for _, document in self.items(operations.RESERVATIONS))

    def counter(self, name: str) -> Counter:
        """See the port."""
        on_hand, held = self.count(name)
        return Counter(name=name, on_hand=on_hand, held=held)

    def count(self, name: str) -> tuple[int, int]:
        """See `CheckoutRecords`."""
        row = self._tables.table(operations.COUNTERS).row(name)
        if row is None:
            return 0, 0
        try:
            head, on_hand, held = row.rsplit(b":", 2)
            if head.endswith(b',"on_hand"') and on_hand.endswith(b',"held"'):
                return int(on_hand[:-7]), int(held[:-1])
            document = codec.decode(row)
            return int(document["on_hand"]), int(document["held"])
        except FAULTS:
            raise not_understood(operations.COUNTERS, name) from None

    def unreadable(self, _table: str, _key: str) -> Message:
        """See the port. Nobody else writes here."""
        return NOTHING

    def was_printed(self, receipt: str) -> bool:
        """See the port."""
        return was_printed(self, receipt)

    def order(self, order_id_or_receipt: str) -> Order | None:
        """See the port. Raises TillError if the file of its day cannot be read."""
        document = self.get(operations.ORDERS, order_id_or_receipt)
        if document is None and (order_id := self._receipt_index().get(order_id_or_receipt)):
            document = self.get(operations.ORDERS, order_id)
        if document is None:
            days, wanted = self.day_files()[::-1], order_id_or_receipt
            document = self._archive.by_receipt(days, wanted) or self._archive.by_id(days, wanted)
        return None if document is None else self._made(Order, document)

    def orders(self, day: str | None = None) -> Iterator[Order]:
        """See the port. Raises TillError if the file of a day cannot be read, and LookupError for an unknown day."""
        archive, files, in_hand = self._at_one_moment()
        if day is not None:
            files, in_hand = tuple(each for each in files if each.name == day and not each.part), []
            if not files:
                raise LookupError(f"no closed day {day}")
        for each in files:
            yield from (self._order(key, row) for key, row in archive.orders(each))
        yield from (self._order(key, row) for key, row in in_hand)

    def recent_orders(self, limit: int) -> tuple[Order, ...]:
        """See the port. Only as many closed days are opened as it takes."""
        archive, files, in_hand = self._at_one_moment()
        found = [without_key(row) for _key, row in reversed(in_hand[-limit:])] if limit > 0 else []
        for day in reversed(files):
            if len(found) >= limit:
                break
            found += newest(archive.tables(day), limit - len(found))
        return tuple(self._made(Order, document) for document in found)

    def open_day(self) -> Iterator[Order]:
        """The orders since a day was closed last, in the order in which they were committed.

        Raises TillError if the file of a part of it cannot be read.
        """
        archive, files, in_hand = self._at_one_moment()
        for part in _parts(files):
            yield from (self._order(key, row) for key, row in archive.orders(part))
        yield from (self._order(key, row) for key, row in in_hand)

    def open_day_about(self, day: str) -> Iterator[Order]:
        """The same, of which those that were sold before or after a date may be left out."""
        return self.open_day()

    def orders_in_hand(self) -> Iterator[Order]:
        """Those of them that are in no part of the day."""
        return (self._order(key, row) for key, row in self._tables.keyed(operations.ORDERS))

    def sold_at(self) -> Iterator[datetime]:
        """See the port."""
        archive, files, in_hand = self._at_one_moment()
        for part in _parts(files):
            yield datetime.fromisoformat(part.first_at)
            rows = islice(archive.tables(part).table(operations.ORDERS).rows.values(), 1, None)
            yield from (datetime.fromisoformat(moment_in(row)) for row in rows)
        yield from (datetime.fromisoformat(moment_in(row)) for _key, row in in_hand)

    def last_sold_at(self) -> datetime | None:
        """See the port."""
        for row in reversed(tuple(self._tables.table(operations.ORDERS).rows.values())):
            return datetime.fromisoformat(moment_in(row))
        parts = self.parts()
        return datetime.fromisoformat(parts[-1].last_at) if parts else None

    def count_orders(self) -> int:
        """How many orders there are in all."""
        return sum(each.orders for each in self.day_files()) + len(self.keys(operations.ORDERS))

    def days(self) -> tuple[ClosedDay, ...]:
        """The closed days, the oldest first."""
        return tuple(day for day in self.day_files() if not day.part)

    def parts(self) -> tuple[ClosedDay, ...]:
        """The parts of the open day that are set down, the oldest first."""
        return _parts(self.day_files())

    def day_files(self) -> tuple[ClosedDay, ...]:
        """All that has a file of its own: the closed days, and then the parts of the open one."""
        found = tuple(self._day(name, row) for name, row in self._tables.keyed(DAYS))
        parts = sorted(day for day in found if day.part)
        return (*(day for day in found if not day.part), *parts) if parts else found

    def get(self, table: str, key: str) -> Document | None:
        """See the port. Raises TillError `store_damaged`."""
        row = self._tables.table(table).row(key)
        return None if row is None else _document(table, key, row)

    def keys(self, table: str) -> tuple[str, ...]:
        """See the port."""
        return tuple(self._tables.table(table).ids)

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """See the port. Raises TillError `store_damaged`."""
        return ((key, _document(table, key, row)) for key, row in self._tables.keyed(table))

    def _order(self, key: str, row: bytes) -> Order:
        """An order from its row. Raises TillError `store_damaged`."""
        return written_order(row) or self._made(Order, _document(operations.ORDERS, key, row))

    def _made(self, kind: type[Charged], document: Document) -> Charged:
        """An order or a reservation from its record. One written before its sale said so is at the shop's own rule."""
        if isinstance(sale := document.get("sale"), dict) and INCLUSIVE not in sale:
            sale[INCLUSIVE] = (self.get(SHOP, SHOP) or {}).get(INCLUSIVE, False)
        try:
            return cast(Charged, order_of(document) if kind is Order else reservation_of(document))
        except FAULTS:
            table = operations.ORDERS if kind is Order else operations.RESERVATIONS
            raise not_understood(table, str(document.get("id"))) from None

    def _at_one_moment(self) -> tuple[ClosedDays, tuple[ClosedDay, ...], list[tuple[str, bytes]]]:
        """All `day_files`, what they are read from, and the rows of the orders after them, as they stand together."""
        files = self.day_files()
        return self._archive, files, list(self._tables.keyed(operations.ORDERS))

    def _receipts_in_hand(self) -> dict[str, str]:
        try:
            return {receipt_in(row): key for key, row in self._tables.keyed(operations.ORDERS)}
        except FAULTS:
            return {str(document.get("receipt")): key for key, document in self.items(operations.ORDERS)}

    def _day(self, name: str, row: bytes) -> ClosedDay:
        """A closed day from its row, made once. Raises TillError `store_damaged`."""
        known = self._known_days.get(name)
        if known is None or known[0] is not row:
            try:
                known = self._known_days[name] = row, ClosedDay.of(name, without_key(row))
            except FAULTS:
                raise not_understood(DAYS, name) from None
        return known[1]

    def _receipt_index(self) -> dict[str, str]:
        """The ids of the orders in hand by receipt number."""
        if self._receipts is None:
            self._receipts = self._receipts_in_hand()
        return self._receipts


def _parts(files: tuple[ClosedDay, ...]) -> tuple[ClosedDay, ...]:
    """Those that are parts of the open day."""
    return tuple(each for each in files if each.part)


def _document(table: str, key: str, row: bytes) -> Document:
    """A record from its row. Raises TillError `store_damaged`."""
    try:
        return without_key(row)
    except FAULTS:
        raise not_understood(table, key) from None


def newest(tables: Tables, limit: int) -> list[Document]:
    """The records of the orders in these tables that were committed last, the newest first."""
    keys = tuple(tables.table(operations.ORDERS).ids)[-limit:] if limit > 0 else ()
    documents = (tables.get(operations.ORDERS, key) for key in reversed(keys))
    return [document for document in documents if document is not None]
