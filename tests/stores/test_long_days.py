"""A day that is left open for very many orders is set down in parts: nothing of it is lost, doubled or moved."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random

import pytest

from pos.domain.business_day import Part, last_order_ahead, open_parts, over
from pos.domain.errors import TillError
from pos.stores.closed_days import ClosedDay
from pos.stores.embedded import backup, damage, snapshot
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.file_checks import Survey, survey
from pos.stores.embedded.read_only import ReadOnlyStore, read_folder
from pos.stores.embedded.repair import repair
from pos.stores.embedded.restore import restore
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, FaultyDisk, crash, reservation, sale

IN_HAND = 3


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.stores.embedded.day_parts.IN_HAND", IN_HAND)


def sell(store: EmbeddedStore, names: Iterable[int], at: datetime = NOW) -> None:
    for name in names:
        store.commit(reservation(f"{name:03}", ("A", 1)), sale(f"{name:03}"), at)


def begin(folder: Path, disk: Disk | None = None) -> EmbeddedStore:
    store = open_store(folder, disk=disk)
    store.load({"shop": {"shop": {"name": "Shop", "currency": "USD", "timezone": "UTC"}}}, {"A": 10_000})
    return store


def numbers(orders: Iterable[object]) -> list[int]:
    return [int(str(order.id)[4:]) for order in orders]  # type: ignore[attr-defined]


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "days").glob("*"))


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    """Thirty orders of one day, the first 27 of them in three parts."""
    store = begin(tmp_path / "shop")
    for first in (0, 10, 20):
        sell(store, range(first, first + 10))
        store.compact()
    return store


def wrong(folder: Path) -> dict[str, str]:
    """The doctor's faults; the sales here come with no goods and no payment."""
    made_up = ("orders", "stock")
    return {each.name: each.detail for each in examine(folder) if not each.ok and each.name not in made_up}


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


class Killed(BaseException):
    """The process is killed."""


def killed_at(disk: FaultyDisk, moment: int) -> None:
    """Let the process be killed before whatever the disk does as the so many-th thing from now on, and at all later."""
    turns = count()

    def meet(*_arguments: object) -> None:
        if next(turns) >= moment:
            raise Killed

    disk.faults = dict.fromkeys(("write", "sync", "replace", "remove"), meet)


def _compacted(store: EmbeddedStore) -> None:
    store.compact()


def _closed(store: EmbeddedStore) -> None:
    store.close_day("day", 12)


