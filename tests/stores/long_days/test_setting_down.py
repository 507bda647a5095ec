"""A day that is left open for very many orders is set down in parts: nothing of it is lost, doubled or moved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random

import pytest

from pos.domain.business_day import Part, last_order_ahead, open_parts, over
from pos.domain.errors import TillError
from pos.stores.embedded import damage
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.long_days.long_days import (
    IN_HAND,
    Killed,
    begin,
    closed,
    compacted,
    files,
    killed_at,
    numbers,
    sell,
    wrong,
)
from tests.stores.samples import NOW, FaultyDisk, crash, reservation, sale


def test_orders_are_all_there_in_sequence_by_id_and_by_number(store: EmbeddedStore, tmp_path: Path) -> None:
    for _ in range(2):
        assert [part.orders for part in store.parts()] == [7, 10, 10]
        assert len(store.keys("orders")) == IN_HAND
        assert store.days() == ()
        assert numbers(store.open_day()) == numbers(store.orders()) == [*range(30)]
        assert numbers(store.recent_orders(15)) == [*range(29, 14, -1)]
        for number in range(30):
            by_id, by_receipt = store.order(f"ord_{number:03}"), store.order(f"T1-1-{number + 1}")
            assert by_id is not None
            assert by_id == by_receipt
        assert numbers(read_folder(tmp_path / "shop").orders()) == [*range(30)]
        store.close()
        store = open_store(tmp_path / "shop")
    store.close()
    assert wrong(tmp_path / "shop") == {}


def test_a_snapshot_costs_what_was_sold_since_and_not_the_day(tmp_path: Path) -> None:
    store, sizes = begin(tmp_path), []
    for first in range(0, 200, 10):
        sell(store, range(first, first + 10))
        store.compact()
        sizes.append((tmp_path / "store.json").stat().st_size)
    # What is kept in hand of each part is all that is added.
    assert sizes[-1] - sizes[3] < 16 * 300
    assert store.close_day("long") == "long"
    store.wait()
    assert (tmp_path / "store.json").stat().st_size < sizes[1]
    store.close()


def test_a_day_that_an_older_program_left_is_set_down_in_several_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.stores.embedded.day_parts.LARGEST", 8)
    store = begin(tmp_path)
    sell(store, range(30))
    store.compact()
    assert [part.orders for part in store.parts()] == [8, 8, 8, 3]
    assert numbers(store.orders()) == [*range(30)]
    store.close()
    assert wrong(tmp_path) == {}


def test_the_whole_day_becomes_one_file(store: EmbeddedStore, tmp_path: Path) -> None:
    parts = files(tmp_path / "shop")
    assert len(parts) == 3
    assert store.close_day("long") == "long"
    store.close()
    assert files(tmp_path / "shop") == ["long.json"]
    reading = read_folder(tmp_path / "shop")
    assert (reading.parts(), [*reading.open_day()]) == ((), [])
    assert numbers(reading.orders("long")) == [*range(30)]
    assert wrong(tmp_path / "shop") == {}


@pytest.mark.parametrize("first", [1, 6, 7, 8, 17, 26, 27, 28, 29, 30])
def test_a_day_that_ends_within_a_part_leaves_the_rest_open(store: EmbeddedStore, tmp_path: Path, first: int) -> None:
    assert store.close_day("first", first) == "first"
    assert numbers(store.orders("first")) == [*range(first)]
    assert numbers(store.open_day()) == [*range(first, 30)]
    sell(store, range(30, 40))
    store.compact()
    assert numbers(store.open_day()) == [*range(first, 40)]
    assert store.close_day("second", 5) == "second"
    assert numbers(store.orders()) == [*range(40)]
    store.close()
    store = open_store(tmp_path / "shop")
    assert numbers(store.orders("second")) == [*range(first, first + 5)]
    assert store.close_day("rest") == "rest"
    store.close()
    assert files(tmp_path / "shop") == ["first.json", "rest.json", "second.json"]
    assert wrong(tmp_path / "shop") == {}


@pytest.mark.parametrize("seed", range(8))
def test_any_sequence_of_sales_snapshots_closings_and_crashes(tmp_path: Path, seed: int) -> None:
    chance, store = Random(seed), begin(tmp_path)
    closed: dict[str, list[int]] = {}
    sold = 0
    for _ in range(40):
        match chance.randrange(6):
            case 0 | 1:
                more = chance.randrange(1, 9)
                sell(store, range(sold, sold + more))
                sold += more
            case 2 | 3:
                store.compact()
            case 4:
                done = sum(len(each) for each in closed.values())
                many = chance.choice([None, chance.randrange(sold - done + 1)])
                if (name := store.close_day("day", many)) is not None:
                    closed[name] = [*range(done, sold if many is None else done + many)]
            case _:
                if chance.random() < 0.5:
                    crash(store)
                else:
                    store.close()
                store = open_store(tmp_path)
        done = sum(len(each) for each in closed.values())
        assert numbers(store.orders()) == [*range(sold)]
        assert numbers(store.open_day()) == [*range(done, sold)]
        assert {day.name: numbers(store.orders(day.name)) for day in store.days()} == closed
        assert store.count_orders() == sold
        assert len([*store.sold_at()]) == sold - done
    store.close()
    assert wrong(tmp_path) == {}


@pytest.mark.parametrize("act", [compacted, closed])
def test_a_kill_at_any_moment_leaves_every_order_once(
    tmp_path: Path, act: Callable[[EmbeddedStore], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.stores.embedded.compaction.Compaction.begin", lambda *_: None)
    begun = begin(tmp_path / "begun")
    sell(begun, range(20))
    if act is closed:
        begun.compact()
        sell(begun, range(20, 22))
    begun.close()
    for moment in count():
        folder, disk = tmp_path / f"kill-{moment}", FaultyDisk()
        shutil.copytree(tmp_path / "begun", folder)
        store = open_store(folder, disk=disk)
        sold = store.count_orders()
        killed_at(disk, moment)
        try:
            act(store)
        except Killed:
            ended = False
        else:
            ended = True
        disk.faults = {}
        crash(store)
        assert numbers(read_folder(folder).orders()) == [*range(sold)]
        store = open_store(folder)
        assert numbers(store.orders()) == [*range(sold)]
        assert wrong(folder) == {}
        act(store)
        sell(store, [sold])
        assert numbers(store.orders()) == [*range(sold + 1)]
        store.close()
        assert wrong(folder) == {}
        if ended:
            break
    assert moment > 4


def test_an_order_that_is_changed_while_it_is_set_down_stays_in_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = begin(tmp_path)
    sell(store, range(10))
    keep = store._folder.archive.keep

    def then_changed(*arguments: object) -> str:
        found = keep(*arguments)  # type: ignore[arg-type]
        document = store.get("orders", "ord_001")
        assert document is not None
        store.write({("orders", "ord_001"): document | {"actor": "Ada"}})
        return found

    with monkeypatch.context() as patch:
        patch.setattr(store._folder.archive, "keep", then_changed)
        store.compact()
    assert (store.parts(), len(store.keys("orders"))) == ((), 10)
    found = store.order("ord_001")
    assert found is not None
    assert found.actor == "Ada"
    store.compact()
    assert [part.orders for part in store.parts()] == [7]
    store.close()
    assert len(files(tmp_path)) == 1


def test_what_ended_of_a_ticket_that_was_not_paid_stays_known_until_the_day_is_closed(tmp_path: Path) -> None:
    """It may be set aside, and its reservations are counted on from those that are known when it is recalled."""
    store = begin(tmp_path)
    for name in ("a/1", "b/1"):
        store.reserve(reservation(name, ("A", 1)))
        store.release(f"res_{name}")
    store.commit(reservation("b/2", ("A", 1)), sale("b"), NOW)
    for first in (0, 10, 20):
        sell(store, range(first, first + 10))
        store.compact()
    assert store.reservation("res_a/1") is not None
    assert store.reservation("res_b/1") is store.reservation("res_b/2") is None
    store.commit(reservation("a/2", ("A", 1)), sale("a"), NOW)
    for first in (30, 40, 50):
        sell(store, range(first, first + 10))
        store.compact()
    assert store.reservation("res_a/1") is store.reservation("res_a/2") is None
    assert store.close_day("long") == "long"
    store.close()
    assert wrong(tmp_path) == {}


def test_an_order_that_cannot_be_understood_is_not_set_down(tmp_path: Path) -> None:
    store = begin(tmp_path)
    sell(store, range(10))
    document = store.get("orders", "ord_004")
    assert document is not None
    store.write({("orders", "ord_004"): document | {"receipt": "four"}})
    store.compact()
    assert (store.parts(), len(store.keys("orders"))) == ((), 10)
    store.close()


def test_the_dates_of_a_long_day_are_told_apart(tmp_path: Path) -> None:
    store = begin(tmp_path)
    for day in (1, 2, 3):
        sell(store, range(10 * day, 10 * day + 10), NOW.replace(day=day))
        store.compact()
    parts = [Part(f"2026-03-0{day}", 10) for day in (1, 2, 3)]
    assert list(open_parts(store, "UTC")) == parts
    assert over(store, NOW.replace(day=3), "UTC") == tuple(parts[:2])
    assert last_order_ahead(store, NOW.replace(day=3)) is None
    assert last_order_ahead(store, NOW.replace(day=2)) == NOW.replace(day=3)
    for part in parts[:2]:
        assert store.close_day(*part) == part.date
    assert numbers(store.open_day()) == [*range(30, 40)]
    assert over(store, NOW.replace(day=3), "UTC") == ()
    store.close()


def test_a_program_that_knows_no_parts_refuses_the_store(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    monkeypatch.setattr(damage, "FORMAT", 3)
    with pytest.raises(TillError, match="newer Tillkey"):
        open_store(tmp_path / "shop")
