"""Whose a store's files are: one user's, who is never shut out by what root or somebody else does with them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from pos.domain.errors import TillError
from pos.files.private_files import sudo_as, user_name
from pos.ipc.socket_paths import channel_path
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.owner_check import owner_among
from pos.stores.embedded.repair import repair
from pos.stores.embedded.store import open_store
from tests.maintenance.support import LATER, Shell, sell
from tests.other_user import ANOTHER, as_the_other, be_root_in, give_all_away, give_away
from tests.till.support import TEA

FLOW = Path(__file__).resolve().parents[2] / "data/flows/plain-sale.pos"

Found = dict[str, tuple[int, int, int, bytes]]


@pytest.fixture
def home(made_shop: Path) -> Iterator[Path]:
    """A folder that every user of the machine can reach, with a copy of the shop in it."""
    place = Path(mkdtemp(prefix="tillkey-"))
    place.chmod(0o755)
    shutil.copytree(made_shop, place / "shop")
    yield place
    shutil.rmtree(place)


def found(folder: Path) -> Found:
    """Everything in a folder: owner, group, mode and content."""
    return {
        str(path.relative_to(folder)): (
            (stat := path.lstat()).st_uid,
            stat.st_gid,
            stat.st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder, *sorted(folder.rglob("*")))
    }


@pytest.mark.parametrize("command", [("close-day",), ("doctor", "--repair"), ("run", FLOW), ("serve", "--port", "0")])
def test_what_another_user_writes_never_shuts_the_owner_out(
    home: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, command: tuple[str | Path, ...]
) -> None:
    shop = home / "shop"
    with monkeypatch.context() as patch:
        give_all_away(shop, patch)
        before = found(shop)
        refused = shell.refused(*command, "--store", shop)
        assert refused.startswith("pos: store_unusable: ")
        assert f"The store {shop} belongs to " in refused
        assert refused.endswith(f", such as with {sudo_as(shop.stat().st_uid)}.\n")
        with pytest.raises(TillError, match="belongs to"):
            open_store(shop)
        assert found(shop) == before
    with as_the_other():
        sell(shop, (TEA, "cash"), now=LATER)
        store = open_store(shop)
        assert store.close_day("later") == "later"
        store.close()
    assert len({path.lstat().st_uid for path in shop.rglob("*")}) == 1


def test_others_may_look_and_back_up(home: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    give_all_away(home / "shop", monkeypatch)
    before = found(home / "shop")
    told, _ = shell.both("doctor", "--store", home / "shop", code=1 if os.getuid() else 0)
    if os.getuid():
        assert "shop belongs to " in told
    else:
        assert "All is well." in told
        shell("backup", home / "b.tar.gz", "--store", home / "shop")
        assert (home / "b.tar.gz").stat().st_uid == os.getuid()
    assert found(home / "shop") == before


def test_root_makes_nothing_in_a_user_s_home(home: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with sudo, which may leave HOME as it is: the user could not use it then."""
    shell("backup", home / "b.tar.gz", "--store", home / "shop")
    theirs = home / "theirs"
    theirs.mkdir()
    be_root_in(theirs, monkeypatch)
    inside = theirs / ".local/share/tillkey/store"
    told = [
        shell.refused("run", FLOW, "--store", inside),
        shell.refused("restore", home / "b.tar.gz", "--store", inside),
        shell.refused("settings", "--settings", theirs / ".config/settings.toml", "set", "screen.theme", "nord"),
    ]
    monkeypatch.setattr("pos.ipc.socket_paths.user_folder", lambda kind: theirs / "run" / "tillkey")
    with pytest.raises(TillError) as caught:
        channel_path(None, "1")
    for sentence in (*told, caught.value.message):
        assert f"{theirs} belongs to " in sentence
        assert "what root makes there" in sentence
        assert "Make room" not in sentence
    assert [*theirs.iterdir()] == []


def test_an_empty_folder_of_a_user_s_is_not_begun_by_root(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "new").mkdir()
    be_root_in(home / "new", monkeypatch)
    with pytest.raises(TillError, match="what root makes there"):
        open_store(home / "new")
    assert [*(home / "new").iterdir()] == []


