"""The stores that the contract is tried on. Another implementation is one more line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pos.domain.ports import Store
from pos.stores.embedded.store import open_store
from pos.stores.memory import MemoryStore
from tests.servers.shared import lane_store, new_shop

Factory = Callable[[Path], Store]
"""Makes an empty store, which may keep its files in a folder that is not there yet."""

FACTORIES: Final[Mapping[str, Factory]] = {
    "embedded": open_store,
    "embedded, replaced by snapshots": lambda folder: open_store(folder, replace_at=1500),
    "on a server": lambda folder: lane_store(folder, new_shop()),
    "memory": lambda _folder: MemoryStore(),
}


def fill(store: Store, **stock: int) -> Store:
    """A store with so much of these products, and nothing else."""
    store.load({"products": {name: {"sku": name, "name": name, "price": 100} for name in stock}}, stock)
    return store
