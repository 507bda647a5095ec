"""`pos restore` of a backup with right checksums that a hostile hand made: one sentence, and nothing is changed."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pos.stores.embedded import backup_file as archive
from pos.stores.embedded.doctor import examine
from tests.maintenance import forging
from tests.maintenance.forging import Members, Raw, Tables, forged, packed, put_in_place, with_snapshot
from tests.maintenance.support import DAY, Shell, sell
from tests.till.support import NOON, TEA

Edit = Callable[[Tables], object]


def refused(shell: Shell, file: Path, place: Path) -> str:
    """What is said of a backup that is not put back; nothing is left behind, not even the folder above."""
    before = sorted(place.rglob("*"))
    told = shell.refused("restore", file, "--store", place / "deep" / "restored")
    assert told.startswith("pos: backup_unusable: The backup ")
    assert told.endswith("Nothing was changed.\n")
    assert told.count("\n") == 1
    assert told[:-1].isprintable()
    assert "Traceback" not in told
    assert len(told) < 1000
    assert sorted(place.rglob("*")) == before
    return told


def row(table: str, **fields: Any) -> Edit:
    """Give the first record of a table other fields; None takes one away."""

    def edit(tables: Tables) -> None:
        first = next(iter(tables[table].values()))
        first.update(fields)

    return edit


def sale(**fields: Any) -> Edit:
    """Give the sale of the open day's first order other fields."""
    return lambda tables: next(iter(tables["orders"].values()))["sale"].update(fields)


def put(table: str, row_id: str, record: Any) -> Edit:
    return lambda tables: tables.setdefault(table, {}).update({row_id: record})


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (row("lanes", series="first"), "lanes: “1” cannot be understood"),
        (row("lanes", last=-1), "lanes: “1” cannot be understood"),
        (row("lanes", last=2**63), "lanes: “1” cannot be understood"),
        (put("lanes", "9", {"key": "a/b", "series": 1, "last": 0}), "lanes: “a/b” cannot be understood"),
        (put("lanes", "9", {"key": "\x1b[2J", "series": 1, "last": 0}), r"lanes: “\x1b[2J” cannot be understood"),
        (put("tickets", "9", {"key": "9", "next": "many"}), "tickets: “9” cannot be understood"),
        (put("held", "9", {"key": "Ada", "ticket": "1-1", "cart": {}}), "held: “Ada” cannot be understood"),
        (put("held", "9", {"key": "Ada", "ticket": "1-1", "at": 5, "cart": {}}), "held: “Ada” cannot be understood"),
        (put("carts", "9", {"key": "M1", "lines": "none"}), "carts: “M1” cannot be understood"),
        (row("orders", at="9999-12-31T23:59:59Z"), "orders: "),
        (row("orders", at="2026-11-22T12:00:00"), "orders: "),
        (row("orders", receipt="first"), "orders: "),
        (row("orders", lane="7"), "orders: "),
        (row("orders", receipt="1-1-999999999999"), "orders: "),
        (row("lanes", last=10**12 - 1), "lanes: “1” cannot be understood"),
        (put("tickets", "9", {"key": "9", "next": 10**12 - 1}), "tickets: “9” cannot be understood"),
        (row("orders", id="another"), "orders: "),
        (sale(currency="XXX"), "orders: "),
        (sale(total=Raw("9" * 4000)), "orders: "),
        (sale(total=Raw("9" * 5000)), "orders: "),
        (sale(total=Raw("1e400")), "orders: "),
        (sale(total=10**25), "orders: "),
        (sale(total=1.5), "orders: "),
        (sale(lines=Raw("[" * 100_000)), "orders: "),
        (put("notes", "1", {"deep": Raw("[" * 100_000 + "]" * 100_000)}), "notes: “1” cannot be understood"),
        (put("products", "1", Raw('{"key":"TEA","sku"}')), "products: “1” cannot be understood"),
        (put("products", "1", Raw('{"key":"TEA","sku":"TEA","sku":"TEA"}')), "products: “1” cannot be understood"),
        (put("products", "1", Raw('["TEA"]')), "store.json, line "),
        (put("products", "9", Raw('{"key":"TEA","sku":"TEA"}')), "store.json, line "),
        (put("products", "9" * 16, {"key": "X"}), "store.json, line "),
        (put("products", str(10**14), {"key": "X", "sku": "X", "name": "X", "price": 1}), "products: "),
        (row("products", price=10**13), "products: “TEA” cannot be understood"),
        (row("products", tax="none"), "products: “TEA” has the tax “none”, which there is not"),
        (row("products", sku="COFFEE"), "products: “TEA” cannot be understood"),
        (row("counters", held=True), "counters: “stock:TEA” cannot be understood"),
        (row("shop", timezone="Mars/Phobos"), "does not know the shop's time zone Mars/Phobos"),
        (row("shop", timezone="../../etc/passwd"), "does not know the shop's time zone ../../etc/passwd"),
        (row("shop", timezone="/etc/localtime"), "does not know the shop's time zone /etc/localtime"),
        (row("shop", timezone=""), "does not know the shop's time zone"),
        (row("shop", timezone="Europe"), "does not know the shop's time zone Europe"),
        (row("shop", timezone="\x1b[2J\ud800"), "does not know the shop's time zone"),
        (row("shop", currency="XXX"), "shop: “shop” cannot be understood"),
        (lambda tables: tables.pop("shop"), "shop: the record is missing"),
        (put("_tillkey", "2", {}), "store.json, line "),
        (row("days", key="../../../x"), "days: “../../../x” cannot be understood"),
        (row("days", orders="two"), f"days: “{DAY}” cannot be understood"),
        (row("days", receipts={"1-1": [1, "x"]}), f"days: “{DAY}” cannot be understood"),
        (row("days", checksum="00000000"), "is not the one that was written when the day was closed"),
    ],
)
def test_a_record_that_is_none_is_refused_by_name(
    whole: Members, tmp_path: Path, shell: Shell, edit: Edit, what: str
) -> None:
    file = forged(tmp_path / "b.tar.gz", with_snapshot(whole, edit))
    place = tmp_path / "place"
    place.mkdir()
    assert what in refused(shell, file, place)


