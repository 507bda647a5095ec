"""Reading beside a writer: without its lock, at one moment, whatever it does meanwhile."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from tests.stores.samples import NOW, fill, journal, reservation, sale


def test_a_reader_sees_what_is_on_record_and_takes_no_lock(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path), A=10)
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    store.close_day("2026-03-02")
    store.commit(reservation("2", ("A", 1)), sale("2"), NOW)
    reading = read_folder(tmp_path)
    assert [order.receipt for order in reading.orders()] == ["T1-1-1", "T1-1-2"]
    assert reading.counter("A").on_hand == 8
    store.commit(reservation("3", ("A", 1)), sale("3"), NOW)
    assert reading.order("T1-1-3") is None
    assert read_folder(tmp_path).sequence == reading.sequence + 1
    with journal(tmp_path).open("r+b") as file:
        file.seek(len(journal(tmp_path).read_bytes().rstrip(b"\0")))
        file.write(b'{"crc":"00')
    assert read_folder(tmp_path).counter("A").on_hand == 7
    store.close()


def test_readers_are_right_while_the_store_sells_compacts_and_closes_days(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path, replace_at=3000), A=10_000)
    done = Event()

    def sell() -> None:
        for number in range(300):
            store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW)
            if number % 40 == 0:
                store.close_day("day")
        done.set()

    seller = Thread(target=sell)
    seller.start()
    seen = 0
    while not done.is_set():
        reading = read_folder(tmp_path)
        sold = len(list(reading.orders()))
        assert reading.counter("A").on_hand == 10_000 - sold
        assert sold >= seen
        seen = sold
    seller.join()
    store.close()
    assert len(list(read_folder(tmp_path).orders())) == 300


def test_a_folder_that_is_none_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(TillError) as caught:
        read_folder(tmp_path / "nowhere")
    assert caught.value.code == "store_unusable"
    fill(open_store(tmp_path), A=1).close()
    journal(tmp_path).write_bytes(b"junk\n")
    with pytest.raises(TillError) as caught:
        read_folder(tmp_path)
    assert caught.value.code == "store_damaged"
