"""A screen of another package that is broken: it is told on a calm page, and the till goes on behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.widget import Widget
from textual.widgets import DataTable, Static

from pos.testing import open_till_app
from screens.extensions import AddedAction
from screens.kit.base_screen import TillScreen


class Bare(TillScreen):
    """A screen that does not say what it is."""

    def body(self) -> Sequence[Widget]:
        return (DataTable(),)


class Wild(Bare):
    """A screen whose style sheet is none."""

    KIND = "wild"
    CSS = "nonsense { ]"


class Sheetless(Bare):
    """A screen whose style sheet was left out of the package."""

    KIND = "wild"
    CSS_PATH = "forgotten.tcss"


class WildByDefault(Bare):
    """A screen whose own style sheet is none."""

    KIND = "wild"
    DEFAULT_CSS = "WildByDefault { width: purple; }"


class Loud(Static):
    DEFAULT_CSS = "nonsense { ]"


class WithLoudWidget(Bare):
    """A screen with a widget whose style sheet is none."""

    KIND = "wild"

    def body(self) -> Sequence[Widget]:
        return (Loud(),)


class Blank(Static):
    def render(self) -> str:
        raise ZeroDivisionError


class WithBlankWidget(Bare):
    """A screen with a widget that cannot be drawn, however often it is tried."""

    KIND = "wild"

    def body(self) -> Sequence[Widget]:
        return (Blank(),)


class Sleepless(Bare):
    """A screen that breaks whenever it comes in front."""

    KIND = "wild"

    def on_screen_resume(self) -> None:
        raise ZeroDivisionError


@pytest.mark.parametrize("screen", [Bare, Wild, Sheetless, WildByDefault, WithLoudWidget, WithBlankWidget, Sleepless])
async def test_a_broken_screen_is_left_and_the_till_sells_on(screen: type[TillScreen], tmp_path: Path) -> None:
    look = AddedAction(
        id="look", key="ctrl+l", word="look", short="Look", label="Look", help="Look.", screens=("sale",),
        handler="show_look", does=lambda app: app.show(screen()),
    )  # fmt: skip
    async with open_till_app(extensions=[look], catch=True) as cashier:
        cashier.app.reports = tmp_path
        await cashier.scan("MILK-1L").presses("ctrl+l")
        assert cashier.kind == "crash"
        await cashier.presses("enter").pays_cash().sees("paid")