def test_a_name_of_a_closed_day_leads_nowhere_else(whole: Members, tmp_path: Path, shell: Shell) -> None:
    """Also where the file is: outside the store it is not looked for."""
    (tmp_path / "x.json").write_bytes(whole[f"days/{DAY}.json"])
    folder = put_in_place(tmp_path / "a" / "store", with_snapshot(whole, row("days", key="../../../x")))
    told = shell("doctor", "--store", folder, code=1)
    assert "days: “../../../x” cannot be understood" in told
    for command in ("orders", "backup", "close-day"):
        more = [tmp_path / "b.tar.gz"] if command == "backup" else []
        assert "store_damaged" in shell.refused(command, *more, "--store", folder)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"sequence": "\x1b[2J\x1b]0;owned\x07"}, "the field sequence of its list"),
        ({"sequence": True}, "the field sequence of its list"),
        ({"sequence": Raw("9" * 4000)}, "the field sequence of its list"),
        ({"orders": 4.0}, "the field orders of its list"),
        ({"days": None}, "the field days of its list"),
        ({"made": "\x1b[31myesterday"}, "the field made of its list"),
        ({"made": "2026-11-22T12:00:00"}, "the field made of its list"),
        ({"made": 1764000000}, "the field made of its list"),
        ({"first": "1-1-1"}, "the field first of its list"),
        ({"first": ["1", "1-1-1"]}, "the field first of its list"),
        ({"first": ["1", "1-1-1", 1764000000]}, "the field first of its list"),
        ({"first": ["1", "1-1-1" * 1000, ""]}, "the field first of its list"),
        ({"first": ["1", "1-1-1\n", ""]}, "the field first of its list"),
        ({"tillkey": "2"}, "the field tillkey of its list"),
        ({"tillkey": -2}, "the field tillkey of its list"),
        ({"orders": 5}, "it holds other steps, orders or days than it says"),
        ({"days": 0}, "it holds other steps, orders or days than it says"),
        ({"sequence": 1}, "it holds other steps, orders or days than it says"),
        ({"made": Raw("1" * 5000)}, "its list of members cannot be read"),
        ({"made": Raw("[" * 100_000)}, "its list of members cannot be read"),
        ({"orders": Raw("NaN")}, "the field orders of its list"),
        ({"orders": Raw("1e400")}, "the field orders of its list"),
        ({"orders": Raw('4,"orders":4')}, "its list of members cannot be read"),
        ({"files": []}, "its members are not those that it lists"),
    ],
)
def test_a_list_of_members_that_is_none_is_refused(
    whole: Members, tmp_path: Path, shell: Shell, changes: dict[str, Any], what: str
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    assert what in refused(shell, forged(tmp_path / "b.tar.gz", whole, **changes), place)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("journal-{after}.ndjson", b"junk\n"),
        ("journal-{after}.ndjson", forging.line([1])),
        ("journal-{after}.ndjson", forging.line({"journal": "2", "after": 0})),
        ("journal-{after}.ndjson", forging.line({"journal": 2, "after": -1})),
        ("journal-{after}.ndjson", forging.line({"journal": 2, "after": Raw("9" * 5000)})),
        ("journal-{after}.ndjson", forging.line({"journal": 2, "after": Raw("[" * 100_000)})),
        ("gateway.ndjson", b'{"op":"asked","attempt":"a","amount":"9","decline_code":null,"brand":"v","last4":"1"}\n'),
        ("gateway.ndjson", b'{"op":"asked","attempt":["a"],"amount":9,"decline_code":null,"brand":"v","last4":"1"}\n'),
        ("gateway.ndjson", b'{"op":"card","token":5,"brand":"v","last4":"1"}\n'),
        ("gateway.ndjson", b'{"op":"voided","attempt":"a","amount":' + b"9" * 5000 + b"}\n"),
        ("gateway.ndjson", b"[" * 100_000 + b"\n"),
        ("gateway.ndjson", b'[{"op":"voided"}]\n'),
    ],
)
def test_other_files_that_are_none_are_refused(
    whole: Members, tmp_path: Path, shell: Shell, name: str, data: bytes
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    name = name.format(after=f"{forging.sequence_of(whole['store.json']):012}")
    assert name in whole
    refused(shell, forged(tmp_path / "b.tar.gz", {**whole, name: data}), place)


@pytest.mark.parametrize(
    "change",
    [
        ["products", 1.5, None],
        ["products", True, None],
        ["products", 0, None],
        ["products", "1", None],
        ["products", 2**63, {"key": "X"}],
        [5, 1, None],
        ["_tillkey", 1, None],
        ["products", 1, "TEA"],
        ["products", 1, None, None],
        ["products", 1, Raw("[" * 100_000)],
        ["products", 1, {"price": Raw("9" * 5000)}],
        ["products", 1],
    ],
)
def test_a_step_that_is_none_is_refused(whole: Members, tmp_path: Path, shell: Shell, change: Any) -> None:
    after = forging.sequence_of(whole["store.json"])
    name = f"journal-{after:012}.ndjson"
    place = tmp_path / "place"
    place.mkdir()
    file = forged(tmp_path / "b.tar.gz", {**whole, name: forging.journal(after, [change])}, sequence=after + 1)
    assert f"{name}, line 2: " in refused(shell, file, place)


@pytest.mark.parametrize("after", [10**11 + 1, 10**12 - 1, 2**63 - 1, 2**64])
def test_a_step_with_a_number_beyond_all_measure_is_refused(
    whole: Members, tmp_path: Path, shell: Shell, after: int
) -> None:
    """After it there would be no name for the next journal."""
    found = {name: data for name, data in whole.items() if not name.startswith("journal-")}
    found["store.json"] = forging.snapshot(forging.tables_of(whole["store.json"]), after)
    found[f"journal-{after % 10**12:012}.ndjson"] = forging.journal(after)
    place = tmp_path / "place"
    place.mkdir()
    refused(shell, forged(tmp_path / "b.tar.gz", found, sequence=after), place)


def test_figures_that_disagree_are_told_and_the_store_can_be_used(whole: Members, tmp_path: Path, shell: Shell) -> None:
    """It may be the last copy that a shop has."""
    file = forged(tmp_path / "b.tar.gz", with_snapshot(whole, row("counters", held=3)))
    told = shell("restore", file, "--store", tmp_path / "restored", code=1).splitlines()
    assert told[1].startswith("WRONG  held       stock:TEA: 3 held")
    assert "`pos doctor --repair`" in told[-1]
    sell(tmp_path / "restored", (TEA, "cash"), now=NOON.replace(day=23))
    shell("doctor", "--repair", "--store", tmp_path / "restored")
    assert all(check.ok for check in examine(tmp_path / "restored"))


def tar(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=form) as made:
        for info, data in members:
            made.addfile(info, io.BytesIO(data))
    return whole.getvalue()


def member(name: str, **fields: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize(
    "info",
    [
        member("store.json", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        member("store.json", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("store.json", type=tarfile.CHRTYPE, devmajor=1, devminor=5),
        member("store.json", type=tarfile.FIFOTYPE),
        member("store.json", type=tarfile.DIRTYPE),
        member("store.json", type=tarfile.GNUTYPE_SPARSE),
        member("days/a\nb.json"),
        member("days/\x1b[2J.json"),
        member("days/\u202e.json"),
        member("days/" + "9" * 60 + ".json"),
        member("journal-00000000000\u0663.ndjson"),
        member("STORE.JSON"),
    ],
)
def test_a_member_of_another_kind_or_name_is_refused(tmp_path: Path, shell: Shell, info: tarfile.TarInfo) -> None:
    place = tmp_path / "place"
    place.mkdir()
    file = tmp_path / "b.tar.gz"
    file.write_bytes(gzip.compress(tar((info, b""))))
    assert "does not belong into it" in refused(shell, file, place)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE])
def test_a_header_s_extension_is_refused_unread(tmp_path: Path, shell: Shell, kind: bytes) -> None:
    """One that claims gigabytes would be put into memory by a reader that believes it."""
    place = tmp_path / "place"
    place.mkdir()
    info = member("store.json", type=kind, size=6 * 1024**3)
    file = tmp_path / "b.tar.gz"
    file.write_bytes(gzip.compress(info.tobuf(tarfile.USTAR_FORMAT) + bytes(4096)))
    assert "does not belong into it" in refused(shell, file, place)


def test_what_unpacks_without_end_is_not_unpacked(
    whole: Members, backup: Path, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros come to a thousandth. Wherever they are, no more is read than a backup of the file's size may come to."""
    monkeypatch.setattr(archive, "FLOOR", 1024 * 1024)
    place = tmp_path / "place"
    place.mkdir()
    zeros = bytes(64 * 1024 * 1024)
    file = packed(tmp_path / "b.tar.gz", {**whole, "store.json": zeros})
    assert "it unpacks to far more than a backup does" in refused(shell, file, place)
    file.write_bytes(backup.read_bytes() + gzip.compress(zeros))
    assert "it unpacks to far more than a backup does" in refused(shell, file, place)
    file = packed(tmp_path / "b.tar.gz", {"manifest.json": zeros})
    assert "it unpacks to far more than a backup does" in refused(shell, file, place)


def test_what_the_disk_has_no_room_for_is_not_begun(
    backup: Path, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    usage = type("Usage", (), {"free": 5000})
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    told = shell.refused("restore", backup, "--store", place / "restored")
    assert "No space left on device" in told
    assert list(place.iterdir()) == []


def test_thousands_of_members_are_counted(
    whole: Members, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    many = {**whole, **{f"days/{number}.json": b"" for number in range(300)}}
    assert "not of the store" not in refused(shell, forged(tmp_path / "b.tar.gz", many, days=301), place)
    monkeypatch.setattr(archive, "_MOST", 100)
    assert "does not belong into it" in refused(shell, tmp_path / "b.tar.gz", place)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path, shell: Shell) -> None:
    place = tmp_path / "place"
    place.mkdir()
    os.mkfifo(tmp_path / "pipe")
    for file in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        refused(shell, file, place)


def test_a_backup_that_changes_while_it_is_read_is_refused(
    whole: Members, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    file = forged(tmp_path / "b.tar.gz", whole)
    other = forged(tmp_path / "other.tar.gz", with_snapshot(whole, row("products", price=1)))
    before = archive.verified

    def then_another(path: Path) -> archive.BackupContent:
        found = before(path)
        other.replace(path)
        return found

    monkeypatch.setattr("pos.stores.embedded.restore.verified", then_another)
    assert "it was changed while it was read" in refused(shell, file, place)


@pytest.mark.parametrize("command", [["orders"], ["orders", "--json"], ["doctor"], ["doctor", "--json"], ["run", "-"]])
def test_a_name_with_escapes_in_a_record_is_cleaned_wherever_it_is_shown(
    whole: Members, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """A name may be anything; what is shown of it is text."""
    evil = "\x1b[2J\x1b]0;owned\x07Tea\u202e\n"

    def edit(tables: Tables) -> None:
        row("products", name=evil)(tables)
        row("shop", name=evil)(tables)
        order = next(iter(tables["orders"].values()))["sale"]
        order["lines"][0]["name"] = evil
        order["payments"][0].update(brand=evil, last4="\x1b1")
        row("counters", held=7)(tables)

    folder = tmp_path / "restored"
    shell("restore", forged(tmp_path / "b.tar.gz", with_snapshot(whole, edit)), "--store", folder, code=1)
    monkeypatch.setattr("sys.stdin", io.StringIO("abandon\nTEA\npay cash\nprint\nprint 1-1-3\n"))
    out, err = shell.both(*command, "--store", folder, code=int(command[0] == "doctor"))
    assert all(line.isprintable() for line in (out + err).splitlines())
