"""What comes into the place of an open store: older files, a copy that others sold from, or another store."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pos.stores.embedded.lock import holder_of
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, fill, reservation, sale
from tests.stores.tampering.tampering import TAMPERINGS, receipts, refused, sell, shell


def test_a_journal_that_was_removed_from_another_folder_is_not_put_into_this_one(
    folder: Path, place: Path, store: EmbeddedStore
) -> None:
    shell("mv $S $P/away; rm $P/away/journal-*; mkdir $S", folder, place)
    refused(partial(sell, store, "3"))
    refused(partial(sell, store, "3"))
    assert not list(folder.iterdir())
    shell("rmdir $S; mv $P/away $S", folder, place)
    assert sell(store, "3") == "T1-1-3"
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


def test_files_that_are_older_than_what_was_sold_are_not_touched(
    folder: Path, place: Path, store: EmbeddedStore
) -> None:
    done, _undone = TAMPERINGS["older files"]
    shell(done, folder, place)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused(partial(sell, store, "3"))
    assert "older than what was sold" in refused(partial(sell, store, "3"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert holder_of(folder) is None, "whoever wants to sell from them may"
    store.close()


@pytest.mark.parametrize("compacts", [False, True])
def test_a_copy_in_which_others_went_on_is_not_gone_on_with(
    folder: Path, place: Path, store: EmbeddedStore, compacts: bool
) -> None:
    """Its next sale may have the ids of ours: ours would be taken for done."""
    shell("cp -r $S $P/copy; mv $S $P/away; mv $P/copy $S", folder, place)
    other = open_store(folder)
    assert other.commit(reservation("3", ("A", 2)), sale("3"), NOW).receipt == "T1-1-3"
    refused(partial(sell, store, "3"))
    assert "in use by" in refused(partial(sell, store, "3"))
    if compacts:
        other.compact()
    other.close()
    for _ in range(2):
        assert "others sold from" in refused(partial(sell, store, "3"))
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


def test_a_store_that_was_begun_with_the_same_catalog_is_another(folder: Path, place: Path) -> None:
    """As when the disk with the shop's store is mounted over a folder in which a till began a new one."""
    old = fill(open_store(place / "old"), A=100)
    for name in ("1", "2", "3"):
        sell(old, name)
    old.close()
    store = fill(open_store(folder), A=100)
    shell("mv $S $P/away; mv $P/old $S", folder, place)
    for _ in range(3):
        refused(partial(sell, store, "1"))
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]
    assert receipts(place / "away") == []


@pytest.mark.parametrize("compacts", [False, True])
def test_a_copy_in_which_others_sold_something_else_is_not(
    folder: Path, place: Path, store: EmbeddedStore, compacts: bool
) -> None:
    shell(TAMPERINGS["older files"][0], folder, place)
    other = open_store(folder)
    for name in ("3", "4"):
        sell(other, name)
    if compacts:
        other.compact()
    other.close()
    refused(partial(sell, store, "5"))
    assert "others sold from" in refused(partial(sell, store, "5"))
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


def test_another_store_in_the_place_of_an_open_one_is_not_touched(
    folder: Path, place: Path, store: EmbeddedStore
) -> None:
    shell(TAMPERINGS["another store"][0], folder, place)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused(store.compact)
    refused(partial(store.close_day, "monday"))
    refused(partial(sell, store, "3"))
    store.close()
    assert {path.name: path.read_bytes() for path in folder.rglob("*")} == before
    assert receipts(place / "away") == ["T1-1-1", "T1-1-2"]


def test_a_store_does_not_begin_in_another_that_comes_into_its_place(
    folder: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk with the shop's store is mounted just then."""
    before = {path.name: path.read_bytes() for path in (place / "other").iterdir()}
    monkeypatch.setattr(
        "pos.stores.embedded.folder.migrate", lambda _path, _disk: shell(TAMPERINGS["another store"][0], folder, place)
    )
    refused(partial(open_store, folder))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert holder_of(folder) is None


def test_a_snapshot_that_is_being_written_does_not_land_in_another_store(
    folder: Path, place: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotated = store._rotated

    def then_moved() -> Any:
        found = rotated()
        shell(TAMPERINGS["another store"][0], folder, place)
        return found

    monkeypatch.setattr(store, "_rotated", then_moved)
    refused(store.compact)
    store.close()
    assert read_folder(folder).counter("B").on_hand == 1
    assert receipts(place / "away") == ["T1-1-1", "T1-1-2"]
