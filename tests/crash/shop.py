"""The shop that is sold in until somebody pulls the plug, and how its tills are opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, RandomIds
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.till.catalog_loading import load_catalog, parse_catalog
from pos.till.till import Till

NOON: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LANES: Final = ("1", "2")
REPLACE_AT: Final = 24_000
"""Bytes of journal, a dozen sales: so short that a kill meets compaction."""

PRODUCTS: Final = ("TEA", "CAKE", "BREAD", "TOMATO", "LAMP")
STOCK: Final = {"TEA": 100_000, "CAKE": 50_000, "TOMATO": 90_000_000, "LAMP": 40}
"""What the counters stand at when the shop opens; the lamps run out."""
COUPONS: Final = {"TEN": None, "FEW": 25, "EACH": None}
"""How often each may be used in all."""

CATALOG: Final = {
    "store": {"name": "Crash Shop", "currency": "USD", "timezone": "UTC"},
    "taxes": [{"name": "standard", "rate": "10"}],
    "products": [
        {"sku": "TEA", "name": "Green Tea", "price": 200, "stock": STOCK["TEA"], "tax": "standard"},
        {"sku": "CAKE", "name": "Cake", "price": 550, "stock": STOCK["CAKE"]},
        {"sku": "BREAD", "name": "Bread", "price": 300},
        {"sku": "TOMATO", "name": "Tomatoes", "price": 400, "unit": "kg", "stock": str(STOCK["TOMATO"] // 1000)},
        {"sku": "LAMP", "name": "Lava Lamp", "price": 2000, "stock": STOCK["LAMP"]},
    ],
    "coupons": [
        {"code": "TEN", "type": "percentage", "value": "10", "stackable": True},
        {"code": "FEW", "type": "fixed_amount", "value": 100, "max_uses": COUPONS["FEW"]},
        {"code": "EACH", "type": "fixed_amount", "value": 50, "max_uses_per_member": 5, "stackable": True},
    ],
    "members": [{"id": "M1", "name": "Ada", "discount": "5"}, {"id": "M2", "name": "Grace"}],
}

CATALOG_FILE: Final = parse_catalog(CATALOG, "the crash shop")
PRODUCT: Final = {product.sku: product for product in CATALOG_FILE.products}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shop keeps its store, and where its bank keeps the ledger."""

    store: Path
    ledger: Path

    @classmethod
    def within(cls, folder: Path) -> Place:
        """Both in one folder, where a shop in training has them."""
        return cls(folder, folder / "gateway.ndjson")


@dataclass(frozen=True, slots=True)
class Shop:
    """A store that is open, its gateway, and a till for each lane."""

    store: EmbeddedStore
    gateway: MockGateway
    tills: tuple[Till, ...]


def found(folder: Path) -> None:
    """Make the shop's store in `folder`, filled and closed."""
    store = open_store(folder)
    load_catalog(store, CATALOG_FILE, demo=True)
    store.close()


@contextmanager
def opened(
    place: Place,
    clock: FrozenClock | None = None,
    lanes: tuple[str, ...] = LANES,
    *,
    disk: Disk | None = None,
    replace_at: int = REPLACE_AT,
) -> Iterator[Shop]:
    """The shop with its tills, nothing recovered yet; closed in the end."""
    clock, ids = clock or FrozenClock(NOON), RandomIds()
    store = open_store(place.store, replace_at=replace_at, disk=disk)
    try:
        gateway = MockGateway(clock, Ledger(place.ledger), ids=ids)
        tills = tuple(open_till(store, lane=lane, clock=clock, ids=ids, gateway=gateway) for lane in lanes)
        try:
            yield Shop(store, gateway, tills)
        finally:
            for till in tills:
                till.close()
    finally:
        store.close()
