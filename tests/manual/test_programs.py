"""The programs on the manual's pages do what is said beside them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.crash_report import KEPT
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
    assert (till.add("4006381333931").total, till.add("TEA").total) == (129, 129 + 249)
    till.close()


def test_a_program_of_ones_own_sells(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("headless", "python"), "headless.md", "exec"), {})
    assert capsys.readouterr().out == "1-1-1 458\n"


def test_as_many_reports_are_kept_as_is_said() -> None:
    assert f"the last {KEPT} are kept" in " ".join(page("errors").split())
