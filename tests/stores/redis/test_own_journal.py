"""What becomes of a till's own journal while it and the server speak."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from pos.stores.redis.address import server_address
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.store import open_lane_store
from tests.servers.shared import shared_server
from tests.servers.waiting import until
from tests.stores.redis.lanes import STOCK, Lane, lane
from tests.stores.samples import NOW, FaultyDisk, attempt, crash, fault, reservation, sale

TEA: Final = "stock:TEA"
DEARER: Final = {"sku": "TEA", "name": "Tea", "price": 200}


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Lane]:
    with lane(tmp_path) as made:
        yield made


def test_a_full_disk_ends_nothing_and_loses_no_change(till: Lane) -> None:
    disk = FaultyDisk()
    address = server_address(shared_server().url(till.there.shop))
    other = open_lane_store(address, ServerOptions(journals=till.folder), "2", disk=disk)
    try:
        disk.faults["write"] = fault(errno.ENOSPC)
        till.store.write({("products", "TEA"): DEARER})
        until(lambda: "own journal" in str(other.trouble), "it is not told")
        disk.faults.clear()
        other.link.again()
        until(lambda: other.get("products", "TEA") == DEARER, "the change is never heard of")
    finally:
        other.close()


def test_what_was_noted_of_a_closed_day_is_delivered(till: Lane) -> None:
    till.store.reserve(reservation("a0", (TEA, 1), state="charging"))
    till.proxy.refuse()
    till.wait_away()
    till.store.record_attempt("res_a0", attempt("a"))
    for number in range(3):
        till.store.commit(reservation(f"a{number}", (TEA, 1)), sale(f"a{number}"), NOW)
        till.store.close_day(f"2026-03-0{number + 1}")
    assert till.store.reservation("res_a0") is None
    till.proxy.let_pass()
    till.store.link.again()
    till.wait_online()
    assert len(till.there.orders()) == 3
    assert not till.there.held()


def test_a_till_that_crashed_without_its_server_knows_what_is_in_stock(till: Lane) -> None:
    till.store.commit(reservation("a", (TEA, 1)), sale("a"), NOW)
    till.wait_online()
    till.proxy.refuse()
    till.wait_away()
    till.store.commit(reservation("b", (TEA, 1)), sale("b"), NOW)
    till.store.link.close()
    crash(till.store)
    till.open_again()
    till.store.commit(reservation("c", (TEA, 1)), sale("c"), NOW)
    till.proxy.let_pass()
    till.store.link.again()
    till.wait_online()
    assert till.there.counts(TEA) == (STOCK - 3, 0)
    assert till.store.count(TEA) == (STOCK - 3, 0)


def test_a_till_counts_its_own_steps_once_while_they_are_delivered(till: Lane) -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for number in range(1, 101):
            till.store.commit(reservation(f"a{number}", (TEA, 1, None)), sale(f"a{number}"), NOW)
            # Two other threads hear of it, one before the other.
            counted = {till.store.count(TEA) for _ in range(20)}
            assert counted == {(STOCK - number, 0)}
    finally:
        sys.setswitchinterval(before)
