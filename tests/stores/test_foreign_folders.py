"""Where a store begins, and what of a folder is never touched: whatever has not exactly a store's own name."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from pos.bootstrap import is_shops_own, open_till
from pos.domain.errors import TillError
from pos.stores.embedded.layout import is_store, own_paths
from pos.stores.embedded.store import open_store
from tests.stores.samples import NOW, fill, reservation, sale

Seen = dict[str, tuple[int, bytes | str | None]]

OTHERS: dict[str, bytes] = {
    "thesis.new": b"a year's work",
    "store.json": b'{"name": "a shop of somebody else", "dependencies": {}}',
    "lock": b"31337\n",
    "days/monday plan.json.new": b"coffee",
    "bin/tool": b"#!/bin/sh\n",
    ".profile": b"",
    "journal-2026.ndjson": b"{}\n",
    "journal.ndjson": b'{"unit":"sshd"}\n',
    "gateway.ndjson": b"10.0.0.1\n",
}


def seen(folder: Path) -> Seen:
    """Everything in a folder: modes and contents."""
    found: Seen = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        content: bytes | str | None = str(path.readlink()) if path.is_symlink() else None
        if content is None and path.is_file():
            content = path.read_bytes()
        found[str(path.relative_to(folder))] = path.lstat().st_mode, content
    return found


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("name", OTHERS)
def test_a_folder_that_is_not_empty_is_refused_before_anything_is_touched(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, OTHERS[name])
    before = seen(tmp_path)
    with pytest.raises(TillError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "store_unusable"
    assert str(tmp_path) in caught.value.message
    for use in (is_shops_own, lambda folder: open_till(folder, training=True)):
        with pytest.raises(TillError, match="Nothing was touched"):
            use(tmp_path)
    assert seen(tmp_path) == before


def test_names_that_others_use_too_make_no_store(tmp_path: Path) -> None:
    for name, content in OTHERS.items():
        put(tmp_path, name, content)
    before = seen(tmp_path)
    with pytest.raises(TillError, match="is no store"):
        open_store(tmp_path)
    assert seen(tmp_path) == before


def test_a_link_to_a_disk_that_is_not_there_begins_no_store(tmp_path: Path) -> None:
    (tmp_path / "shop").symlink_to("stick/shop")
    with pytest.raises(TillError, match="is a link to a folder that is not there") as caught:
        open_store(tmp_path / "shop")
    assert caught.value.code == "store_unusable"
    (tmp_path / "stick/shop").mkdir(parents=True)
    open_store(tmp_path / "shop").close()


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    for name in ("d", "b", "a\x1b[31m", "c"):
        (tmp_path / name).touch()
    with pytest.raises(TillError) as caught:
        open_store(tmp_path)
    assert "b, c, …. Nothing was touched." in caught.value.message
    assert "\x1b" not in caught.value.message


@pytest.mark.parametrize(
    "name",
    [
        "lost+found/",
        ".DS_Store",
        ".Trash-1000/",
        "System Volume Information/",
        "$RECYCLE.BIN/",
        "Thumbs.db",
        "@eaDir/",
        ".stfolder/",
        ".dropbox",
        ".snapshot/",
        ".nfs000000000012ab3400000001",
    ],
)
def test_what_systems_put_into_a_folder_does_not_make_it_somebody_s(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir() if name.endswith("/") else path.touch()
    path.chmod(0o755)
    open_store(tmp_path).close()
    open_store(tmp_path).close()
    assert path.stat().st_mode & 0o777 == 0o755


def test_what_is_left_of_a_store_is_not_begun_anew(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path / "shop"), A=5)
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    store.close_day("monday")
    store.close()
    for path in (tmp_path / "shop").glob("*.*json"):
        path.unlink()
    before = seen(tmp_path)
    with pytest.raises(TillError, match=r"left of a store \(days, lock\)"):
        open_store(tmp_path / "shop")
    assert seen(tmp_path) == before


@pytest.mark.parametrize("name", ["new", "days", "before-repair-1/deep"])
def test_no_store_begins_in_another_one(tmp_path: Path, name: str) -> None:
    open_store(tmp_path / "shop").close()
    (tmp_path / "link").symlink_to("shop")
    before = seen(tmp_path)
    for inner in (tmp_path / "shop" / name, tmp_path / "link" / name, tmp_path / "x" / ".." / "link" / name):
        with pytest.raises(TillError, match=f"lies in the store {tmp_path / 'shop'}"):
            open_store(inner)
    assert seen(tmp_path) == before


def test_files_of_others_in_a_store_are_left_alone(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    store = fill(open_store(shop), A=5)
    store.commit(reservation("1", ("A", 1)), sale("1"), NOW)
    store.close_day("monday")
    store.close()
    names = [name for name in OTHERS if name not in ("store.json", "lock", "gateway.ndjson")]
    more = ("store.json.new.new", "torn-x.ndjson.new", "days/plan.txt.new")
    ours = [put(shop, name, OTHERS.get(name, b"mine")) for name in (*names, *more)]
    (shop / "link.new").symlink_to("/etc/passwd")
    (shop / "store.json.new").symlink_to("/etc/passwd")
    before = [seen(path.parent)[path.name] for path in ours]
    store = open_store(shop)
    store.compact()
    store.close()
    assert [seen(path.parent)[path.name] for path in ours] == before
    assert (shop / "link.new").is_symlink()
    assert not {*ours, shop / "link.new"} & {*own_paths(shop)}


def test_a_store_whose_books_are_damaged_is_still_one(tmp_path: Path) -> None:
    open_store(tmp_path / "shop").close()
    for gone in (("store.json",), ("journal-000000000000.ndjson",)):
        shop = Path(shutil.copytree(tmp_path / "shop", tmp_path / f"without-{gone[0]}"))
        (shop / gone[0]).unlink()
        (shop / "notes").touch()
        assert is_store(shop)
    for path in (tmp_path / "shop").glob("*json"):
        path.write_bytes(b"\0" * path.stat().st_size)
    assert is_store(tmp_path / "shop")


KILLED = """
import os, signal, sys
from pathlib import Path
from pos.stores.embedded.store import open_store
left, folder = int(sys.argv[1]), sys.argv[2]
def count(event, arguments):
    global left
    if event in ("open", "os.mkdir", "os.rename", "os.remove") and str(arguments[0]).startswith(folder):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
open_store(Path(folder)).close()
"""


def test_a_store_that_was_killed_as_it_began_begins_again(tmp_path: Path) -> None:
    ended = False
    for step in count():
        folder = tmp_path / f"{step}" / "shop"
        ran = subprocess.run([sys.executable, "-c", KILLED, str(step), str(folder)], check=False)
        ended = ran.returncode != -signal.SIGKILL
        store = fill(open_store(folder), A=5)
        assert store.commit(reservation("1", ("A", 1)), sale("1"), NOW).receipt == "T1-1-1"
        store.close()
        assert {path.name for path in folder.iterdir()} == {"lock", "store.json", "journal-000000000001.ndjson"}
        if ended:
            break
    assert step >= 5


def test_a_lock_of_another_program_is_no_beginning(tmp_path: Path) -> None:
    (tmp_path / "lock").touch(0o644)
    (tmp_path / "lock").chmod(0o644)
    with pytest.raises(TillError, match="not empty: lock"):
        open_store(tmp_path)
    assert (tmp_path / "lock").read_bytes() == b""


def test_a_till_that_is_refused_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    put(tmp_path, "thesis.new", b"a year's work")
    before = seen(tmp_path)
    with pytest.raises(TillError):
        asyncio.run(open_till(tmp_path).flush())
    assert seen(tmp_path) == before
