"""Closed days: files that are never written again, in which an old order is found by number, id or date."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from pos.domain.counters import refunded_units
from pos.domain.errors import TillError
from pos.domain.timed_ids import timed_id
from pos.stores.closed_days import ClosedDay
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, FaultyDisk, crash, fill, journal, reservation, sale

MONDAY, TUESDAY = "2026-03-02", "2026-03-03"


def sell(store: EmbeddedStore, *names: str, lane: str = "T1") -> None:
    for name in names:
        store.commit(reservation(name, ("A", 1), lane=lane), sale(name), NOW)


@pytest.fixture
def shop(tmp_path: Path) -> EmbeddedStore:
    """Two closed days and an open one."""
    store = fill(open_store(tmp_path / "shop"), A=100)
    sell(store, "1", "2")
    sell(store, "3", lane="T2")
    assert store.close_day(MONDAY) == MONDAY
    sell(store, "4")
    assert store.close_day(TUESDAY) == TUESDAY
    sell(store, "5")
    return store


def file_of(store_folder: Path, day: str) -> Path:
    return store_folder / "days" / f"{day}.json"


def test_orders_are_all_there_by_day_number_and_id(shop: EmbeddedStore, tmp_path: Path) -> None:
    for _ in range(2):
        assert [order.id for order in shop.orders()] == [f"ord_{number}" for number in (1, 2, 3, 4, 5)]
        assert [order.id for order in shop.orders(MONDAY)] == ["ord_1", "ord_2", "ord_3"]
        assert [order.id for order in shop.open_day()] == ["ord_5"]
        for number, receipt in enumerate(("T1-1-1", "T1-1-2", "T2-1-1", "T1-1-3", "T1-1-4"), 1):
            by_receipt, by_id = shop.order(receipt), shop.order(f"ord_{number}")
            assert by_receipt is not None
            assert by_receipt == by_id
            assert by_receipt.receipt == receipt
        for unknown in ("T1-1-5", "T1-2-1", "T3-1-1", "ord_6", "T1-1-", "T1-1-١"):
            assert shop.order(unknown) is None
        with pytest.raises(LookupError):
            next(shop.orders("2026-03-09"))
        shop.close()
        shop = open_store(tmp_path / "shop")
    shop.close()


def test_the_newest_orders_are_found_over_the_days(shop: EmbeddedStore, tmp_path: Path) -> None:
    assert [[order.id[4:] for order in shop.recent_orders(limit)] for limit in (0, 1, 2, 4, 9)] == [
        [], ["5"], ["5", "4"], ["5", "4", "3", "2"], ["5", "4", "3", "2", "1"],
    ]  # fmt: skip
    file_of(tmp_path / "shop", MONDAY).unlink()
    assert [order.id for order in shop.recent_orders(2)] == ["ord_5", "ord_4"]
    shop.close()


def test_only_the_day_of_a_number_is_opened(shop: EmbeddedStore, tmp_path: Path) -> None:
    file_of(tmp_path / "shop", TUESDAY).unlink()
    found = shop.order("T1-1-2")
    assert found is not None
    with pytest.raises(TillError) as caught:
        shop.order("T1-1-3")
    assert caught.value.details["file"] == str(file_of(tmp_path / "shop", TUESDAY))
    shop.close()


def test_the_day_of_a_timed_id_is_looked_into_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With years of days on file, an old order is found as fast as by its number: no other day is read."""
    store = fill(open_store(tmp_path), A=100)
    sold: dict[str, str] = {}
    for number in range(9):
        label = f"{NOW + timedelta(days=number):%Y-%m-%d}"
        for name, hours in (("morning", 0), ("late", 13)):
            at = NOW + timedelta(days=number, hours=hours)
            order = timed_id("order", at, number)
            made = reservation(f"{number}-{name}", ("A", 1)).model_copy(update={"order": order})
            sold[store.commit(made, sale(name), at + timedelta(minutes=1)).id] = label
        store.close_day(label)
    looked: list[str] = []
    mentions = DayFiles._mentions

    def seen(files: DayFiles, day: ClosedDay, quoted: bytes) -> bool:
        looked.append(day.name)
        return mentions(files, day, quoted)

    monkeypatch.setattr(DayFiles, "_mentions", seen)
    for wanted, label in sold.items():
        assert store.order(wanted) is not None
        assert looked == [label]
        looked.clear()
    store.close()


