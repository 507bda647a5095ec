"""Which store an address names, on the command line, in the settings and for a program."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.__main__ import main
from pos.bootstrap import open_store, open_till, store_at
from pos.domain.errors import TillError
from pos.settings.loading import load
from pos.settings.sources import Sources
from pos.stores.address import folder_of
from pos.stores.embedded.layout import is_store
from pos.stores.embedded.store import EmbeddedStore
from pos.stores.memory import MemoryStore
from pos.stores.typed_address import typed_address


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("shop", "shop"),
        ("/srv/shop", "/srv/shop"),
        ("tinydb:///srv/shop", "/srv/shop"),
        ("TinyDB:///srv/my%20shop", "/srv/my shop"),
        ("/srv/redis://x", "/srv/redis://x"),
    ],
)
def test_a_folder_is_named_by_itself_or_by_an_address(address: str, folder: str) -> None:
    assert folder_of(address) == Path(folder)


UNKNOWN = ["mysql://shop", "sqlite:///srv/shop", "x://"]
PLACELESS = ["tinydb://srv/shop", "tinydb:///"]


@pytest.mark.parametrize("address", [*UNKNOWN, *PLACELESS])
def test_what_leads_to_no_store_is_refused_by_name(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    for find in (store_at, open_store):
        with pytest.raises(TillError, match=address.partition("://")[0]) as caught:
            find(address)
        assert caught.value.code == "store_unusable"
    for command in (["doctor"], ["orders"], ["close-day"], ["backup", "x"], ["run", "-"]):
        try:
            ended: object = main([*command, "--store", address])
        except SystemExit as exit_of:
            ended = exit_of.code
        assert (ended, "tinydb:///FOLDER" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize("address", PLACELESS)
def test_an_address_of_a_folder_has_a_whole_path(address: str) -> None:
    with pytest.raises(ValueError, match="names no folder"):
        typed_address(address)


@pytest.mark.parametrize("address", UNKNOWN)
def test_an_address_of_another_kind_stays_as_it_is(address: str) -> None:
    assert typed_address(address) == address
    assert load(Sources(None, {"TILLKEY_TILL_STORE": address})).settings.till.store == address


def test_an_address_opens_what_its_folder_opens(tmp_path: Path) -> None:
    address = f"tinydb://{tmp_path / 'shop'}"
    till = open_till(address)
    assert till.place == str(tmp_path / "shop")
    till.close()
    assert is_store(tmp_path / "shop")
    store = open_store(address)
    assert isinstance(store, EmbeddedStore)
    store.close()


def test_without_an_address_a_store_is_in_memory() -> None:
    assert isinstance(open_store(None), MemoryStore)


@pytest.mark.parametrize("written", ["tinydb:///srv/shop", "/srv/shop"])
def test_the_settings_take_an_address(tmp_path: Path, written: str) -> None:
    (tmp_path / "settings.toml").write_text(f'[till]\nstore = "{written}"\n')
    nowhere = {"XDG_CONFIG_HOME": str(tmp_path / "none")}
    for sources in (
        Sources(tmp_path / "settings.toml", nowhere),
        Sources(None, {**nowhere, "TILLKEY_TILL_STORE": written}),
    ):
        assert load(sources).settings.till.store == Path("/srv/shop")


@pytest.mark.parametrize("address", PLACELESS)
def test_a_variable_names_no_folder_by_an_address_without_one(address: str) -> None:
    with pytest.raises(TillError, match=f"TILLKEY_TILL_STORE: {address} is not allowed"):
        load(Sources(None, {"TILLKEY_TILL_STORE": address}))


def test_the_folder_of_an_address_is_written_to_the_settings_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    assert main(["settings", "set", "--settings", str(file), "till.store", f"tinydb://{tmp_path}/my%20shop"]) == 0
    assert load(Sources(file, {})).settings.till.store == tmp_path / "my shop"


@pytest.mark.parametrize("address", [*UNKNOWN, *PLACELESS])
def test_an_address_that_leads_to_no_store_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    file = tmp_path / "settings.toml"
    assert main(["settings", "set", "--settings", str(file), "till.store", address]) == 2
    assert "tinydb:///FOLDER" in capsys.readouterr().err
    assert not file.exists()
