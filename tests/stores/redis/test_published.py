"""What the server publishes of orders, refunds and stock: with the step that does it, once for each, in their order."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pos.domain.reservations import Order, Reservation
from pos.stores.catalog_changes import Change
from pos.stores.redis.filling import ShopOnServer
from tests.servers.waiting import until
from tests.stores.redis.lanes import Lane, OnServer, lane
from tests.stores.samples import NOW, reservation, sale

KILLED = """
import signal, sys
from pathlib import Path
from tests.servers.shared import lane_store
from tests.stores.samples import NOW, reservation, sale

store = lane_store(Path(sys.argv[2]), "", url=sys.argv[1])
store.commit(reservation("a", ("stock:TEA", 3), lane="1"), sale("a"), NOW)
print("sold", flush=True)
signal.pause()
"""
"""A till that sells, and is killed between its journal and the delivery."""
GIFT = ("counters", "gift:1")


def published(there: OnServer) -> list[dict[str, Any]]:
    """All that was published, in its order, as texts but for the moves."""
    found: Any = there.client.xrange(there.key("events"))
    told = [{name.decode(): value.decode() for name, value in fields.items()} for _id, fields in found]
    return [{**fields, "moves": json.loads(fields["moves"])} for fields in told]


def sell(till: Lane, name: str, *claims: tuple[str, int]) -> Order:
    """A sale at this till, paid in cash."""
    return till.store.commit(reservation(name, *claims, lane="1"), sale(name), NOW)


def gives_back(order: Order, *claims: tuple[str, int]) -> Reservation:
    """What a return of some of an order takes."""
    return reservation("back", *((*claim, None) for claim in claims), lane="1").model_copy(update={"refunds": order.id})


def test_a_sale_is_one_event_once_the_server_has_it(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        order = sell(till, "a", ("stock:TEA", 3))
        till.wait_online()
        (event,) = published(till.there)
        assert abs(int(event.pop("at")) - int(till.there.client.time()[0]) * 1000) < 60_000
        assert event == {
            "type": "order", "order": "ord_a", "receipt": order.receipt, "lane": "1", "moves": {"stock:TEA": -3},
        }  # fmt: skip
        assert till.there.client.exists(till.there.key("order", "ord_a"))


def test_a_sale_that_is_delivered_twice_is_one_event(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.proxy.cut_replies(1, containing=b"_commit")
        order = sell(till, "a", ("stock:TEA", 3))
        till.wait_online()
        store = till.store
        (entry,) = store.outbox.named(1)
        again = store.calls.commit(store.who, entry, order)
        late = store.calls.commit(store.who, entry, order, 0)
        assert [store._link.ask(call) for call in (again, late, again)] == [[b"ok", b""]] * 3
        assert [event["order"] for event in published(till.there)] == ["ord_a"]


def test_nothing_is_published_of_what_is_held_refused_or_given_back(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.store.reserve(reservation("a", ("stock:TEA", 3), lane="1"))
        till.store.release("res_a")
        till.wait_online()
        assert published(till.there) == []


def test_a_sale_of_a_till_that_was_ended_is_published_when_it_is_open_again(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.proxy.refuse()
        till.wait_away()
        for name in "abc":
            sell(till, name, ("stock:TEA", 1))
        assert published(till.there) == []
        till.proxy.let_pass()
        till.open_again()
        till.wait_online()
        assert [event["order"] for event in published(till.there)] == ["ord_a", "ord_b", "ord_c"]


def test_a_sale_of_a_till_that_was_killed_is_published_when_it_is_open_again(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.store.close()
        till.proxy.cut_requests(None, containing=b"_commit")
        command = [sys.executable, "-c", KILLED, till.proxy.url(till.there.shop), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"sold\n"
            process.kill()
        assert (till.there.counts("stock:TEA"), published(till.there)) == ((10, 3), [])
        till.proxy.let_pass()
        till.open_again()
        till.wait_online()
        assert [(event["order"], event["moves"]) for event in published(till.there)] == [("ord_a", {"stock:TEA": -3})]


def test_what_is_given_back_names_its_order_and_comes_after_it(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.proxy.cut_requests(None, containing=b"_commit")
        order = sell(till, "a", ("stock:TEA", 3))
        till.proxy.let_pass()
        given = gives_back(order, ("stock:TEA", -2))
        till.store.commit(given, given.sale, NOW)
        till.wait_online()
        sold, back = published(till.there)
        assert (sold["type"], sold["order"], "refunds" in sold) == ("order", "ord_a", False)
        assert (back["type"], back["order"], back["refunds"]) == ("refund", given.order, "ord_a")
        assert back["moves"]["stock:TEA"] == 2


def test_a_correction_at_a_till_is_told_by_how_much(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.proxy.cut_replies(1, containing=b"_write")
        for amount in (500, 500, 200):
            assert till.store.write({GIFT: {"on_hand": amount, "held": 0}})
        told = [(event["type"], event["lane"], event["moves"]) for event in published(till.there)]
        assert told == [("stock", "1", {"gift:1": 500}), ("stock", "1", {"gift:1": -300})]


@pytest.mark.parametrize("move", [5, -4])
def test_a_correction_of_whoever_is_no_till_is_told_by_how_much(tmp_path: Path, move: int) -> None:
    with lane(tmp_path) as till:
        with ShopOnServer(till.store._address, till.store._options) as office:
            office.read()
            before = dict(office.records["products"]["TEA"])
            change = Change("products", "TEA", before, before | {"price": 150}, move)
            assert office.change([change])
            assert office.change([change])
        until(lambda: till.store.count("stock:TEA") == (10 + move, 0), "the till does not hear of it")
        told = [(event["type"], event["lane"], event["moves"]) for event in published(till.there)]
        assert told == [("stock", "", {"stock:TEA": move})]


def test_names_and_amounts_of_counters_are_told_as_they_are(tmp_path: Path) -> None:
    name = 'gift:"ü\\'
    with lane(tmp_path) as till:
        assert till.store.write({("counters", name): {"on_hand": 2**53 - 1, "held": 0}})
        assert [event["moves"] for event in published(till.there)] == [{name: 2**53 - 1}]


def test_a_key_of_another_kind_stops_a_sale_before_anything_is_written(tmp_path: Path) -> None:
    with lane(tmp_path) as till:
        till.there.client.set(till.there.key("events"), "x")
        sell(till, "a", ("stock:TEA", 3))
        till.wait_away()
        assert till.there.counts("stock:TEA") == (10, 3)
        till.there.client.delete(till.there.key("events"))
        till.wait_online()
        assert till.there.counts("stock:TEA") == (7, 0)
        assert [event["order"] for event in published(till.there)] == ["ord_a"]
