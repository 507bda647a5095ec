"""Whose the files of a store are: the doctor tells, and a repair does what it can."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pos.files.private_files import user_name
from pos.stores.embedded import permissions as owners
from pos.stores.embedded.doctor import FILES, examine, laws
from pos.stores.embedded.owner_check import owner_of
from tests.maintenance.support import Shell
from tests.other_user import ANOTHER, give_away


def faults(shop: Path) -> str:
    """What is said of the folder; empty if it is in order."""
    (found,) = (check for check in examine(shop) if check.name == "folder")
    return "" if found.ok else found.detail


def others_own(monkeypatch: pytest.MonkeyPatch, shop: Path, *paths: Path) -> None:
    """Let the store be another user's, but for some of its files, which are this one's."""
    if os.geteuid() == 0:
        for path in (shop, *shop.rglob("*")):
            if path not in paths:
                os.chown(path, ANOTHER, ANOTHER)
    else:
        for path in (each for each in (shop, *shop.rglob("*")) if each not in paths):
            give_away(path, monkeypatch)


def test_a_file_of_a_third_user_is_told(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(shop) == ""
    give_away(shop / "gateway.ndjson", monkeypatch)
    told = faults(shop)
    if os.geteuid() == 0:
        assert f"shop/store.json belongs to root, and the store to {ANOTHER}" in told
    else:
        assert told.startswith("shop belongs to ")


def test_who_else_may_write_is_told_apart_from_who_may_read(shop: Path) -> None:
    shop.chmod(0o770)
    (shop / "store.json").chmod(0o640)
    assert faults(shop) == "shop can be changed by others; shop/store.json can be read by others"


def test_a_folder_above_in_which_everybody_may_rename_is_told(shop: Path) -> None:
    shop.parent.chmod(0o1777)
    assert faults(shop) == ""
    shop.parent.chmod(0o777)
    assert faults(shop) == f"everybody may put another folder in its place: say chmod o-w {shop.parent}"
    above = shop.parent / "my shops"
    above.mkdir()
    above.chmod(0o777)
    assert faults(shop.rename(above / "shop")).endswith(f": say chmod o-w '{above}'")


def test_what_cannot_be_read_since_it_is_another_user_s_is_told_with_what_to_do(
    shop: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop / "store.json"
    give_away(path, monkeypatch)
    access = os.access
    monkeypatch.setattr(os, "access", lambda at, mode, **rest: at != path and access(at, mode, **rest))
    told = shell("doctor", "--store", shop, code=1)
    assert [line.split()[1] for line in told.splitlines() if "WRONG" in line] == ["folder", *FILES, *laws()]
    assert "belongs to " in told
    refused = shell.refused("doctor", "--repair", "--store", shop)
    assert refused.startswith("pos: store_unusable: store.json belongs to ")
    assert f": as root, say chown {user_name(owner_of(shop))} {path}\n" in refused


def test_root_gives_back_what_root_made_and_nothing_else(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, linked = shop / "store.json", shop / "gateway.ndjson"
    (shop.parent / "passwords").hardlink_to(linked)
    day = next((shop / "days").iterdir())
    others_own(monkeypatch, shop, made, linked, day)
    done = owners.make_private(shop)
    if os.geteuid() == 0:
        assert [line.partition(" belongs to ")[::2] for line in done] == [
            (f"shop/days/{day.name}", f"{ANOTHER} again."),
            ("gateway.ndjson", f"root: as root, say chown {ANOTHER} {linked}"),
            ("shop/store.json", f"{ANOTHER} again."),
        ]
        assert {path.stat().st_uid for path in (made, day)} == {ANOTHER}
        assert linked.stat().st_uid == 0
    else:
        assert done == []


def test_a_repair_never_goes_by_way_of_a_link(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of days becomes a link to another one after it was looked at."""
    outside, day = shop.parent / "outside", next((shop / "days").iterdir())
    (shop / "days").rename(outside)
    (outside / day.name).chmod(0o644)
    seen = [shop, shop / "days" / day.name]
    (shop / "days").symlink_to(outside)
    monkeypatch.setattr(owners, "own_paths", lambda folder: iter(seen))
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        owners.make_private(shop)
    assert (outside / day.name).stat().st_mode & 0o777 == 0o644


def test_a_disk_without_modes_is_told_once_and_hinders_no_repair(
    shop: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (shop, *shop.rglob("*")):
        path.chmod(0o777)
    found = shop.stat()
    monkeypatch.setattr(owners, "as_made_in", lambda folder: found)
    (folder,) = (check for check in examine(shop) if check.name == "folder")
    assert (folder.ok, folder.detail) == (True, "its disk keeps no modes: whoever may use it can read and change all")
    monkeypatch.setattr("os.fchmod", lambda *given: os.fstat(-1))
    assert "All is well." in shell("doctor", "--repair", "--store", shop)


def test_a_share_where_all_is_one_user_s_is_in_order(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = shop.stat().st_uid
    monkeypatch.setattr("os.geteuid", lambda: ANOTHER)
    monkeypatch.setattr("pos.stores.embedded.owner_check.new_owner", lambda folder: ANOTHER)
    assert faults(shop).startswith("shop belongs to ")
    monkeypatch.setattr("pos.stores.embedded.owner_check.new_owner", lambda folder: owner)
    assert faults(shop) == ""