def test_where_everything_is_one_user_s_anybody_writes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a stick or a share, whose files are told to be of the one who mounted it."""
    shop = home / "shop"
    give_all_away(shop, monkeypatch)
    monkeypatch.setattr("pos.stores.embedded.owner_check.new_owner", lambda folder: shop.stat().st_uid)
    if os.getuid():
        monkeypatch.setattr("os.geteuid", os.getuid)
    open_store(shop).close()


def test_files_that_root_made_earlier_are_given_back_by_root_alone(home: Path, shell: Shell) -> None:
    shop = home / "shop"
    if os.getuid():
        assert shell("doctor", "--repair", "--store", shop).splitlines()[-1] == "All is well."
        return
    for path in (shop, *shop.rglob("*")):
        os.chown(path, ANOTHER, ANOTHER)
    os.chown(shop / "store.json", 0, 0)
    refused = shell.refused("close-day", "--store", shop)
    assert f"store.json in the store {shop} belongs to root, and not to {ANOTHER}" in refused
    assert f"chown -R {ANOTHER} {shop}" in refused
    told = shell("doctor", "--repair", "--store", shop).splitlines()
    assert told[0] == f"shop/store.json belongs to {ANOTHER} again."
    assert told[1] == f"The rest is repaired by {ANOTHER}: say sudo -u '#{ANOTHER}' pos doctor --repair --store {shop}"
    assert told[-1] == "All is well."
    assert {path.lstat().st_uid for path in (shop, *shop.rglob("*"))} == {ANOTHER}
    with as_the_other():
        open_store(shop).close()


def test_what_root_left_that_no_till_needs_stops_nobody(home: Path, shell: Shell) -> None:
    shop = home / "shop"
    left = [shop / "before-repair-1", shop / "torn-1.ndjson", shop / "store.json.0123456789abcdef.new"]
    left[0].mkdir(mode=0o700)
    for path in left[1:]:
        path.touch(0o600)
    if os.getuid() == 0:
        for path in {shop, *shop.rglob("*")} - {*left}:
            os.chown(path, ANOTHER, ANOTHER)
    with as_the_other():
        sell(shop, (TEA, "cash"), now=LATER)
        if os.getuid() == 0:
            assert f"shop/before-repair-1 belongs to root, and the store to {ANOTHER}" in faults(shop)


def faults(shop: Path) -> str:
    """What the doctor says of the folder; empty if it is in order."""
    (check,) = (check for check in examine(shop) if check.name == "folder")
    return "" if check.ok else check.detail


def test_a_store_in_a_folder_of_root_s_is_whoever_s_files_are_in_it(home: Path, shell: Shell) -> None:
    """As in a volume of a container: the doctor takes it for the same user's as the till does."""
    shop = home / "shop"
    shop.chmod(0o777)
    if os.getuid() == 0:
        for path in shop.rglob("*"):
            os.chown(path, ANOTHER, ANOTHER)
        assert f"The store {shop} belongs to {ANOTHER}, and you are root" in shell.refused("close-day", "--store", shop)
    with as_the_other():
        sell(shop, (TEA, "cash"), now=LATER)
        assert faults(shop) == "shop can be changed by others"
        done = repair(shop)
        assert any(f"say chown {user_name(ANOTHER)} {shop}" in line for line in done) == (os.getuid() == 0)
        open_store(shop).close()


def test_a_store_that_is_all_root_s_is_root_s_wherever_it_lies(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a container that runs as root on a folder of the host's user's."""
    shop = home / "shop"
    give_away(shop, monkeypatch)
    if os.getuid() == 0:
        sell(shop, (TEA, "cash"), now=LATER)
        assert faults(shop) == f"shop belongs to {ANOTHER}, and the store to root"
        assert repair(shop)[0] == f"shop belongs to {ANOTHER}: as root, say chown root {shop}"
        assert shop.stat().st_uid == ANOTHER


def test_who_may_not_look_into_a_store_is_told_whose_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: ANOTHER)

    def refuse(folder: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))

    monkeypatch.setattr("pos.stores.embedded.layout.kind_of", refuse)
    with pytest.raises(TillError) as refused:
        open_store(home / "shop")
    owner = user_name((home / "shop").stat().st_uid)
    told = f"It belongs to {owner}, and you are {ANOTHER}: do this as {owner}, such as with sudo -u {owner}, "
    assert told in refused.value.message
    assert "make it writable" not in refused.value.message


@pytest.mark.parametrize(
    ("folder", "files", "owner"),
    [
        (7, [7, 7], 7),
        (7, [7, 0], 7),
        (7, [0, 0], 0),
        (7, [], 7),
        (0, [], 0),
        (7, [0, 7, 8], 7),
        (0, [7, 7], 7),
        (0, [0, 7], 7),
        (0, [0], 0),
        (8, [7, 7], 7),
        (8, [7, 0], 7),
    ],
)
def test_the_owner_is_the_user_who_needs_the_files(folder: int, files: list[int], owner: int) -> None:
    assert owner_among(folder, files) == owner


def test_no_store_begins_in_a_folder_that_another_user_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = tmp_path / "shop"
    planted.mkdir()
    give_away(planted, monkeypatch)
    monkeypatch.setattr("os.geteuid", lambda: ANOTHER + 1)
    monkeypatch.setattr("pos.stores.embedded.owner_check.new_owner", lambda folder: ANOTHER + 1)
    with pytest.raises(TillError, match="Name a folder of your own") as refused:
        open_store(planted)
    assert refused.value.code == "store_unusable"
    assert list(planted.iterdir()) == []
    monkeypatch.setattr("pos.stores.embedded.owner_check.new_owner", lambda folder: planted.stat().st_uid)
    open_store(planted).close()
