"""A screen of another package that is broken: it is told on a calm page, and the till goes on behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.widget import Widget
from textual.widgets import DataTable

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


@pytest.mark.parametrize("screen", [Bare, Wild])
async def test_a_broken_screen_is_left_and_the_till_sells_on(screen: type[TillScreen]) -> None:
    look = AddedAction(
        id="look", key="ctrl+l", word="look", short="Look", label="Look", help="Look.", screens=("sale",),
        handler="show_look", does=lambda app: app.show(screen()),
    )  # fmt: skip
    async with open_till_app(extensions=[look]) as cashier:
        cashier.app._catch = True
        await cashier.scan("MILK-1L").presses("ctrl+l")
        assert cashier.kind == "crash"
        await cashier.presses("enter").pays_cash().sees("change")
