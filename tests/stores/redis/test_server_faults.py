"""What a server, a network or a fail-over does to a till: it sells on, and nothing is lost, held or told twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pos.stores.redis import link
from tests.servers.proxy import (
    BUSY,
    CLUSTERDOWN,
    LOADING,
    MISCONF,
    NO_FUNCTION,
    NOISE,
    NOSCRIPT,
    OOM,
    READONLY,
    moved,
)
from tests.servers.server import Server
from tests.servers.shared import lane_store, shared_server
from tests.servers.waiting import until
from tests.stores.redis.lanes import LIMIT, SLACK, STOCK, Lane, lane
from tests.stores.samples import NOW, attempt, reservation, sale

TEA: Final = "stock:TEA"

ERRORS: Final = {
    "LOADING": (LOADING, "still reading its files"),
    "READONLY": (READONLY, "a replica now"),
    "NOSCRIPT": (NOSCRIPT, "refuses what the till says"),
    "no function": (NO_FUNCTION, "keeps no functions"),
    "BUSY": (BUSY, "busy with a function"),
    "MISCONF": (MISCONF, "cannot write to its disk"),
    "OOM": (OOM, "no memory left"),
    "CLUSTERDOWN": (CLUSTERDOWN, "the cluster"),
    "NOPERM": (b"-NOPERM this user has no permissions\r\n", "see its ACL"),
    "WRONGPASS": (b"-WRONGPASS invalid username-password pair\r\n", "the user or the password"),
    "NOREPLICAS": (b"-NOREPLICAS Not enough good replicas to write.\r\n", "too few replicas"),
    "not RESP": (NOISE, "no Redis or Valkey"),
    "no word": (b"*0\r\n", "what no till understands"),
    "no list": (b":1\r\n", "what no till understands"),
    "nested": (b"*1\r\n" * 5000, "no Redis or Valkey"),
    "text": (b"$3\r\n\xff\xfe\xfd\r\n", "what no till understands"),
}


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A server to be ended and emptied."""
    with Server.start() as server:
        yield server


def in_step(till: Lane, *, sold: int, on_hand: int | None = None) -> None:
    """The server has heard all: so much was sold once, and nothing is held."""
    till.wait_online()
    until(lambda: not till.there.held(), "something is held")
    assert len(till.there.orders()) == sold
    assert till.there.counts(TEA) == (STOCK - sold if on_hand is None else on_hand, 0)
    until(lambda: till.store.count(TEA) == till.there.counts(TEA), "the till counts otherwise than the server")


@pytest.mark.parametrize(("answer", "sentence"), ERRORS.values(), ids=tuple(ERRORS))
def test_an_error_of_the_server_is_told_and_sales_go_on(till: Lane, answer: bytes, sentence: str) -> None:
    till.proxy.answer(answer, containing=b"FCALL")
    held = till.store.reserve(reservation("a", (TEA, 1)))
    till.wait_away()
    told = str(till.store.trouble)
    assert told.startswith("The server is away: ")
    assert sentence in told
    till.store.commit(held, sale("a"), NOW)
    till.store.reserve(reservation("b", (TEA, 2)))
    till.store.release("res_b")
    assert till.store.count(TEA) == (STOCK - 1, 0)
    till.proxy.let_pass()
    till.store.link.again()
    in_step(till, sold=1)


def test_a_wrong_password_is_told(till: Lane) -> None:
    till.proxy.answer(ERRORS["WRONGPASS"][0], greetings=True)
    till.proxy.drop_connections()
    till.wait_away()
    until(lambda: "the user or the password" in str(till.store.trouble), "the reason is not told")
    till.proxy.let_pass()
    in_step(till, sold=0)


def test_a_slot_that_moved_is_followed(till: Lane) -> None:
    till.proxy.answer(moved(7, shared_server()))
    till.store.reserve(reservation("a", (TEA, 1)))
    till.wait_online()
    before = len(till.proxy.seen)
    till.store.commit(reservation("b", (TEA, 1)), sale("b"), NOW)
    till.store.release("res_a")
    in_step(till, sold=1)
    assert len(till.proxy.seen) == before


