"""The files of closed days and of a long day's parts: which are written for a step, and which go behind it."""

from __future__ import annotations

from typing import NamedTuple

from pos.stores.closed_days import DAYS, ClosedDay, free_name, part_name, summary
from pos.stores.day_closing import DayClosing
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.day_parts import to_end
from pos.stores.operations import ORDERS
from pos.stores.reader import StoreReader
from pos.stores.tables import RowChange, Tables


class SetDown(NamedTuple):
    """What has a file of its own now, and the step that says so."""

    day: ClosedDay
    changes: list[RowChange]
    spare: frozenset[str] = frozenset()
    """The files that no record names any more after that step."""


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

    def set_down(self, closing: DayClosing, sequence: int) -> ClosedDay:
        """Keep a part of the open day as it was after step `sequence`. Raises TillError `store_unusable`."""
        return self._write(part_name(sequence), closing.kept, closing.newest, sequence, part=True)

    def _write(self, label: str, kept: Tables, ended: int, sequence: int, *, part: bool = False) -> ClosedDay:
        """Keep orders in a file of their own, whose record is still to be written. Raises TillError, ValueError."""
        orders = kept.table(ORDERS)
        names = [each.name for each in self._store.day_files()]
        while self._archive.has_other(name := free_name(label, names), orders):
            names.append(name)
        return summary(name, self._archive.keep(name, kept, sequence), orders, ended, part=part)
