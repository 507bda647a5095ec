"""What is written is private and whole, whatever others put in its place before."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import resource
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos.files import private_files
from pos.files.appending import followed, open_to_append
from pos.files.private_files import (
    check_replaceable,
    command_on,
    folders_beside,
    make_folder,
    new_folder_beside,
    open_own,
    replace_file,
    sudo_as,
    unfinished,
    write_new,
)
from tests.other_user import ANOTHER, give_away

SECRET = b"what was sold"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def append(path: Path) -> None:
    os.close(open_to_append(path))


def own(path: Path) -> None:
    os.close(open_own(path))


def replace(path: Path) -> None:
    replace_file(path, [SECRET])


WRITERS = pytest.mark.parametrize("write", [append, own, replace])


def test_a_new_file_is_private_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        replace(tmp_path / "whole")
        append(tmp_path / "log")
        own(tmp_path / "own")
        write_new(tmp_path / "above" / "folder", "picture", ".svg", "text")
    finally:
        os.umask(before)
    assert {path.name: mode(path) for path in tmp_path.rglob("*")} == {
        "whole": 0o600, "log": 0o600, "own": 0o600, "above": 0o700, "folder": 0o700,
        "picture.svg": 0o600,
    }  # fmt: skip


@WRITERS
def test_a_file_of_another_user_is_refused_and_named(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.tar.gz"
    path.write_bytes(b"theirs")
    give_away(path, monkeypatch)
    with pytest.raises(PermissionError, match=r"shop\.tar\.gz belongs to .+: name another one"):
        write(path)
    assert path.read_bytes() == b"theirs"
    assert [each.name for each in tmp_path.iterdir()] == ["shop.tar.gz"]


@WRITERS
def test_where_all_files_are_one_user_s_each_is_written_again(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.tar.gz"
    write(path)
    give_away(path, monkeypatch)
    monkeypatch.setattr(private_files, "as_made_in", lambda folder: path.stat())
    write(path)


def test_sudo_is_given_a_number_as_it_takes_one() -> None:
    assert sudo_as(ANOTHER) == f"sudo -u '#{ANOTHER}'"
    assert sudo_as(0) == "sudo -u root"


@pytest.mark.parametrize("name", ["shop", "my shop", "it's", "-R", "--", "$(reboot)", "a;b", "#1", "~", "Käse"])
def test_a_command_that_is_copied_into_a_shell_is_about_that_file_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    for path in (Path(name), tmp_path / name):
        command = command_on(path, "stat", "-c", "%n")
        told = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert (tmp_path / told.removesuffix("\n")).samefile(tmp_path / name)


def test_a_disk_without_modes_is_asked_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_given: int) -> None:
        raise PermissionError

    replace(tmp_path / "settings.toml")
    monkeypatch.setattr("os.fchmod", refused)
    replace_file(tmp_path / "settings.toml", [b"again"], keep_mode=True)
    assert (tmp_path / "settings.toml").read_bytes() == b"again"


def test_who_could_read_a_file_can_read_what_takes_its_place_and_no_other_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    replace(path)
    path.chmod(0o640)
    own = path.stat()
    old = os.stat_result((*own[:5], ANOTHER, *own[6:]))
    monkeypatch.setattr(private_files, "check_replaceable", lambda path, folder: old)
    replace_file(path, [b"again"], keep_mode=True)
    found = path.stat()
    root = os.geteuid() == 0
    assert (found.st_gid, mode(path)) == ((ANOTHER, 0o640) if root else (own.st_gid, 0o600))


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EBADF])
def test_a_share_that_cannot_make_names_durable_is_written_to(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        sync(handle)

    monkeypatch.setattr("os.fsync", files_only)
    replace(tmp_path / "file")
    make_folder(tmp_path / "folder")
    monkeypatch.setattr("os.fsync", lambda handle: os.fstat(-1))
    with pytest.raises(OSError, match="Bad file"):
        replace(tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_picture_for_which_there_is_no_room_leaves_no_half(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            write_new(tmp_path, "picture", ".svg", "x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@WRITERS
def test_a_link_of_another_user_is_never_followed(
    write: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, link = tmp_path / "mine", tmp_path / "link"
    mine.write_bytes(b"mine")
    before = mode(mine)
    link.symlink_to(mine)
    give_away(link, monkeypatch)
    with pytest.raises(OSError, match=r"belongs to|symbolic links"):
        write(link)
    assert mine.read_bytes() == b"mine"
    assert mode(mine) == before


@pytest.mark.parametrize("write", [own, replace])
def test_what_is_no_file_is_not_written_to(write: Callable[[Path], None], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OSError, match=r"not a file|Is a directory"):
            write(tmp_path / name)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_device_is_never_replaced() -> None:
    for device in ("/dev/null", "/dev/full", "/dev/tty"):
        with pytest.raises(OSError, match="not a file"):
            check_replaceable(Path(device))


def test_nobody_can_foretell_the_name_of_an_unfinished_file(tmp_path: Path) -> None:
    seen: list[str] = []

    def chunks() -> Iterator[bytes]:
        seen.extend(path.name for path in tmp_path.iterdir())
        yield SECRET

    for _time in range(2):
        replace_file(tmp_path / "store.json", chunks())
    assert all(re.fullmatch(r"store\.json(\.[0-9a-f]{16}\.new)?", name) for name in seen)
    assert len(set(seen)) == 3


def test_a_planted_name_of_an_unfinished_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(b"mine")
    (tmp_path / "file.0000000000000000.new").symlink_to(mine)
    monkeypatch.setattr(private_files, "_random", lambda: "0" * 16)
    with pytest.raises(FileExistsError):
        replace(tmp_path / "file")
    assert mine.read_bytes() == b"mine"


def test_what_a_killed_writer_left_goes_with_the_next_one_and_a_living_one_s_stays(tmp_path: Path) -> None:
    dead, living, other = (tmp_path / f"b.tar.gz.{digit * 16}.new" for digit in "abc")
    for path in (dead, living, tmp_path / "b.tar.gz.new", tmp_path / "x.tar.gz.aaaaaaaaaaaaaaaa.new"):
        path.write_bytes(b"half")
    other.symlink_to(dead)
    with living.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        replace(tmp_path / "b.tar.gz")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["b.tar.gz", "b.tar.gz.new", living.name, other.name, "x.tar.gz.aaaaaaaaaaaaaaaa.new"]
    )


def test_what_another_user_left_is_not_taken_for_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = tmp_path / "a.aaaaaaaaaaaaaaaa.new", tmp_path / "b.aaaaaaaaaaaaaaaa.new"
    ours.touch()
    theirs.touch()
    monkeypatch.setattr("os.geteuid", lambda: tmp_path.stat().st_uid)
    assert unfinished(tmp_path, re.compile("[ab]")) == [ours, theirs]
    monkeypatch.undo()
    if os.geteuid() == 0:
        os.chown(theirs, ANOTHER, ANOTHER)
        assert unfinished(tmp_path, re.compile("[ab]")) == [ours]


def test_a_name_as_long_as_a_name_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 127)
    replace(path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    new = new_folder_beside(path, ".restoring")
    assert folders_beside(path, ".restoring") == [new]


@pytest.mark.parametrize("length", [100, 110, 111, 143])
def test_an_encrypted_folder_that_has_shorter_names_has_the_temporary_ones_too(length: int, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        (new,) = tmp_path.iterdir()
        assert len(new.name) <= 143
        yield SECRET

    replace_file(tmp_path / ("x" * length), chunks())
    assert len(new_folder_beside(tmp_path / ("y" * length), ".restoring").name) <= 143


def test_a_link_of_one_s_own_is_followed_by_a_log_and_by_settings(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "log").symlink_to("second")
    (tmp_path / "second").symlink_to(tmp_path / "dotfiles" / "till.log")
    assert followed(tmp_path / "log") == tmp_path / "dotfiles" / "till.log"
    append(tmp_path / "log")
    assert mode(tmp_path / "dotfiles" / "till.log") == 0o600
    assert (tmp_path / "log").is_symlink()


@pytest.mark.parametrize("write", [append, followed])
def test_links_in_a_ring_end(write: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        write(tmp_path / "a")


def test_a_second_name_of_one_s_own_file_where_others_write_is_no_log(tmp_path: Path) -> None:
    mine, planted = tmp_path / "mine", tmp_path / "shared" / "till.log"
    mine.touch()
    planted.parent.mkdir()
    planted.hardlink_to(mine)
    append(planted)
    planted.parent.chmod(0o1777)
    with pytest.raises(PermissionError, match="another name as well"):
        append(planted)


@pytest.mark.parametrize("device", ["/dev/null", "/dev/full"])
def test_a_device_stays_as_it_was(device: str) -> None:
    before = Path(device).stat()
    append(Path(device))
    after = Path(device).stat()
    assert (before.st_mode, before.st_uid) == (after.st_mode, after.st_uid)


def test_a_pipe_that_somebody_reads_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o644)
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        handle = open_to_append(tmp_path / "pipe")
        os.write(handle, b"line\n")
        os.close(handle)
        assert os.read(reader, 10) == b"line\n"
    finally:
        os.close(reader)
    assert mode(tmp_path / "pipe") == 0o644


def test_pictures_and_reports_get_a_new_name_beside_whatever_was_planted(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (tmp_path / "crash.txt").symlink_to(mine)
    os.mkfifo(tmp_path / "crash-2.txt")
    (tmp_path / "crash-3.txt").mkdir()
    assert write_new(tmp_path, "crash", ".txt", "text") == tmp_path / "crash-4.txt"
    assert not mine.exists()


def test_a_folder_that_is_another_user_s_link_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "pictures").symlink_to("mine")
    make_folder(tmp_path / "pictures")
    give_away(tmp_path / "pictures", monkeypatch)
    with pytest.raises(PermissionError, match="pictures belongs to"):
        write_new(tmp_path / "pictures", "picture", ".svg", "text")
    assert list((tmp_path / "mine").iterdir()) == []
