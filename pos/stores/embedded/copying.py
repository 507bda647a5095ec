"""A copy of a part of a store, in memory: what is done in it reaches nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from pos.stores import verbs
from pos.stores.memory import MemoryStore
from pos.stores.reader import Reader
from pos.stores.tables import Table, Tables


def copied(store: Reader, tables: Iterable[str], counters: tuple[str, ...]) -> MemoryStore:
    """A store in memory with these tables of another, and with its counters whose names begin so.

    Of a counter it has what is on hand; nothing is held, for no ticket is copied.
    """
    names = (name for name in store.keys(verbs.COUNTERS) if name.startswith(counters))
    counted = Table.of({name: {"on_hand": store.count(name)[0], "held": 0} for name in names})
    found = {name: store.tables.table(name).frozen() for name in tables}
    return MemoryStore(Tables({**found, verbs.COUNTERS: counted}))
