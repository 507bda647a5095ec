"""`pos restore`: a store that is made from a backup, whole or not at all, and never over another."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import zlib
from pathlib import Path

import pytest

from pos.stores.embedded import restore as restoring
from pos.stores.embedded.damage import FORMAT
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from tests.maintenance.forging import members
from tests.maintenance.support import DAY, LATER, Shell, content, part_paid, receipts, sell, till_at
from tests.stores.samples import FaultyDisk, fault
from tests.till.support import NOON, TEA


def packed(file: Path, contents: dict[str, bytes | None]) -> Path:
    """An archive of these members; None: a symbolic link to /etc/passwd."""
    with tarfile.open(file, "w:gz") as archive:
        for name, data in contents.items():
            info = tarfile.TarInfo(name)
            if data is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            info.size = len(data or b"")
            archive.addfile(info, io.BytesIO(data or b""))
    return file


def test_a_restored_store_has_everything_passes_the_doctor_and_begins_a_new_series(
    shop: Path, backup: Path, shell: Shell
) -> None:
    folder = shop.parent / "deep" / "restored"
    told = shell("restore", backup, "--store", folder)
    assert told.endswith(": 4 orders, 1 closed day. Receipts begin a new series.\n")
    assert [check for check in examine(folder) if not check.ok] == []
    assert receipts(folder) == receipts(shop)
    assert {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()} == {0o600}
    assert [path.name for path in folder.parent.iterdir()] == ["restored"]
    sell(folder, (TEA, "cash"), now=LATER)
    sell(folder, (TEA, "cash"), now=LATER, lane="2")
    sell(folder, (TEA, "cash"), now=LATER, lane="new")
    assert receipts(folder)[4:] == ["1-2-1", "2-2-1", "new-2-1"]
    assert [check for check in examine(folder) if not check.ok] == []


def test_a_restored_store_takes_up_what_was_open(shop: Path, backup: Path, shell: Shell) -> None:
    folder = shop.parent / "restored"
    folder.mkdir()
    shell("restore", backup, "--store", folder)
    till = till_at(folder, LATER)
    assert [held.sale.ticket for held in till.checking()] == [
        held.sale.ticket for held in read_folder(shop).open_reservations()
    ]
    till.close()


def test_a_copy_of_a_restored_store_begins_yet_another_series(shop: Path, backup: Path, shell: Shell) -> None:
    first, second, file = (shop.parent / name for name in ("first", "second", "again.tar.gz"))
    shell("restore", backup, "--store", first)
    sell(first, (TEA, "cash"), now=LATER)
    shell("backup", file, "--store", first)
    shell("restore", file, "--store", second)
    sell(second, (TEA, "cash"), now=LATER.replace(hour=20))
    assert receipts(second)[4:] == ["1-2-1", "1-3-1"]
    assert [check for check in examine(second) if not check.ok] == []


def test_no_store_is_restored_into_another_one(shop: Path, backup: Path, shell: Shell) -> None:
    (shop.parent / "link").symlink_to("shop")
    before = content(shop.parent)
    for folder in (shop / "new", shop / "days" / "new", shop.parent / "link" / "new"):
        assert "lies in the store" in shell.refused("restore", backup, "--store", folder)
    assert content(shop.parent) == before


def test_a_store_is_restored_where_a_link_leads(shop: Path, backup: Path, shell: Shell) -> None:
    (shop.parent / "disk" / "shop").mkdir(parents=True)
    (shop.parent / "link").symlink_to("disk/shop")
    shell("restore", backup, "--store", shop.parent / "link")
    assert receipts(shop.parent / "disk" / "shop") == receipts(shop)


def test_a_backup_is_not_refused_for_the_place_that_it_is_put_back_to(shop: Path, backup: Path, shell: Shell) -> None:
    share = shop.parent / "share"
    share.mkdir()
    share.chmod(0o777)
    told = shell("restore", backup, "--store", share / "shop", code=1)
    assert f"everybody may put another folder in its place: say chmod o-w {share}" in told
    assert receipts(share / "shop") == receipts(shop)


def test_a_store_is_restored_under_a_name_as_long_as_a_name_may_be(shop: Path, backup: Path, shell: Shell) -> None:
    folder = shop.parent / ("s" * 255)
    shell("restore", backup, "--store", folder)
    assert receipts(folder) == receipts(shop)


@pytest.mark.parametrize("fixed", ["mounted", "in a folder of another's"])
def test_a_folder_that_cannot_be_replaced_is_refused_with_what_to_name(
    fixed: str, shop: Path, backup: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop.parent / "volume"
    folder.mkdir()
    access = os.access
    if fixed == "mounted":
        monkeypatch.setattr("os.path.ismount", lambda path: path == folder)
    else:
        monkeypatch.setattr("os.access", lambda path, *rest: path != folder.parent and access(path, *rest))
    refused = shell.refused("restore", backup, "--store", folder)
    assert refused.endswith(f"Name one in it that is not there yet: --store {folder / 'store'}.\n")
    assert [*folder.iterdir()] == []
    shell("restore", backup, "--store", folder / "store")


def test_a_store_is_never_restored_over_another(shop: Path, backup: Path, shell: Shell) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    for folder in (shop, backup):
        assert shell.refused("restore", backup, "--store", folder).startswith("pos: store_not_empty: ")
    assert {path: path.read_bytes() for path in shop.rglob("*") if path.is_file()} == before


def unpacks_to(data: bytes, content: bytes) -> bool:
    """Whether a file is as good as whole: a run of equal bytes can be written in more than one way."""
    try:
        return gzip.decompress(data) == content
    except (OSError, EOFError, zlib.error):
        return False


def test_a_damaged_backup_makes_nothing(shop: Path, backup: Path, shell: Shell) -> None:
    whole = backup.read_bytes()
    file, folder = shop.parent / "bad.tar.gz", shop.parent / "restored"
    places = (*range(4), *range(10, len(whole), len(whole) // 40))
    flipped = [whole[:place] + bytes((whole[place] ^ 0xFF,)) + whole[place + 1 :] for place in places]
    harmful = [data for data in flipped if not unpacks_to(data, gzip.decompress(whole))]
    assert len(harmful) > 40
    for data in (*harmful, *(whole[:place] for place in places), whole[:-1], b""):
        file.write_bytes(data)
        refused = shell.refused("restore", file, "--store", folder)
        assert refused.startswith("pos: backup_unusable: ")
        assert not folder.exists()
    assert shell.refused("restore", shop.parent / "none", "--store", folder).startswith("pos: backup_unusable: ")
    assert [path.name for path in shop.parent.iterdir() if "restor" in path.name] == []


@pytest.mark.parametrize(
    "more",
    [
        {"../outside": b"x"},
        {"/tmp/outside": b"x"},
        {"days/../../outside.json": b"x"},
        {"days/a.json": None},
        {"store.json": b"twice"},
        {"days/2026-01-01.json": b"not in the list"},
        {"manifest.json": b"[]"},
        {"manifest.json": b"junk"},
    ],
)
def test_a_member_that_does_not_belong_into_it_is_refused(
    shop: Path, backup: Path, shell: Shell, more: dict[str, bytes | None]
) -> None:
    folder = shop.parent / "restored"
    contents: dict[str, bytes | None] = dict(members(backup))
    file = packed(shop.parent / "bad.tar.gz", contents)
    shell("restore", file, "--store", shop.parent / "control")
    if "store.json" in more:
        with tarfile.open(file, "w:gz") as archive:
            for name, data in (*members(backup).items(), *more.items()):
                info = tarfile.TarInfo(name)
                info.size = len(data or b"")
                archive.addfile(info, io.BytesIO(data or b""))
    else:
        packed(file, contents | more)
    before = sorted(path for path in shop.parent.rglob("*"))
    assert shell.refused("restore", file, "--store", folder).startswith("pos: backup_unusable: ")
    assert sorted(path for path in shop.parent.rglob("*")) == before


def test_a_changed_member_and_a_missing_one_are_found(shop: Path, backup: Path, shell: Shell) -> None:
    contents = members(backup)
    day = f"days/{DAY}.json"
    for changed in (contents | {day: contents[day] + b" "}, {name: contents[name] for name in contents if name != day}):
        file = packed(shop.parent / "bad.tar.gz", dict(changed))
        refused = shell.refused("restore", file, "--store", shop.parent / "restored")
        assert "its members are not those that it lists" in refused


def test_a_newer_backup_is_refused(shop: Path, backup: Path, shell: Shell) -> None:
    contents = members(backup)
    manifest = json.loads(contents["manifest.json"]) | {"tillkey": FORMAT + 1}
    file = packed(shop.parent / "new.tar.gz", {**contents, "manifest.json": json.dumps(manifest).encode()})
    refused = shell.refused("restore", file, "--store", shop.parent / "restored")
    assert "was written by a newer Tillkey" in refused


@pytest.mark.parametrize("step", ["replace", "rename"])
def test_a_restore_that_fails_leaves_nothing_and_can_be_made_again(
    shop: Path, backup: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    folder = shop.parent / "restored"
    left = folder.with_name(".restored.restoring")
    left.mkdir()
    (left / "half").touch()
    with monkeypatch.context() as patch:
        if step == "replace":
            disk = FaultyDisk()
            disk.faults["replace"] = fault(28)
            patch.setattr(restoring, "Disk", lambda: disk)
        else:
            patch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(fault(28)))
        assert shell.refused("restore", backup, "--store", folder).startswith("pos: store_unusable: ")
    assert not folder.exists()
    assert not left.exists()
    left.mkdir()
    (left / "half").touch()
    shell("restore", backup, "--store", folder)
    assert not (folder / "half").exists()


def test_a_part_payment_in_a_backup_is_no_charge_without_an_order(tmp_path: Path, shell: Shell) -> None:
    part_paid(tmp_path / "shop", NOON)
    shell("backup", tmp_path / "b.tar.gz", "--store", tmp_path / "shop")
    shell("restore", tmp_path / "b.tar.gz", "--store", tmp_path / "restored")


def test_a_restore_is_built_where_nobody_was_before(
    shop: Path, backup: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's folder and link of the names that were given before are let be, and nothing is put into them."""
    planted, mine = shop.parent / ".restored.restoring", shop.parent / "mine"
    mine.mkdir()
    planted.symlink_to(mine)
    (shop.parent / ".restored.0123456789abcdef.restoring").symlink_to(mine)
    shell("restore", backup, "--store", shop.parent / "restored")
    assert list(mine.iterdir()) == []
    assert planted.is_symlink()


def test_what_killed_restores_left_goes_with_the_next_one_s_start(shop: Path, backup: Path, shell: Shell) -> None:
    left = [shop.parent / name for name in (".restored.restoring", ".restored.0123456789abcdef.restoring")]
    kept = [shop.parent / name for name in (".other.restoring", ".restored.0123.restoring", "restored.restoring")]
    for folder in (*left, *kept):
        folder.mkdir()
        (folder / "half").touch()
    shell("restore", backup, "--store", shop.parent / "restored")
    assert [folder.exists() for folder in (*left, *kept)] == [False, False, True, True, True]
