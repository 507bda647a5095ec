"""The parts of a long day as files: read beside the till, backed up, examined and repaired as closed days are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.closed_days import ClosedDay
from pos.stores.embedded import backup, snapshot
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.file_checks import Survey, survey
from pos.stores.embedded.read_only import ReadOnlyStore, read_folder
from pos.stores.embedded.repair import repair
from pos.stores.embedded.restore import restore
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.long_days.long_days import Killed, begin, closed, compacted, files, killed_at, numbers, sell, wrong
from tests.stores.samples import NOW, FaultyDisk, crash, reservation, sale


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


@pytest.mark.parametrize("act", [compacted, closed])
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


def test_a_folder_in_the_place_of_a_part_is_named(store: EmbeddedStore, tmp_path: Path) -> None:
    """As some programs that keep copies leave one when they break off."""
    store.close()
    name = files(tmp_path / "shop")[1]
    path = tmp_path / "shop/days" / name
    whole = path.read_bytes()
    path.unlink()
    path.mkdir()
    told = f"days/{name} is a folder: move it away, and put the file back from a backup"
    assert wrong(tmp_path / "shop")["days"] == told
    assert repair(tmp_path / "shop") == [f"{told}."]
    store = open_store(tmp_path / "shop")
    for step in (partial(store.order, "T1-1-9"), partial(store.close_day, "long")):
        with pytest.raises(TillError, match=r"is a folder.* Move the folder away") as caught:
            step()
        assert caught.value.details["file"] == str(path)
    store.close()
    path.rmdir()
    path.write_bytes(whole)
    assert numbers(read_folder(tmp_path / "shop").orders()) == [*range(30)]
