"""The embedded store: a TinyDB database kept as a journal and a snapshot in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock, RLock, local
from typing import TYPE_CHECKING, Final, TypeVar

from pos.domain.errors import TillError
from pos.domain.message import Message, lazy
from pos.domain.ports import Archive, Document, Records, ShopView
from pos.domain.reservations import Attempt, Order, Reservation
from pos.domain.sale import Sale
from pos.stores import operations
from pos.stores.closed_days import ClosedDay, ClosedDays
from pos.stores.counter_names import renamed
from pos.stores.embedded.compaction import Compaction
from pos.stores.embedded.damage import NotAsLeft
from pos.stores.embedded.day_keeper import DayKeeper
from pos.stores.embedded.day_parts import is_long
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.folder import Folder, Found, NothingKept, open_folder
from pos.stores.embedded.journal_chain import Confirmed
from pos.stores.embedded.room_for_ends import room_for_ends
from pos.stores.embedded.shared_sale import Written, journal_step, order_line
from pos.stores.embedded.transaction import tables_after
from pos.stores.reader import StoreReader
from pos.stores.records import naming_faults, require
from pos.stores.tables import RowChange, Table, Tables, Writes
from pos.stores.view import TablesView

if TYPE_CHECKING:
    from tinydb import TinyDB

Answer = TypeVar("Answer")

REPLACE_AT: Final = 4 * 1024 * 1024
"""Bytes of journal, some two thousand sales, after which a snapshot replaces them in the background."""


def open_store(folder: Path, *, replace_at: int = REPLACE_AT, disk: Disk | None = None) -> EmbeddedStore:
    """The store in `folder`, made if it is not there.

    A journal longer than `replace_at` bytes is replaced by a snapshot in the background. `disk` is what its files are
    written through. Raises TillError `store_in_use`, `store_unusable` or `store_damaged`.
    """
    return EmbeddedStore(*open_folder(folder, replace_at=replace_at, disk=disk or Disk()))


class EmbeddedStore(StoreReader):
    """Implements the `Store` port. Each verb is one line appended, made durable, and then applied in memory.

    Methods may be called from any thread: writers wait for each other, readers wait for nobody. After a step that
    failed nothing of it is believed: the next one first reads again what is on record.
    """

    def __init__(self, folder: Folder, found: Found) -> None:
        super().__init__(found.tables, folder.archive)
        self._folder = folder
        self._view = TablesView(self)
        self._sequence = found.sequence
        self.notices = found.notices
        """What people should be told of how the store was found, in sentences."""
        self._lock = RLock()
        self._failed = self._closed = False
        self._applying = False
        """Whether the tables are between two steps, as when an interrupt came."""
        self._attempted: Tables | list[RowChange] = []
        """What the last step was to leave, or to change."""
        self._compaction = Compaction(self.compact)
        self._snapshot = Lock()
        """Held while a snapshot is made; taken before the other lock."""
        self._keeper = DayKeeper(self, folder.archive)
        self._written: dict[str, Written] = {}
        """The open reservations that this program has written since it opened the store, by id."""
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
        """See the port. A store of which a step failed is read again; counters of an older one get present names."""
        with self.exclusive():
            notices = self.notices
        require(self.tables)
        with naming_faults(self, "coupons", operations.ORDERS):
            renaming = renamed(self)
        if renaming:
            self.write(renaming)
        return notices

    def reserve(self, reservation: Reservation) -> Reservation:
        """See the port. Room for its end is made with it."""
        with self._lock:
            self._ready()
            return self._keep_open(operations.reserve(self._book, reservation))

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """See the port."""
        with self._lock:
            self._ready()
            outcome = operations.record_attempt(self._book, reservation_id, attempt)
            return self._keep_open(outcome, ending=attempt.state != "pending")

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        """See the port."""
        with self._lock:
            self._ready()
            ending = reservation.id in self._tables.table(operations.RESERVATIONS).ids
            written = self._as_written(reservation.id)
            outcome = operations.commit(self._book, reservation, sale, at, lambda order: order_line(order, written))
            order = self._step(outcome, spare=room_for_ends(self._tables), ending=ending)
            self._written.pop(reservation.id, None)
            if self._receipts is not None:
                self._receipts[order.receipt] = order.id
            return order

    def release(
        self, reservation_id: str, kept: Records | None = None, *, expect: Records | None = None
    ) -> Reservation:
        """See the port."""
        with self._lock:
            self._ready()
            outcome = operations.release(self._book, reservation_id, kept or {})
            if outcome[0] and not self._as_expected(expect):
                return operations.known_as(self, reservation_id)
            self._written.pop(reservation_id, None)
            return self._step(outcome, ending=True)

    def expire(self, now: datetime) -> tuple[Reservation, ...]:
        """See the port."""
        with self._writing():
            open_ones = (document for _, document in self.items(operations.RESERVATIONS))
            ended = self._step(operations.expire(self._book, open_ones, now), ending=True)
            for reservation in ended:
                self._written.pop(reservation.id, None)
            return ended

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See the port. Of one that has ended, the ticket's lines and claims are no longer kept."""
        written = self._as_written(reservation_id)
        return super().reservation(reservation_id) if written is None else written.reservation

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """See the port."""
        with self._writing():
            if not self._as_expected(expect):
                return False
            self.keep(self._tables.resolve(records))
            return True

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """See the port. The whole becomes one snapshot: a crash leaves the store empty or filled."""
        filled = {name: Table.of(documents) for name, documents in tables.items()}
        filled[operations.COUNTERS] = Table.of(
            {name: {"on_hand": amount, "held": 0} for name, amount in counters.items()}
        )
        loaded = Tables(filled)
        with self._snapshot, self._writing():
            if any(table.rows for _, table in self._tables):
                message = lazy("The store is not empty; a catalog is loaded into a new one only.")
                raise TillError("catalog_not_empty", message)
            self._replace(loaded)

    def close_day(self, label: str, orders: int | None = None) -> str | None:
        """End the business day: its orders become a file of their own, which is never written again.

        Parts of it that were set down before go, and a snapshot is made at once, which is small again.

        `label` names it, such as a date; the name, with a number if the label is taken, is given back, or None if
        nothing was sold. `orders` is how many of them, the oldest, belong to it; None: all. What reservations had ended
        before the last closing goes with it. A crash leaves the day open or closed. Raises TillError `store_unusable`,
        `store_damaged`, and ValueError for a label that is no plain name.
        """
        with self._writing():
            require(self._tables, (operations.ORDERS,))
            closed = self._keeper.close(label, orders, self._sequence)
            if closed is None:
                return None
            self.keep(closed.changes)
            self._keeper.spare |= closed.spare
            if is_long(closed.day):
                self._compaction.begin(self._sequence)
            return closed.day.name

    @property
    def sequence(self) -> int:
        """The number of the last step."""
        return self._sequence

    @property
    def last_step(self) -> int | None:
        """See the port."""
        return getattr(self._steps, "last", None)

    @property
    def trouble(self) -> Message:
        """See the port."""
        return self._compaction.trouble

    def take_notices(self) -> tuple[Message, ...]:
        """See the port."""
        return ()

    def compact(self) -> None:
        """Replace the journal by a snapshot now. Raises TillError `store_unusable`."""
        with self._snapshot:
            self._tables.fill()
            while self._keeper.set_down_part(self):
                pass
            gone = frozenset(self._keeper.spare)
            self._folder.snapshot(*self._rotated())
            # Only now: who reads the store without its lock sees by the snapshot that it must read it again.
            self._folder.archive.remove(sorted(gone))
            with self._lock:
                self._keeper.spare -= gone

    def wait(self) -> None:
        """Wait for a snapshot that is being written in the background."""
        self._compaction.wait()

    def close(self) -> None:
        """See the port. Closing again does nothing."""
        if not self._closed:
            self._compaction.wait()
            if self._keeper.spare:
                # As there: files go behind a snapshot, if one can be made.
                with suppress(TillError):
                    self.compact()
        with self._lock:
            closed, self._closed = self._closed, True
        if not closed:
            with self._snapshot:
                with suppress(TillError):
                    self._folder.archive.remove(sorted(self._keeper.spare))
                self._folder.close()

    @cached_property
    def db(self) -> TinyDB:
        """The store as a TinyDB: `store.db.table("orders").search(Query().sale.total > 500)`.

        Reads give copies; each change is one durable step. Closing it closes the store.
        """
        from pos.stores.embedded.tinydb_api import EngineDB, EngineStorage

        return EngineDB(self, storage=EngineStorage)

    def exclusive(self) -> AbstractContextManager[object]:
        """A context that keeps other writers out."""
        return self._writing()

    def keep(self, changes: list[RowChange]) -> None:
        """Make changes of rows durable, as one step, then visible. For those who resolve records themselves."""
        with self._writing():
            self._append(changes)
            if any(change.table == operations.ORDERS for change in changes):
                self._receipts = None

    @property
    def _book(self) -> operations.CheckoutRecords:
        """What the verbs decide by."""
        return self

    def _replace(self, tables: Tables) -> None:
        """Put these tables in the place of all there are, as one snapshot. Its lock is held, and the writers'."""
        with self._all_or_failed():
            self._attempted = tables
            self._folder.replace(tables, self._sequence + 1)
            self._tables, self._sequence = tables, self._sequence + 1
            self._written.clear()
            self._receipts = None
        self._view.changed(None)

    def _as_expected(self, records: Records | None) -> bool:
        """Whether these records are as somebody read them."""
        return all(self.get(*key) == document for key, document in (records or {}).items())

    def _step(self, outcome: tuple[Writes, Answer], *, spare: int = 0, ending: bool = False) -> Answer:
        """Make the records of a verb durable, then visible; its answer."""
        records, answer = outcome
        self._append(self._tables.resolve(records), spare=spare, ending=ending)
        return answer

    def _append(self, changes: list[RowChange], *, spare: int = 0, ending: bool = False) -> None:
        if not changes:
            return
        sequence = self._sequence + 1
        try:
            self._append_once(sequence, changes, spare=spare, ending=ending)
        except NotAsLeft as error:
            if not error.touched:
                raise
            # Whoever links or tags the files, as backups do, changes none of what they say, and stops no sale.
            self._ready()
            if self._sequence < sequence:
                self._append_once(sequence, changes, spare=spare, ending=ending)
        self._steps.last = self._sequence
        if self._folder.wants_replacing:
            self._compaction.begin(self._sequence)

    def _append_once(self, sequence: int, changes: list[RowChange], *, spare: int, ending: bool) -> None:
        self._attempted = changes
        step = journal_step(sequence, changes, self._tables, self._written)
        # Until all of it is done: whatever comes between leaves files that must be read again first.
        self._failed = True
        try:
            self._folder.append(step, spare=spare, ending=ending)
        except NothingKept:
            self._failed = False
            raise
        self._applying = True
        self._tables.apply(changes)
        self._sequence = sequence
        self._applying = self._failed = False
        self._view.changed(changes)

    def _keep_open(self, outcome: tuple[Writes, Reservation], *, ending: bool = False) -> Reservation:
        """Make a step durable that leaves its reservation open, as a rule; what was written need not be decoded."""
        writes, reservation = outcome
        self._step(outcome, spare=room_for_ends(self._tables), ending=ending)
        row = self._tables.table(operations.RESERVATIONS).row(reservation.id)
        if writes and row is not None:
            self._written[reservation.id] = Written.of(row, reservation)
        return reservation

    def _as_written(self, reservation_id: str) -> Written | None:
        """An open reservation that is as this program has written it."""
        written = self._written.get(reservation_id)
        if written is None or written.row is not self._tables.table(operations.RESERVATIONS).row(reservation_id):
            return None
        return written

    def _rotated(self) -> tuple[Tables, int]:
        """Begin a new journal; what is on record up to it."""
        with self._writing(), self._all_or_failed():
            self._folder.rotate(self._sequence)
            return self._tables.frozen(), self._sequence

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time, on what is on record for certain. Raises TillError `store_unusable`."""
        with self._lock:
            self._ready()
            yield

    def _ready(self) -> None:
        """Read again what is on record if a step failed before. Raises TillError `store_unusable`."""
        if self._closed:
            raise TillError("store_unusable", lazy("The store is closed. Open it again to go on."))
        if self._failed:
            found = self._folder.reread(self._confirmed())
            self._tables, self._sequence = found.tables, found.sequence
            self.notices += found.notices
            self._receipts, self._failed, self._applying = None, False, False
            self._written.clear()
            # It goes on from what is known, but perhaps for the step that failed.
            self._view.changed(self._attempted if isinstance(self._attempted, list) else None)

    def _confirmed(self) -> Confirmed:
        if self._applying:
            return Confirmed(self._sequence, None)
        attempted = self._attempted
        after = attempted if isinstance(attempted, Tables) else tables_after(self._tables, attempted)
        return Confirmed(self._sequence, self._tables, after)

    @contextmanager
    def _all_or_failed(self) -> Iterator[None]:
        """What is not done to its end, for whatever reason, leaves files that must be read again first."""
        try:
            yield
        except NothingKept:
            raise
        except BaseException:
            self._failed = True
            raise

    def _at_one_moment(self) -> tuple[ClosedDays, tuple[ClosedDay, ...], list[tuple[str, bytes]]]:
        with self._lock:
            archive, files, in_hand = super()._at_one_moment()
            # Parts go when the day is closed meanwhile; what is missing already is told where it is read.
            with suppress(FileNotFoundError):
                archive = archive.holding(each for each in files if each.part)
            return archive, files, in_hand

    def _receipt_index(self) -> dict[str, str]:
        with self._lock:
            return super()._receipt_index()
