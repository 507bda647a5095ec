"""The folder: who may open it, what is said when it cannot be used, and what a failed write leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.files import private_files
from pos.stores.embedded.store import open_store
from tests.stores.samples import NOW, crash, fill, journal, reservation, sale

HOLD = "import sys; from pathlib import Path; from pos.stores.embedded.store import open_store\n"
HOLD += "store = open_store(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"


def test_files_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "shop"
    store = fill(open_store(folder), A=1)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()} == {
        "store.json": 0o600,
        "journal-000000000001.ndjson": 0o600,
        "lock": 0o600,
    }
    store.close()


def test_a_second_writer_is_told_who(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with pytest.raises(TillError, match=f"process {os.getpid()}") as caught:
        open_store(tmp_path)
    assert caught.value.code == "store_in_use"
    store.close()
    store.close()
    open_store(tmp_path).close()


def test_a_dead_process_holds_no_lock(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(TillError) as caught:
            open_store(tmp_path)
        assert (caught.value.code, caught.value.details["pid"]) == ("store_in_use", holder.pid)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        open_store(tmp_path).close()


def test_a_refused_store_leaves_no_lock(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    good = journal(tmp_path).read_bytes()
    journal(tmp_path).write_bytes(b"junk\n" + good)
    with pytest.raises(TillError, match="line 1"):
        open_store(tmp_path)
    journal(tmp_path).write_bytes(good)
    open_store(tmp_path).close()


@pytest.mark.parametrize("path", ["file", "file/shop", "x" * 300])
def test_a_folder_that_cannot_be_made(tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(TillError) as caught:
        open_store(tmp_path / path)
    assert caught.value.code == "store_unusable"
    assert str(tmp_path / path) in caught.value.message
    assert "--store" in caught.value.message


@pytest.mark.parametrize("name", ["journal-000000000000.ndjson", "store.json", "lock"])
def test_a_folder_in_the_place_of_a_file(tmp_path: Path, name: str) -> None:
    open_store(tmp_path).close()
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    with pytest.raises(TillError, match=f"^{tmp_path / name} is a folder") as caught:
        open_store(tmp_path)
    assert (caught.value.code, caught.value.details["file"]) == ("store_unusable", str(tmp_path / name))


def test_a_closed_store_takes_no_more(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path), A=5)
    store.close()
    with pytest.raises(TillError, match="closed"):
        store.reserve(reservation("1", ("A", 1)))


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    private_files.replace_file(path, [b"one"])

    def chunks() -> Iterator[bytes]:
        yield b"tw"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        private_files.replace_file(path, chunks())
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [b"one"]


def test_what_a_crash_left_unfinished_is_taken_away(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path), A=5)
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    store.close_day("monday")
    crash(store)
    names = ("store.json", "journal-000000000009.ndjson", "days/tuesday.json", "torn-1.ndjson")
    for name in names:
        for ending in (".new", ".0123456789abcdef.new"):
            (tmp_path / f"{name}{ending}").write_bytes(b"half")
    open_store(tmp_path).close()
    assert list(tmp_path.rglob("*.new")) == []


def test_what_only_looks_like_it_is_let_be(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    (tmp_path / "days").mkdir(exist_ok=True)
    (tmp_path / "journal-000000000009.ndjson.new").mkdir()
    (tmp_path / "store.json.0123456789abcdef.new").symlink_to(tmp_path / "store.json")
    for name in ("notes.txt.new", "store.json.012345.new", "xstore.json.new", "days/notes.new", "days/a b.json.new"):
        (tmp_path / name).write_bytes(b"theirs")
    before = sorted(tmp_path.rglob("*.new"))
    open_store(tmp_path).close()
    assert sorted(tmp_path.rglob("*.new")) == before


def test_short_writes_are_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, pwrite = os.write, os.pwrite
    monkeypatch.setattr("pos.files.private_files.os.write", lambda handle, data: write(handle, bytes(data[:7])))
    monkeypatch.setattr(
        "pos.files.private_files.os.pwrite", lambda handle, data, at: pwrite(handle, bytes(data[:70]), at)
    )
    monkeypatch.setattr("pos.stores.embedded.journal.ROOM", 10_000)
    store = fill(open_store(tmp_path), A=5)
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    crash(store)
    store = open_store(tmp_path)
    assert store.notices == ()
    assert store.counter("A").on_hand == 4
    store.close()
