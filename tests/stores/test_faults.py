"""Disks that fail: a step is refused or done, never half, and selling goes on when the fault is gone."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, FaultyDisk, attempt, crash, fault, fill, journal, reservation, sale


@pytest.fixture
def disk() -> FaultyDisk:
    return FaultyDisk()


@pytest.fixture
def store(tmp_path: Path, disk: FaultyDisk) -> EmbeddedStore:
    """A store with five A, of which one is sold."""
    store = fill(open_store(tmp_path, disk=disk), A=5)
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    return store


def refused(step: Callable[[], object]) -> TillError:
    with pytest.raises(TillError) as caught:
        step()
    assert caught.value.code == "store_unusable"
    return caught.value


def write_half(handle: int, data: bytes, offset: int) -> None:
    os.pwrite(handle, data[: len(data) // 2], offset)
    raise fault(errno.EIO)


def write_and_be_interrupted(handle: int, data: bytes, offset: int) -> None:
    os.pwrite(handle, data, offset)
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("method", "failing", "raised", "there"),
    [
        ("write", fault(errno.EIO), TillError, False),
        ("write", write_half, TillError, False),
        ("write", write_and_be_interrupted, KeyboardInterrupt, True),
        ("sync", fault(errno.EIO), TillError, True),
    ],
)
def test_a_step_that_failed_is_not_believed_and_is_decided_by_its_id(
    store: EmbeddedStore, disk: FaultyDisk, method: str, failing: Exception, raised: type[BaseException], there: bool
) -> None:
    disk.faults[method] = failing
    with pytest.raises(raised):
        store.commit(reservation("2", ("A", 1)), sale("2"), NOW)
    assert store.counter("A").on_hand == 4
    assert store.order("ord_2") is None
    disk.faults.clear()
    assert store.write({("notes", "x"): {}})
    assert (store.order("ord_2") is not None) is there
    for _ in range(2):
        assert store.commit(reservation("2", ("A", 1)), sale("2"), NOW).receipt == "T1-1-2"
    assert store.counter("A").on_hand == 3
    store.close()


def test_what_is_read_again_after_a_failed_fsync_is_made_durable_first(
    store: EmbeddedStore, disk: FaultyDisk, tmp_path: Path
) -> None:
    """The system tells of a failed fsync once: the next one succeeds although nothing was written."""
    disk.faults["sync"] = fault(errno.EIO)
    refused(partial(store.commit, reservation("2", ("A", 1)), sale("2"), NOW))
    disk.faults = {"replace": fault(errno.EIO)}
    before = journal(tmp_path).stat().st_ino
    refused(partial(store.write, {("notes", "x"): {}}))
    disk.faults.clear()
    store.write({("notes", "x"): {}})
    assert journal(tmp_path).stat().st_ino != before
    store.close()


def test_while_the_fault_lasts_every_step_is_refused_and_reading_goes_on(
    store: EmbeddedStore, disk: FaultyDisk
) -> None:
    disk.faults["sync"] = fault(errno.EIO)
    for number in range(3):
        refused(partial(store.reserve, reservation(f"2{number}", ("A", 1))))
        assert store.order("T1-1-1") is not None
    disk.faults.clear()
    store.expire(reservation("20").deadline or NOW)
    assert store.counter("A").held == 0
    store.close()


def test_without_room_nothing_begins_and_what_began_comes_to_its_end(
    store: EmbeddedStore, disk: FaultyDisk, tmp_path: Path
) -> None:
    """Room for the commit is made with the reserve: a full disk refuses a sale before its charge, or lets it finish."""
    taken = reservation("2", ("A", 2), state="charging", attempts=(attempt("2"),))
    store.reserve(taken)
    size = journal(tmp_path).stat().st_size

    def full(handle: int, data: bytes, offset: int) -> None:
        if offset + len(data) > size:
            raise fault(errno.ENOSPC)

    disk.faults["write"] = full
    fillers = (reservation(f"filler{each}", state="charging", attempts=(attempt(f"{each}"),)) for each in count())
    error = refused(lambda: [store.reserve(filler) for filler in fillers])
    assert "No space left" in error.message
    number = len(store.open_reservations()) - 1
    assert number > 20
    store.record_attempt(taken.id, attempt("2", "captured"))
    assert store.commit(taken, sale("2"), NOW).receipt == "T1-1-2"
    for each in range(number):
        store.release(f"res_filler{each}")
    disk.faults.clear()
    assert store.commit(reservation("3", ("A", 1)), sale("3"), NOW).receipt == "T1-1-3"
    assert (store.counter("A").on_hand, store.counter("A").held) == (1, 0)
    store.close()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_compaction_without_room_changes_nothing(store: EmbeddedStore, disk: FaultyDisk, number: int) -> None:
    disk.faults["replace"] = fault(number)
    refused(store.compact)
    refused(lambda: store.close_day("2026-03-01"))
    assert store.commit(reservation("2", ("A", 1)), sale("2"), NOW).receipt == "T1-1-2"
    disk.faults.clear()
    store.compact()
    assert store.close_day("2026-03-01") == "2026-03-01"
    assert [order.receipt for order in store.orders()] == ["T1-1-1", "T1-1-2"]
    store.close()


def test_a_compaction_in_the_background_that_fails_is_tried_again(tmp_path: Path, disk: FaultyDisk) -> None:
    store = fill(open_store(tmp_path, disk=disk, replace_at=2000), A=500)
    disk.faults["replace"] = fault(errno.ENOSPC)
    for number in range(20):
        store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW)
    store.wait()
    assert len(list(tmp_path.glob("journal-*"))) == 1
    disk.faults.clear()
    for number in range(20, 120):
        store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW)
    store.wait()
    crash(store)
    assert journal(tmp_path).name > "journal-000000000020"
    store = open_store(tmp_path)
    assert store.counter("A").on_hand == 380
    store.close()