@pytest.mark.parametrize("act", [_compacted, _closed])
def test_a_kill_at_any_moment_leaves_every_order_once(
    tmp_path: Path, act: Callable[[EmbeddedStore], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.stores.embedded.compaction.Compaction.begin", lambda *_: None)
    begun = begin(tmp_path / "begun")
    sell(begun, range(20))
    if act is _closed:
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


def test_a_part_goes_with_a_backup_and_is_examined_like_a_day(store: EmbeddedStore, tmp_path: Path) -> None:
    backup.back_up(tmp_path / "shop", tmp_path / "b.tar.gz", now=datetime.now(UTC))
    store.close()
    restored = restore(tmp_path / "b.tar.gz", tmp_path / "restored")
    assert (restored.summary.orders, restored.summary.days) == (30, 0)
    again = open_store(tmp_path / "restored")
    assert numbers(again.orders()) == [*range(30)]
    assert again.commit(reservation("new"), sale("new"), NOW).receipt == "T1-2-1"
    again.close()
    name = files(tmp_path / "shop")[1]
    path = tmp_path / "shop/days" / name
    whole = path.read_bytes()
    place = whole.index(b'"total":1000')
    path.write_bytes(whole.replace(b'"total":1000', b'"total":1001', 1))
    line = whole.count(b"\n", 0, place) + 1
    assert f"{name}, line {line}:" in wrong(tmp_path / "shop")["days"]
    with pytest.raises(TillError) as caught:
        read_folder(tmp_path / "shop").order("T1-1-9")
    assert (caught.value.code, caught.value.details["file"]) == ("store_damaged", str(path))
    repair(tmp_path / "shop")
    assert path.read_bytes() == whole
    path.unlink()
    assert wrong(tmp_path / "shop")["days"] == f"days/{name} is missing"


def test_a_long_day_that_is_closed_while_it_is_backed_up_is_backed_up_as_it_is_then(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = read_folder

    def then_closed(folder: Path) -> ReadOnlyStore:
        found = read(folder)
        store.close_day("long")
        store.wait()
        return found

    monkeypatch.setattr("pos.stores.embedded.backup.read_folder", then_closed)
    told = backup.back_up(tmp_path / "shop", tmp_path / "b.tar.gz", now=datetime.now(UTC))
    assert (told.orders, told.days) == (30, 1)
    store.close()


def test_who_reads_without_the_lock_goes_on_reading_a_day_that_is_closed_meanwhile(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    beside, within = read_folder(tmp_path / "shop"), store.open_day()
    first = next(within)
    store.close_day("long")
    store.wait()
    assert files(tmp_path / "shop") == ["long.json"]
    assert numbers(beside.orders()) == numbers([first, *within]) == [*range(30)]
    store.close()


def test_who_examines_without_the_lock_a_store_whose_till_ends_meanwhile_looks_again(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of the day's parts is too little for a snapshot of its own accord."""
    store.close_day("first", 26)
    store.wait()

    def then_closed(folder: Path) -> Survey:
        found = survey(folder)
        if not store._closed:
            store.close_day("second")
            store.close()
        return found

    monkeypatch.setattr("pos.stores.embedded.doctor.survey", then_closed)
    assert len(store.parts()) == 1
    assert wrong(tmp_path / "shop") == {}
    assert files(tmp_path / "shop") == ["first.json", "second.json"]


def test_who_reads_in_another_thread_has_every_order_once_when_the_day_is_closed_meanwhile(
    store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close_day("first", 10)
    orders, files_of = store.orders(), store.day_files
    first = next(orders)
    store.close_day("second", 15)
    assert numbers([first, *orders]) == [*range(30)]

    def once_closed() -> tuple[ClosedDay, ...]:
        monkeypatch.undo()
        store.close_day("third")
        return files_of()

    monkeypatch.setattr(store, "day_files", once_closed)
    assert numbers(store.recent_orders(30)) == [*range(29, -1, -1)]
    store.close()


def test_of_a_damaged_part_what_can_be_read_stays_in_its_place(store: EmbeddedStore, tmp_path: Path) -> None:
    store.close()
    path = tmp_path / "shop/days" / files(tmp_path / "shop")[1]
    path.write_bytes(path.read_bytes().replace(b'"receipt":"T1-1-8"', b'"receipt":[[1-1-8"'))
    assert repair(tmp_path / "shop")[:1] == [
        f"{path.name}, line 3: cannot be read, and is kept in before-repair-1 only."
    ]
    store = open_store(tmp_path / "shop")
    assert numbers(store.open_day()) == [*range(7), *range(8, 30)]
    assert store.close_day("long") == "long"
    assert numbers(store.orders()) == [*range(7), *range(8, 30)]
    store.close()


@pytest.mark.parametrize(("label", "lost"), [("x" * 31, (2, 4, 6)), ("first", (14, 15, 16))])
def test_a_day_or_part_with_a_long_name_can_be_repaired_again(
    store: EmbeddedStore, tmp_path: Path, label: str, lost: tuple[int, ...]
) -> None:
    folder = tmp_path / "shop"
    store.close_day(label, 12)
    store.close()
    for number in lost:
        receipt = b'"receipt":"T1-1-%d"' % (number + 1)
        (path,) = (each for each in (folder / "days").iterdir() if receipt in each.read_bytes())
        path.write_bytes(path.read_bytes().replace(receipt, b'"receipt":[[-1-1"'))
        repair(folder)
    store = open_store(folder)
    assert numbers(store.orders()) == [number for number in range(30) if number not in lost]
    assert numbers(store.open_day()) == [number for number in range(12, 30) if number not in lost]
    store.close()


@pytest.mark.parametrize("act", [_compacted, _closed])
def test_a_repair_sets_aside_what_a_kill_left_and_is_on_record_elsewhere(
    tmp_path: Path, act: Callable[[EmbeddedStore], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.stores.embedded.compaction.Compaction.begin", lambda *_: None)
    left = 0
    for moment in range(8):
        folder, disk = tmp_path / f"kill-{moment}", FaultyDisk()
        store = begin(folder, disk)
        sell(store, range(10))
        store.compact()
        sell(store, range(10, 20))
        killed_at(disk, moment)
        with suppress(Killed):
            act(store)
        disk.faults = {}
        crash(store)
        store = open_store(folder)
        sell(store, [20])
        named = {f"{day.name}.json" for day in store.day_files()}
        store.close()
        strays = {name: (folder / "days" / name).read_bytes() for name in set(files(folder)) - named}
        told = repair(folder)
        assert set(files(folder)) == named
        assert {name: (folder / "before-repair-1/days" / name).read_bytes() for name in strays} == strays
        assert len(told) == (len(strays) + 1 if strays else 0)
        assert numbers(read_folder(folder).orders()) == [*range(21)]
        assert wrong(folder) == {}
        left += len(strays)
    assert left


def test_a_repair_leaves_a_file_that_holds_what_is_not_on_record_elsewhere(
    store: EmbeddedStore, tmp_path: Path
) -> None:
    store.close()
    days = tmp_path / "shop/days"
    first, second, third = (days / name for name in files(tmp_path / "shop"))
    cut, other = days / "open-cut.json", days / "open-other.json"
    cut.touch(0o600)
    cut.write_bytes(second.read_bytes()[:-1])
    content = snapshot.read(second)
    content.tables.table("orders").apply(99, b'{"key":"ord_900","id":"ord_900"}')
    snapshot.write(other, content.tables, content.sequence, Disk())
    first.rename(moved := days / "open-moved.json")
    there = {path: path.read_bytes() for path in (cut, other, moved, second, third)}
    assert repair(tmp_path / "shop") == [f"{first.name} is missing: put it back from a backup."]
    assert {path: path.read_bytes() for path in days.iterdir()} == there
    moved.rename(first)
    assert repair(tmp_path / "shop") == []


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
