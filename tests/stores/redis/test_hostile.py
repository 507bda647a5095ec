"""A server with something else under a shop's keys: the till says so in a sentence, and sells on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from pos.domain.terminal_text import legible
from pos.stores.redis.expiring import LATE, LATE_PIECES
from pos.stores.redis.keys import KINDS
from tests.servers.server import Server
from tests.servers.waiting import until
from tests.stores.redis.lanes import LIMIT, SLACK, STOCK, Lane, lane
from tests.stores.samples import NOW, aside, reservation, sale

TEA: Final = "stock:TEA"
KEYS: Final = (
    *KINDS, *(f"{kind}:order" for kind in KINDS), "meta", "on_hand", "held", "deadlines", "changes", "review", "orders",
    "carts", "lanes", "lane:1", "open:1", "owned:1", "reservation:res_{name}", "ended:res_{name}", "order:ord_{name}",
    "cart:ticket:A",
)  # fmt: skip
FIELDS: Final = {
    "on_hand": (TEA, "many"),
    "held": (TEA, "1.5"),
    "products": ("TEA", "[1, 2"),
    "meta": ("format", "first"),
    "lane:1": ("delivered", "all"),
}
"""What stands in a field of a key that is of the right type."""


@pytest.fixture
def broken() -> Iterator[list[BaseException | None]]:
    """What ended threads."""
    found: list[BaseException | None] = []
    before, threading.excepthook = threading.excepthook, lambda args: found.append(args.exc_value)
    yield found
    threading.excepthook = before


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


def sells(till: Lane, name: str) -> None:
    """It does, and what it says is a sentence."""
    order = till.store.commit(reservation(name, (TEA, 1, None)), sale(name), NOW)
    assert till.store.order(order.id) == order
    told = str(till.store.trouble)
    assert legible(told) == told
    assert "Traceback" not in told
    assert len(told) < 400


def test_another_type_under_any_key_ends_no_sale(till: Lane, broken: list[BaseException | None]) -> None:
    client, sold = till.there.client, 0
    till.store.write({("held", "A"): aside("tic_1")})
    till.wait_online()
    for each in KEYS:
        name = f"a{sold}"
        key, saved = till.there.key(each.format(name=name)), till.there.key("saved")
        there = bool(client.exists(key))
        if there:
            client.rename(key, saved)
        client.lpush(key, "something else")
        till.store.link.again()
        till.store.link.wait(LIMIT)
        sells(till, name)
        sold += 1
        # In one step: what is delivered in between would be written over.
        if there:
            client.rename(saved, key)
        else:
            client.delete(key)
        till.store.link.again()
        until(lambda: till.store.link.state == "online" and not till.store.undelivered, f"it stays away after {each}")
    assert broken == []
    assert till.there.counts(TEA) == (STOCK - sold, 0)
    assert len(till.there.orders()) == sold


@pytest.mark.parametrize("key", FIELDS)
def test_what_is_no_number_or_record_ends_no_sale(till: Lane, broken: list[BaseException | None], key: str) -> None:
    client: Any = till.there.client
    field, value = FIELDS[key]
    before = client.hget(till.there.key(key), field)
    client.hset(till.there.key(key), field, value)
    client.xadd(till.there.key("changes"), {"t": key, "k": field})
    till.store.link.again()
    until(lambda: till.store.link.state == "away", "it believes what stands there")
    sells(till, "a")
    till.open_again()
    sells(till, "b")
    if before is None:
        client.hdel(till.there.key(key), field)
    else:
        client.hset(till.there.key(key), field, before)
    till.store.link.again()
    till.wait_online()
    assert till.there.counts(TEA) == (STOCK - 2, 0)
    assert broken == []


def test_a_newer_format_is_told_and_sold_without(till: Lane, broken: list[BaseException | None]) -> None:
    till.there.client.hset(till.there.key("meta"), "format", "2")
    till.store.link.again()
    until(lambda: "of a newer version (2)" in str(till.store.trouble), "it is not told")
    sells(till, "a")
    till.open_again()
    sells(till, "b")
    assert broken == []


@pytest.mark.parametrize("answer", [b"$99999999\r\nx", b"*99999999\r\n", b"%2\r\n", b"$-7\r\n", b"\x00" * 100])
def test_an_answer_without_an_end_costs_no_more_than_the_limit(till: Lane, answer: bytes) -> None:
    till.proxy.answer(answer)
    began = time.monotonic()
    till.store.reserve(reservation("a", (TEA, 1)))
    assert time.monotonic() - began < LIMIT + SLACK
    assert till.store.link.state == "away"


def test_half_a_million_holds_stop_nobody(tmp_path: Path) -> None:
    many = """
        for i = 1, 50000 do
            local id = KEYS[4] .. ':' .. ARGV[1] .. ':' .. i
            redis.call('HSET', KEYS[5] .. id, 'lane', ARGV[2], 'state', 'held', 'claims', '[["stock:TEA",1,0]]')
            redis.call('SADD', KEYS[1], id)
            redis.call('ZADD', KEYS[2], 1, id)
        end
        redis.call('HINCRBY', KEYS[3], 'stock:TEA', 50000)
    """
    with Server.start(appendfsync=None) as server, lane(tmp_path, server, trust=True) as till:
        key: Callable[..., str] = till.there.key
        client: Any = server.client(timeout=30)
        client.hset(key("on_hand"), TEA, 500_000 + STOCK)
        for piece in range(10):
            names = key("open", "1"), key("deadlines"), key("held"), "r", key("reservation", "")
            client.eval(many, len(names), *names, str(piece), "1")
        till.store.link.again()
        till.wait_online()
        till.store.reserve(reservation("a", (TEA, 1)))
        assert till.store.link.state == "online"
        till.open_again()
        sells(till, "b")
        till.wait_online()
        until(lambda: int(client.zcard(key("deadlines"))) <= 500_000 - LATE * LATE_PIECES, "few are given back")
        client.close()
