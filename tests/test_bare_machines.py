"""The command line on machines that lack what others have: no traceback, but words that say what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from tests import prefork
from tests.terminal.pseudo import PseudoTerminal

HERE = Path(__file__).resolve().parent.parent
SALE = "add MILK-1L\npay cash\nexpect state paid\n"
WITHOUT_HOME = """
import pwd
def nobody(uid):
    raise KeyError(uid)
pwd.getpwuid = nobody
"""
WITHOUT_TZDATA = "import sys; sys.modules['tzdata'] = None"
MAIN = "import sys; from pos.__main__ import main; sys.exit(main())"
Environ = Mapping[str, str | None]


def fork(
    before: str, *arguments: str, given: str = "", cwd: Path | None = None, environ: Environ = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """What the command line does after some Python; a variable that is None is not there."""
    ran = prefork.run("pos", *arguments, given=given.encode(), cwd=cwd, env=environment(environ), before=before)
    return prefork.text(ran)


def process(
    before: str, *arguments: str, given: str = "", cwd: Path | None = None, environ: Environ = MappingProxyType({})
) -> subprocess.CompletedProcess[str]:
    """The same where it is Python or a library that reads what is tried while it is loaded."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\n{MAIN}", *arguments],
        cwd=cwd, input=given, env=environment(environ), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def environment(environ: Environ) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLKEY_", "LC_", "LANG"))}
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    told = {**kept, "PYTHONPATH": os.pathsep.join(paths), **environ}
    return {name: value for name, value in told.items() if value is not None}


def zones_from(folder: Path | str) -> str:
    """Python after which time zones are looked for in a folder, without the package: as with PYTHONTZPATH."""
    forget = f"zoneinfo.reset_tzpath([{str(folder)!r}]); zoneinfo.ZoneInfo.clear_cache()"
    return f"{WITHOUT_TZDATA}; import zoneinfo; {forget}"


def shop_in(timezone: str, folder: Path) -> Path:
    catalog = folder / "mine.json"
    products = [{"sku": "MILK-1L", "name": "Milk", "price": 100}]
    catalog.write_text(json.dumps({"store": {"timezone": timezone}, "products": products}), "utf-8")
    return catalog


NOWHERE = "/nonexistent"
BARE = {"PYTHONTZPATH": NOWHERE}
WITHOUT_DATA = zones_from(NOWHERE)


def test_the_package_tzdata_is_enough() -> None:
    pytest.importorskip("tzdata")
    ran = process("", "run", "-", given=SALE, environ=BARE)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_machine_s_own_data_are_enough() -> None:
    ran = process(WITHOUT_TZDATA, "run", "-", given=SALE)
    assert (ran.returncode, ran.stderr) == (0, "")


NO_DATA = (
    "pos: time_zone_missing: This machine has no time-zone data: install the package tzdata (`pip install tzdata`).\n"
)


def test_without_any_data_what_to_install_is_told() -> None:
    ran = process(WITHOUT_TZDATA, "run", "-", given=SALE, environ=BARE)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", NO_DATA)


def test_without_any_data_what_to_install_is_told_for_a_new_store(tmp_path: Path) -> None:
    for options in ([], ["--store", str(tmp_path / "new")], ["--catalog", str(shop_in("Asia/Tokyo", tmp_path))]):
        ran = fork(WITHOUT_DATA, "run", "-", *options, given=SALE)
        assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", NO_DATA)


def test_without_any_data_what_to_install_is_told_for_a_store_that_is_there(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "shop"))
    assert fork(WITHOUT_TZDATA, "run", "-", *store, given=SALE).returncode == 0
    for command in (("run", "-"), ("orders",), ("orders", "--day", "2026-11-22")):
        ran = fork(WITHOUT_DATA, *command, *store, given=SALE)
        assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", NO_DATA), command


def test_a_store_is_well_on_a_machine_without_any_data(tmp_path: Path) -> None:
    """The doctor says what the machine lacks, and a backup is made and put back there."""
    store, copy = ("--store", str(tmp_path / "shop")), ("--store", str(tmp_path / "copy"))
    catalog = ("--catalog", str(shop_in("Europe/Berlin", tmp_path)))
    assert fork(WITHOUT_TZDATA, "run", "-", *store, *catalog, given=SALE).returncode == 0
    for command in (("backup", *store), ("restore", *copy)):
        ran = fork(WITHOUT_DATA, *command, str(tmp_path / "kept.tar.gz"))
        assert (ran.returncode, ran.stderr) == (0, "")
    for folder in (store, copy):
        ran = fork(WITHOUT_DATA, "doctor", *folder)
        assert (ran.returncode, ran.stderr) == (0, "")
        told = NO_DATA.removeprefix("pos: time_zone_missing: ").removesuffix(".\n")
        assert f"ok     records    all can be understood; {told}\n" in ran.stdout
        assert "time-zone" not in fork(WITHOUT_TZDATA, "doctor", *folder).stdout


def test_a_zone_that_only_this_machine_lacks_is_named(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "shop"))
    catalog = shop_in("Europe/Berlin", tmp_path)
    assert fork(WITHOUT_TZDATA, "run", "-", *store, "--catalog", str(catalog), given=SALE).returncode == 0
    few = tmp_path / "zones"
    few.mkdir()
    (few / "UTC").write_bytes(b"TZif2" + bytes(15) + bytes(24))
    ran = fork(zones_from(few), "run", "-", *store, given=SALE)
    unknown = "This machine does not know the shop's time zone Europe/Berlin"
    assert (ran.returncode, ran.stderr.startswith(f"pos: time_zone_missing: {unknown}")) == (2, True)
    examined = fork(zones_from(few), "doctor", *store)
    assert (examined.returncode, examined.stdout.count("WRONG")) == (1, 1)
    assert f"WRONG  records    {unknown}" in examined.stdout
    assert "damaged" not in examined.stdout


