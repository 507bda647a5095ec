"""Training: a till on a copy of the shop, which is thrown away. The shop's own store is read, never written."""

from __future__ import annotations

from typing import Final

from pos.domain.counters import COUNTERS, NAMES
from pos.domain.ports import Store
from pos.stores import operations
from pos.stores.counter_names import renamed
from pos.stores.memory import MemoryStore
from pos.stores.reader import StoreReader
from pos.stores.records import naming_faults, require
from pos.stores.tables import Table, Tables

SERIES: Final = "TRAINING"
"""The series of receipt numbers, which no shop's own receipt has."""
SHOP: Final = ("shop", "taxes", "products", "coupons", "members", NAMES)


def training_store(shop: StoreReader | None) -> MemoryStore:
    """A store in memory with a shop's catalog and stock as they stand; an empty one if there is no shop yet.

    Of a counter it has what is on hand; nothing is held, for no ticket is copied. Raises TillError `store_damaged`.
    """
    if shop is None:
        return MemoryStore()
    require(shop.tables)
    # All but those of orders, which are not copied.
    copied = tuple(f"{name}:" for name, kind in COUNTERS.items() if not kind.of_orders)
    names = (name for name in shop.keys(operations.COUNTERS) if name.startswith(copied))
    counted = Table.of({name: {"on_hand": shop.count(name)[0], "held": 0} for name in names})
    found = {name: shop.tables.table(name).frozen() for name in SHOP}
    store = MemoryStore(Tables({**found, operations.COUNTERS: counted}))
    with naming_faults(store, "coupons"):
        store.write(renamed(store))
    return store


def number_apart(store: Store) -> None:
    """Let every lane of a store give receipt numbers of the series for training."""
    store.write({(operations.LANES, operations.ANY_LANE): {"series": SERIES, "last": 0}})
