"""`pos doctor` for a shop on a server: the laws of a store over the server and this lane's journal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from pos.bootstrap import store_at
from pos.stores.redis import shop_laws
from pos.stores.redis.options import ServerOptions
from pos.stores.view import TablesView
from tests.maintenance.on_server import ShopOnServer, shop_on_server
from tests.maintenance.support import Shell
from tests.servers.proxy import NOISE, Proxy
from tests.servers.server import Server
from tests.servers.shared import lane_store
from tests.stores.samples import reservation
from tests.till.support import GOOD_CARD, NOON, TEA

NAMES = (
    "server", "keys", "format", "records", "held", "floors", "receipts", "orders", "returns", "coupons", "stock",
    "carts", "review", "own-folder", "own-lock", "own-snapshot", "own-journal", "own-days", "own-others",
    "own-ledger", "own-records", "own-receipts", "own-orders", "own-payments", "delivery",
)  # fmt: skip
STOCK = f"stock:{TEA}"


@pytest.fixture
def shop(tmp_path: Path) -> ShopOnServer:
    return shop_on_server(tmp_path / "home")


def told(shop: ShopOnServer, url: str | None = None, lane: str = "1") -> dict[str, tuple[bool, str]]:
    """What the examination says, by check."""
    checks = store_at(url or shop.url, ServerOptions(journals=shop.journals), lane).examine()
    return {each.name: (each.ok, each.detail) for each in checks}


def wrong(shop: ShopOnServer, url: str | None = None, lane: str = "1") -> dict[str, str]:
    return {name: detail for name, (ok, detail) in told(shop, url, lane).items() if not ok}


def order_id(shop: ShopOnServer, client: redis.Redis, receipt: str) -> str:
    return str(client.get(shop.key("receipt", receipt)))


def test_a_shop_in_order_passes(shop: ShopOnServer, shell: Shell) -> None:
    found = json.loads(shell("doctor", "--json", "--store", shop.url))
    assert found["ok"] is True
    assert tuple(check["name"] for check in found["checks"]) == NAMES
    assert told(shop)["orders"] == (True, "3 orders")
    assert "All is well." in shell("doctor", "--store", shop.url)


def test_it_passes_beside_a_till_that_is_being_paid(shop: ShopOnServer) -> None:
    till = shop.till(NOON + timedelta(hours=2))
    till.add(TEA)
    asyncio.run(till.pay_card(GOOD_CARD, 100))
    found = told(shop)
    assert {name for name, (ok, _detail) in found.items() if not ok} == set()
    assert found["held"] == (True, "1 open ticket holds what it claims")
    till.close()


def test_a_machine_without_a_journal_is_told_of_the_server(shop: ShopOnServer) -> None:
    found = told(shop, lane="9")
    assert found["own-journal"] == (True, "lane 9 has none on this machine")
    assert tuple(found)[:13] == NAMES[:13]
    assert not wrong(shop, lane="9")


def forget(shop: ShopOnServer, client: redis.Redis) -> None:
    client.delete(shop.key("order", order_id(shop, client, "1-1-1")))


def change(shop: ShopOnServer, client: redis.Redis) -> None:
    key = shop.key("order", order_id(shop, client, "1-1-1"))
    client.set(key, str(client.get(key)).replace('"total":220', '"total":221'))


def lose_number(shop: ShopOnServer, client: redis.Redis) -> None:
    client.delete(shop.key("receipt", "1-1-2"))


def sell_twice(shop: ShopOnServer, client: redis.Redis) -> None:
    text = json.loads(str(client.get(shop.key("order", order_id(shop, client, "2-1-1")))))
    client.set(shop.key("order", "other"), json.dumps(text | {"id": "other", "reservation": "other"}))
    client.zadd(shop.key("orders"), {"other": 1_900_000_000_000})


def leave_gap(shop: ShopOnServer, client: redis.Redis) -> None:
    key = shop.key("order", order_id(shop, client, "1-1-2"))
    text = str(client.get(key)).replace("1-1-2", "1-1-4")
    client.set(key, text)
    client.rename(shop.key("receipt", "1-1-2"), shop.key("receipt", "1-1-4"))


def oversell(shop: ShopOnServer, client: redis.Redis) -> None:
    client.hincrby(shop.key("on_hand"), STOCK, -1000)


FAULTS: list[tuple[Callable[[ShopOnServer, redis.Redis], object], dict[str, str]]] = [
    (lambda shop, client: client.hincrby(shop.key("held"), STOCK, 2), {"held": "2 held, but open tickets claim 0"}),
    (lambda shop, client: client.hincrby(shop.key("on_hand"), STOCK, -1), {"stock": "2 sold, of"}),
    (oversell, {"floors": "below its limit of 0", "stock": "2 sold, of"}),
    (lambda shop, client: client.hincrby(shop.key("on_hand"), "uses:TEN", 1), {"coupons": "uses:TEN: 0 counted, 1 on"}),
    (change, {"orders": "1-1-1: the payments do not cover", "delivery": "1-1-1: the server has another order"}),
    (lose_number, {"orders": "1-1-2: not found by its number", "delivery": "1-1-2: the server has it, and finds it"}),
    (sell_twice, {"receipts": "2-1-1: there twice", "orders": "not found by its number", "stock": "3 sold, of"}),
    (leave_gap, {"receipts": "1-1: nothing from 2 to 3", "delivery": "1-1-4: the server has it, and this journal"}),
    (lambda shop, client: client.set(shop.key("orders:x"), "y"), {}),
]


@pytest.mark.parametrize(("do", "faults"), FAULTS)
def test_each_law_that_is_broken_is_named(
    do: Callable[[ShopOnServer, redis.Redis], object], faults: dict[str, str], shop: ShopOnServer
) -> None:
    with shop.client as client:
        do(shop, client)
    found = wrong(shop)
    assert set(faults) <= set(found), found
    for name, text in faults.items():
        assert text in found[name]
    assert set(found) <= {*faults, "stock", "delivery"}


def test_an_order_that_was_lost_is_missed_unless_its_time_is_over(tmp_path: Path) -> None:
    shop = shop_on_server(tmp_path / "home", now=datetime.now(UTC) - timedelta(hours=3))
    with shop.client as client:
        name = order_id(shop, client, "1-1-1")
        client.delete(shop.key("order", name), shop.key("receipt", "1-1-1"))
        found = wrong(shop)
        assert f"{name}: in the list of orders, and it is not there" in found["orders"]
        assert "1-1-1: delivered, and the server has it not" in found["delivery"]
        client.zadd(shop.key("orders"), {name: 1})
        later = told(shop)
    assert later["orders"] == (True, "2 orders")
    assert later["stock"] == (True, "not compared: orders from before are not on the server any more")


def test_what_was_not_delivered_yet_is_told(tmp_path: Path) -> None:
    shop = shop_on_server(tmp_path / "home")
    store = lane_store(shop.journals, shop.name, timeout=0.3)
    store.link.close()
    store.reserve(reservation("late", (STOCK, 1), lane="1"))
    held = store.reservation("res_late")
    assert held is not None
    order = store.commit(held, held.sale, NOON)
    assert told(shop)["delivery"] == (True, "1 step is still to be delivered")
    with shop.client as client:
        client.set(shop.key("order", order.id), "{}")
    assert f"{order.receipt}: still to be delivered, and the server has it" in wrong(shop)["delivery"]
    store.close()


HOSTILE: list[tuple[Callable[[ShopOnServer, redis.Redis], object], str, str]] = [
    (lambda shop, client: retype(client, shop.key("held")), "keys", "held holds a string, not a hash"),
    (lambda shop, client: retype(client, shop.key("orders")), "keys", "orders holds a string, not a zset"),
    (lambda shop, client: retype(client, shop.key("events")), "keys", "events holds a string, not a stream"),
    (lambda shop, client: retype(client, shop.key("events", "read")), "keys", "read holds a string, not a hash"),
    (lambda shop, client: retype(client, shop.key("lane", "2")), "keys", "lane:2 holds a string, not a hash"),
    (lambda shop, client: retype(client, shop.key("open", "2")), "keys", "open:2 holds a string, not a set"),
    (lambda shop, client: client.hset(shop.key("lane", "2"), "fence", "x"), "keys", "lane:2 is no lane's"),
    (lambda shop, client: client.hset(shop.key("meta"), "format", "7"), "format", "newer version (7)"),
    (lambda shop, client: client.delete(shop.key("meta")), "format", "no shop"),
    (lambda shop, client: client.hset(shop.key("products"), TEA, "["), "records", "products is no record of a shop"),
    (lambda shop, client: client.hset(shop.key("products"), TEA, "{}"), "records", f"products: “{TEA}”"),
    (lambda shop, client: client.hset(shop.key("on_hand"), STOCK, "many"), "held", "not a shop's"),
    (lambda shop, client: retype(client, shop.key("order", "x"), shop.key("orders")), "orders", "x: the order cannot"),
    (lambda shop, client: lists_open(client, shop, "7"), "held", "what it claims cannot be understood"),
    (lambda shop, client: lists_open(client, shop, '[["a","b",null]]'), "held", "what it claims cannot be understood"),
    (lambda shop, client: client.sadd(shop.key("open", "2"), "nobody"), "held", "nobody: listed as open, and it is"),
    (lambda shop, client: bad_cart(client, shop), "carts", "ticket:A"),
    (lambda shop, client: retype(client, shop.key("cart", "ticket:B"), shop.key("carts")), "carts", "a string, not a"),
]


def retype(client: redis.Redis, key: str, listed_in: str | None = None) -> None:
    client.delete(key)
    client.set(key, "\x1b[31m[")
    if listed_in is not None:
        client.zadd(listed_in, {key.partition("}:")[2].partition(":")[2]: 1_900_000_000_000})


def lists_open(client: redis.Redis, shop: ShopOnServer, claims: str) -> None:
    client.sadd(shop.key("open", "2"), "r")
    client.hset(shop.key("reservation", "r"), mapping={"lane": "2", "claims": claims})


def bad_cart(client: redis.Redis, shop: ShopOnServer) -> None:
    client.zadd(shop.key("carts"), {"ticket:A": 1_900_000_000_000})
    client.hset(shop.key("cart", "ticket:A"), mapping={"version": "1", "line:0001": "["})


@pytest.mark.parametrize(("do", "name", "text"), HOSTILE)
def test_what_is_hostile_is_a_row(
    do: Callable[[ShopOnServer, redis.Redis], object], name: str, text: str, shop: ShopOnServer, shell: Shell
) -> None:
    with shop.client as client:
        do(shop, client)
    found = wrong(shop)
    assert text in found[name]
    told = shell.both("doctor", "--store", shop.url, code=1)[0]
    assert "\x1b" not in told
    assert "pos manual lanes" in told
    assert "--repair" not in told


def test_too_many_open_tickets_are_told_and_not_read(shop: ShopOnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shop_laws, "MOST_HELD", 3)
    monkeypatch.setattr(shop_laws, "MOST_ORDERS", 2)
    with shop.client as client:
        client.sadd(shop.key("open", "2"), *range(4))
        names = client.zrange(shop.key("orders"), 0, -1)
        client.zadd(shop.key("orders"), {name: at for at, name in enumerate(names)})
    found = told(shop)
    assert found["held"] == (False, "4 tickets are open, of which no shop has so many: they were not looked at")
    assert found["orders"] == (True, "the newest 2 of 3 orders")
    assert found["stock"][1].startswith("not compared")


def test_a_counter_that_never_rests_is_left_out(shop: ShopOnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop_laws.ShopLaws._store
    with shop.client as client:

        def selling(laws: shop_laws.ShopLaws) -> TablesView:
            client.hincrby(shop.key("on_hand"), STOCK, -1)
            client.xadd(shop.key("changes"), {"l": "2", f"c:{STOCK}": "1 0"})
            return store(laws)

        monkeypatch.setattr(shop_laws.ShopLaws, "_store", selling)
        found = told(shop)
    assert found["stock"][0]
    assert found["changing"] == (True, f"1 counter changed all the while, and was not compared: {STOCK}")


def test_a_server_that_is_not_to_be_trusted_is_told(tmp_path: Path) -> None:
    with Server.start(config={"maxmemory-policy": "noeviction"}) as server:
        shop = shop_on_server(tmp_path, server)
        with server.client() as client:
            client.config_set("maxmemory-policy", "allkeys-lru")
            client.config_set("appendfsync", "everysec")
        found = told(shop)
        assert (found["eviction"][0], found["append-only"][0]) == (False, True)
        server.kill()
        away = told(shop)
    assert away["server"] == (False, f"the server at 127.0.0.1:{server.port} cannot be reached")
    assert "held" not in away
    assert away["own-journal"][0]


def test_what_answers_nonsense_is_told(shop: ShopOnServer) -> None:
    with Proxy(shop.server) as proxy:
        proxy.answer(NOISE)
        found = wrong(shop, proxy.url(shop.name))
    assert "no" in found["server"]
