"""Variables of other programs that no screen opens with: named and refused, without a report of an error."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from textual import Logger

from pos.domain.errors import TillError
from pos.testing import open_till_app
from screens.terminal.env_variables import check_variables
from tests.terminal.driver import Terminal

WRONG = {
    "TEXTUAL_COLOR_SYSTEM": ["x", "", "Truecolor"],
    "TEXTUAL_DRIVER": ["x", "os:path", "os:nothing", ":", "os:"],
    "TEXTUAL_LOG": ["/nowhere/log", "/", "\0"],
    "COLUMNS": ["9" * 5000, "²"],
    "LINES": ["9" * 5000],
}
RIGHT = {
    "TEXTUAL_COLOR_SYSTEM": ["auto", "256"],
    "TEXTUAL_DRIVER": ["", "textual.drivers.headless_driver:HeadlessDriver"],
    "TEXTUAL_LOG": ["/dev/null"],
    "COLUMNS": ["80", "", "wide", "-1"],
    "LINES": ["24"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in WRONG for value in WRONG[name]])
def test_a_wrong_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(TillError, match=rf"^{name}: .+ is not allowed\. Allowed: .+\.$") as refused:
        check_variables({name: value})
    assert refused.value.code == "settings_invalid"


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in RIGHT for value in RIGHT[name]])
def test_a_right_one_is_let_be(name: str, value: str) -> None:
    check_variables({name: value})


@pytest.mark.parametrize("words", [[], ["display"], ["demo", "plain-sale"]])
def test_no_screen_opens_with_a_wrong_one(tmp_path: Path, words: list[str]) -> None:
    code = f"import sys\nfrom pos.__main__ import main\nsys.exit(main({words!r}))"
    with Terminal([sys.executable, "-c", code], home=tmp_path, environ={"TEXTUAL_COLOR_SYSTEM": "x"}) as terminal:
        assert terminal.ended() == 2
        assert "settings_invalid: TEXTUAL_COLOR_SYSTEM: x is not allowed." in terminal.text
    assert not list(tmp_path.rglob("crash*"))


async def test_no_till_ends_because_a_developer_s_log_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("textual.constants.LOG_FILE", "/dev/full")
    monkeypatch.setattr(Logger, "__call__", Logger.__call__)
    async with open_till_app() as cashier:
        cashier.app.log("something")
        await cashier.keys("MILK-1L\n").sees("Whole Milk")
