"""How a till on a server begins."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pos.stores.redis import loading
from pos.stores.redis.link import Link
from tests.servers.shared import lane_store, new_shop
from tests.servers.waiting import PATIENCE, until


def test_a_new_till_waits_for_its_shop_however_fast_it_is_registered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, registered = new_shop(), Event()
    store = lane_store(tmp_path, shop)
    store.load({"products": {"TEA": {"sku": "TEA", "price": 100}}}, {"stock:TEA": 3})
    store.close()
    start, all_counts = Link.start, loading.all_counts

    def started(link: Link) -> None:
        start(link)
        until(lambda: link._party.identity().fence, "registered")
        registered.set()

    def counted(*asked: Any) -> Any:
        assert registered.wait(PATIENCE)
        return all_counts(*asked)

    monkeypatch.setattr(Link, "start", started)
    monkeypatch.setattr(loading, "all_counts", counted)
    second = lane_store(tmp_path, shop, "2")
    assert second.keys("products") == ("TEA",)
    second.close()
