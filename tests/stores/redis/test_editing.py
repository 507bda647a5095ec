"""The catalog of a shop on a server is changed while its tills sell: they have it at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from pos.bootstrap import edit_catalog, shop_on_server
from pos.domain.errors import TillError
from pos.domain.ports import ShopView
from pos.stores.redis import filling
from pos.stores.redis.store import LaneStore
from pos.till.catalog_loading import parse_catalog
from pos.till.prewarming import goods_of, prewarm
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.stores.redis.test_prewarm import CATALOG
from tests.stores.samples import NOW, reservation, sale

MOST = 1.0
"""Seconds after which a till has a change."""


class Heard:
    """Hears of changes of a view, until all that is waited for have come."""

    def __init__(self, view: ShopView, *wanted: tuple[str, str]) -> None:
        self._left = set(wanted)
        self.all = Event()
        view.subscribe(self._changed)

    def _changed(self, table: str | None, key: str | None) -> None:
        self._left.discard((table or "", key or ""))
        if not self._left:
            self.all.set()


@pytest.fixture
def url() -> str:
    url = shared_server().url(new_shop())
    with shop_on_server(url) as shop:
        prewarm(shop, goods_of(parse_catalog(CATALOG, "shop.json"), "shop.json"))
    return url


@pytest.fixture
def tills(url: str, tmp_path: Path) -> Iterator[tuple[LaneStore, LaneStore]]:
    shop = url.partition("shop=")[2]
    one, two = (lane_store(tmp_path, shop, lane) for lane in "12")
    yield one, two
    one.close()
    two.close()


def test_two_tills_have_a_price_and_a_stock_correction_within_a_second(
    url: str, tills: tuple[LaneStore, LaneStore]
) -> None:
    heard = [Heard(each.view, ("products", "TEA"), ("counters", "stock:TEA")) for each in tills]
    with edit_catalog(url) as catalog:
        catalog.products["TEA"]["price"] = 450
        catalog.products["TEA"]["stock"] += 5
    assert all(each.all.wait(MOST) for each in heard)
    for till in tills:
        record = till.get("products", "TEA")
        assert record is not None
        assert (record["price"], record["stock"], till.view.counter("stock:TEA").free) == (450, 15, 15)
    assert shared_server().client().smembers(f"{{{url.partition('shop=')[2]}}}:lanes") == {b"1", b"2"}


def test_what_was_sold_while_it_was_edited_stays_sold(url: str, tills: tuple[LaneStore, LaneStore]) -> None:
    with edit_catalog(url) as catalog:
        tills[0].commit(reservation("a", ("stock:TEA", 3)), sale("a"), NOW)
        until(lambda: not tills[0].undelivered, "the sale is not on the server")
        catalog.products["TEA"]["stock"] += 5
    until(lambda: tills[1].count("stock:TEA") == (12, 0), "the other till does not hear of it")


def test_one_of_two_who_change_the_same_is_told(url: str) -> None:
    editing = edit_catalog(url)
    catalog = editing.__enter__()
    with edit_catalog(url) as other:
        other.products["TEA"]["price"] = 450
    catalog.products["TEA"]["price"] = 500
    catalog.products["CUP"]["price"] = 500
    with pytest.raises(TillError, match="changed by somebody else meanwhile") as told:
        editing.__exit__(None, None, None)
    assert told.value.code == "store_in_use"
    with shop_on_server(url) as shop:
        shop.read()
        assert [shop.records["products"][sku]["price"] for sku in ("TEA", "CUP")] == [450, 900]


def test_very_many_changes_are_one_step(
    url: str, tills: tuple[LaneStore, LaneStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "PIECE", 3)
    with edit_catalog(url) as catalog:
        for number in range(2000):
            catalog.products[f"SKU-{number}"] = {"name": f"Thing {number}", "price": 100 + number, "stock": number}
    for till in tills:
        until(lambda: till.get("products", "SKU-1999") is not None, "a till does not hear of it")  # noqa: B023
        assert till.view.counter("stock:SKU-1999").free == 1999
        assert till.link.state == "online"


def test_nothing_is_made_where_no_shop_is() -> None:
    with pytest.raises(TillError, match="There is no shop in"), edit_catalog(shared_server().url(new_shop())):
        pass
