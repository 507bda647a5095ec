"""A lane's store and its server: when it is open, and what it knows of tickets that are at other tills."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from pos.domain.errors import TillError
from pos.domain.ports import Records
from pos.domain.ticket_records import BEGUN, SET_ASIDE, lost
from pos.stores.redis.link import Link
from pos.stores.redis.step_entries import OFFLINE
from tests.servers.proxy import Proxy
from tests.servers.settling import delivered
from tests.servers.shared import lane_store, shared_server
from tests.servers.waiting import until
from tests.stores.redis.lanes import lane
from tests.stores.samples import NOW, aside, attempt, fill, reservation, sale


def test_a_new_till_has_its_shop_once_it_is_open(tmp_path: Path, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    start = Link.start
    with_shop = fill(lane_store(tmp_path, shop, "1"), A=5)

    def start_and_be_late(link: Link) -> None:
        start(link)
        until(lambda: link._party.identity().fence, "registered")

    monkeypatch.setattr(Link, "start", start_and_be_late)
    for number in range(2, 5):
        store = lane_store(tmp_path, shop, str(number))
        assert store.view.get("products", "A") is not None
        store.close()
    with_shop.close()


def test_a_ticket_that_another_till_has_taken_up_is_not_lost(tmp_path: Path, shop: str) -> None:
    one = lane_store(tmp_path, shop, "1")
    fill(one, A=5)
    two = lane_store(tmp_path, shop, "2")
    held: Records = {(SET_ASIDE, "1-1"): aside("1-1"), (BEGUN, "1-1"): {}}
    assert one.write(held)
    delivered((one, two))
    assert (lost(one, ()), lost(two, ())) == ((), ())
    assert two.write({(SET_ASIDE, "1-1"): None, (BEGUN, "1-1"): {}}, expect={(SET_ASIDE, "1-1"): aside("1-1")})
    delivered((one, two))
    assert (one.keys(BEGUN), two.keys(BEGUN)) == ((), ("1-1",))
    for store in (one, two):
        store.close()


def test_what_is_held_without_the_server_is_held_until_it_ends(tmp_path: Path, shop: str) -> None:
    with Proxy(shared_server()) as cable:
        store = lane_store(tmp_path, shop, url=cable.url(shop))
        store.load({"products": {"A": {"name": "A", "price": 100}}}, {"stock:A": 5})
        cable.refuse()
        taken = reservation("1", ("stock:A", 2))
        store.reserve(taken)
        for state in ("pending", "captured"):
            store.record_attempt("res_1", attempt("1", state))
            assert store.count("stock:A") == (5, 2), state
        store.commit(taken, sale("1"), NOW)
        assert store.count("stock:A") == (3, 0)
        store.close()


def test_a_step_of_all_tills_without_an_answer_is_told_as_perhaps_done(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        card = ("counters", "gift:1")
        assert till.store.write({card: {"on_hand": 100, "held": 0}})
        till.proxy.cut_replies(None, containing=b"_write")
        with pytest.raises(TillError, match="look whether it was done before you do it again") as told:
            till.store.write({card: {"on_hand": 200, "held": 0}})
        assert told.value.code == "server_away"
        till.proxy.let_pass()
        till.wait_online()
        assert till.store.view.counter("gift:1").on_hand == till.there.counts("gift:1")[0] == 200
        till.proxy.refuse()
        till.wait_away()
        with pytest.raises(TillError, match="Try again when it is back"):
            till.store.write({card: {"on_hand": 300, "held": 0}})


def test_a_step_of_more_counters_than_the_server_takes_at_once_is_refused_whole(tmp_path: Path, shop: str) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, **{"stock:A": 5})
    with pytest.raises(TillError) as told:
        one.reserve(reservation("many", *((f"points:{number}", 1) for number in range(4000))))
    assert told.value.code == "server_away"
    until(lambda: one.link.state == "online", "the till keeps away")
    with shared_server().client() as client:
        assert client.hlen(f"{{{shop}}}:held") == 0
        assert client.smembers(f"{{{shop}}}:open:1") == set()
    one.close()


def test_what_a_till_has_just_given_back_it_may_take_again(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        store = till.store
        store.reserve(reservation("a", ("stock:TEA", 10)))
        with store.link.delivering:
            store.release("res_a")
            taken = Thread(target=lambda: store.reserve(reservation("b", ("stock:TEA", 10))))
            taken.start()
            until(lambda: any(b"res_b" in words for words in till.proxy.seen), "it is not asked for")
        taken.join()
        assert [each.id for each in store.view.open_reservations()] == ["res_b"]


def test_what_the_server_holds_from_now_on_is_held_without_it_no_more(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        assert till.store.write({("counters", "gift:1"): {"on_hand": 1000, "held": 0}})
        till.proxy.refuse()
        till.wait_away()
        till.store.reserve(reservation("a", ("stock:TEA", 2), state="charging"))
        assert till.store.keys(OFFLINE) == ("res_a",)
        till.proxy.let_pass()
        till.wait_online()
        till.store.record_attempt("res_a", attempt("1").model_copy(update={"counter": "gift:1"}))
        assert till.store.keys(OFFLINE) == ()
        till.open_again()
        until(lambda: till.store.link.state == "online", "it is not reached")
        counter = till.store.view.counter("stock:TEA")
        assert (counter.on_hand, counter.held) == till.there.counts("stock:TEA") == (10, 2)
