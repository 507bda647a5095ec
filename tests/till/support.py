"""A small shop, and tills on it whose clock, ids and gateway a test commands."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.catalog_file import CatalogFile
from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.domain.queue_options import QueueOptions
from pos.domain.queue_ports import CheckoutQueue
from pos.domain.sale import Sale
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.embedded.store import EmbeddedStore
from pos.stores.memory import MemoryStore
from pos.till.catalog_loading import load_catalog, parse_catalog
from pos.till.till import Till

AnyStore = EmbeddedStore | MemoryStore

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GOOD_CARD = "4242424242424242"
POOR_CARD = "4000000000009995"

TEA, CAKE, BREAD, TOMATO, LAMP = "TEA", "CAKE", "BREAD", "TOMATO", "LAMP"
TEA_GTIN = "4006381333931"


def shop(**changes: Any) -> dict[str, Any]:
    """A catalog: tea 2.00 (10 in stock), cake 5.00 (4), bread 3.00 uncounted, tomatoes 4.00 a kilo, the last lamp."""
    catalog: dict[str, Any] = {
        "store": {"name": "Test Shop", "currency": "USD", "timezone": "UTC"},
        "taxes": [{"name": "standard", "rate": "10"}],
        "products": [
            {"sku": TEA, "name": "Green Tea", "price": 200, "barcodes": [TEA_GTIN], "stock": 10, "tax": "standard"},
            {"sku": CAKE, "name": "Cake", "price": 500, "stock": 4, "low_stock": 4, "category": "Sweet"},
            {"sku": BREAD, "name": "Bread", "price": 300},
            {"sku": TOMATO, "name": "Vine Tomatoes", "price": 400, "unit": "kg", "barcodes": ["4664"], "stock": "5"},
            {"sku": LAMP, "name": "Lava Lamp", "price": 2000, "stock": 1},
        ],
        "coupons": [
            {"code": "TEN", "type": "percentage", "value": "10", "stackable": True},
            {"code": "ONE", "type": "fixed_amount", "value": 100, "max_uses": 1},
            {"code": "BIG", "type": "fixed_amount", "value": 500, "min_order": 3000},
            {"code": "OLD", "type": "percentage", "value": "50", "ends": "2026-11-21"},
            {"code": "TODAY", "type": "percentage", "value": "50", "ends": "2026-11-22"},
        ],
        "members": [
            {"id": "M1", "name": "Ada", "discount": "5"},
            {"id": "M2", "name": "Grace"},
        ],
    }
    catalog["store"] |= changes.pop("settings", {})
    return catalog | changes


def catalog_file(**changes: Any) -> CatalogFile:
    """The small shop as a catalog."""
    return _catalog_of(json.dumps(shop(**changes)))


@cache
def _catalog_of(told: str) -> CatalogFile:
    """One that is read once: no value of it can be changed."""
    return parse_catalog(json.loads(told), "the test shop")


class HandClock(FrozenClock):
    """A clock whose hands a test turns, forward or back."""

    def turn(self, seconds: float) -> None:
        """Set it by so many seconds."""
        self._now += timedelta(seconds=seconds)


@dataclass
class Counter:
    """A till with everything that a test wants to command or look at."""

    till: Till
    clock: HandClock
    gateway: MockGateway
    store: AnyStore
    ids: SequentialIds
    events: list[Event] = field(default_factory=list)

    @property
    def sale(self) -> Sale:
        return self.till.sale

    def kinds(self) -> list[str]:
        """What happened, by kind."""
        return [event.event for event in self.events]

    def stock(self, sku: str) -> object:
        """On hand and held of a product, to be compared."""
        available = self.till.catalog.availability(self.till.catalog.products[sku])
        return available.on_hand, available.held

    def uses(self, code: str) -> int:
        """How often a coupon has been used, holds included."""
        return self.till.catalog.rules.used.get(f"uses:{code}", 0)


def new_store(**changes: Any) -> AnyStore:
    """A store in memory with the small shop in it."""
    store = MemoryStore()
    load_catalog(store, catalog_file(**changes), demo=True)
    return store


@contextmanager
def counter(
    store: AnyStore | None = None,
    *,
    lane: str = "1",
    gateway: MockGateway | None = None,
    ids: SequentialIds | None = None,
    queue: CheckoutQueue | None = None,
    queueing: QueueOptions | None = None,
    **changes: Any,
) -> Iterator[Counter]:
    """A till on a store, by default a new one with the small shop."""
    clock = HandClock(NOON)
    ids = ids or SequentialIds()
    store = store or new_store(**changes)
    gateway = gateway or MockGateway(clock, Ledger(), ids=ids)
    till = open_till(store, lane=lane, clock=clock, ids=ids, gateway=gateway, queue=queue, queueing=queueing)
    made = Counter(till, clock, gateway, store, ids)
    till.subscribe(lambda _, event: made.events.append(event) if event is not None else None)
    try:
        yield made
    finally:
        till.close()


def lines(sale: Sale) -> list[tuple[int, str, Decimal]]:
    """The lines by number, with how much of what."""
    return [(line.line, line.sku, line.quantity) for line in sale.lines]


async def code(action: Awaitable[object]) -> str:
    with pytest.raises(TillError) as refusal:
        await action
    return refusal.value.code


async def words(action: Awaitable[object]) -> str:
    with pytest.raises(TillError) as refusal:
        await action
    return refusal.value.message
