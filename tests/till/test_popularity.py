"""What is sold often here is found first: from the orders on file, and from each sale as it is made."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import SequentialIds
from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.model import changed
from pos.domain.reservations import Order
from pos.stores.embedded.store import EmbeddedStore
from pos.till.catalog_loading import load_catalog
from pos.till.popularity import sold_often
from pos.till.till import Till
from tests.servers.shared import lane_store, new_shop
from tests.till.support import NOON, HandClock, catalog_file, counter

LATTE, LEMON, LEEK = "LATTE", "LEMON", "LEEK"
GOODS: Final[list[dict[str, Any]]] = [
    {"sku": LATTE, "name": "Latte", "price": 100},
    {"sku": LEMON, "name": "Lemon", "price": 200},
    {"sku": LEEK, "name": "Leek", "price": 400, "unit": "kg"},
]
SHOP: Final[Any] = {"products": GOODS, "coupons": [], "members": []}


async def sell(till: Till, *skus: str) -> None:
    """Sell one of each, or two kilos, paid in cash."""
    for sku in skus:
        till.add(sku, Decimal(2) if sku == LEEK else None)
    await till.pay_cash()
    await till.flush()


def found(till: Till, typed: str = "l") -> tuple[str, ...]:
    return till.catalog.search(typed).keys


async def test_each_sale_counts_at_once_however_much_was_sold() -> None:
    with counter(**SHOP) as at:
        assert found(at.till) == (LATTE, LEMON, LEEK)
        await sell(at.till, LEEK)
        assert found(at.till) == (LEEK, LATTE, LEMON)
        await sell(at.till, LEMON)
        await sell(at.till, LEMON, LATTE)
        assert found(at.till) == (LEMON, LATTE, LEEK)


async def test_a_till_learns_from_closed_days_and_from_today(tmp_path: Path) -> None:
    clock, ids = HandClock(NOON), SequentialIds()
    till = open_till(tmp_path / "shop", catalog=catalog_file(**SHOP), clock=clock, ids=ids)
    await sell(till, LEEK)
    await sell(till, LEEK, LEMON)
    till.close()
    clock.turn(86_400)
    till = open_till(tmp_path / "shop", clock=clock, ids=ids)
    try:
        store = till._services.store
        assert isinstance(store, EmbeddedStore)
        assert len(store.days()) == 1
        await till.learn_what_sells()
        assert found(till) == (LEEK, LEMON, LATTE)
        await sell(till, LEMON)
        await sell(till, LEMON)
        assert found(till) == (LEMON, LEEK, LATTE)
    finally:
        till.close()


async def test_what_is_sold_while_the_archive_is_looked_through_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with counter(**SHOP) as at:
        await sell(at.till, LEEK)
        await sell(at.till, LEEK)
        learning = at.till.learn_what_sells()
        really = at.store.recent_orders

        def meanwhile(limit: int) -> tuple[Order, ...]:
            at.till._services.popularity.add(really(1)[0])
            return really(limit)

        monkeypatch.setattr(at.store, "recent_orders", meanwhile)
        await learning
        assert at.till._services.popularity.sold == {LEEK: 2}


async def test_on_a_server_a_till_learns_from_what_it_has_sold_itself(tmp_path: Path) -> None:
    name = new_shop()
    store = lane_store(tmp_path, name)
    load_catalog(store, catalog_file(**SHOP), demo=True)
    with counter(store) as at:
        await sell(at.till, LEEK)
    with counter(store) as again:
        await again.till.learn_what_sells()
        assert found(again.till) == (LEEK, LATTE, LEMON)
    store.close()


async def test_an_archive_that_cannot_be_read_leaves_the_order_of_the_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_limit: int) -> tuple[Order, ...]:
        raise TillError("store_damaged", lazy("The day is gone."))

    with counter(**SHOP) as at:
        monkeypatch.setattr(at.store, "recent_orders", broken)
        with pytest.raises(TillError, match="The day is gone"):
            await at.till.learn_what_sells()
        assert found(at.till) == (LATTE, LEMON, LEEK)
        await sell(at.till, LEEK)
        assert found(at.till)[0] == LEEK


async def test_what_was_given_back_is_no_sale() -> None:
    with counter(**SHOP) as at:
        await sell(at.till, LEEK, LEMON)
        (order,) = at.store.recent_orders(1)
        assert sold_often([order, order]) == {LEEK: 2, LEMON: 2}
        assert sold_often([order, changed(order, refunds=order.id)]) == {LEEK: 1, LEMON: 1}
