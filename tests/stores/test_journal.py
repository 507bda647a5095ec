"""The files under cuts, flips and losses: what was acknowledged survives, what is damaged is named, never believed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded import snapshot
from pos.stores.embedded.damage import FORMAT
from pos.stores.embedded.store import open_store
from tests.stores.samples import NOW, crash, fill, journal, reservation, sale

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
    """The lines of the journal, without the zeros behind them."""
    return journal(folder).read_bytes().rstrip(b"\0").splitlines(keepends=True)


def compact(folder: Path) -> None:
    store = open_store(folder)
    store.compact()
    store.close()


def refused(folder: Path) -> TillError:
    with pytest.raises(TillError) as caught:
        open_store(folder)
    assert caught.value.code == "store_damaged"
    assert str(caught.value.details["file"]) in caught.value.message
    return caught.value


@pytest.mark.parametrize("behind", [b"", bytes(4096)], ids=["end", "zeros"])
def test_tail_cut_at_every_byte(shop: Path, behind: bytes) -> None:
    lines = lines_of(shop)
    whole = b"".join(lines)
    ends = [sum(map(len, lines[: count + 1])) for count in range(STEPS + 1)]
    for cut in range(ends[0], len(whole) + 1):
        for leftover in shop.glob("torn-*"):
            leftover.unlink()
        journal(shop).write_bytes(whole[:cut] + behind)
        survive = sum(end <= cut for end in ends) - 1
        rest = whole[ends[survive] : cut]
        store = open_store(shop)
        assert store.get("notes", "last") == ({"n": survive} if survive else None)
        assert len(store.keys("notes")) == (survive + 1 if survive else 0)
        assert [each.read_bytes() for each in shop.glob("torn-*")] == ([rest] if rest else [])
        assert len(store.notices) == bool(rest)
        assert all("torn-1.ndjson" in str(notice) for notice in store.notices)
        crash(store)
        assert journal(shop).read_bytes().rstrip(b"\0") == whole[: ends[survive]]


def test_selling_goes_on_after_a_torn_line(shop: Path) -> None:
    for number in (1, 2):
        whole = b"".join(lines_of(shop))
        journal(shop).write_bytes(whole + b'{"crc":"0000' + bytes(1000))
        store = open_store(shop)
        assert store.notices
        assert f"torn-{number}.ndjson" in str(store.notices[0])
        assert store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW).receipt == f"T1-1-{number}"
        crash(store)
    store = open_store(shop)
    assert store.notices == ()
    assert store.counter("A").on_hand == 3
    store.close()


def test_every_flipped_byte_of_a_journal_is_named(shop: Path) -> None:
    whole = b"".join(lines_of(shop))
    path = journal(shop)
    for place in range(len(whole)):
        for bit in (1, 0x80):
            data = bytearray(whole + bytes(100))
            data[place] ^= bit
            path.write_bytes(data)
            error = refused(shop)
            assert error.details == {"file": str(path), "line": whole.count(b"\n", 0, place) + 1}
            assert path.read_bytes() == data


def test_a_last_line_of_which_some_sectors_were_not_written_is_set_aside(shop: Path) -> None:
    lines = lines_of(shop)
    whole, last = b"".join(lines[:-1]), lines[-1]
    for start in range(len(last) - 8):
        journal(shop).write_bytes(whole + last[:start] + bytes(8) + last[start + 8 :] + bytes(100))
        store = open_store(shop)
        assert store.notices
        assert store.get("notes", "last") == {"n": STEPS - 1}
        crash(store)


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
    journal(folder).write_bytes(b"".join(lines[:2] + lines[3:]))


def double_a_line(folder: Path) -> None:
    lines = lines_of(folder)
    journal(folder).write_bytes(b"".join(lines[:3] + lines[2:]))


def lose_the_journal(folder: Path) -> None:
    journal(folder).unlink()


def rename_the_journal(folder: Path) -> None:
    journal(folder).rename(folder / "journal-000000000007.ndjson")


def lose_the_snapshot(folder: Path) -> None:
    (folder / "store.json").unlink()


def empty_the_journal(folder: Path) -> None:
    journal(folder).write_bytes(b"")


def put_an_old_snapshot_back(folder: Path) -> None:
    old = (folder / "store.json").read_bytes()
    compact(folder)
    (folder / "store.json").write_bytes(old)


@pytest.mark.parametrize(
    ("harm", "file", "line"),
    [
        (lose_a_line, "journal-000000000001.ndjson", 3),
        (double_a_line, "journal-000000000001.ndjson", 4),
        (rename_the_journal, "journal-000000000007.ndjson", 1),
        (lose_the_journal, "journal-000000000000.ndjson", 1),
        (empty_the_journal, "journal-000000000001.ndjson", 1),
        (lose_the_snapshot, "store.json", 1),
        (put_an_old_snapshot_back, "store.json", 1),
    ],
)
def test_losses_are_named(shop: Path, harm: Callable[[Path], None], file: str, line: int) -> None:
    harm(shop)
    assert refused(shop).details == {"file": str(shop / file), "line": line}


@pytest.mark.parametrize("stop", ["rotated", "snapshot"])
def test_a_crash_within_a_compaction(shop: Path, stop: str) -> None:
    """After the new journal, and after the new snapshot, with the old journal still there."""
    old, path = journal(shop).read_bytes(), journal(shop)
    snapshot_before = (shop / "store.json").read_bytes()
    compact(shop)
    assert len(list(shop.glob("journal-*"))) == len(lines_of(shop)) == 1
    path.write_bytes(old)
    if stop == "rotated":
        (shop / "store.json").write_bytes(snapshot_before)
    for number in (1, 2):
        store = open_store(shop)
        assert store.notices == ()
        assert store.keys("notes") == ("1", "last", "2", "3", "4")
        assert store.commit(reservation(f"{number}", ("A", 1)), sale("1"), NOW).receipt == f"T1-1-{number}"
        crash(store)
    assert len(list(shop.glob("journal-*"))) == (2 if stop == "rotated" else 1)


def test_a_gap_between_two_journals_is_named(shop: Path) -> None:
    old, path = lines_of(shop), journal(shop)
    snapshot_before = (shop / "store.json").read_bytes()
    compact(shop)
    path.write_bytes(b"".join(old[:-1]))
    (shop / "store.json").write_bytes(snapshot_before)
    assert refused(shop).details == {"file": str(journal(shop)), "line": 1}


def test_a_journal_does_not_set_back_what_the_snapshot_has(shop: Path) -> None:
    early, path = b"".join(lines_of(shop)[:3]), journal(shop)
    compact(shop)
    journal(shop).unlink()
    path.write_bytes(early)
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
    before = {path: path.read_bytes() for path in (tmp_path / "store.json", journal(tmp_path))}
    fill(store, A=5)
    crash(store)
    journal(tmp_path).unlink()
    for path in list(before)[1:]:
        path.write_bytes(before[path])
    store = open_store(tmp_path)
    assert (store.keys("products"), store.counter("A").on_hand) == (("A",), 5)
    assert store.commit(reservation("1", ("A", 1)), sale("1"), NOW).receipt == "T1-1-1"
    crash(store)
    store = open_store(tmp_path)
    assert store.counter("A").on_hand == 4
    crash(store)
    journal(tmp_path).unlink()
    for path, data in before.items():
        path.write_bytes(data)
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


@pytest.mark.parametrize("newer", ["store.json", "journal"])
def test_a_newer_format_is_refused(shop: Path, newer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, path = journal(shop).read_bytes(), journal(shop)
    with monkeypatch.context() as patch:
        patch.setattr("pos.stores.embedded.damage.FORMAT", FORMAT + 1)
        compact(shop)
    file = journal(shop)
    if newer == "store.json":
        file.unlink()
        path.write_bytes(old)
        file = shop / "store.json"
    with pytest.raises(TillError, match="newer Tillkey") as caught:
        open_store(shop)
    assert caught.value.code == "store_unusable"
    assert caught.value.details == {"file": str(file)}


@pytest.mark.parametrize("sold", [0, 1])
def test_what_goes_on_in_a_newer_format_is_refused_by_an_older_program(
    tmp_path: Path, sold: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = tmp_path / "older"
    with monkeypatch.context() as older:
        older.setattr("pos.stores.embedded.damage.FORMAT", FORMAT - 1)
        store = fill(open_store(shop), A=5)
        for number in range(sold):
            store.commit(reservation(str(number), ("A", 1)), sale("1"), NOW)
        store.close()
    store = open_store(shop)
    assert len(tuple(store.orders())) == sold
    store.close()
    with monkeypatch.context() as older:
        older.setattr("pos.stores.embedded.damage.FORMAT", FORMAT - 1)
        with pytest.raises(TillError, match="newer Tillkey"):
            open_store(shop)
    store = open_store(shop)
    assert store.commit(reservation("next", ("A", 1)), sale("1"), NOW).receipt == f"T1-1-{sold + 1}"
    store.close()


def test_a_short_journal_is_not_replaced(shop: Path) -> None:
    before = (shop / "store.json").read_bytes()
    open_store(shop).close()
    assert (shop / "store.json").read_bytes() == before
    assert len(lines_of(shop)) == STEPS + 1


@pytest.mark.parametrize("name", ["Käse 🧀", "\ud800 half", '\x7f\u2028\n"\\', "日本"])
def test_any_text_is_kept_as_ascii_and_comes_back(tmp_path: Path, name: str) -> None:
    store = fill(open_store(tmp_path), A=5)
    sold = sale("1").model_copy(update={"member_name": name})
    order = store.commit(reservation("1", ("A", 1)), sold, NOW)
    assert order.sale.member_name == name
    crash(store)
    assert journal(tmp_path).read_bytes().isascii()
    store = open_store(tmp_path)
    assert store.order("ord_1") == order
    store.close()
