"""What others write never gets into a store: logs, settings, recordings and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos import log
from pos.demo.output_paths import place_faults
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.settings.saving import change
from pos.settings.sources import Sources
from pos.stores.embedded.store import open_store
from tests.other_user import be_root_in
from tests.stores.test_foreign_folders import seen


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A store with a closed day, and names outside that lead into it."""
    shop = tmp_path / "shop"
    open_store(shop).close()
    (shop / "days").mkdir()
    (tmp_path / "link").symlink_to("shop")
    (tmp_path / "link.log").symlink_to("shop/journal-000000000000.ndjson")
    (tmp_path / "second.log").hardlink_to(shop / "store.json")
    return shop


INSIDE = [
    "shop/store.json",
    "shop/journal-000000000000.ndjson",
    "shop/lock",
    "shop/new.svg",
    "shop/days/new.svg",
    "link/new.svg",
    "link.log",
    "second.log",
]


@pytest.mark.parametrize("name", INSIDE)
def test_neither_log_nor_recording_nor_settings_get_into_a_store(tmp_path: Path, shop: Path, name: str) -> None:
    before = seen(tmp_path)
    with pytest.raises(TillError, match=r"of a store|in the store") as caught:
        log.open_log(tmp_path / name)
    assert caught.value.code == "log_unusable"
    with pytest.raises(TillError) as caught:
        change(Sources(tmp_path / name, {}, {}), "screen.theme", "nord")
    assert caught.value.code == "settings_invalid"
    assert any("of a store" in fault or "in the store" in fault for fault in place_faults(tmp_path / name, None))
    assert seen(tmp_path) == before


@pytest.mark.parametrize("name", ["shop", "shop/pictures", "link/days", "shop/days/deep/er"])
def test_no_pictures_get_into_a_store(tmp_path: Path, shop: Path, name: str) -> None:
    (told,) = place_faults(None, tmp_path / name)
    assert f"it lies in the store {shop}" in told


def test_no_log_is_made_where_a_store_is_to_begin(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(TillError, match="in the store"):
        log.open_log(tmp_path / "new" / "till.log", store=tmp_path / "new")
    open_store(tmp_path / "new").close()


def test_a_log_and_settings_that_lie_in_a_store_already_are_gone_on_with(shop: Path) -> None:
    for name in ("till.log", "settings.toml"):
        (shop / name).write_text("# mine\n")
    log.open_log(shop / "till.log", store=shop)
    log.refused(TillError("unknown_code", verbatim("Nothing has the code 12.")))
    log.close_log()
    assert "unknown_code" in (shop / "till.log").read_text()
    change(Sources(shop / "settings.toml", {}, {}), "screen.theme", "nord")
    assert "nord" in (shop / "settings.toml").read_text()
    open_store(shop).close()


def test_root_makes_no_log_in_a_folder_of_a_user_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "theirs").mkdir()
    be_root_in(tmp_path / "theirs", monkeypatch)
    with pytest.raises(TillError, match="what root makes there"):
        log.open_log(tmp_path / "theirs" / "till.log")
    assert [*(tmp_path / "theirs").iterdir()] == []