def test_a_closed_day_is_never_written_again(shop: EmbeddedStore, tmp_path: Path) -> None:
    path = file_of(tmp_path / "shop", MONDAY)
    before = (path.read_bytes(), path.stat())
    sell(shop, "6")
    assert shop.close_day(MONDAY) == f"{MONDAY}-2"
    assert shop.close_day(MONDAY) is None
    shop.compact()
    shop.close()
    after = (path.read_bytes(), path.stat())
    assert before[0] == after[0]
    assert (before[1].st_ino, before[1].st_mtime_ns) == (after[1].st_ino, after[1].st_mtime_ns)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_anyone_opens_a_day_with_tinydb(shop: EmbeddedStore, tmp_path: Path) -> None:
    shop.close()
    copy = shutil.copy(file_of(tmp_path / "shop", MONDAY), tmp_path)
    with TinyDB(copy) as db:
        assert [document["receipt"] for document in db.table("orders")] == ["T1-1-1", "T1-1-2", "T2-1-1"]


def test_every_flipped_byte_of_a_day_is_found(shop: EmbeddedStore, tmp_path: Path) -> None:
    path = file_of(tmp_path / "shop", TUESDAY)
    whole = path.read_bytes()
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1
        path.write_bytes(data)
        with pytest.raises(TillError) as caught:
            shop.order("T1-1-3")
        assert caught.value.code == "store_damaged"
        assert caught.value.details["file"] == str(path)
    shop.close()


def test_the_file_of_another_day_is_not_believed(shop: EmbeddedStore, tmp_path: Path) -> None:
    shutil.copy(file_of(tmp_path / "shop", MONDAY), file_of(tmp_path / "shop", TUESDAY))
    with pytest.raises(TillError) as caught:
        shop.order("T1-1-3")
    assert caught.value.code == "store_damaged"
    shop.close()


def test_what_ended_is_known_until_the_next_closing(tmp_path: Path) -> None:
    """A till that was killed right after a sale still finds it, even if the day was closed before it looks."""
    store = fill(open_store(tmp_path), A=100)
    sell(store, "1")
    store.reserve(reservation("2", ("A", 1)))
    store.release("res_2")
    store.close_day(MONDAY)
    for name, state in (("1", "committed"), ("2", "released")):
        ended = store.reservation(f"res_{name}")
        assert ended is not None
        assert ended.state == state
    assert store.commit(reservation("1", ("A", 1)), sale("1"), NOW).receipt == "T1-1-1"
    assert store.counter("A").on_hand == 99
    sell(store, "3")
    store.close_day(TUESDAY)
    assert store.reservation("res_1") is store.reservation("res_2") is None
    assert store.reservation("res_3") is not None
    store.close()
    kept = json.loads(file_of(tmp_path, TUESDAY).read_text())
    assert [each["key"] for each in kept["ended_reservations"].values()] == ["res_1", "res_2"]


def test_the_reservations_of_a_ticket_are_counted_from_the_first_as_long_as_one_is_known(tmp_path: Path) -> None:
    """A ticket may be declined today, set aside, and paid days later: none of its numbers is used twice meanwhile."""
    store = fill(open_store(tmp_path), A=100)
    store.reserve(reservation("7/1", ("A", 1)))
    store.release("res_7/1")
    known = []
    for day in range(1, 5):
        if day == 2:
            store.reserve(reservation("7/2", ("A", 1), state="charging"))
        if day == 3:
            store.commit(reservation("7/2"), sale("7/2"), NOW)
        sell(store, str(day))
        store.close_day(f"2026-03-0{day}")
        known.append([store.reservation(f"res_7/{number}") is not None for number in (1, 2)])
    assert known == [[True, False], [True, True], [True, True], [False, False]]


def test_an_open_reservation_outlives_the_day(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path), A=100)
    sell(store, "1")
    store.reserve(reservation("2", ("A", 2), state="charging"))
    store.close_day(MONDAY)
    crash(store)
    store = open_store(tmp_path)
    assert [each.id for each in store.open_reservations()] == ["res_2"]
    assert store.commit(reservation("2", ("A", 2)), sale("2"), NOW).receipt == "T1-1-2"
    store.close()


