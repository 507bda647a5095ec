"""The programs on the manual's pages do what is said beside them."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from inspect import iscoroutinefunction
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SystemClock
from pos.crash_report import KEPT
from pos.domain.errors import TillError
from pos.files.user_folders import usual_store
from pos.stores.embedded.doctor import examine
from pos.till.till import Till
from tests.manual.papers import page


def block(name: str, language: str, heading: str = "") -> str:
    """The first block of code of a language on a page, or under a heading of it."""
    text = page(name).partition(f"\n## {heading}\n")[2] if heading else page(name)
    return str(re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)[0])


def run(program: str) -> None:
    """Run a program of a page, in the folder that is the current one."""
    exec(compile(program, "a page", "exec"), {})


def test_the_products_of_a_filled_store_are_changed_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.json").write_text(block("catalog", "json"), "utf-8")
    open_till(tmp_path / "shop", catalog=tmp_path / "shop.json").close()
    run(block("catalog", "python", "Change it later"))
    till = open_till(tmp_path / "shop")
    assert (till.add("4006381333931").total, till.add("RED").total) == (129, 129 + 899)
    assert (till.stock("MILK").free, till.catalog.is_known("TOM")) == (Decimal(36), False)
    assert [str(line.tax_rate) for line in till.sale.lines] == ["8", "13"]
    till.close()
    assert [check for check in examine(tmp_path / "shop") if not check.ok] == []


def test_a_wrong_name_is_refused_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = block("catalog", "python", "Change it later")
    with pytest.raises(TillError, match=r"There is no store in shop\."):
        run(program)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "shop.json").write_text(block("catalog", "json"), "utf-8")
    open_till(tmp_path / "shop", catalog=tmp_path / "shop.json").close()
    for right, wrong, told in (
        ('"MILK"', '"MILC"', "MILC"),
        ('"tax": "wine"', '"tax": "vine"', "no tax is named “vine”"),
    ):
        with pytest.raises((KeyError, TillError), match=told):
            run(program.replace(right, wrong))


def test_a_program_of_ones_own_sells(capsys: pytest.CaptureFixture[str]) -> None:
    run(block("headless", "python"))
    told = capsys.readouterr().out.splitlines()
    assert {"declined", "released", "committed"} <= {line.split()[0] for line in told}
    assert (told[-1], "payment_declined insufficient_funds" in told) == ("1-1-1 412 588", True)


def test_the_methods_of_a_till_are_those_that_it_has() -> None:
    table = page("headless").partition("| to | call |")[2].partition("\n\n")[0]
    calls = re.findall(r"`(await )?(\w+)\(", table)
    assert len(calls) >= 20
    for awaited, name in calls:
        assert iscoroutinefunction(getattr(Till, name)) == bool(awaited), name


def test_products_of_a_spreadsheet_become_a_catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = 'sku,name,price,barcode,category,tax\nTEA,"Tea, green",4.50,4006381333931,Drinks,reduced\nCUP,Cup,9,,,\n'
    (tmp_path / "goods.csv").write_text(rows, "utf-8")
    run(block("catalog", "python", "From a spreadsheet (CSV)"))
    till = open_till(catalog=tmp_path / "shop.json")
    assert (till.add("4006381333931").total, till.add("CUP").total) == (450, 1350)
    till.close()


def test_what_is_left_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.json").write_text(block("catalog", "json"), "utf-8")
    till = open_till(tmp_path / "shop", catalog=tmp_path / "shop.json")
    till.add("MILK")
    asyncio.run(till.pay_cash())
    run(block("catalog", "python", "Stock"))
    till.close()
    assert capsys.readouterr().out == "MILK; Milk 1 l; 23\n"


def test_sales_become_a_table_for_a_spreadsheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that is shown: a day's sales, out of the usual store."""
    shown = re.findall(r"^```text\n(receipt,.*?)^```$", page("store"), re.DOTALL | re.MULTILINE)[0]
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    (tmp_path / "shop.json").write_text(block("catalog", "json"), "utf-8")
    sold = datetime(2026, 11, 22, 8, 14, 5, tzinfo=UTC)
    open_till(usual_store(), catalog=tmp_path / "shop.json").close()
    for moment in (sold, sold + timedelta(days=1)):
        till = open_till(usual_store(), clock=FrozenClock(moment))
        till.add("MILK", Decimal(3))
        asyncio.run(till.pay_cash(500))
        till.close()
    monkeypatch.setattr("sys.argv", ["sales.py", "2026-11-22"])
    run(block("store", "python"))
    assert capsys.readouterr().out.splitlines() == shown.splitlines()
    monkeypatch.setattr("sys.argv", ["sales.py"])
    monkeypatch.setattr(SystemClock, "now", lambda _clock: sold + timedelta(days=2))
    run(block("store", "python"))
    assert [row.split(",")[0] for row in capsys.readouterr().out.splitlines()] == ["receipt", "1-1-2"]


def test_as_many_reports_are_kept_as_is_said() -> None:
    assert f"the last {KEPT} are kept" in " ".join(page("errors").split())