def test_a_wrong_zone_is_still_the_catalog_s_fault(tmp_path: Path) -> None:
    ran = fork(WITHOUT_TZDATA, "run", "-", "--catalog", str(shop_in("Berlin", tmp_path)), given=SALE)
    assert ran.returncode == 2
    assert "store.timezone: “Berlin” is no time zone such as Europe/Berlin." in ran.stderr


NO_HOME: dict[str, str | None] = dict.fromkeys(
    ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_STATE_HOME")
)
NO_STORE = (
    "pos: store_unusable: You have no home folder on this machine: name the store's folder with --store FOLDER.\n"
)
NO_SETTINGS = (
    "pos: settings_invalid: You have no home folder on this machine: name the settings file with --settings FILE.\n"
)


@pytest.mark.parametrize(
    "command",
    [("run", "-"), ("settings",), ("settings", "--json"), ("demo", "plain-sale", "--headless"), ("schema",)],
    ids=" ".join,
)
def test_what_needs_no_file_of_the_user_works_without_a_home(command: tuple[str, ...], tmp_path: Path) -> None:
    ran = fork(WITHOUT_HOME, *command, given=SALE, cwd=tmp_path, environ=NO_HOME)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("orders",), NO_STORE),
        (("doctor",), NO_STORE),
        (("backup", "shop.tar.gz"), NO_STORE),
        (("restore", "shop.tar.gz"), NO_STORE),
        (("close-day",), NO_STORE),
        (("settings", "--path"), NO_SETTINGS),
        (("settings", "set", "screen.theme", "nord"), NO_SETTINGS),
    ],
)
def test_what_needs_one_says_how_to_name_it(command: tuple[str, ...], told: str, tmp_path: Path) -> None:
    ran = fork(WITHOUT_HOME, *command, cwd=tmp_path, environ=NO_HOME)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", told)
    assert list(tmp_path.iterdir()) == []


def test_named_files_need_no_home(tmp_path: Path) -> None:
    options = ("--settings", "mine.toml", "--store", "shop", "--log", "log")
    (tmp_path / "mine.toml").touch()
    assert fork(WITHOUT_HOME, "run", "-", *options, given=SALE, cwd=tmp_path, environ=NO_HOME).returncode == 0
    assert "1.53" in fork(WITHOUT_HOME, "orders", "--store", "shop", cwd=tmp_path, environ=NO_HOME).stdout
    done = fork(WITHOUT_HOME, "settings", "set", "screen.theme", "nord", *options[:2], cwd=tmp_path, environ=NO_HOME)
    assert done.stdout == "screen.theme = nord  (mine.toml:4)\n"


@pytest.mark.parametrize(
    ("text", "variables", "told"),
    [
        ('[till]\nstore = "~/shop"\n', {}, "mine.toml:2: till.store"),
        ("", {"TILLKEY_TILL_STORE": "~/shop"}, "TILLKEY_TILL_STORE"),
        ("", {"TILLKEY_LOG_FILE": "~"}, "TILLKEY_LOG_FILE"),
    ],
)
def test_no_folder_by_the_name_of_a_tilde_is_made(
    tmp_path: Path, text: str, variables: dict[str, str], told: str
) -> None:
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    ran = fork(WITHOUT_HOME, "orders", "--settings", "mine.toml", cwd=tmp_path, environ={**NO_HOME, **variables})
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"pos: settings_invalid: {told}: You have no home folder on this machine: write ~")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = "import os, tempfile; here = tempfile.mkdtemp(); os.chdir(here); os.rmdir(here)\n" + WITHOUT_HOME
    assert fork(gone, "run", "-", given=SALE, environ=NO_HOME).returncode == 0
    ran = fork(gone, "run", "-", "--store", "shop", given=SALE, environ=NO_HOME)
    assert (ran.returncode, ran.stderr.count("\n"), ran.stderr[:5]) == (1, 1, "pos: ")


def test_a_till_on_the_screen_says_it_too_and_ends_with_the_status_of_an_unusable_store(tmp_path: Path) -> None:
    terminal = PseudoTerminal(
        ["/usr/bin/env", "-u", "HOME", "-u", "XDG_DATA_HOME", sys.executable, "-c", WITHOUT_HOME + MAIN],
        tmp_path,
        (80, 24),
    )
    try:
        terminal.read_until(b"name the store's folder", 60)
        terminal.write(b"\r")
        terminal.read_until(b"pos: store_unusable: You have no home folder", 60)
        assert terminal.exit_code(60) == 2
    finally:
        terminal.kill()


@pytest.mark.parametrize("zone", ["UTC", ":/dev/null", "x" * 9000], ids=["a folder", "no zone", "long"])
def test_a_wrong_zone_of_the_machine_matters_to_nobody(zone: str, tmp_path: Path) -> None:
    """The shop has its own; Babel reads the machine's, and a file or folder of that name where it was started."""
    (tmp_path / "UTC").mkdir()
    german = {"TZ": zone, "LC_ALL": "de_DE.UTF-8"}
    ran = process("", "run", "-", given=SALE, cwd=tmp_path, environ=german)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "1,53" in ran.stdout
