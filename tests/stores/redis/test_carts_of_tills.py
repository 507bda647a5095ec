"""Tickets that are set aside, seen by two tills."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.domain.ports import Records
from pos.domain.ticket_records import SET_ASIDE
from pos.stores.redis.store import LaneStore
from tests.servers.proxy import Proxy
from tests.servers.server import Server
from tests.servers.shared import lane_store
from tests.servers.waiting import until
from tests.stores.contract.factories import fill
from tests.stores.samples import NOW, aside, reservation, sale

NAME = (SET_ASIDE, "table 4")


def hold(store: LaneStore, ticket: str = "1-1") -> None:
    assert store.write({NAME: aside(ticket)}, expect={NAME: None})


def taking(lane: str) -> Records:
    return {NAME: None, ("tickets", lane): {"next": 2}}


def test_a_ticket_held_at_one_till_is_taken_up_at_one_only(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, A=1)
    tills = [one, *(lane_store(tmp_path, shop, lane) for lane in "23")]
    hold(one)
    for store in tills:
        until(lambda store=store: store.get(*NAME) == aside("1-1"), "a till does not see it")  # type: ignore[misc]
    taken = [store.write(taking(store.lane), expect={NAME: aside("1-1")}) for store in tills]
    assert taken.count(True) == 1
    for store in tills:
        until(lambda store=store: store.get(*NAME) is None, "a till still sees it")  # type: ignore[misc]
        store.close()


def test_one_that_was_taken_and_not_taken_up_is_there_again(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, A=1)
    hold(one)
    until(lambda: one.undelivered == 0, "it is not delivered")
    one.taking.add(NAME)
    assert one._take(*NAME)
    one.close()
    two = lane_store(tmp_path, shop, "2")
    assert two.get(*NAME) is None
    again = lane_store(tmp_path, shop)
    until(lambda: two.get(*NAME) == aside("1-1"), "it is lost")
    assert two.write(taking("2"), expect={NAME: aside("1-1")})
    again.close()
    two.close()


def test_two_that_are_named_alike_while_nobody_hears_are_two(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, A=1)
    two = lane_store(tmp_path, shop, "2")
    with two._link.delivering:
        hold(two, "2-1")
        hold(one)
        until(lambda: one.undelivered == 0, "it is not delivered")
    again = (SET_ASIDE, "table 4 (2)")
    for store in (one, two):
        until(lambda store=store: store.get(*again) == aside("2-1"), "the second one is lost")  # type: ignore[misc]
        until(lambda store=store: store.get(*NAME) == aside("1-1"), "the first one is lost")  # type: ignore[misc]
        store.close()


def test_one_whose_time_is_over_is_forgotten(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, A=1)
    hold(one)
    until(lambda: one.undelivered == 0, "it is not delivered")
    one.close()
    with valkey_server.client() as client:
        client.delete(f"{{{shop}}}:cart:ticket:table 4")
        client.zadd(f"{{{shop}}}:carts", {"ticket:table 4": 1})
    again = lane_store(tmp_path, shop)
    until(lambda: again.get(*NAME) is None, "it is listed for ever")
    again.close()


def test_what_cannot_be_told_holds_nothing_up_and_is_listed(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, **{"stock:A": 5})
    assert one.write({(SET_ASIDE, "broken"): {"ticket": "1-1"}})
    one.commit(reservation("1", ("stock:A", 2)), sale("1"), NOW)
    until(lambda: one.undelivered == 0, "the outbox is stuck")
    one.close()
    with valkey_server.client() as client:
        [(_id, listed)] = client.xrange(f"{{{shop}}}:review")
        assert (listed[b"what"], listed[b"from"], listed[b"to"]) == (b"gap", b"1", b"1")
        assert client.hget(f"{{{shop}}}:on_hand", "stock:A") == b"3"


def test_a_ticket_whose_delivery_was_not_answered_is_taken_up_at_one_only(
    tmp_path: Path, valkey_server: Server, shop: str
) -> None:
    with Proxy(valkey_server) as proxy:
        one = lane_store(tmp_path, shop, url=proxy.url(shop), timeout=0.5)
        fill(one, A=1)
        two = lane_store(tmp_path, shop, "2")
        until(lambda: one.link.state == "online", "the till is not there")
        proxy.cut_replies(None)
        hold(one)
        until(lambda: two.get(*NAME) == aside("1-1"), "the other till does not see it")
        assert two.write(taking("2"), expect={NAME: aside("1-1")})
        with pytest.raises(TillError) as error:
            one.write(taking("1"), expect={NAME: aside("1-1")})
        assert error.value.code == "server_away"
        proxy.let_pass()
        one.link.again()
        until(lambda: one.get(*NAME) is None, "the till still has it")
        # What nobody else has seen is this till's own, with the server and without it.
        proxy.refuse()
        until(lambda: one.link.state == "away", "the server is believed to be there")
        hold(one, "1-2")
        assert one.write(taking("1"), expect={NAME: aside("1-2")})
        one.close()
        two.close()


def test_a_ticket_that_is_taken_up_as_it_is_delivered_is_taken_up_at_one_only(
    tmp_path: Path, valkey_server: Server, shop: str
) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, A=1)
    two = lane_store(tmp_path, shop, "2")
    for number in range(30):
        record = aside(f"1-{number}")
        assert one.write({NAME: record}, expect={NAME: None})
        if number % 2:
            until(lambda: two.get(*NAME) == record, "the other till does not see it")  # noqa: B023
        own = one.write(taking("1"), expect={NAME: record})
        other = two.get(*NAME) == record and two.write(taking("2"), expect={NAME: record})
        assert (own, other) in ((True, False), (False, True))
        until(lambda: one.undelivered + two.undelivered == 0, "it is not delivered")
        until(lambda: one.get(*NAME) is two.get(*NAME) is None, "a till still has it")
    one.close()
    two.close()


def test_a_second_name_is_none_that_another_ticket_has(tmp_path: Path, valkey_server: Server, shop: str) -> None:
    """Not of the till's own, either; and all tills see all of them, also if the answer to it was lost."""
    with Proxy(valkey_server) as proxy:
        one = lane_store(tmp_path, shop)
        fill(one, A=1)
        two = lane_store(tmp_path, shop, "2", url=proxy.url(shop), timeout=0.5)
        taken = {NAME: "1-1", (SET_ASIDE, "table 4 (2)"): "2-1", (SET_ASIDE, "table 4 (3)"): "2-2"}
        assert two.write({(SET_ASIDE, "table 4 (2)"): aside("2-1")})
        until(lambda: two.undelivered == 0, "it is not delivered")
        proxy.cut_replies(1, b"(3)")
        with two._link.delivering:
            hold(two, "2-2")
            hold(one)
            until(lambda: one.undelivered == 0, "it is not delivered")
        for store in (two, one):
            for name, ticket in taken.items():
                until(lambda: store.get(*name) == aside(ticket), f"{ticket} is lost at {store.lane}")  # noqa: B023
            store.close()


def test_a_ticket_that_has_the_name_of_one_taken_up_before_is_there_once(
    tmp_path: Path, valkey_server: Server, shop: str
) -> None:
    one = lane_store(tmp_path, shop)
    fill(one, A=1)
    with one._link.delivering:
        hold(one, "1-1")
        assert one.write(taking("1"), expect={NAME: aside("1-1")})
        hold(one, "1-2")
        assert [call[0] for _number, call in one._session.deliveries()] == ["drop", "drop", "put"]
    one.close()
