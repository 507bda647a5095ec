"""A journal that cannot be replaced in the background: nobody loses a step by it, and it is told and tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from pos.stores.embedded.compaction import LONGEST, PAUSE, Compaction
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import FaultyDisk, fault

LONG = 2000
"""Bytes of journal after which a snapshot is wanted."""


def write(store: EmbeddedStore, many: int) -> None:
    """So many steps of a hundred bytes or more."""
    for number in range(many):
        assert store.write({("notes", "note"): {"text": f"{number} {store.sequence}" + "x" * 100}})


def no_threads(patch: pytest.MonkeyPatch) -> list[str]:
    """No thread can be started from now on; the names of those that were to be."""
    asked: list[str] = []

    def refused(thread: threading.Thread) -> None:
        asked.append(thread.name)
        raise RuntimeError("can't start new thread")

    patch.setattr(threading.Thread, "start", refused)
    return asked


def test_a_thread_that_cannot_be_started_costs_no_step_and_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path, replace_at=LONG)
    with monkeypatch.context() as patch:
        asked = no_threads(patch)
        write(store, 100)
        assert asked == ["compaction"] * 2
        assert str(store.trouble) == "The journal could not be replaced by a snapshot yet: can't start new thread"
        assert read_folder(tmp_path).get("notes", "note") == store.get("notes", "note")
    write(store, 2 * PAUSE)
    store.wait()
    assert str(store.trouble) == ""
    assert (tmp_path / "store.json").stat().st_size > 100
    store.close()


@pytest.mark.parametrize("error", [fault(28), fault(24), MemoryError(), ValueError("a bug")])
def test_what_fails_in_the_background_is_silent_on_the_terminal_told_and_tried_again_ever_later(
    tmp_path: Path, error: Exception, capfd: pytest.CaptureFixture[str]
) -> None:
    disk = FaultyDisk()
    tries: list[int] = []

    def failing(path: Path) -> None:
        if path.name == "store.json":
            tries.append(store.sequence)
            raise error

    store = open_store(tmp_path, replace_at=LONG, disk=disk)
    write(store, 5)
    disk.faults["replace"] = failing
    for _ in range(800):
        write(store, 1)
        store.wait()
    assert 2 <= len(tries) <= 5
    assert all(later - sooner >= PAUSE for sooner, later in pairwise(tries))
    assert "could not be replaced by a snapshot yet" in str(store.trouble)
    assert read_folder(tmp_path).get("notes", "note") == store.get("notes", "note")
    disk.faults.clear()
    for _ in range(1000):
        write(store, 1)
        store.wait()
        if not str(store.trouble):
            break
    assert str(store.trouble) == ""
    store.close()
    assert capfd.readouterr() == ("", "")


def test_however_often_it_fails_it_is_tried_again_within_so_many_steps() -> None:
    tried: list[int] = []

    def fails(step: int) -> Callable[[], None]:
        def compact() -> None:
            tried.append(step)
            raise MemoryError

        return compact

    compaction = Compaction(lambda: None)
    for step in range(6 * LONGEST):
        compaction._compact = fails(step)
        compaction.begin(step)
        compaction.wait()
    pauses = [later - sooner for sooner, later in pairwise(tried)]
    assert pauses == [min(PAUSE * 2**turn, LONGEST) for turn in range(len(pauses))]
    assert str(compaction.trouble) == "The journal could not be replaced by a snapshot yet: MemoryError"
    compaction._compact = lambda: None
    compaction.begin(tried[-1] + LONGEST)
    compaction.wait()
    assert str(compaction.trouble) == ""
