"""Where a channel is: in a folder of the user alone, one for each store and lane."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.ipc.socket_paths import channel_path
from tests.other_user import give_away


@pytest.fixture
def runtime(socket_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(socket_path.parent))
    return socket_path.parent


def test_each_store_and_lane_has_its_own_by_whatever_name_the_folder_is_called(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "store")
    one = channel_path(tmp_path / "store", "1")
    assert one == channel_path(tmp_path / "link", "1")
    assert len({one, channel_path(tmp_path / "store", "2"), channel_path(None, "1"), channel_path(tmp_path, "1")}) == 4
    assert one.parent == runtime / "tillkey"
    assert one.parent.stat().st_mode & 0o777 == 0o700


def test_who_knows_only_sentences_as_reasons_does_not_meet_a_till_that_tells_data(runtime: Path) -> None:
    assert channel_path(None, "1") != runtime / "tillkey" / "training-1.sock"


def test_a_folder_that_others_may_write_is_refused(runtime: Path, tmp_path: Path) -> None:
    (runtime / "tillkey").mkdir()
    (runtime / "tillkey").chmod(0o777)
    with pytest.raises(TillError, match="others than you") as error:
        channel_path(tmp_path, "1")
    assert error.value.code == "channel_unusable"


def test_a_folder_that_leads_elsewhere_is_refused(runtime: Path, tmp_path: Path) -> None:
    (runtime / "tillkey").symlink_to(tmp_path)
    with pytest.raises(TillError, match="others than you"):
        channel_path(tmp_path, "1")


def test_a_folder_of_another_user_is_refused(runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (runtime / "tillkey").mkdir(mode=0o700)
    give_away(runtime / "tillkey", monkeypatch)
    with pytest.raises(TillError, match=r"others than you|belongs to"):
        channel_path(tmp_path, "1")


def test_a_folder_that_anybody_may_replace_is_refused(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pos.ipc.socket_paths.user_folder", lambda kind: runtime / "tillkey")
    runtime.chmod(0o1777)
    channel_path(tmp_path, "1")
    runtime.chmod(0o777)
    with pytest.raises(TillError, match="others than you"):
        channel_path(tmp_path, "1")


def test_a_folder_below_another_user_s_link_is_refused(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runtime / "mine").mkdir(mode=0o700)
    (runtime / "link").symlink_to("mine")
    monkeypatch.setattr("pos.ipc.socket_paths.user_folder", lambda kind: runtime / "link" / "tillkey")
    channel_path(tmp_path, "1")
    give_away(runtime / "link", monkeypatch)
    with pytest.raises(TillError, match="others than you"):
        channel_path(tmp_path, "1")


def test_a_name_too_long_for_a_socket_is_told(socket_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = socket_path.parent / ("x" * 100)
    deep.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    with pytest.raises(TillError, match="too long"):
        channel_path(socket_path, "1")


def test_a_folder_that_cannot_be_made_is_told(runtime: Path, tmp_path: Path) -> None:
    (runtime / "tillkey").write_text("")
    with pytest.raises(TillError, match="cannot hold the channel"):
        channel_path(tmp_path, "1")


def test_a_system_without_unix_sockets_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(TillError, match="no Unix sockets"):
        channel_path(tmp_path, "1")


def test_a_machine_without_folders_for_it_has_no_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("pos.ipc.socket_paths.user_folder", lambda kind: None)
    monkeypatch.setattr("pos.ipc.socket_paths.gettempdir", refused)
    with pytest.raises(TillError, match="XDG_RUNTIME_DIR") as caught:
        channel_path(None, "1")
    assert caught.value.code == "channel_unusable"
