"""A folder of format 1, as the first version wrote it, becomes one of the present format."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, FaultyDisk, reservation, sale

FORMAT_1 = Path(__file__).parent / "format1"
"""Two sales, one of them in the snapshot, an open reservation and a note."""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FORMAT_1, tmp_path / "shop"))


def check(store: EmbeddedStore) -> None:
    assert [order.receipt for order in store.orders()] == ["T1-1-1", "T1-1-2"]
    assert (store.counter("A").on_hand, store.counter("B").held, store.counter("uses:X").on_hand) == (7, 1, -1)
    assert [each.id for each in store.open_reservations()] == ["res_3"]
    assert store.get("tickets", "T1") == {"next": 4, "note": "né"}


def test_everything_is_there_and_a_copy_is_kept(shop: Path) -> None:
    store = open_store(shop)
    check(store)
    assert store.commit(reservation("4", ("A", 1)), sale("4"), NOW).receipt == "T1-1-3"
    store.close()
    assert not (shop / "journal.ndjson").exists()
    for name in ("store.json", "journal.ndjson"):
        assert (shop / "format-1" / name).read_bytes() == (FORMAT_1 / name).read_bytes()
    store = open_store(shop)
    assert store.order("T1-1-3") is not None
    store.close()


@pytest.mark.parametrize("step", range(5))
def test_a_crash_at_any_step_begins_again(shop: Path, step: int) -> None:
    disk, left = FaultyDisk(), [step]

    def stop(*_: object) -> None:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1

    disk.faults["replace"] = disk.faults["remove"] = stop
    with pytest.raises(KeyboardInterrupt):
        open_store(shop, disk=disk)
    for _ in range(2):
        store = open_store(shop)
        check(store)
        store.close()


def test_a_journal_that_comes_back_after_its_removal_sets_nothing_back(shop: Path) -> None:
    store = open_store(shop)
    store.commit(reservation("4", ("A", 1)), sale("4"), NOW)
    store.close()
    shutil.copy(FORMAT_1 / "journal.ndjson", shop)
    store = open_store(shop)
    assert store.order("T1-1-3") is not None
    store.close()


def test_damage_is_named_before_anything_is_changed(shop: Path) -> None:
    data = bytearray((shop / "journal.ndjson").read_bytes())
    data[300] ^= 1
    (shop / "journal.ndjson").write_bytes(data)
    with pytest.raises(TillError) as caught:
        open_store(shop)
    assert caught.value.details["file"] == str(shop / "journal.ndjson")
    assert not (shop / "format-1").exists()


def test_who_only_reads_is_told_to_open_it_first(shop: Path) -> None:
    with pytest.raises(TillError, match="older Tillkey"):
        read_folder(shop)
