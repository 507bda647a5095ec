"""Undo at tills that share a server: what can be undone is each till's own, a member's saved cart is the shop's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.domain.ticket_changes import CHANGES
from pos.domain.ticket_records import SAVED_CARTS
from pos.stores.redis.store import LaneStore
from pos.till.catalog_loading import load_catalog
from tests.servers.proxy import Proxy
from tests.servers.settling import delivered
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until
from tests.till.support import CAKE, TEA, Counter, catalog_file, counter

ADA = (SAVED_CARTS, "M1")


@contextmanager
def till_on(folder: Path, shop: str, lane: str, proxy: Proxy | None = None) -> Iterator[Counter]:
    """A till of a shop on the server, with the small shop in it."""
    url = {} if proxy is None else {"url": proxy.url(shop)}
    store = lane_store(folder, shop, lane, timeout=1.0, **url)
    if not store.view.keys("products"):
        load_catalog(store, catalog_file(), demo=True)
    try:
        with counter(store, lane=lane) as at:
            yield at
    finally:
        store.close()


async def saved_at(at: Counter) -> LaneStore:
    """Set a tea aside for Ada, in sight of the server; the store of the till."""
    store = at.store
    assert isinstance(store, LaneStore)
    await at.till.attach_member("M1")
    at.till.add(TEA)
    await at.till.hold()
    delivered([store])
    return store


async def test_a_till_opened_again_undoes_and_redoes_and_the_server_hears_nothing_of_it(tmp_path: Path) -> None:
    shop = new_shop()
    with till_on(tmp_path, shop, "1") as at:
        at.till.add(TEA)
        at.till.add(CAKE)
        await at.till.undo()
        await at.till.flush()
        assert at.store.keys(CHANGES) == ("1-1/1", "1-1/2")
    keys = shared_server().client().keys(f"{{{shop}}}*")
    assert keys
    assert [key for key in keys if CHANGES in str(key)] == []
    with till_on(tmp_path, shop, "1") as again, till_on(tmp_path, shop, "2") as other:
        assert str((await again.till.redo()).change) == "add 1 Cake"
        assert [str((await again.till.undo()).change) for _ in range(2)] == ["add 1 Cake", "add 1 Green Tea"]
        assert (other.till.undoable, other.store.keys(CHANGES)) == (None, ())


async def test_a_members_cart_that_is_put_back_is_there_for_every_till(tmp_path: Path) -> None:
    shop = new_shop()
    with ExitStack() as doors:
        one, two = (doors.enter_context(till_on(tmp_path, shop, lane)) for lane in "12")
        store = await saved_at(one)
        await one.till.attach_member("M1")
        delivered([store])
        until(lambda: two.store.get(*ADA) is None, "the other till still sees it")
        await one.till.undo()
        delivered([store])
        until(lambda: two.store.get(*ADA) is not None, "the other till does not see it")
        await two.till.attach_member("M1")
        assert [line.sku for line in two.sale.lines] == [TEA]
        with pytest.raises(TillError) as refusal:
            await one.till.redo()
        assert (refusal.value.code, one.sale.lines) == ("undo_refused", ())


async def test_without_the_server_lines_are_undone_all_the_same(tmp_path: Path) -> None:
    shop = new_shop()
    with Proxy(shared_server()) as cable, till_on(tmp_path, shop, "1", cable) as at:
        at.till.add(TEA)
        cable.refuse()
        at.till.add(CAKE)
        assert str((await at.till.undo()).change) == "add 1 Cake"
        await at.till.flush()
        assert [line.sku for line in at.sale.lines] == [TEA]
        cable.let_pass()
