"""What the stream of changes says to a till; other programs write there, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from pos.stores.redis.changes import changes_in
from pos.stores.redis.resp import stream_id
from tests.servers.waiting import until
from tests.stores.redis.lanes import STOCK, Lane, lane
from tests.stores.samples import NOW, reservation, sale

TEA = "stock:TEA"


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


def test_counters_stand_as_they_were_told_last_and_records_are_named() -> None:
    said = changes_in(
        [
            (b"1-1", [b"l", b"1", b"n", b"4", b"c:stock:TEA", b"9 0"]),
            (b"1-2", [b"l", b"2", b"n", b"8", b"c:stock:TEA", b"8 1", b"c:uses:A", b"-1 0"]),
            (b"1-3", [b"t", b"products", b"k", b"TEA"]),
        ],
        b"1",
        5,
    )
    assert said == ((1, 3), {TEA: (8, 1), "uses:A": (-1, 0)}, 4, [("products", "TEA")], False)


@pytest.mark.parametrize("fields", [
    [b"c:stock:TEA", b"many"], [b"c:stock:TEA", b""], [b"c:stock:TEA", b"1 2 3"], [b"c:stock:TEA", b"nan 1"],
    [b"c:stock:TEA", b"7 0", b"c:stock:\xff", b"1 0"], [b"l", b"1", b"n", b"x"], [b"l", b"1", b"n", b"5"],
    [b"l", b"1", b"n", b"-1"], [b"a", b"b"],
])  # fmt: skip
def test_what_is_no_change_of_a_shops_says_nothing(fields: list[bytes]) -> None:
    known = (b"1-1", [b"l", b"1", b"n", b"3", b"c:stock:TEA", b"9 0"])
    assert changes_in([known, (b"1-2", fields)], b"1", 5) == ((1, 2), {TEA: (9, 0)}, 3, [], False)


def test_a_till_that_hears_what_is_no_change_stays_where_it_is(till: Lane) -> None:
    """Also when it goes on from before it; and what it sells next is delivered under its own number."""
    changes, server = till.there.key("changes"), cast("Any", till.there.client)
    for fields in ({"c:stock:TEA": "many"}, {"l": "1", "n": "999"}):
        server.xadd(changes, fields)
    last = server.xadd(changes, {"t": "products", "k": "TEA"})
    until(lambda: till.store.link._at == stream_id(last), "it has not heard of it")
    assert till.store.link.state == "online"
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    till.wait_online()
    assert (till.there.counts(TEA), till.store.count(TEA)) == ((STOCK - 1, 0), (STOCK - 1, 0))
    assert till.there.reviewed() == []
