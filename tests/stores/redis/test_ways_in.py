"""Every command hands what the settings say of the server, and its lane, to the store it opens."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import pos.bootstrap
import screens.app.launch
from pos.__main__ import main
from pos.bootstrap import edit_catalog, open_store
from pos.commands.serve import child
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.stores.redis import filling
from pos.stores.redis import store as lane_stores
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.options import ServerOptions
from pos.testing import open_shop, open_till_app

ADDRESS = "redis://till.example:6379/0?shop=main"
SERVER = ServerAddress(host="till.example", shop="main")
Opened = list[tuple[ServerAddress, ServerOptions, str]]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """What is asked for; it is refused."""
    asked: Opened = []

    def open_lane_store(address: ServerAddress, options: ServerOptions, lane: str) -> None:
        asked.append((address, options, lane))
        raise TillError("store_in_use", verbatim("busy"))

    monkeypatch.setattr(lane_stores, "open_lane_store", open_lane_store)
    return asked


def test_a_script(opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[lanes]\ntimeout = 0.5\npassword = "x"\n')
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    words = ["run", "-", "--store", ADDRESS, "--lane", "7", "--settings", str(tmp_path / "settings.toml")]
    assert main(words) == main([*words, "--trust"]) == 2
    options = ServerOptions(timeout=0.5, password="x")
    assert opened == [(SERVER, options, "7"), (SERVER, ServerOptions(timeout=0.5, password="x", trust=True), "7")]


class Drawn(SimpleNamespace):
    """Stands for the app: it opens the till and has no screen."""

    available_themes = ()
    failure = None

    def __init__(self, opened: Callable[[], object], *, settings: Callable[[], object], channel: object) -> None:
        super().__init__(steps=(settings, opened), channel=channel)

    def hear(self, _progress: object) -> None:
        """Nobody looks."""

    def close_till(self) -> None:
        """Nothing is open."""


def test_the_till(opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run(app: Drawn) -> int:
        for step in app.steps:
            step()
        return 0

    monkeypatch.setattr(screens.app.launch, "TillApp", Drawn)
    monkeypatch.setattr(screens.app.launch, "run", run)
    monkeypatch.setattr("pos.commands.till.has_screen", lambda: True)
    assert main(["--store", ADDRESS, "--trust", "--settings", str(_file(tmp_path))]) == 2
    assert opened == [(SERVER, ServerOptions(trust=True, replicas=1), "1")]


@pytest.mark.parametrize("command", [["orders"], ["doctor"], ["close-day"], ["backup", "x"], ["serve"]])
def test_a_command_that_looks_after_a_store(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found: list[Any] = []

    def store_at(*how: object) -> None:
        found.append(how)
        raise TillError("store_unusable", verbatim("nowhere"))

    monkeypatch.setattr(pos.bootstrap, "store_at", store_at)
    assert main([*command, "--store", ADDRESS, "--settings", str(_file(tmp_path, 'lane = "3"'))]) == 2
    assert found == [(ADDRESS, ServerOptions(replicas=1), "3")]


def test_a_served_till_trusts_as_it_is_told() -> None:
    what = {"what": "till", "store": ADDRESS, "lane": None}
    assert child(SimpleNamespace(**what, trust=True))[-3:] == ["--store", ADDRESS, "--trust"]  # type: ignore[arg-type]
    assert child(SimpleNamespace(**what, trust=False))[-2:] == ["--store", ADDRESS]  # type: ignore[arg-type]


async def test_a_program_and_the_kit_for_tests(opened: Opened) -> None:
    options = ServerOptions(cart_days=1)
    with pytest.raises(TillError, match="busy"):
        open_store(ADDRESS, options, "5")
    with pytest.raises(TillError, match="busy"), open_shop(store=ADDRESS, server=options):
        pass
    with pytest.raises(TillError, match="busy"):
        async with open_till_app(store=ADDRESS, server=options):
            pass
    assert [(how, lane) for _address, how, lane in opened] == [(options, "5"), (options, "1"), (options, "1")]


def test_whoever_changes_the_catalog_is_in_no_lane(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[ServerAddress, ServerOptions]] = []

    def shop(address: ServerAddress, options: ServerOptions) -> None:
        asked.append((address, options))
        raise TillError("server_away", verbatim("nowhere"))

    monkeypatch.setattr(filling, "ShopOnServer", shop)
    with pytest.raises(TillError, match="nowhere"), edit_catalog(ADDRESS, ServerOptions(replicas=1)):
        pass
    words = ["prewarm", "--store", ADDRESS, "--settings", str(_file(tmp_path)), "--catalog", "x.json"]
    assert main(words) == 2
    assert (asked, opened) == ([(SERVER, ServerOptions(replicas=1))] * 2, [])


def _file(folder: Path, till: str = "") -> Path:
    file = folder / "settings.toml"
    file.write_text(f"[till]\n{till}\n[lanes]\nreplicas = 1\n")
    return file
