"""A shop on a server, found by its address: where its journals are, and what is refused before anything is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.__main__ import main
from pos.bootstrap import STORES, is_shops_own, open_till, store_at
from pos.domain.addresses import without_passwords
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.ipc.socket_paths import channel_path, channel_to
from pos.log import guarded
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.folder import open_folder
from pos.stores.embedded.store import REPLACE_AT
from pos.stores.redis import store as lane_stores
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.folders import lane_folder
from pos.stores.redis.location import ServerLocation
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.store import open_lane_store
from pos.stores.typed_address import typed_address

ADDRESS = "redis://Till.Example/2?shop=main"
NAME = "redis://till.example:6379/2?shop=main"
SECRET = "s3cr3t-Zq"
WITH_PASSWORD = f"redis://anna:{SECRET}@till.example?shop=main"


@pytest.fixture
def options(tmp_path: Path) -> ServerOptions:
    return ServerOptions(journals=tmp_path / "journals", password=SECRET)


def test_a_lane_has_its_journal_and_its_ledger_on_this_machine(options: ServerOptions) -> None:
    where = store_at(ADDRESS, options, "2")
    assert isinstance(where, ServerLocation)
    assert options.journals is not None
    assert (where.name, where.begun_here()) == (NAME, False)
    assert where.ledger == options.journals / "main@till.example-6379-2" / "lane-2" / "gateway.ndjson"
    assert not options.journals.exists()


def test_a_till_opens_the_store_of_its_lane(options: ServerOptions, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[ServerAddress, ServerOptions, str]] = []

    def open_lane_store(address: ServerAddress, options: ServerOptions, lane: str) -> None:
        opened.append((address, options, lane))
        raise TillError("store_in_use", verbatim("busy"))

    monkeypatch.setattr(lane_stores, "open_lane_store", open_lane_store)
    with pytest.raises(TillError, match="busy"):
        open_till(ADDRESS, lane="7", server=options)
    assert opened == [(ServerAddress(host="till.example", db=2, shop="main"), options, "7")]


def test_a_lane_that_is_open_on_this_machine_is_told_by_its_name(options: ServerOptions) -> None:
    address = ServerAddress(host="till.example", shop="main")
    journal, _found = open_folder(lane_folder(address, options, "7"), replace_at=REPLACE_AT, disk=Disk())
    try:
        with pytest.raises(
            TillError, match=r"^Lane 7 is open on this machine already.* another name .*`--lane`"
        ) as told:
            open_lane_store(address, options, "7")
    finally:
        journal.close()
    assert told.value.code == "store_in_use"


def test_without_its_library_the_line_to_type_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(TillError, match=r"pip install 'tillkey\[lanes\]'") as refused:
        store_at(ADDRESS)
    assert refused.value.code == "store_unusable"


def test_what_is_written_in_two_ways_is_one_till(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert channel_path(ADDRESS, "1") == channel_to(NAME, "1") != channel_path(NAME.replace("main", "Main"), "1")


def test_nobody_turns_the_clock_of_a_shop_on_a_server() -> None:
    assert is_shops_own(ADDRESS)


def test_an_address_is_told_with_every_part_of_it() -> None:
    assert typed_address(ADDRESS) == typed_address(NAME) == NAME
    assert {"redis", "rediss"} <= {*STORES}


COMMANDS: tuple[list[str], ...] = (
    ["doctor"],
    ["orders"],
    ["report"],
    ["close-day"],
    ["backup", "x"],
    ["run", "-"],
    ["display"],
    [],
)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("redis://till.example", "names its shop"),
        ("redis://till.example:port?shop=main", "1 to 65535"),
        (WITH_PASSWORD, "lanes.password_file"),
    ],
)
def test_a_wrong_one_is_wrong_usage(
    command: list[str], address: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--store", address])
    error = capsys.readouterr().err
    assert (ended.value.code, told in error, SECRET in error) == (2, True, False)


@pytest.mark.parametrize("words", [["run", "-", "--stroe", WITH_PASSWORD], [WITH_PASSWORD], ["--lane", WITH_PASSWORD]])
def test_a_password_in_a_wrong_place_of_the_line_is_not_repeated(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words)
    assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"see {WITH_PASSWORD} twice {WITH_PASSWORD}", 2),
        (f"acme://:{SECRET}@bank", 1),
        (f"acme://u%3A{SECRET}@bank", 1),
        (f"acme://u:p/?#@{SECRET}@bank", 1),
        (f"acme://bank?a=b&password={SECRET}&c=d", 1),
        (f"{NAME} and nothing else, tinydb:///srv/shop, a@b.example", 0),
    ],
)
def test_no_log_and_no_report_has_a_password(text: str, hidden: int) -> None:
    assert SECRET not in guarded(text)
    assert without_passwords(text).count("••••") == hidden
    assert hidden or guarded(text) == text
