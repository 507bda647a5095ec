"""What the commands say of a shop on a server: what all its tills have sold, or this one while it is away."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from pos.bootstrap import store_at
from pos.domain.errors import TillError
from pos.stores.redis import reader
from pos.stores.redis.options import ServerOptions
from tests.maintenance.on_server import ShopOnServer, shop_on_server
from tests.maintenance.support import Shell
from tests.servers.server import Server
from tests.till.support import GOOD_CARD, NOON, TEA

AWAY = "redis://127.0.0.1:1/0?shop=none"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ShopOnServer:
    """One that is only read."""
    return shop_on_server(tmp_path_factory.mktemp("nobody"))


@pytest.fixture
def shop(tmp_path: Path) -> ShopOnServer:
    """One whose journals are this user's."""
    return shop_on_server(tmp_path / "home")


def numbers(printed: str) -> list[str]:
    return [line.split()[0] for line in printed.splitlines()]


def test_the_orders_of_all_lanes_are_listed(made: ShopOnServer, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert numbers(shell("orders", "--store", made.url)) == ["1-1-1", "1-1-2", "2-1-1"]
    monkeypatch.setattr(reader, "PIECE", 1)
    assert numbers(shell("orders", "--store", made.url)) == ["1-1-1", "1-1-2", "2-1-1"]
    assert [json.loads(line)["receipt"] for line in shell("orders", "--json", "--store", made.url).splitlines()] == [
        "1-1-1", "1-1-2", "2-1-1",
    ]  # fmt: skip


def test_a_page_ends_among_orders_of_one_moment(shop: ShopOnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.client as client:
        names = client.zrange(shop.key("orders"), 0, -1)
        client.zadd(shop.key("orders"), dict.fromkeys(names, 1_800_000_000_000))
    monkeypatch.setattr(reader, "PIECE", 1)
    assert len(list(store_at(shop.url).read().orders())) == 3


def test_those_of_a_day_are_listed(made: ShopOnServer, shell: Shell) -> None:
    assert len(numbers(shell("orders", "--store", made.url, "--day", "2026-11-22"))) == 3
    assert shell("orders", "--store", made.url, "--day", "2026-11-23") == ""
    assert shell("orders", "--store", made.url, "--day", "2026-11-99") == ""
    assert "No day was closed" in shell.refused("orders", "--store", made.url, "--day", "sunday")


def test_the_report_counts_them(made: ShopOnServer, shell: Shell) -> None:
    assert json.loads(shell("report", "--json", "--store", made.url))["orders"] == 3


def test_an_order_is_found_by_number_and_id(made: ShopOnServer) -> None:
    store = store_at(made.url).read()
    found = store.order("2-1-1")
    assert found is not None
    assert store.order(found.id) == found
    assert store.order("2-1-2") is None
    assert [order.receipt for order in store.recent_orders(2)] == ["2-1-1", "1-1-2"]
    assert (store.count_orders(), store.last_sold_at()) == (3, NOON + timedelta(hours=1))
    assert list(store.sold_at())[-1] == store.last_sold_at()


def test_what_is_held_is_read_of_all_lanes(shop: ShopOnServer) -> None:
    till = shop.till(NOON + timedelta(hours=2), lane="2")
    till.add(TEA)
    asyncio.run(till.pay_card(GOOD_CARD, 100))
    store = store_at(shop.url).read()
    assert [held.lane for held in store.open_reservations()] == ["2"]
    assert store.counter(f"stock:{TEA}").held == 1
    till.close()


def test_orders_that_expired_are_left_out(shop: ShopOnServer, shell: Shell) -> None:
    with shop.client as client:
        client.delete(shop.key("order", str(client.get(shop.key("receipt", "1-1-1")))))
    assert numbers(shell("orders", "--store", shop.url)) == ["1-1-2", "2-1-1"]


def test_whether_a_shop_is_there(made: ShopOnServer, tmp_path: Path) -> None:
    options = ServerOptions(journals=tmp_path)
    there, empty, away = (store_at(url, options) for url in (made.url, made.server.url("nobodys"), AWAY))
    assert there.exists()
    there.require()
    assert not there.begun_here()
    assert not empty.exists()
    with pytest.raises(TillError, match="No shop nobodys is on the server"):
        empty.require()
    with pytest.raises(TillError, match="cannot be reached"):
        away.exists()


def test_while_the_server_is_away_the_own_journal_is_read(
    tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server.start() as server:
        shop = shop_on_server(tmp_path / "home", server)
        server.kill()
        out, err = shell.both("orders", "--store", shop.url, code=0)
        assert numbers(out) == ["1-1-1", "1-1-2"]
        assert "cannot be reached. What follows is what the till of lane 1 has in its own journal." in err
        monkeypatch.setenv("TILLKEY_TILL_LANE", "7")
        assert "cannot be reached" in shell.refused("orders", "--store", shop.url)
        monkeypatch.setenv("TILLKEY_TILL_LANE", "1")
        assert "2 orders" in shell("close-day", "--store", shop.url)


def test_a_shop_of_a_newer_version_is_told(shop: ShopOnServer, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.client as client:
        client.hset(shop.key("meta"), "format", "2")
    assert "newer version (2)" in shell.both("orders", "--store", shop.url, code=0)[1]
    monkeypatch.setenv("TILLKEY_TILL_LANE", "7")
    assert "newer version (2)" in shell.refused("orders", "--store", shop.url)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [("order", "[1", "cannot be understood"), ("order", "{}", "cannot be understood"), ("orders", "x", "WRONGTYPE")],
)
def test_what_is_no_order_is_a_sentence(key: str, value: str, told: str, shop: ShopOnServer, shell: Shell) -> None:
    with shop.client as client:
        name = str(client.get(shop.key("receipt", "1-1-2")))
        where = shop.key(key, name) if key == "order" else shop.key(key)
        client.delete(where)
        client.set(where, value)
    assert told in shell.both("orders", "--store", shop.url, code=2)[1]


def test_the_day_of_the_own_lane_is_closed(shop: ShopOnServer, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "2 orders" in shell("close-day", "--store", shop.url)
    monkeypatch.setenv("TILLKEY_TILL_LANE", "2")
    assert "1 order" in shell("close-day", "--store", shop.url)
    assert numbers(shell("orders", "--store", shop.url)) == ["1-1-1", "1-1-2", "2-1-1"]


def test_no_lane_begins_by_closing_its_day(made: ShopOnServer, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILLKEY_TILL_LANE", "9")
    assert "Nothing was sold" in shell("close-day", "--store", made.url)
    with made.client as client:
        assert "9" not in client.smembers(made.key("lanes"))


@pytest.mark.parametrize("words", [["backup", "a b.tar.gz"], ["restore", "a b.tar.gz"], ["doctor", "--repair"]])
def test_what_is_done_elsewhere_says_where(words: list[str], shop: ShopOnServer, shell: Shell) -> None:
    told = shell.refused(*words, "--store", shop.url)
    # Of the folder's name, digits that look like a card's number are masked.
    assert f"ournal of this lane is a store of its own: pos {words[0]}" in told
    assert "a b.tar.gz" not in told or "'a b.tar.gz'" in told
