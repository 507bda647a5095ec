"""The files of closed days and of a long day's parts: which are written for a step, and which go behind it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from pos.stores.closed_days import DAYS, ClosedDay, free_name, part_name, summary
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.day_parts import frozen, last_ended, stand, to_end, to_set_down
from pos.stores.operations import ORDERS
from pos.stores.reader import StoreReader
from pos.stores.tables import RowChange, Tables


class SetDown(NamedTuple):
    """What has a file of its own now, and the step that says so."""

    day: ClosedDay
    changes: list[RowChange]
    spare: frozenset[str] = frozenset()
    """The files that no record names any more after that step."""


class Steps(Protocol):
    """What writes a store's steps, see `EmbeddedStore`."""

    @property
    def sequence(self) -> int:
        """The number of the last one."""
        ...

    def exclusive(self) -> AbstractContextManager[object]:
        """A context that keeps other writers out."""
        ...

    def keep(self, changes: list[RowChange]) -> None:
        """Make changes of rows durable, as one step, then visible."""
        ...


class DayKeeper:
    """Writes orders into files of their own. The steps that these belong to are the store's."""

    def __init__(self, store: StoreReader, archive: DayFiles) -> None:
        """For what is on record in a store, with its archive."""
        self._store = store
        self._archive = archive
        self.spare: set[str] = set()
        """The files that no record names any more: they go with the next snapshot, or when the store is closed."""

    def close(self, label: str, orders: int | None, sequence: int) -> SetDown | None:
        """Keep a day that ends after step `sequence`, see `EmbeddedStore.close_day`; None if nothing was sold."""
        ending = to_end(self._store, self._archive, orders)
        if ending is None:
            return None
        tables = self._store.tables
        day = self._write(label, ending.kept, ending.ended, sequence)
        records = {(DAYS, day.name): day.record}
        if ending.rest is not None:
            label = part_name(sequence, behind=ending.parts[-1].name)
            rest = self._write(label, ending.rest, ending.parts[-1].ended, sequence, part=True)
            records[DAYS, rest.name] = rest.record
        ids = tables.table(DAYS).ids
        # Written first, deleted then: who reads meanwhile, without a lock, finds it in one of the two.
        gone = [RowChange(DAYS, ids[each.name], None, each.name) for each in ending.parts]
        changes = [*tables.resolve(records), *gone, *ending.gone]
        return SetDown(day, changes, frozenset(each.name for each in ending.parts))

    def set_down_part(self, steps: Steps) -> bool:
        """Keep the first of what was sold on a long day in a file of its own, if it is so long; whether it was.

        Others write meanwhile, until the file is there. Raises TillError `store_unusable`.
        """
        store = self._store
        with steps.exclusive():
            tables, sequence, before = frozen(store.tables), steps.sequence, last_ended(store)
        closing = to_set_down(tables, before)
        if closing is None:
            return False
        part = self._write(part_name(sequence), closing.kept, closing.newest, sequence, part=True)
        with steps.exclusive():
            if not stand(store.tables, closing.kept) or last_ended(store) != before:
                self.spare.add(part.name)
                return False
            steps.keep([*store.tables.resolve({(DAYS, part.name): part.record}), *closing.gone])
            return True

    def _write(self, label: str, kept: Tables, ended: int, sequence: int, *, part: bool = False) -> ClosedDay:
        """Keep orders in a file of their own, whose record is still to be written. Raises TillError, ValueError."""
        orders = kept.table(ORDERS)
        names = [each.name for each in self._store.day_files()]
        while self._archive.has_other(name := free_name(label, names), orders):
            names.append(name)
        return summary(name, self._archive.keep(name, kept, sequence), orders, ended, part=part)
