"""The files under cuts, flips and losses: what was acknowledged survives, what is damaged is named, never believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores import snapshot
from pos.stores.embedded import open_store
from tests.stores.samples import NOW, crash, fill, reservation, sale

STEPS = 4


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with one product and a few short steps after it, each a record and a change of the one before."""
    folder = tmp_path / "shop"
    store = fill(open_store(folder), A=5)
    for number in range(1, STEPS + 1):
        store.write({("notes", f"{number}"): {"n": number}, ("notes", "last"): {"n": number}})
    crash(store)
    return folder


def lines_of(folder: Path) -> list[bytes]:
    return (folder / "journal.ndjson").read_bytes().splitlines(keepends=True)


def refused(folder: Path) -> TillError:
    with pytest.raises(TillError) as caught:
        open_store(folder)
    assert caught.value.code == "store_damaged"
    assert str(caught.value.details["file"]) in caught.value.message
    return caught.value


def test_tail_cut_at_every_byte(shop: Path) -> None:
    lines = lines_of(shop)
    whole = b"".join(lines)
    ends = [sum(map(len, lines[: count + 1])) for count in range(STEPS + 1)]
    for cut in range(ends[0], len(whole) + 1):
        for leftover in shop.glob("torn-*"):
            leftover.unlink()
        (shop / "journal.ndjson").write_bytes(whole[:cut])
        survive = sum(end <= cut for end in ends) - 1
        rest = whole[ends[survive] : cut]
        store = open_store(shop)
        assert store.get("notes", "last") == ({"n": survive} if survive else None)
        assert len(store.keys("notes")) == (survive + 1 if survive else 0)
        assert [each.read_bytes() for each in shop.glob("torn-*")] == ([rest] if rest else [])
        assert len(store.notices) == bool(rest)
        assert all("torn-1.ndjson" in notice for notice in store.notices)
        crash(store)
        assert (shop / "journal.ndjson").read_bytes() == whole[: ends[survive]]


def test_selling_goes_on_after_a_torn_line(shop: Path) -> None:
    for number in (1, 2):
        with (shop / "journal.ndjson").open("ab") as file:
            file.write(b'{"crc":"0000')
        store = open_store(shop)
        assert store.notices
        assert f"torn-{number}.ndjson" in store.notices[0]
        assert store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW).receipt == f"T1-1-{number}"
        crash(store)
    store = open_store(shop)
    assert store.notices == ()
    assert store.counter("A").on_hand == 3
    store.close()


def test_a_flipped_byte_is_named_or_set_aside(shop: Path) -> None:
    lines = lines_of(shop)
    journal = shop / "journal.ndjson"
    for number in (1, 3):
        start = sum(map(len, lines[: number - 1]))
        for place in range(start, start + len(lines[number - 1])):
            data = bytearray(b"".join(lines))
            data[place] ^= 1
            journal.write_bytes(data)
            error = refused(shop)
            assert error.details == {"file": str(journal), "line": number}
            assert journal.read_bytes() == data
    data = bytearray(b"".join(lines))
    data[-10] ^= 1
    journal.write_bytes(data)
    store = open_store(shop)
    assert store.notices
    assert store.get("notes", "last") == {"n": STEPS - 1}
    store.close()


def test_every_flipped_byte_of_a_snapshot_is_found(shop: Path) -> None:
    whole = (shop / "store.json").read_bytes()
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1
        (shop / "store.json").write_bytes(data)
        assert refused(shop).details["file"] == str(shop / "store.json")


def test_an_edit_from_outside_is_not_believed(shop: Path) -> None:
    text = (shop / "store.json").read_text()
    (shop / "store.json").write_text(text.replace('"on_hand":5', '"on_hand":9'))
    assert "changed from outside" in refused(shop).message
    (shop / "store.json").write_text(text.replace('"on_hand":5', '"on_hand":'))
    assert refused(shop).details["line"] == next(
        number for number, line in enumerate(text.splitlines(), 1) if "on_hand" in line
    )
    (shop / "store.json").write_text('{"_default": {}}')
    assert "not written by Tillkey" in refused(shop).message


def lose_a_line(folder: Path) -> None:
    lines = lines_of(folder)
    (folder / "journal.ndjson").write_bytes(b"".join(lines[:2] + lines[3:]))