def test_a_crash_between_the_file_and_its_step_leaves_the_day_open(tmp_path: Path) -> None:
    disk = FaultyDisk()
    store = fill(open_store(tmp_path, disk=disk), A=100)
    sell(store, "1")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    disk.faults["write"] = stop
    with pytest.raises(KeyboardInterrupt):
        store.close_day(MONDAY)
    crash(store)
    assert file_of(tmp_path, MONDAY).exists()
    store = open_store(tmp_path)
    assert [order.id for order in store.open_day()] == ["ord_1"]
    assert store.days() == ()
    sell(store, "2")
    assert store.close_day(MONDAY) == MONDAY
    assert [order.id for order in store.orders(MONDAY)] == ["ord_1", "ord_2"]
    store.close()


def test_a_refund_of_a_closed_day_is_a_record_of_the_open_one(shop: EmbeddedStore) -> None:
    """Its ceiling is a live counter: what was given back of a line counts down from 0 to what was sold."""
    on_hand = shop.counter("A").on_hand
    back = refunded_units("ord_1", 1)
    claims = ((back, 1, -1), ("A", -1))
    first = reservation("r1", *claims).model_copy(update={"refunds": "ord_1"})
    order = shop.commit(first, sale("r1"), NOW)
    assert (order.refunds, order.receipt) == ("ord_1", "T1-1-5")
    assert shop.counter("A").on_hand == on_hand + 1
    assert [each.id for each in shop.open_day()] == ["ord_5", "ord_r1"]
    with pytest.raises(TillError) as caught:
        shop.commit(reservation("r2", *claims), sale("r2"), NOW)
    assert caught.value.details == {"counter": back, "free": 0}
    assert [each.id for each in shop.orders(MONDAY)] == ["ord_1", "ord_2", "ord_3"]
    shop.close()


@pytest.mark.parametrize("label", ["", "../x", "a/b", "a.b", "-1", "x" * 40, "ä"])
def test_a_label_that_is_no_plain_name_is_refused(shop: EmbeddedStore, label: str) -> None:
    with pytest.raises(ValueError, match="no name of a day"):
        shop.close_day(label)
    shop.close()


def test_the_live_store_does_not_grow_with_its_history(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path), A=10_000)
    sizes = []
    for day in range(6):
        sell(store, *(f"{day}-{number}" for number in range(30)))
        store.close_day(f"day-{day}")
        store.compact()
        sizes.append((tmp_path / "store.json").stat().st_size)
    assert sizes[5] - sizes[2] < 1000
    assert journal(tmp_path).stat().st_size < 200
    store.close()


def test_what_ended_of_a_ticket_on_a_screen_stays(tmp_path: Path) -> None:
    """Its reservations are counted from 1, perhaps while the day is closed: none may go before the ticket does."""
    store = fill(open_store(tmp_path), A=100)
    store.reserve(reservation("7/1", ("A", 1)))
    store.release("res_7/1")
    store.write({("tickets", "T1"): {"next": 8, "ticket": "res_7"}})
    for name in ("1", "2", "3"):
        sell(store, name)
        store.close_day(MONDAY)
    assert store.reservation("res_7/1") is not None
    store.write({("tickets", "T1"): {"next": 8}})
    sell(store, "4")
    store.close_day(MONDAY)
    assert store.reservation("res_7/1") is None
    store.close()


@pytest.mark.parametrize("what", ["day of another store", "text", "link", "link to nothing", "folder"])
def test_a_day_never_takes_the_place_of_a_file_of_somebody_else_s(
    shop: EmbeddedStore, tmp_path: Path, what: str
) -> None:
    path, elsewhere = file_of(tmp_path / "shop", "wednesday"), tmp_path / "elsewhere"
    if what == "day of another store":
        shutil.copy(file_of(tmp_path / "shop", TUESDAY), path)
    elif what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("mine")
    else:
        path.symlink_to(elsewhere)
        if what == "link":
            elsewhere.write_text("mine")
    before = path.lstat().st_ino
    assert shop.close_day("wednesday") == "wednesday-2"
    assert [order.id for order in shop.orders("wednesday-2")] == ["ord_5"]
    assert path.lstat().st_ino == before
    assert not elsewhere.exists() or elsewhere.read_text() == "mine"
    shop.close()
