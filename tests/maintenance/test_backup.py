"""`pos backup`: one file that holds a store as it stood at one moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos.stores.embedded import backup as backing_up
from pos.stores.embedded.backup_file import packed as packed_archive
from pos.stores.embedded.damage import FORMAT
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from tests.maintenance.forging import members, packed
from tests.maintenance.support import DAY, LATER, Shell, content, receipts, sell, till_at
from tests.other_user import give_away
from tests.till.support import NOON, TEA

HERE = Path(__file__).resolve().parents[2]


def test_a_backup_is_one_private_file_and_says_what_it_holds(shop: Path, shell: Shell) -> None:
    file = shop.parent / "shop.tar.gz"
    told = shell("backup", file, "--store", shop)
    sequence = read_folder(shop).sequence
    assert told == f"{file} holds the store up to step {sequence}: 4 orders, 1 closed day.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.startswith("shop.")] == ["shop.tar.gz"]
    manifest = json.loads(members(file)["manifest.json"])
    assert (manifest["tillkey"], manifest["sequence"], manifest["orders"], manifest["days"]) == (FORMAT, sequence, 4, 1)


def test_a_file_that_is_there_is_not_overwritten_but_by_force(shop: Path, backup: Path, shell: Shell) -> None:
    before = backup.read_bytes()
    refused = shell.refused("backup", backup, "--store", shop)
    assert refused.startswith("pos: backup_exists: ")
    assert backup.read_bytes() == before
    sell(shop, (TEA, "cash"), now=LATER)
    shell("backup", backup, "--force", "--store", shop)
    assert json.loads(members(backup)["manifest.json"])["orders"] == 5


@pytest.mark.parametrize(
    "target",
    [
        "shop/store.json",
        "shop/new.tar.gz",
        "shop/days/../lock",
        "shop/days/new.tar.gz",
        "shop/before-repair-1/new.tar.gz",
        "other/store.json",
        "other/journal-000000000000.ndjson",
        "link/store.json",
        "link/new.tar.gz",
        "a-link",
        "a-file",
        "shop/link-to-outside",
        "shop",
    ],
)
@pytest.mark.parametrize("relative", [False, True])
def test_no_backup_is_written_into_a_store(
    shop: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, target: str, *, relative: bool
) -> None:
    """Neither into its own nor into another one: by its name, through links, or over a second name of its file."""
    place = shop.parent
    open_store(place / "other").close()
    (shop / "before-repair-1").mkdir()
    (place / "link").symlink_to("shop")
    (place / "a-link").symlink_to("shop/store.json")
    (place / "a-file").hardlink_to(shop / "store.json")
    (shop / "link-to-outside").symlink_to(place / "elsewhere.tar.gz")
    before = content(place)
    monkeypatch.chdir(shop / "days")
    file = Path("../..") / target if relative else place / target
    refused = shell.refused("backup", file, "--force", "--store", shop)
    assert refused.startswith("pos: backup_unusable: ")
    assert content(place) == before


def test_a_backup_over_another_leaves_the_old_one_until_the_new_one_is_whole(
    shop: Path, backup: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = backup.read_bytes()
    sell(shop, (TEA, "cash"), now=LATER)

    def rotten(*arguments: object) -> Iterator[bytes]:
        data = bytearray(b"".join(packed_as_ever(*arguments)))
        data[len(data) // 2] ^= 1
        yield bytes(data)

    packed_as_ever: Callable[..., Iterator[bytes]] = packed_archive
    with monkeypatch.context() as patch:
        patch.setattr(backing_up, "packed", rotten)
        refused = shell.refused("backup", backup, "--force", "--store", shop)
    assert "what was written cannot be read again" in refused
    assert str(backup) in refused
    (shop / f"days/{DAY}.json").rename(shop / "days/aside.json")
    assert shell.refused("backup", backup, "--force", "--store", shop).startswith("pos: store_")
    assert backup.read_bytes() == old
    assert [path.name for path in backup.parent.iterdir() if path.name.startswith(backup.name)] == [backup.name]


def test_a_backup_is_not_lost_to_a_store_that_began_in_the_shop_s_place(
    tmp_path: Path, shop: Path, backup: Path, shell: Shell
) -> None:
    """As when the disk with the shop was not there, and every night the same file is overwritten."""
    begun = tmp_path / "begun"
    till_at(begun).close()
    before = backup.read_bytes()
    told = shell.refused("backup", backup, "--store", begun, "--force")
    assert told.startswith("pos: backup_exists: ")
    assert f"{backup} is a backup up to step {read_folder(shop).sequence}, and this store has only come to step" in told
    assert backup.read_bytes() == before
    shell("backup", backup, "--store", shop, "--force")
    shell("restore", backup, "--store", tmp_path / "back")
    shell("backup", backup, "--store", tmp_path / "back", "--force")
    backup.write_bytes(before[:-100])
    shell("backup", backup, "--store", begun, "--force")


def test_a_backup_is_not_lost_to_another_shop_s_store(
    tmp_path: Path, shop: Path, backup: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which has come as far, and whose receipts have the same numbers."""
    other = tmp_path / "other"
    for minute in range(8):
        sell(other, (TEA, "cash"), now=NOON.replace(hour=9, minute=minute))
    assert read_folder(other).sequence >= read_folder(shop).sequence
    before = backup.read_bytes()
    told = shell.refused("backup", backup, "--store", other, "--force")
    assert told == (
        f"pos: backup_exists: {backup} is another store's backup: it begins with the receipt 1-1-1 of "
        f"2026-11-22T12:00:00+00:00, which is not in the store {other}. Nothing was overwritten. Name another file.\n"
    )
    assert backup.read_bytes() == before
    with monkeypatch.context() as patch:
        # As earlier versions made them.
        patch.setattr(backing_up, "_first", lambda store: None)
        shell("backup", backup, "--store", shop, "--force")
    shell("backup", backup, "--store", other, "--force")


