"""The programs on the manual's pages do what is said beside them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.crash_report import KEPT
from pos.domain.errors import TillError
from pos.stores.embedded.doctor import examine
from tests.manual.papers import page


def block(name: str, language: str) -> str:
    """The one block of code of a language on a page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", page(name), re.DOTALL | re.MULTILINE)
    return str(found)


def test_the_products_of_a_filled_store_are_changed_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.json").write_text(block("catalog", "json"), "utf-8")
    open_till(tmp_path / "shop", catalog=tmp_path / "shop.json").close()
    exec(compile(block("catalog", "python"), "catalog.md", "exec"), {})
    till = open_till(tmp_path / "shop")
    assert (till.add("4006381333931").total, till.add("RED").total) == (129, 129 + 899)
    assert (till.stock("MILK").free, till.catalog.is_known("TOM")) == (Decimal(36), False)
    assert [str(line.tax_rate) for line in till.sale.lines] == ["8", "13"]
    till.close()
    assert [check for check in examine(tmp_path / "shop") if not check.ok] == []


def test_a_wrong_name_is_refused_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = block("catalog", "python")
    with pytest.raises(TillError, match=r"There is no store in shop\."):
        exec(compile(program, "catalog.md", "exec"), {})
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "shop.json").write_text(block("catalog", "json"), "utf-8")
    open_till(tmp_path / "shop", catalog=tmp_path / "shop.json").close()
    for right, wrong, told in (
        ('"MILK"', '"MILC"', "MILC"),
        ('"tax": "wine"', '"tax": "vine"', "no tax is named 'vine'"),
    ):
        with pytest.raises((KeyError, TillError), match=told):
            exec(compile(program.replace(right, wrong), "catalog.md", "exec"), {})


def test_a_program_of_ones_own_sells(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("headless", "python"), "headless.md", "exec"), {})
    assert capsys.readouterr().out == "1-1-1 458\n"


def test_as_many_reports_are_kept_as_is_said() -> None:
    assert f"the last {KEPT} are kept" in " ".join(page("errors").split())