def test_a_till_that_is_away_is_closed_at_once(till: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "LISTEN", 4 * SLACK)
    till.proxy.refuse()
    till.wait_away()
    began = time.monotonic()
    till.store.close()
    assert time.monotonic() - began < 2 * SLACK


def test_a_lost_library_is_loaded_again(till: Lane) -> None:
    till.there.client.function_flush("SYNC")
    held = till.store.reserve(reservation("a", (TEA, 1)))
    assert till.there.counts(TEA) == (STOCK, 1)
    till.there.client.function_flush("SYNC")
    till.store.commit(held, sale("a"), NOW)
    in_step(till, sold=1)
    assert till.store.link.state == "online"


def test_a_claim_whose_reply_was_cut_holds_once(till: Lane) -> None:
    till.proxy.cut_replies(1, containing=b"_claim")
    till.store.reserve(reservation("a", (TEA, 3)))
    assert till.asked("_claim") == 2
    assert till.there.counts(TEA) == (STOCK, 3)
    till.store.release("res_a")
    in_step(till, sold=0)


def test_a_claim_that_was_never_answered_holds_nothing_for_long(till: Lane) -> None:
    till.proxy.cut_replies(None, containing=b"_claim")
    till.store.reserve(reservation("sold", (TEA, 1)))
    assert till.there.counts(TEA) == (STOCK, 1)
    till.wait_online()
    till.store.reserve(reservation("released", (TEA, 2)))
    till.proxy.let_pass()
    till.store.commit(reservation("sold", (TEA, 1)), sale("sold"), NOW)
    till.store.release("res_released")
    in_step(till, sold=1)


@pytest.mark.parametrize("function", ["_commit", "_release"])
def test_what_was_delivered_without_an_answer_is_delivered_once(till: Lane, function: str) -> None:
    till.store.reserve(reservation("b", (TEA, 2)))
    till.proxy.cut_replies(3, containing=function.encode())
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    till.store.release("res_b")
    in_step(till, sold=1)
    assert till.there.reviewed() == []


def test_a_server_that_hangs_costs_its_limit_once(till: Lane) -> None:
    server = shared_server()
    server.pause()
    try:
        began = time.monotonic()
        till.store.reserve(reservation("a", (TEA, 1)))
        waited = time.monotonic() - began
        assert LIMIT <= waited < LIMIT + SLACK
        assert till.store.link.state == "away"
        till.store.reserve(reservation("b", (TEA, 2)))
        till.store.commit(reservation("b", (TEA, 2)), sale("b"), NOW)
        assert till.asked("_claim") == 1
    finally:
        server.resume()
    till.wait_online()
    till.store.release("res_a")
    in_step(till, sold=1, on_hand=STOCK - 2)


def test_a_network_that_hangs_costs_the_limit_once(till: Lane) -> None:
    till.proxy.freeze()
    began = time.monotonic()
    till.store.reserve(reservation("a", (TEA, 1)))
    assert LIMIT <= time.monotonic() - began < LIMIT + SLACK
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    # What was held back arrives late: after the till has given its answer up, and after what it has done since.
    till.proxy.let_pass()
    in_step(till, sold=1)


def test_a_server_that_refuses_connections_is_away(till: Lane) -> None:
    till.proxy.refuse()
    till.wait_away()
    until(lambda: "cannot be reached" in str(till.store.trouble), "the reason is not told")
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    till.proxy.let_pass()
    in_step(till, sold=1)


def test_a_slow_server_is_waited_for(tmp_path: Path) -> None:
    with lane(tmp_path, timeout=20) as till:
        till.proxy.delay(0.1)
        till.store.reserve(reservation("a", (TEA, 1)))
        assert till.there.counts(TEA) == (STOCK, 1)
        till.proxy.let_pass()
        till.store.release("res_a")
        in_step(till, sold=0)


def test_a_server_that_is_too_slow_is_away(till: Lane) -> None:
    till.proxy.delay(2 * LIMIT)
    till.store.reserve(reservation("a", (TEA, 1)))
    assert till.store.link.state == "away"
    till.proxy.let_pass()
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    in_step(till, sold=1)


