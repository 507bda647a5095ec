"""The command line on machines that lack what others have: no traceback, but words that say what is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
SALE = "add MILK-1L\npay cash\nexpect state paid\n"
WITHOUT_TZDATA = "import sys; sys.modules['tzdata'] = None; from pos.__main__ import main; sys.exit(main())"


def python(code: str, *arguments: str, given: str = "", **environ: str | None) -> subprocess.CompletedProcess[str]:
    """Run the command line after `code`; a variable that is None is not there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TILLKEY_", "LC_", "LANG"))}
    paths = [str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])]
    told = {**kept, "PYTHONPATH": os.pathsep.join(paths), **environ}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=given,
        env={name: value for name, value in told.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def shop_in(timezone: str, folder: Path) -> Path:
    catalog = folder / "mine.json"
    products = [{"sku": "MILK-1L", "name": "Milk", "price": 100}]
    catalog.write_text(json.dumps({"store": {"timezone": timezone}, "products": products}), "utf-8")
    return catalog


def test_the_package_tzdata_is_enough() -> None:
    pytest.importorskip("tzdata")
    code = "import sys; from pos.__main__ import main; sys.exit(main())"
    ran = python(code, "run", "-", given=SALE, PYTHONTZPATH="/nonexistent")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_machine_s_own_data_are_enough() -> None:
    ran = python(WITHOUT_TZDATA, "run", "-", given=SALE)
    assert (ran.returncode, ran.stderr) == (0, "")


NO_DATA = (
    "pos: time_zone_missing: This machine has no time-zone data: install the package tzdata (`pip install tzdata`).\n"
)


def test_without_any_data_what_to_install_is_told_for_a_new_store(tmp_path: Path) -> None:
    bare = {"PYTHONTZPATH": "/nonexistent"}
    for options in ([], ["--store", str(tmp_path / "new")], ["--catalog", str(shop_in("Asia/Tokyo", tmp_path))]):
        ran = python(WITHOUT_TZDATA, "run", "-", *options, given=SALE, **bare)
        assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", NO_DATA)


def test_without_any_data_what_to_install_is_told_for_a_store_that_is_there(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "shop"))
    assert python(WITHOUT_TZDATA, "run", "-", *store, given=SALE).returncode == 0
    for command in (("run", "-"), ("orders",), ("orders", "--day", "2026-11-22")):
        ran = python(WITHOUT_TZDATA, *command, *store, given=SALE, PYTHONTZPATH="/nonexistent")
        assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", NO_DATA), command
    assert python(WITHOUT_TZDATA, "doctor", *store, PYTHONTZPATH="/nonexistent").returncode == 0


def test_a_zone_that_only_this_machine_lacks_is_named(tmp_path: Path) -> None:
    store = ("--store", str(tmp_path / "shop"))
    catalog = shop_in("Europe/Berlin", tmp_path)
    assert python(WITHOUT_TZDATA, "run", "-", *store, "--catalog", str(catalog), given=SALE).returncode == 0
    few = tmp_path / "zones"
    few.mkdir()
    (few / "UTC").write_bytes(b"TZif2" + bytes(15) + bytes(24))
    ran = python(WITHOUT_TZDATA, "run", "-", *store, given=SALE, PYTHONTZPATH=str(few))
    assert ran.returncode == 2
    assert ran.stderr.startswith(
        "pos: time_zone_missing: This machine does not know the shop's time zone Europe/Berlin"
    )


def test_a_wrong_zone_is_still_the_catalog_s_fault(tmp_path: Path) -> None:
    ran = python(WITHOUT_TZDATA, "run", "-", "--catalog", str(shop_in("Berlin", tmp_path)), given=SALE)
    assert ran.returncode == 2
    assert "store.timezone: 'Berlin' is no time zone such as Europe/Berlin." in ran.stderr
