"""The files of an open store under hands that know nothing of it: what is acknowledged is there, or nothing is sold."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.lock import holder_of
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.till.services import FAULTS
from tests.stores.samples import NOW, FaultyDisk, fault, fill, journal, reservation, sale
from tests.stores.tampering.tampering import TAMPERINGS, receipts, refused, sell, shell


@pytest.mark.parametrize("hand", TAMPERINGS)
def test_nothing_is_sold_before_the_files_are_back(folder: Path, place: Path, store: EmbeddedStore, hand: str) -> None:
    done, undone = TAMPERINGS[hand]
    shell(done, folder, place)
    for _ in range(3):
        message = refused(partial(sell, store, "3"))
        assert str(folder) in message
        assert "put" in message
        refused(partial(store.reserve, reservation("4", ("A", 1))))
        assert store.order("T1-1-2") is not None
    shell(undone, folder, place)
    assert sell(store, "3") == "T1-1-3"
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


@pytest.mark.parametrize(
    "hand",
    [
        "rm $S/lock",
        "cp $S/lock $P; mv $P/lock $S",
        "cp $S/journal-* $P; mv $P/journal-* $S",
        "cp $S/store.json $P; mv $P/store.json $S",
        "cp -r $S $P/copy; rm -r $S; mv $P/copy $S",
        "chmod 400 $S/journal-*; touch $S/store.json",
        "mv $S $P/real; ln -s $P/real $S",
        "mv $S/journal-* $P; ln -s $P/journal-* $S",
        "echo something >>$(ls $S/journal-*)",
        "ln $S/journal-* $P; ln $S/store.json $P",
    ],
)
def test_files_with_the_same_content_are_gone_on_with(
    folder: Path, place: Path, store: EmbeddedStore, hand: str
) -> None:
    """The step that finds them may be refused, as one is that fails; told again it is done."""
    shell(hand, folder, place)
    try:
        sell(store, "3")
    except TillError as error:
        if error.code not in FAULTS:
            raise
    assert sell(store, "3") == "T1-1-3"
    with pytest.raises(TillError) as caught:
        open_store(folder)
    assert caught.value.code == "store_in_use"
    assert holder_of(folder) is not None
    store.close()
    assert holder_of(folder) is None
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


@pytest.mark.parametrize(
    "hand",
    [
        "cp -al $S $P/hourly",
        "ln $S/journal-* $P",
        "touch $S/journal-* $S/store.json",
        "chmod 400 $S/journal-*; chmod 640 $S/store.json",
        "mv $(ls $S/journal-*) $P/j; mv $P/j $S/$(ls $P/older | grep journal)",
    ],
)
def test_who_only_touches_the_files_stops_no_sale(folder: Path, place: Path, store: EmbeddedStore, hand: str) -> None:
    """As backups do that link each file, and administrators."""
    held = store.reserve(reservation("3", ("A", 1)))
    shell(hand, folder, place)
    assert store.commit(held, sale("3"), NOW).receipt == "T1-1-3"
    shell("chmod 600 $S/*; touch $S/*", folder, place)
    assert store.write({("notes", "a"): {"text": "kept"}})
    shell("sed -i s/kept/gone/ $S/journal-*", folder, place)
    refused(lambda: store.write({("notes", "b"): {"text": "not kept"}}))
    assert store.get("notes", "b") is None


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("hand", ["rm $S/journal-*", "mv $S/journal-* $P; rm $P/journal-*", "rm $S/journal-* $S/lock"])
def test_a_journal_that_was_removed_for_good_is_put_back(
    folder: Path, place: Path, store: EmbeddedStore, hand: str, closes: bool
) -> None:
    """Its lines are in the open handle alone."""
    shell(hand, folder, place)
    if not closes:
        refused(partial(sell, store, "3"))
        assert sell(store, "3") == "T1-1-3"
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"][: 2 if closes else 3]
    assert not list(folder.glob("removed-*"))


@pytest.mark.parametrize("closes", [False, True])
@pytest.mark.parametrize("hand", ["mv $P/x/* $S/", "rm $S/journal-*; touch $S/{}"])
def test_a_journal_in_whose_place_an_older_one_was_put_is_kept_beside_it(
    folder: Path, place: Path, store: EmbeddedStore, closes: bool, hand: str
) -> None:
    """As by a backup that copies it, and puts the copy in its place when something was sold meanwhile."""
    name = journal(folder).name
    shell(f"mkdir $P/x; cp $P/older/{name} $P/x", folder, place)
    shell(hand.format(name), folder, place)
    before = journal(folder).read_bytes()
    if not closes:
        for _ in range(3):
            message = refused(partial(sell, store, "3"))
        assert f"{folder / 'removed-1.ndjson'}: put it in the place of {folder / name}" in message
    else:
        store.close()
    assert journal(folder).read_bytes() == before
    assert [path.name for path in folder.glob("removed-*")] == ["removed-1.ndjson"]
    shell(f"mv $S/removed-1.ndjson $S/{name}", folder, place)
    if not closes:
        assert sell(store, "3") == "T1-1-3"
        store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"][: 2 if closes else 3]


@pytest.mark.parametrize("locks_folders", [True, False])
def test_a_removed_lock_lets_nobody_in(
    folder: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch, locks_folders: bool
) -> None:
    if not locks_folders:
        monkeypatch.setattr("fcntl.flock", _flock_of_files_alone)
        store.close()
        store = open_store(folder)
    (folder / "lock").unlink()
    with pytest.raises(TillError) as caught:
        open_store(folder)
    assert caught.value.code == "store_in_use"
    (folder / "lock").unlink(missing_ok=True)
    assert sell(store, "3") == "T1-1-3"
    assert (folder / "lock").exists()
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


def _flock_of_files_alone(handle: int, what: int, flock: Callable[[int, int], None] = fcntl.flock) -> None:
    """As network file systems have it."""
    if os.path.isdir(f"/dev/fd/{handle}"):  # noqa: PTH112
        raise fault(errno.EBADF)
    flock(handle, what)


def test_a_journal_that_stands_in_two_folders_is_one(folder: Path, store: EmbeddedStore) -> None:
    twin = Path(f"{folder}2")
    twin.mkdir()
    for file in folder.iterdir():
        if file.name != "lock":
            os.link(file, twin / file.name)
    with pytest.raises(TillError) as caught:
        open_store(twin)
    assert caught.value.code == "store_in_use"
    store.close()
    open_store(twin).close()


def test_a_program_that_locks_the_file_alone_is_kept_out_and_kept_apart(folder: Path, store: EmbeddedStore) -> None:
    """As older versions do."""
    with (folder / "lock").open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    (folder / "lock").unlink()
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert "in use by" in refused(partial(sell, store, "3"))
        assert holder_of(folder) is not None
    assert sell(store, "3") == "T1-1-3"
    store.close()


def test_a_program_that_was_started_meanwhile_does_not_keep_the_lock(folder: Path, store: EmbeddedStore) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False) as child:
        store.close()
        assert holder_of(folder) is None
        open_store(folder).close()
        child.communicate(b"\n")


def test_a_process_that_does_not_run_its_program_yet_does_not_keep_the_lock(folder: Path, store: EmbeddedStore) -> None:
    """It has every handle, until it does."""
    waits, goes = os.pipe()
    if not (child := os.fork()):
        os.close(goes)
        os.read(waits, 1)
        os._exit(0)
    store.close()
    try:
        assert holder_of(folder) is None
        open_store(folder).close()
    finally:
        os.close(goes)
        os.close(waits)
        os.waitpid(child, 0)


@pytest.mark.parametrize("method", ["write", "sync"])
@pytest.mark.parametrize("hand", [hand for hand in TAMPERINGS if hand != "snapshot changed"])
def test_what_vanishes_during_a_step_is_not_acknowledged(folder: Path, place: Path, method: str, hand: str) -> None:
    disk = FaultyDisk()
    store = fill(open_store(folder, disk=disk), A=9)
    assert sell(store, "1") == "T1-1-1"
    shutil.copytree(folder, place / "older")
    assert sell(store, "2") == "T1-1-2"
    done, undone = TAMPERINGS[hand]

    def meddle(*args: Any) -> None:
        disk.faults.clear()
        getattr(Disk(), method)(*args)
        shell(done, folder, place)

    disk.faults[method] = meddle
    refused(partial(sell, store, "3"))
    refused(partial(sell, store, "3"))
    shell(undone, folder, place)
    assert sell(store, "3") == "T1-1-3"
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2", "T1-1-3"]


@pytest.mark.parametrize("hand", ["cp $S/journal-* $P; mv $P/journal-* $S", "echo something >>$(ls $S/journal-*)"])
def test_a_journal_that_others_replace_or_lengthen_during_a_step_is_read_again(
    folder: Path, place: Path, hand: str
) -> None:
    disk = FaultyDisk()
    store = fill(open_store(folder, disk=disk), A=9)
    assert sell(store, "1") == "T1-1-1"

    def meddle(handle: int) -> None:
        disk.faults.clear()
        Disk().sync(handle)
        shell(hand, folder, place)

    disk.faults["sync"] = meddle
    assert str(journal(folder)) in refused(partial(sell, store, "2"))
    assert sell(store, "2") == "T1-1-2"
    store.close()
    assert receipts(folder) == ["T1-1-1", "T1-1-2"]


def test_what_others_appended_is_not_cut_off_when_the_store_is_closed(folder: Path, store: EmbeddedStore) -> None:
    with journal(folder).open("ab") as file:
        file.write(b"something else\n")
    store.close()
    assert journal(folder).read_bytes().endswith(b"something else\n")


def test_a_store_that_was_compacted_is_known_again(folder: Path, place: Path, store: EmbeddedStore) -> None:
    """What a snapshot gives back is compared with what was written from memory."""
    store.reserve(reservation("3", ("A", 1)))
    store.close_day("monday")
    store.compact()
    sell(store, "4")
    done, undone = TAMPERINGS["folder removed"]
    shell(done, folder, place)
    refused(partial(sell, store, "5"))
    shell(undone, folder, place)
    assert sell(store, "5") == "T1-1-4"
    store.close()
