"""How a till on a server begins."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from pos.stores.redis import loading
from pos.stores.redis.link import Link
from pos.stores.redis.resp import stream_id
from tests.servers.shared import lane_store, new_shop
from tests.servers.waiting import PATIENCE, until
from tests.stores.redis.lanes import lane


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


@pytest.mark.parametrize("lost", ["cut off", "forgotten"])
def test_a_till_that_was_away_reads_all_anew_if_the_stream_goes_on_elsewhere(tmp_path: Path, lost: str) -> None:
    """It is cut off by 20,000 changes; a server that was set back has forgotten the last ones, and goes on."""
    with lane(tmp_path) as till:
        server, changes = till.there.client, till.there.key("changes")
        tea = till.store.get("products", "TEA")
        assert tea is not None
        priced = [json.dumps({**tea, "price": price}) for price in (200, 300)]
        server.hset(till.there.key("products"), "TEA", priced[0])
        heard = server.xadd(changes, {"t": "products", "k": "TEA"})
        until(lambda: till.store.position == stream_id(heard), "the price is not heard")
        till.store.close()
        server.hset(till.there.key("products"), "TEA", priced[1])
        if lost == "cut off":
            server.xadd(changes, {"t": "products", "k": "TEA"})
        else:
            server.xdel(changes, heard)
        server.xadd(changes, {"l": "2"})
        server.xtrim(changes, maxlen=1, approximate=False)
        till.open_again()
        till.wait_online()
        assert till.store.get("products", "TEA") == {**tea, "price": 300}
