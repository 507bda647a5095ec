"""Several changes of several tables as one step of a store: all of them, or none."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

from pos.stores.tables import RowChange, Tables


class Transaction:
    """The tables of a store as they will be, seen by the one who changes them alone. Implements `Engine`."""

    def __init__(self, tables: Tables) -> None:
        """Begin with these tables, which are not changed."""
        self._tables = Tables(dict(tables))
        self._own: set[str] = set()
        self._changes: dict[tuple[str, int], RowChange] = {}

    @property
    def tables(self) -> Tables:
        """The tables with what was changed so far."""
        return self._tables

    @property
    def changes(self) -> list[RowChange]:
        """All that was changed, each row once, as it stands in the end."""
        return list(self._changes.values())

    def exclusive(self) -> AbstractContextManager[object]:
        """Whoever began the transaction keeps others out."""
        return nullcontext()

    def keep(self, changes: Iterable[RowChange]) -> None:
        """Apply changes to the tables as this transaction sees them; a later one of a row replaces the one before."""
        for change in changes:
            if change.table not in self._own:
                self._tables.own(change.table)
                self._own.add(change.table)
            self._tables.apply([change])
            self._changes[change.table, change.id] = change

    def close(self) -> None:
        """Nothing is held."""


def tables_after(tables: Tables, changes: Iterable[RowChange]) -> Tables:
    """What these tables become by changes; they themselves are not changed."""
    transaction = Transaction(tables)
    transaction.keep(changes)
    return transaction.tables
