from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.payments.absent import AbsentGateway
from pos.testing import Cashier, open_till_app
from pos.till.catalog_loading import parse_catalog
from pos.till.till import Till
from screens.app.till_app import TillApp
from screens.driver.keyboard import parsed
from screens.render.themes import DARK, LIGHT
from tests.screens.shop import MILK


async def test_a_store_that_cannot_be_opened_is_told_calmly_and_any_key_leaves() -> None:
    def fails() -> Till:
        raise TillError("store_in_use", verbatim("The store /tmp/shop is in use by another till (process 4711)."))

    async with open_till_app(opening=fails) as cashier:
        await cashier.sees("in use by another till").sees("Any key leaves.").keys("x")
        await cashier.until(lambda: cashier.app.return_code == 1)


async def test_a_line_that_was_set_aside_is_told_when_the_till_opens() -> None:
    def opened() -> Till:
        till = open_till(None)
        till.notices = (verbatim("The last line of the journal was cut off: it is set aside."),)
        return till

    async with open_till_app(opening=opened) as cashier:
        await cashier.sees("it is set aside.")


async def test_quitting_writes_everything_down(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n<ctrl+q>")
    await cashier.until(lambda: cashier.app.return_code is not None)
    assert cashier.app.return_code == 0


async def test_the_sale_is_the_value_that_screens_draw(cashier: Cashier) -> None:
    cashier.till.add(MILK)
    await cashier.settled()
    assert cashier.app.sale is cashier.till.sale
    assert "Whole Milk 1 L" in cashier.text("ticket")


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name, "textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_every_theme_has_all_colours(cashier: Cashier, theme: str) -> None:
    cashier.app.theme = theme
    await cashier.keys(f"{MILK}\nmi<escape><f12>4000000000000002k")
    assert "DECLINED" in cashier.text()


@pytest.mark.till(no_color=True)
async def test_no_colour_at_all(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><up><right>")
    assert "▸C   Cash exact  ⏎" in cashier.text()


def test_a_card_number_typed_before_the_till_is_open_is_not_shown() -> None:
    app = TillApp(lambda: None, live=False)  # type: ignore[arg-type, return-value]
    assert app.masked("3*MLK 4242424242424242") == "3*MLK visa••4242"
    assert app.masked("4006381333931") == "4006381333931"


@pytest.mark.till(gateway="hold")
async def test_keys_behind_a_declined_command_are_dropped(cashier: Cashier) -> None:
    cashier.burst(f"{MILK}\n/pay card 4000000000000002\n")
    await cashier.until(lambda: cashier.till.waiting_for_card)
    cashier.burst(f"{MILK}\n")
    await cashier.until(lambda: len(cashier.app.kept_keys) == 14)
    assert "14 keys wait" in cashier.text("line")
    cashier.bank.say("answer")
    await cashier.settled()
    assert int(cashier.sale.lines[0].quantity) == 1
    line = " ".join(cashier.text("line").replace("│", "").replace("▌", "").split())
    assert "✗ The bank declined the card." in line
    assert "14 keys that were typed meanwhile had no effect." in line


def test_the_first_frame_waits_for_neither_the_engine_nor_tables() -> None:
    code = (
        "import sys, screens.app.till_app; "
        "print([name for name in ('pydantic', 'tinydb', 'babel', 'pos.till', 'biip', 'textual.widgets._data_table') "
        "if name in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


async def test_expect_and_key_work_on_the_scan_line(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/expect total 1.49\n")
    assert "As expected." in cashier.text("line")
    await cashier.keys("/expect total 2\n")
    assert "✗ Expected total 2" in cashier.text("line")
    await cashier.keys("/key f12\n")
    assert cashier.app.kind == "payment"


async def test_a_ticket_paid_by_a_command_shows_its_receipt(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/pay cash 5\n")
    assert cashier.app.kind == "receipt"
    await cashier.keys(f"{MILK}\n/pay cash 1\n")
    assert cashier.app.kind == "payment"
    assert cashier.sale.state == "part_paid"


def test_bursts_are_parsed_as_a_terminal_would() -> None:
    assert [event.key for event in parsed("1\n<lf>\t<f12> +")] == ["1", "enter", "ctrl+j", "tab", "f12", "space", "+"]


async def test_a_failed_start_does_not_say_that_it_opens() -> None:
    def fails() -> Till:
        raise TillError("store_in_use", verbatim("In use."))

    async with open_till_app(opening=fails) as cashier:
        await cashier.sees("✗ not open", panel="header")


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_what_went_wrong_is_seen_in_a_terminal_s_own_colours(cashier: Cashier, theme: str) -> None:
    cashier.app.theme = theme
    variables = cashier.app.get_css_variables()
    assert variables["alarm"] == "ansi_default"
    assert (variables["chosen"] == "ansi_white") is (theme == "ansi-light")


async def test_a_shops_own_till_says_that_its_cards_are_simulated(tmp_path: Path) -> None:
    """Until a real gateway charges them: nobody may take such a payment for money."""
    catalog = {
        "store": {"name": "Tea Corner and Household Goods"},
        "products": [{"sku": "CUP", "name": "Cup", "price": 900}],
    }
    shop = parse_catalog(catalog, "shop.json")
    for gateway, told in ((None, " cards simulated  ·  TEA CORNER"), (AbsentGateway(), " TEA CORNER")):
        opening = partial(open_till, tmp_path / f"{gateway is None}", catalog=shop, gateway=gateway)
        async with open_till_app(opening=opening) as cashier:
            await cashier.scan("CUP").presses("f12")
            assert cashier.text("header").startswith(told)
    async with open_till_app(catalog=catalog) as cashier:
        assert "simulated" not in cashier.text("header")


async def test_a_long_name_leaves_a_blank_before_how_the_till_is() -> None:
    catalog = {"store": {"name": "n" * 80}, "products": [{"sku": "CUP", "name": "Cup", "price": 900}]}
    async with open_till_app(catalog=catalog, size=(80, 24)) as cashier:
        assert "N… ● till ready" in cashier.text("header")
