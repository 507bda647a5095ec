"""A kind of store that this program does not know: a row of bootstrap's table, and every command does with it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import pos.bootstrap
from pos.__main__ import main
from pos.bootstrap import open_till
from pos.ipc.socket_paths import channel_path, channel_to
from pos.stores.embedded.location import FolderLocation

ADDRESS = "elsewhere://shop"
SOLD = "MILK-1L\npay cash\nMILK-1L\npay card reader\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stores whose places only their kind knows: here folders."""

    class Elsewhere(FolderLocation):
        def __init__(self, address: Path | str) -> None:
            kind, _sign, place = str(address).partition("://")
            assert kind == "elsewhere"
            super().__init__(tmp_path / place)
            self.name = str(address)

    monkeypatch.setitem(pos.bootstrap.STORES, "elsewhere", Elsewhere)


def test_every_command_takes_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str, script: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(script))
        assert main([*words]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    told("run", "-", "--store", ADDRESS, script=SOLD)
    assert [line.split()[0] for line in told("orders", "--store", ADDRESS).splitlines()] == ["1-1-1", "1-1-2"]
    assert json.loads(told("doctor", "--json", "--store", ADDRESS))["ok"]
    assert "2 orders" in told("close-day", "--store", ADDRESS)
    assert json.loads(told("report", "--json", "--store", ADDRESS))["orders"] == 2
    copy = str(tmp_path / "copy.tar.gz")
    assert "2 orders, 1 closed day" in told("backup", copy, "--store", ADDRESS)
    assert "elsewhere://again is the store" in told("restore", copy, "--store", "elsewhere://again")
    (tmp_path / "settings.toml").write_text('[till]\nstore = "elsewhere://again"\n')
    assert "1-1-2" in told("orders", "--settings", str(tmp_path / "settings.toml"))
    with pytest.raises(SystemExit):
        told("orders", "--store", "")


def test_a_till_on_it_is_found_by_its_address() -> None:
    till = open_till(ADDRESS)
    assert till.place == ADDRESS
    assert channel_path(till.place, "1") == channel_to(ADDRESS, "1") != channel_path("elsewhere://other", "1")
    till.close()
