"""Whose a lane is: one till's, and of that till one run's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.redis.store import LaneStore
from tests.servers.pair import Pair
from tests.servers.server import Server
from tests.servers.shared import lane_store
from tests.servers.waiting import until
from tests.stores.contract.factories import fill
from tests.stores.redis.lanes import lane
from tests.stores.samples import NOW, reservation, sale


def stands(store: LaneStore, name: str) -> tuple[int, int]:
    counter = store.view.counter(name)
    return counter.on_hand, counter.held


def sell(store: LaneStore, *names: str) -> None:
    for name in names:
        store.commit(reservation(name, ("stock:TEA", 1)), sale(name), NOW)


def test_a_lane_is_one_tills(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path / "a", shop)
    fill(one, **{"stock:A": 5})
    with pytest.raises(TillError, match="Lane 1 is another till's") as told:
        lane_store(tmp_path / "b", shop)
    assert told.value.code == "lane_refused"
    one.close()
    with pytest.raises(TillError, match="Lane 1 is another till's"):
        lane_store(tmp_path / "c", shop)
    again = lane_store(tmp_path / "a", shop)
    assert again.reserve(reservation("1", ("stock:A", 1))).state == "held"
    again.close()


def test_of_two_tills_on_copies_of_a_journal_one_stops(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path / "a", shop)
    fill(one, **{"stock:A": 5})
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    two = lane_store(tmp_path / "b", shop)
    until(lambda: two.link.state == "online", "the copy is not let in")
    # The first one finds out by its next step.
    with pytest.raises(TillError, match="runs on a copy of this one's journal"):
        one.commit(reservation("one", ("stock:A", 1)), sale("1"), NOW)
    assert two.commit(reservation("two", ("stock:A", 1)), sale("2"), NOW).receipt == "T1-1-1"
    one.close()
    two.close()


def test_a_hold_that_a_fail_over_has_forgotten_is_taken_again(tmp_path: Path) -> None:
    with Pair() as pair:
        one = lane_store(tmp_path, "corner", url=pair.address.url("corner"))
        fill(one, **{"stock:A": 5})
        two = lane_store(tmp_path, "corner", "2", url=pair.address.url("corner"))
        pair.catch_up()
        pair.stall()
        taken = reservation("1", ("stock:A", 4), state="charging")
        one.reserve(taken)
        until(lambda: stands(two, "stock:A") == (5, 4), "the other till does not hear of the hold")
        pair.fail_over()
        with pair.primary.client() as client:
            until(lambda: client.hget("{corner}:held", "stock:A") == b"4", "it is held no more")
        until(lambda: two.link.state == "online", "the other till is not back")
        with pytest.raises(TillError, match="free"):
            two.reserve(reservation("2", ("stock:A", 2)))
        one.commit(taken, sale("1"), NOW)
        until(lambda: stands(two, "stock:A") == (1, 0), "the sale is not told")
        one.close()
        two.close()


def test_a_journal_that_was_set_back_sells_for_nobody_under_numbers_that_were_given(tmp_path: Path) -> None:
    """Also if it has sold as much without the server as the one that it is a copy of."""
    with lane(tmp_path / "a") as till:
        shop = till.there.shop
        sell(till.store, "a")
        till.wait_online()
        shutil.copytree(tmp_path / "a", tmp_path / "b")
        sell(till.store, "b", "c")
        till.wait_online()
        till.store.close()
        till.proxy.refuse()
        till.store = lane_store(tmp_path / "b", shop, url=till.proxy.url(shop), **till.options)
        sell(till.store, "d", "e", "f")
        till.proxy.let_pass()
        till.store.link.again()
        until(lambda: till.store.link.state not in ("connecting", "away"), "the server is not asked")
        assert till.store.link.state == "refused"
        assert "This till's journal is older" in str(till.store.trouble)
        assert till.store.undelivered


def test_a_server_that_has_forgotten_the_last_start_of_a_till_lets_it_in(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        name = till.there.key("lane", "1")
        forgotten = till.there.client.hget(name, "run")
        till.open_again()
        till.wait_online()
        till.there.client.hset(name, "run", forgotten)
        till.store.link.again()
        sell(till.store, "a")
        till.wait_online()
        assert till.there.orders() == ["ord_a"]
