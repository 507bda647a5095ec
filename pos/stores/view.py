"""What a store shows in memory to all that prices and draws, and the feed that tells of its changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from weakref import WeakMethod

from pos.domain.ports import Document, Hear
from pos.domain.reservations import Counter, Reservation
from pos.stores import codec, operations
from pos.stores.reader import StoreReader
from pos.stores.tables import RowChange


class TablesView:
    """Implements the `ShopView` port over the tables that a store holds in memory. Any thread may ask."""

    def __init__(self, reader: StoreReader, hidden: Collection[str] = ()) -> None:
        """Show what `reader` reads, which tells `changed` after each step; of `hidden` tables nobody is told."""
        self._reader = reader
        self._hidden = frozenset(hidden)
        self._listeners: list[WeakMethod[Hear]] = []
        self._version = 0
        """How often the open reservations have changed."""
        self._open: tuple[int, tuple[Reservation, ...]] | None = None

    def get(self, table: str, key: str) -> Document | None:
        """See the port."""
        return self._reader.get(table, key)

    def keys(self, table: str) -> tuple[str, ...]:
        """See the port."""
        return self._reader.keys(table)

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """See the port."""
        return self._reader.items(table)

    def counter(self, name: str) -> Counter:
        """See the port."""
        return self._reader.counter(name)

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See the port."""
        return self._reader.reservation(reservation_id)

    def open_reservations(self) -> tuple[Reservation, ...]:
        """See the port. They are decoded once after each change."""
        known, version = self._open, self._version
        if known is None or known[0] != version:
            # With the version from before: what changes meanwhile makes it old at once.
            known = self._open = version, self._reader.open_reservations()
        return known[1]

    def subscribe(self, hear: Hear) -> None:
        """See the port."""
        self._listeners.append(WeakMethod(hear))

    def changed(self, changes: Iterable[RowChange] | None) -> None:
        """Tell of a step that can be read from now on; None: of whatever was read anew."""
        if changes is None:
            self._version += 1
            self._tell(None, None)
            return
        for change in changes:
            if change.table == operations.RESERVATIONS:
                self._version += 1
            if self._listeners and change.table not in self._hidden:
                key = change.key if change.key is not None or change.row is None else codec.key_of(change.row)
                self._tell(change.table, key)

    def told(self, table: str, keys: Iterable[str]) -> None:
        """Tell of records that no step of this store has changed."""
        if self._listeners:
            for key in keys:
                self._tell(table, key)

    def _tell(self, table: str | None, key: str | None) -> None:
        for listener in tuple(self._listeners):
            hear = listener()
            if hear is None:
                self._listeners.remove(listener)
            else:
                hear(table, key)
