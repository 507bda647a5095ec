"""A replica takes the server's place without what it did not hear: the tills tell it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.pair import Pair
from tests.servers.shared import lane_store
from tests.servers.waiting import until
from tests.stores.redis.lanes import STOCK, Lane, lane
from tests.stores.samples import NOW, reservation, sale

TEA = "stock:TEA"


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with Pair() as made:
        yield made


@pytest.fixture
def till(pair: Pair, tmp_path: Path) -> Iterator[Lane]:
    """A till at a server whose replica follows it."""
    with lane(tmp_path, pair.address) as made:
        yield made
    pair.rejoin()


def sold(store: object, *names: str, lane: str = "1") -> None:
    for name in names:
        store.commit(reservation(name, (TEA, 1), lane=lane), sale(name), NOW)  # type: ignore[attr-defined]


def test_what_a_replica_did_not_hear_is_told_again(pair: Pair, till: Lane) -> None:
    sold(till.store, "a")
    till.wait_online()
    pair.replica.wait_for(lambda client: bool(client.zcard(till.there.key("orders"))), "hear of the first sale")
    pair.stall()
    sold(till.store, "b", "c")
    till.store.reserve(reservation("open", (TEA, 2)))
    till.wait_online()
    pair.fail_over()
    till.store.link.again()
    until(lambda: len(till.there.orders()) == 3, "what was lost was not told again")
    till.store.release("res_open")
    till.wait_online()
    assert till.there.counts(TEA) == (STOCK - 3, 0)
    assert not till.there.held()
    assert till.store.count(TEA) == (STOCK - 3, 0)


def test_a_lane_that_was_lost_as_a_whole_is_told_again(pair: Pair, till: Lane) -> None:
    pair.replica.wait_for(lambda client: bool(client.exists(till.there.key("meta"))), "hear of the shop")
    pair.stall()
    other = lane_store(till.folder, till.there.shop, "2", url=pair.address.url(till.there.shop))
    try:
        sold(other, "a", "b", lane="2")
        until(lambda: not other.undelivered, "it is not delivered")
        pair.fail_over()
        other.link.again()
        until(lambda: len(till.there.orders()) == 2, "what was lost was not told again")
        assert till.there.counts(TEA) == (STOCK - 2, 0)
    finally:
        other.close()
    till.store.link.again()
    till.wait_online()
