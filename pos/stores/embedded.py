"""The embedded store: a TinyDB database kept as a journal and a snapshot in a folder, or in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from pos.domain.errors import TillError
from pos.domain.holds import Attempt, Counter, Order, Reservation
from pos.domain.ports import Document, Records
from pos.domain.sale import Sale
from pos.domain.words import N_, _
from pos.stores import verbs
from pos.stores.folder import open_folder
from pos.stores.media import Found, Medium, Memory
from pos.stores.tables import Change, Table, Tables

if TYPE_CHECKING:
    from tinydb import TinyDB

Answer = TypeVar("Answer")

REPLACE_AT = 4 * 1024 * 1024
"""Bytes of journal, some two thousand sales, that are replaced by a snapshot when a store is opened or closed."""


def open_store(folder: Path | None, *, replace_at: int = REPLACE_AT) -> EmbeddedStore:
    """The store in `folder`, made if it is not there; None gives one in memory, thrown away with the process.

    A journal longer than `replace_at` bytes is replaced by a snapshot. Raises TillError `store_in_use`,
    `store_unusable` or `store_damaged`.
    """
    if folder is None:
        return EmbeddedStore(Memory(), Found(Tables(), 0))
    store = EmbeddedStore(*open_folder(folder, replace_at=replace_at))
    try:
        store.compact()
    except BaseException:
        store.close()
        raise
    return store


class EmbeddedStore:
    """Implements the `Store` port. Each verb is one line appended, made durable, and then applied in memory.

    Methods may be called from any thread: writers wait for each other, readers wait for nobody.
    """

    def __init__(self, medium: Medium, found: Found) -> None:
        self._medium = medium
        self._tables = found.tables
        self._sequence = found.sequence
        self.notices = found.notices
        """What people should be told of how the store was found, in sentences."""
        self._lock = RLock()
        self._receipts: dict[str, str] | None = None
        self._failed = self._closed = False

    def reserve(self, reservation: Reservation) -> Reservation:
        """See the port."""
        with self._lock:
            return self._step(verbs.reserve(self.get, reservation))

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """See the port."""
        with self._lock:
            return self._step(verbs.record_attempt(self.get, reservation_id, attempt))

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        """See the port."""
        with self._lock:
            order = self._step(verbs.commit(self.get, reservation, sale, at))
            if self._receipts is not None:
                self._receipts[order.receipt] = order.id
            return order

    def release(self, reservation_id: str) -> Reservation:
        """See the port."""
        with self._lock:
            return self._step(verbs.release(self.get, reservation_id))

    def expire(self, now: datetime) -> tuple[Reservation, ...]:
        """See the port."""
        with self._lock:
            open_ones = (document for _, document in self.items(verbs.RESERVATIONS))
            return self._step(verbs.expire(self.get, open_ones, now))

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See the port. Of one that has ended, the ticket's lines and claims are no longer kept."""
        return verbs.find(self.get, reservation_id)

    def open_reservations(self) -> tuple[Reservation, ...]:
        """See the port."""
        return tuple(Reservation.model_validate(document) for _, document in self.items(verbs.RESERVATIONS))

    def counter(self, name: str) -> Counter:
        """See the port."""
        return verbs.counter(self.get, name)

    def order(self, order_id_or_receipt: str) -> Order | None:
        """See the port."""
        document = self.get(verbs.ORDERS, order_id_or_receipt)
        if document is None and (order_id := self._receipt_index().get(order_id_or_receipt)):
            document = self.get(verbs.ORDERS, order_id)
        return None if document is None else Order.model_validate(document)

    def orders(self) -> Iterator[Order]:
        """See the port."""
        return (Order.model_validate(document) for _, document in self.items(verbs.ORDERS))

    def get(self, table: str, key: str) -> Document | None:
        """See the port."""
        return self._tables.get(table, key)

    def keys(self, table: str) -> tuple[str, ...]:
        """See the port."""
        return tuple(self._tables.table(table).ids)

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """See the port."""
        return self._tables.items(table)

    def write(self, records: Records, *, require: tuple[str, str] | None = None) -> bool:
        """See the port."""
        with self._lock:
            if require is not None and require[1] not in self._tables.table(require[0]).ids:
                return False
            self.keep(self._tables.resolve(records))
            return True

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """See the port. The whole becomes one snapshot: a crash leaves the store empty or filled."""
        filled = {name: Table.of(documents) for name, documents in tables.items()}
        filled[verbs.COUNTERS] = Table.of({name: {"on_hand": amount, "held": 0} for name, amount in counters.items()})
        loaded = Tables(filled)
        with self._lock:
            if any(table.rows for _, table in self._tables):
                message = _("The store is not empty; a catalog is loaded into a new one only.")
                raise TillError("catalog_not_empty", message)
            with self._all_or_unusable():
                self._medium.replace(loaded, self._sequence + 1)
                self._tables, self._sequence = loaded, self._sequence + 1

    def compact(self) -> None:
        """Replace a journal that has grown long by a snapshot. Raises TillError `store_unusable`."""
        with self._lock:
            if self._medium.wants_replacing:
                with self._all_or_unusable():
                    self._medium.replace(self._tables, self._sequence)

    def close(self) -> None:
        """See the port. Closing again does nothing."""
        with self._lock:
            if self._closed:
                return
            try:
                if not self._failed:
                    with suppress(TillError):
                        self.compact()
            finally:
                self._closed = True
                self._medium.close()

    @cached_property
    def db(self) -> TinyDB:
        """The store as a TinyDB: `store.db.table("orders").search(Query().sale.total > 500)`.

        Reads give copies; each change is one durable step. Closing it closes the store.
        """
        from pos.stores.tiny import EngineDB, EngineStorage

        return EngineDB(self, storage=EngineStorage)

    @property
    def tables(self) -> Tables:
        """What the store holds, for reading."""
        return self._tables

    def exclusive(self) -> AbstractContextManager[object]:
        """A context that keeps other writers out."""
        return self._lock

    def keep(self, changes: list[Change]) -> None:
        """Make changes of rows durable, as one step, then visible. For those who resolve records themselves."""
        with self._lock:
            self._append(changes)
            if any(change.table == verbs.ORDERS for change in changes):
                self._receipts = None

    def _step(self, outcome: tuple[Records, Answer]) -> Answer:
        """Make the records of a verb durable, then visible; its answer."""
        records, answer = outcome
        self._append(self._tables.resolve(records))
        return answer

    def _append(self, changes: list[Change]) -> None:
        if not changes:
            return
        with self._all_or_unusable():
            self._medium.append(self._sequence + 1, changes)
            self._sequence += 1
            self._tables.apply(changes)

    @contextmanager
    def _all_or_unusable(self) -> Iterator[None]:
        """What is not done to its end, for whatever reason, leaves files that must be read again first."""
        if self._failed or self._closed:
            closed = N_("The store takes no more, since it is closed. Open it again to go on.")
            failed = N_("The store takes no more, since writing to it failed before. Open it again to go on.")
            raise TillError("store_unusable", _(closed if self._closed else failed))
        try:
            yield
        except BaseException:
            self._failed = True
            raise

    def _receipt_index(self) -> dict[str, str]:
        """Order ids by receipt number, built when the first one is looked up."""
        if (index := self._receipts) is None:
            with self._lock:
                index = self._receipts = {document["receipt"]: key for key, document in self.items(verbs.ORDERS)}
        return index
