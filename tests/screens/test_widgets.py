"""Screens of ordinary Textual widgets: each key goes to the one that has the focus, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Input, SelectionList

from pos.testing import Cashier
from screens.kit.widget_screen import WidgetScreen
from tests.screens.shop import MILK


class Form(WidgetScreen):
    """Two inputs and a list. Enter in the first goes on to the next, in the second it is all sent."""

    KIND: ClassVar[str] = "form"

    def __init__(self) -> None:
        super().__init__()
        self.given: list[str] = []

    def body(self) -> Sequence[Widget]:
        return (Input(id="number"), Input(id="pin", password=True), SelectionList(("a", 1), ("b", 2)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.given.append(event.value)
        if event.input.id == "number":
            self.focus_next()
        else:
            self.back()

    def value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value


async def shown(cashier: Cashier, form: Form) -> Form:
    cashier.app.call_later(cashier.app.show, form)
    await cashier.until(lambda: cashier.app.screen is form)
    return form


async def test_keys_type_into_the_widget_that_has_the_focus(cashier: Cashier) -> None:
    form = await shown(cashier, Form())
    await cashier.keys("4711<backspace>2<left>x \t00")
    assert (form.value("number"), form.value("pin")) == ("471x 2", "00")
    await cashier.keys("<shift+tab>5")
    assert form.value("number") == "5"


async def test_tab_and_space_mean_to_a_widget_what_textual_means(cashier: Cashier) -> None:
    form = await shown(cashier, Form())
    await cashier.keys("\t\t<down> ")
    assert form.query_one(SelectionList).selected == [2]


async def test_a_burst_is_in_order_across_widgets_and_screens(cashier: Cashier) -> None:
    form = await shown(cashier, Form())
    await cashier.burst(f"4711\n0815\n{MILK}\n")
    assert form.given == ["4711", "0815"]
    assert cashier.kind == "sale"
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_escape_leaves_and_what_follows_is_for_the_screen_below(cashier: Cashier) -> None:
    form = await shown(cashier, Form())
    await cashier.burst(f"12<escape>{MILK}\n")
    assert form.given == []
    assert cashier.kind == "sale"
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_an_action_s_key_is_still_an_action_s(cashier: Cashier) -> None:
    class Counting(Form):
        KIND = "receipt"

    form = await shown(cashier, Counting())
    await cashier.keys("1<f1>")
    assert cashier.kind == "help"
    await cashier.keys("<escape>2")
    assert form.value("number") == "12"


async def test_a_mouse_gives_the_focus(cashier: Cashier) -> None:
    form = await shown(cashier, Form())
    pin = form.query_one("#pin", Input)
    await cashier.pilot.click(pin)
    await cashier.keys("9")
    assert form.value("pin") == "9"