def test_a_newer_backup_is_not_overwritten_even_by_force(shop: Path, backup: Path, shell: Shell) -> None:
    contents = members(backup)
    manifest = json.loads(contents["manifest.json"]) | {"tillkey": FORMAT + 1}
    packed(backup, {**contents, "manifest.json": json.dumps(manifest).encode()})
    before = backup.read_bytes()
    refused = shell.refused("backup", backup, "--force", "--store", shop)
    assert refused.startswith(f"pos: backup_exists: {backup} is a backup by a newer Tillkey.")
    assert backup.read_bytes() == before


def test_a_link_is_neither_followed_nor_replaced_by_a_backup(shop: Path, shell: Shell) -> None:
    link = shop.parent / "latest.tar.gz"
    for target in ("gone.tar.gz", "there.txt"):
        (shop.parent / "there.txt").write_text("mine")
        link.symlink_to(target)
        assert "it is a link" in shell.refused("backup", link, "--force", "--store", shop)
        assert link.is_symlink()
        assert not (shop.parent / "gone.tar.gz").exists()
        link.unlink()
    assert (shop.parent / "there.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["x" * 256, "loop/b.tar.gz"])
def test_a_name_that_cannot_be_looked_at_is_told_as_one_that_cannot_be_written(
    name: str, shop: Path, shell: Shell
) -> None:
    (shop.parent / "loop").symlink_to("loop")
    refused = shell.refused("backup", shop.parent / name, "--store", shop)
    assert refused.startswith("pos: backup_unusable: ")


def test_a_backup_is_written_beside_a_store_and_over_what_is_no_store_s(shop: Path, shell: Shell) -> None:
    for name in ("days/22.tar.gz", "shop.json", "store.tar.gz"):
        file = shop.parent / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
        shell("backup", file, "--force", "--store", shop)
        assert json.loads(members(file)["manifest.json"])["orders"] == 4


def test_a_backup_that_cannot_be_written_leaves_nothing(shop: Path, shell: Shell) -> None:
    refused = shell.refused("backup", shop.parent / "none" / "b.tar.gz", "--store", shop)
    assert refused.startswith("pos: backup_unusable: ")
    (shop / f"days/{DAY}.json").write_bytes(b"junk")
    refused = shell.refused("backup", shop.parent / "b.tar.gz", "--store", shop)
    assert refused.startswith("pos: store_damaged: ")
    assert [path.name for path in shop.parent.iterdir() if path.name.startswith("b.")] == []


def test_backups_are_whole_while_a_second_process_sells(tmp_path: Path, shell: Shell) -> None:
    shop = tmp_path / "shop"
    command = [sys.executable, "-m", "tests.maintenance.seller", str(shop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=HERE, text=True) as seller:
        assert seller.stdout is not None
        assert seller.stdout.readline() == "selling\n"
        for number in range(6):
            shell("backup", tmp_path / f"{number}.tar.gz", "--store", shop)
            assert [check for check in examine(shop) if not check.ok] == []
        assert seller.poll() is None
        seller.kill()
    sold, seen = receipts(shop), 0
    for number in range(6):
        folder = tmp_path / f"restored-{number}"
        shell("restore", tmp_path / f"{number}.tar.gz", "--store", folder)
        found = receipts(folder)
        assert found == sold[: len(found)]
        assert len(found) >= max(seen, 10)
        seen = len(found)
    assert seen > len(receipts(tmp_path / "restored-0"))


def test_a_backup_is_never_written_over_another_user_s_file_or_a_pipe(
    shop: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, pipe = shop.parent / "theirs.tar.gz", shop.parent / "pipe.tar.gz"
    os.mkfifo(pipe)
    assert "not a file" in shell.refused("backup", pipe, "--force", "--store", shop)
    theirs.write_bytes(b"theirs")
    give_away(theirs, monkeypatch)
    assert "theirs.tar.gz belongs to " in shell.refused("backup", theirs, "--force", "--store", shop)
    assert theirs.read_bytes() == b"theirs"
