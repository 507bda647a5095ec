"""A store in plain memory: for scripts, training and tests, gone with the process that made it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from threading import RLock, local
from typing import TypeVar

from pos.domain.errors import TillError
from pos.domain.message import NOTHING, Message, lazy
from pos.domain.ports import Archive, Document, Records, ShopView
from pos.domain.reservations import Attempt, Order, Reservation
from pos.domain.sale import Sale
from pos.stores import operations
from pos.stores.closed_days import DAYS, ClosedDays, free_name, summary
from pos.stores.day_closing import to_close
from pos.stores.reader import StoreReader
from pos.stores.tables import RowChange, Table, Tables, Writes
from pos.stores.view import TablesView

Answer = TypeVar("Answer")


class MemoryStore(StoreReader):
    """Implements the `Store` port. A step is carried out whole under a lock, or not at all; none outlives the process.

    Methods may be called from any thread: writers wait for each other, readers wait for nobody.
    """

    trouble = NOTHING

    def __init__(self, tables: Tables | None = None) -> None:
        """Begin with these tables, which are this store's from then on; none: empty."""
        super().__init__(tables or Tables(), ClosedDays())
        self._view = TablesView(self)
        self._lock = RLock()
        self._sequence = 0
        self._closed = False
        self._steps = local()
        """The number of the last step of each thread."""

    @property
    def view(self) -> ShopView:
        """See the port."""
        return self._view

    @property
    def archive(self) -> Archive:
        """See the port."""
        return self

    def prepare(self) -> tuple[Message, ...]:
        """See the port. What is in memory is as it was put there."""
        return ()

    def reserve(self, reservation: Reservation) -> Reservation:
        """See the port."""
        with self._lock:
            return self._step(operations.reserve(self, reservation))

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """See the port."""
        with self._lock:
            return self._step(operations.record_attempt(self, reservation_id, attempt))

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        """See the port."""
        with self._lock:
            order = self._step(operations.commit(self, reservation, sale, at))
            if self._receipts is not None:
                self._receipts[order.receipt] = order.id
            return order

    def release(
        self, reservation_id: str, kept: Records | None = None, *, expect: Records | None = None
    ) -> Reservation:
        """See the port."""
        with self._lock:
            outcome = operations.release(self, reservation_id, kept or {})
            if outcome[0] and not self._as_expected(expect):
                return operations.known_as(self, reservation_id)
            return self._step(outcome)

    def expire(self, now: datetime) -> tuple[Reservation, ...]:
        """See the port."""
        with self._lock:
            return self._step(operations.expire(self, (held for _, held in self.items(operations.RESERVATIONS)), now))

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """See the port."""
        with self._lock:
            if not self._as_expected(expect):
                return False
            self._keep(self._tables.resolve(records))
            return True

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """See the port."""
        filled = {name: Table.of(documents) for name, documents in tables.items()}
        filled[operations.COUNTERS] = Table.of(
            {name: {"on_hand": amount, "held": 0} for name, amount in counters.items()}
        )
        with self._lock:
            self._require_open()
            if any(table.rows for _, table in self._tables):
                message = lazy("The store is not empty; a catalog is loaded into a new one only.")
                raise TillError("catalog_not_empty", message)
            self._tables = Tables(filled)
            self._count_step()
            self._view.changed(None)

    def close_day(self, label: str, orders: int | None = None) -> str | None:
        """See the port. Raises ValueError for a label that is no plain name."""
        with self._lock:
            days = self.days()
            closing = to_close(self._tables, orders, days[-1].ended if days else 0)
            if closing is None:
                return None
            name = free_name(label, (day.name for day in days))
            checksum = self._archive.keep(name, closing.kept, self._sequence)
            day = summary(name, checksum, closing.kept.table(operations.ORDERS), closing.newest)
            self._keep([*closing.gone, *self._tables.resolve({(DAYS, name): day.record})])
            self._receipts = None
            return name

    def take_notices(self) -> tuple[Message, ...]:
        """See the port."""
        return ()

    @property
    def last_step(self) -> int | None:
        """See the port."""
        return getattr(self._steps, "last", None)

    def close(self) -> None:
        """See the port. Closing again does nothing; nothing can be written from then on."""
        self._closed = True

    def _as_expected(self, records: Records | None) -> bool:
        """Whether these records are as somebody read them."""
        return all(self.get(*key) == document for key, document in (records or {}).items())

    def _step(self, outcome: tuple[Writes, Answer]) -> Answer:
        """Carry out what a verb decided; its answer."""
        records, answer = outcome
        self._keep(self._tables.resolve(records))
        return answer

    def _keep(self, changes: list[RowChange]) -> None:
        self._require_open()
        if changes:
            self._tables.apply(changes)
            self._count_step()
            self._view.changed(changes)

    def _count_step(self) -> None:
        self._sequence += 1
        self._steps.last = self._sequence

    def _require_open(self) -> None:
        if self._closed:
            raise TillError("store_unusable", lazy("The store is closed. Open it again to go on."))

    def _receipt_index(self) -> dict[str, str]:
        with self._lock:
            return super()._receipt_index()
