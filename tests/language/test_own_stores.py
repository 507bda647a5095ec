"""Whose a store is that `pos run` works on: a script may fake time and the bank only in its own."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from tests.language.support import NOW, pos


def test_a_store_keeps_its_orders_and_its_open_ticket(catalog: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = pos("run", "-", "--catalog", catalog, "--store", store, script="CAKE\npay cash\nLAMP\n")
    assert first.returncode == 0, first.stdout + first.stderr
    again = pos(
        "run", "-", "--store", store, "--json", script="expect lines.1.sku LAMP\npay cash\nexpect receipt 1-1-2\n"
    )
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_torn_last_line_is_set_aside_and_told(catalog: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert pos("run", "-", "--catalog", catalog, "--store", store, script="CAKE\npay cash\n").returncode == 0
    (path,) = store.glob("journal-*.ndjson")
    with path.open("ab") as journal:
        journal.write(b'{"crc":"0000')
    again = pos("run", "-", "--store", store, script="BREAD\npay cash\nexpect receipt 1-1-2\n")
    assert (again.returncode, "set aside in torn-1.ndjson" in again.stderr) == (0, True)
    assert pos("run", "-", "--store", store, script="BREAD\n").stderr == ""


def made_by_a_till(catalog: Path, store: Path) -> Path:
    till = open_till(store, catalog=catalog)
    till.add("CAKE")
    asyncio.run(till.pay_cash())
    till.close()
    return store


def test_a_shops_own_store_is_neither_faked_nor_filled_twice(catalog: Path, tmp_path: Path) -> None:
    store = made_by_a_till(catalog, tmp_path / "store")
    later = ("--now", "2030-01-01T12:00:00+00:00")
    frozen = pos("run", "-", "--store", store, *later, script="CAKE\n")
    assert (frozen.returncode, "--now" in frozen.stderr) == (2, True)
    assert not read_folder(store).days(), "a clock that is frozen in the future closed the day"
    twice = pos("run", "-", "--store", store, "--catalog", catalog, script="CAKE\n")
    assert (twice.returncode, "catalog_not_empty" in twice.stderr) == (2, True)
    scripted = pos("run", "-", "--store", store, script="gateway approve\nexpect error not_in_this_store\n")
    assert scripted.returncode == 0


def test_a_store_that_a_script_made_with_a_catalog_is_its_own(catalog: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    made = pos("run", "-", "--store", store, "--catalog", catalog, *NOW, script="gateway decline lost_card\n")
    assert (made.returncode, made.stderr) == (0, "")
    script = "CAKE\npay cash\ngateway approve\nwait 24h\nCAKE\npay card 4000000000009995\nexpect state paid\n"
    again = pos("run", "-", "--store", store, *NOW, script=script)
    assert (again.returncode, again.stderr) == (0, "")
    assert [day.name for day in read_folder(store).days()] == ["2026-11-22"]
    copy, other = tmp_path / "copy.tar.gz", tmp_path / "other"
    assert pos("backup", copy, "--store", store).returncode == 0
    assert pos("restore", copy, "--store", other).returncode == 0
    assert pos("run", "-", "--store", other, *NOW, script="gateway approve\n").returncode == 0
    assert pos("doctor", "--store", store).returncode == 0


def test_one_that_it_made_without_freezing_the_clock_is_its_own_too(catalog: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert pos("run", "-", "--store", store, "--catalog", catalog, script="CAKE\n").returncode == 0
    assert pos("run", "-", "--store", store, *NOW, script="gateway down\n").returncode == 0


def test_a_store_filled_from_the_settings_catalog_is_a_shops(catalog: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[till]\ncatalog = {json.dumps(str(catalog))}\n", "utf-8")
    own = ("--settings", settings, "--store", tmp_path / "store")
    frozen = pos("run", "-", *own, *NOW, script="CAKE\n")
    assert (frozen.returncode, "--now" in frozen.stderr, (tmp_path / "store").exists()) == (2, True, False)
    assert pos("run", "-", *own, script="gateway down\nexpect error not_in_this_store\n").returncode == 0
    assert pos("run", "-", *own, *NOW, script="CAKE\n").returncode == 2


@pytest.mark.parametrize(
    ("of_a_shop", "sentence"),
    [(False, b"is made as a script's own store"), (True, b"cards are simulated, no money is moved")],
)
def test_a_person_is_told_that_a_store_is_a_scripts_own_or_that_a_shops_cards_are_simulated(
    catalog: Path, tmp_path: Path, of_a_shop: bool, sentence: bytes
) -> None:
    terminal, ours = pty.openpty()
    environ = os.environ | ({"TILLKEY_TILL_CATALOG": str(catalog)} if of_a_shop else {})
    command = [sys.executable, "-m", "pos", "run", "-", "--store", str(tmp_path / "store")]
    command += [] if of_a_shop else ["--catalog", str(catalog)]
    done = subprocess.run(command, input=b"", stdout=subprocess.PIPE, stderr=ours, check=False, env=environ)
    os.close(ours)
    told = os.read(terminal, 4096)
    os.close(terminal)
    assert (done.returncode, done.stdout) == (0, b"")
    assert told.startswith(b"pos: ")
    assert sentence in told
    assert told.count(b"\n") == 1


def test_a_store_that_was_never_filled_is_the_shops_that_the_settings_fill_it_for(
    catalog: Path, tmp_path: Path
) -> None:
    store, settings = tmp_path / "store", tmp_path / "settings.toml"
    open_store(store).close()
    settings.write_text(f"[till]\ncatalog = {json.dumps(str(catalog))}\n", "utf-8")
    frozen = pos("run", "-", "--settings", settings, "--store", store, *NOW, script="CAKE\npay cash\n")
    assert (frozen.returncode, "--now" in frozen.stderr, read_folder(store).get("shop", "shop")) == (2, True, None)
    assert pos("run", "-", "--store", store, *NOW, script="MILK-1L\n").returncode == 0, "a demo's time may be faked"
