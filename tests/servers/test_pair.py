"""A fail-over loses what the replica had not heard, and nothing that WAIT waited for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import redis

from tests.servers.pair import Pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    with Pair() as both:
        yield both


def test_a_fail_over_loses_what_a_stalled_replica_did_not_hear(pair: Pair) -> None:
    with pair.address.client() as client:
        client.set("heard", 1)
        assert client.wait(1, 5000) == 1
        pair.stall()
        client.set("unheard", 1)
        assert client.wait(1, 1) == 0
        pair.fail_over()
        assert (client.get("heard"), client.get("unheard")) == (b"1", None)
        client.set("after", 1)
        pair.rejoin()
        assert client.wait(1, 5000) == 1
    with pair.replica.client() as client:
        assert (client.get("after"), client.get("unheard")) == (b"1", None)


def test_a_replica_that_stalled_hears_what_it_did_not_hear(pair: Pair) -> None:
    with pair.address.client() as client:
        pair.stall()
        client.set("late", 1)
        assert client.wait(1, 1) == 0
        pair.catch_up()
        assert client.wait(1, 5000) == 1
        pair.fail_over()
    with pair.address.client() as client:
        assert client.get("late") == b"1"


def test_a_former_primary_refuses_writes(pair: Pair) -> None:
    with pair.address.client() as client:
        client.set("before", 1)
        assert client.wait(1, 5000) == 1
        pair.demote()
        with pytest.raises(redis.exceptions.ReadOnlyError):
            client.set("after", 1)
        pair.address.lead_to(pair.primary)
    with pair.address.client() as client:
        assert client.set("after", 1)
        assert client.get("before") == b"1"