def double_a_line(folder: Path) -> None:
    lines = lines_of(folder)
    (folder / "journal.ndjson").write_bytes(b"".join(lines[:3] + lines[2:]))


def lose_the_journal(folder: Path) -> None:
    (folder / "journal.ndjson").unlink()


def lose_the_snapshot(folder: Path) -> None:
    (folder / "store.json").unlink()


def empty_the_journal(folder: Path) -> None:
    (folder / "journal.ndjson").write_bytes(b"")


def put_an_old_snapshot_back(folder: Path) -> None:
    old = (folder / "store.json").read_bytes()
    open_store(folder, replace_at=0).close()
    (folder / "store.json").write_bytes(old)


@pytest.mark.parametrize(
    ("harm", "file", "line"),
    [
        (lose_a_line, "journal.ndjson", 3),
        (double_a_line, "journal.ndjson", 4),
        (lose_the_journal, "journal.ndjson", 1),
        (empty_the_journal, "journal.ndjson", 1),
        (lose_the_snapshot, "store.json", 1),
        (put_an_old_snapshot_back, "store.json", 1),
    ],
)
def test_losses_are_named(shop: Path, harm: Callable[[Path], None], file: str, line: int) -> None:
    harm(shop)
    assert refused(shop).details == {"file": str(shop / file), "line": line}


def test_a_crash_between_snapshot_and_new_journal(shop: Path) -> None:
    old = (shop / "journal.ndjson").read_bytes()
    open_store(shop, replace_at=0).close()
    assert len(lines_of(shop)) == 1
    (shop / "journal.ndjson").write_bytes(old)
    for number in (1, 2):
        store = open_store(shop)
        assert store.notices == ()
        assert store.keys("notes") == ("1", "last", "2", "3", "4")
        assert store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW).receipt == f"T1-1-{number}"
        crash(store)


def test_a_journal_does_not_set_back_what_the_snapshot_has(shop: Path) -> None:
    early = b"".join(lines_of(shop)[:3])
    open_store(shop, replace_at=0).close()
    (shop / "journal.ndjson").write_bytes(early)
    store = open_store(shop)
    assert store.get("notes", "last") == {"n": STEPS}
    assert store.write({("notes", "last"): {"n": 9}})
    crash(store)
    store = open_store(shop)
    assert store.get("notes", "last") == {"n": 9}
    store.close()


def test_a_crash_in_a_load_leaves_all_or_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    store.write({("notes", "x"): {}})
    store.write({("notes", "x"): None})
    before = {name: (tmp_path / name).read_bytes() for name in ("store.json", "journal.ndjson")}
    fill(store, A=5)
    crash(store)
    (tmp_path / "journal.ndjson").write_bytes(before["journal.ndjson"])
    store = open_store(tmp_path)
    assert (store.keys("products"), store.counter("A").on_hand) == (("A",), 5)
    assert store.commit(reservation("1", ("A", 1)), sale("1"), NOW).receipt == "T1-1-1"
    crash(store)
    store = open_store(tmp_path)
    assert store.counter("A").on_hand == 4
    crash(store)
    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "store.json.new").write_bytes(b"half a snapsh")
    store = fill(open_store(tmp_path), B=1)
    assert store.keys("products") == ("B",)
    store.close()


def test_a_crash_while_an_empty_store_is_made(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    (tmp_path / "store.json").unlink()
    store = fill(open_store(tmp_path), A=1)
    store.close()
    assert snapshot.read(tmp_path / "store.json")[1] == 1


@pytest.mark.parametrize("file", ["store.json", "journal.ndjson"])
def test_a_newer_format_is_refused(shop: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old = (shop / "journal.ndjson").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("pos.stores.checks.FORMAT", 2)
        open_store(shop, replace_at=0).close()
    if file == "store.json":
        (shop / "journal.ndjson").write_bytes(old)
    with pytest.raises(TillError, match="newer Tillkey") as caught:
        open_store(shop)
    assert caught.value.code == "store_unusable"
    assert caught.value.details == {"file": str(shop / file)}


def test_a_short_journal_is_not_replaced(shop: Path) -> None:
    before = (shop / "store.json").read_bytes()
    open_store(shop).close()
    assert (shop / "store.json").read_bytes() == before
    assert len(lines_of(shop)) == STEPS + 1