def test_a_shop_that_vanished_is_told_and_filled_anew(own_server: Server, tmp_path: Path) -> None:
    with lane(tmp_path, own_server) as till:
        till.store.commit(reservation("before", (TEA, 1)), sale("before"), NOW)
        till.wait_online()
        till.there.client.flushall()
        till.store.reserve(reservation("a", (TEA, 2)))
        until(lambda: till.store.link.state == "empty", "the shop is believed to be there")
        assert "pos prewarm" in str(till.store.trouble)
        till.store.commit(reservation("a", (TEA, 2)), sale("a"), NOW)
        assert till.store.count(TEA) == (STOCK - 3, 0)
        till.store.load({"products": {"TEA": {"sku": "TEA", "name": "Tea", "price": 100}}}, {TEA: 50})
        in_step(till, sold=1, on_hand=48)


def test_a_server_that_forgets_everything_is_told(tmp_path: Path) -> None:
    with Server.start(appendfsync=None) as server, lane(tmp_path, server, trust=True) as till:
        server.restart()
        held = till.store.reserve(reservation("a", (TEA, 1)))
        until(lambda: till.store.link.state == "empty", "the shop is believed to be there")
        till.store.commit(held, sale("a"), NOW)
        till.store.load({}, {TEA: STOCK})
        in_step(till, sold=1)


def test_a_restart_during_a_payment_costs_nothing(own_server: Server, tmp_path: Path) -> None:
    with lane(tmp_path, own_server) as till:
        till.store.reserve(reservation("a", (TEA, 1), state="charging"))
        till.store.record_attempt("res_a", attempt("a"))
        own_server.kill()
        till.store.record_attempt("res_a", attempt("a", "captured"))
        own_server.restart()
        till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
        in_step(till, sold=1)
        assert till.there.reviewed() == []


def test_a_till_begun_again_without_its_server_delivers_all_once_it_is_back(till: Lane) -> None:
    till.store.reserve(reservation("open", (TEA, 1), state="charging"))
    till.proxy.refuse()
    till.wait_away()
    for number in range(3):
        till.store.commit(reservation(f"a{number}", (TEA, 1)), sale(f"a{number}"), NOW)
    till.open_again()
    assert till.store.count(TEA) == (STOCK - 3, 1)
    till.store.commit(reservation("b", (TEA, 1)), sale("b"), NOW)
    till.open_again()
    till.store.commit(reservation("open", (TEA, 1)), sale("open"), NOW)
    assert till.store.undelivered == 5
    till.proxy.let_pass()
    till.store.link.again()
    in_step(till, sold=5)
    assert till.there.reviewed() == []


def test_what_two_tills_sold_of_the_last_one_apart_is_listed(till: Lane) -> None:
    till.store.commit(reservation("most", (TEA, STOCK - 1)), sale("most"), NOW)
    till.wait_online()
    till.proxy.refuse()
    till.wait_away()
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    other = lane_store(till.folder, till.there.shop, "2")
    try:
        other.commit(reservation("b", (TEA, 1), lane="2"), sale("b"), NOW)
        assert other.link.state == "online"
    finally:
        other.close()
    till.proxy.let_pass()
    in_step(till, sold=3, on_hand=-1)
    assert till.there.reviewed() == ["short"]


def test_a_card_is_filled_once_though_the_answer_was_lost(till: Lane) -> None:
    card = ("counters", "gift:1")
    till.proxy.cut_replies(containing=b"_write")
    assert till.store.write({card: {"on_hand": 500, "held": 0}}, expect={card: None})
    assert till.asked("_write") == 2
    until(lambda: till.store.count("gift:1") == (500, 0), "the till does not hear of it")
    assert till.store.write({card: {"on_hand": 700, "held": 0}}, expect={card: {"on_hand": 500, "held": 0}})
    assert not till.store.write({card: {"on_hand": 900, "held": 0}}, expect={card: {"on_hand": 500, "held": 0}})
    assert till.there.counts("gift:1") == (700, 0)
