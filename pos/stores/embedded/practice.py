"""Training: a till on a copy of the shop, which is thrown away. The shop's own store is read, never written."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pos.domain.counters import COUNTERS, NAMES
from pos.domain.ports import Store
from pos.stores.embedded.copying import copied
from pos.stores.embedded.counter_names import renamed
from pos.stores.embedded.layout import is_store
from pos.stores.embedded.reading import read_folder
from pos.stores.memory import MemoryStore
from pos.stores.reader import Reader
from pos.stores.records import naming_faults, require
from pos.stores.verbs import ANY_LANE, LANES

SERIES: Final = "TRAINING"
"""The series of receipt numbers, which no shop's own receipt has."""
SHOP: Final = ("shop", "taxes", "products", "coupons", "members", NAMES)
COUNTED: Final = tuple(f"{name}:" for name, kind in COUNTERS.items() if not kind.of_orders)
"""The counters that are copied: all but those of orders, which are not."""


def practice_store(shop: Path | Reader | None) -> MemoryStore:
    """A store in memory with a shop's catalog and stock as they stand; an empty one if there is no shop yet.

    Raises TillError `store_unusable`, `store_damaged`.
    """
    if isinstance(shop, Path):
        shop = read_folder(shop) if is_store(shop) else None
    if shop is None:
        return MemoryStore()
    require(shop.tables)
    store = copied(shop, SHOP, COUNTED)
    with naming_faults(store, "coupons"):
        store.write(renamed(store))
    return store


def number_apart(store: Store) -> None:
    """Let every lane of a store give receipt numbers of the series for training."""
    store.write({(LANES, ANY_LANE): {"series": SERIES, "last": 0}})
