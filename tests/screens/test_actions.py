from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pos.domain.reservations import Order
from pos.domain.sale import Sale
from pos.domain.terminal_text import width
from pos.language.table import AT_A_TILL
from pos.testing import Cashier, open_till_app
from screens.app.handlers import HANDLERS
from screens.app.routes import SHOW, route, screen_of
from screens.help import screen as help_screen
from screens.help.menu import MenuScreen
from screens.help.screen import HelpScreen
from screens.inspector_app.screen import InspectorAppScreen
from screens.kit import actions
from screens.kit.availability import NOTHING, Subject
from screens.kit.base_screen import TillScreen
from screens.kit.keymap import STANDARD
from screens.palette.screen import PaletteScreen
from screens.receipt.screen import ReceiptScreen
from tests.i18n.key_table import PAGE, with_keys
from tests.screens.shop import MILK, SMALL
from tests.stores.samples import NOW, sale
from tests.test_imports import ROOMS

SOLD = Order(id="ord_1", receipt="1-1-1", reservation="res_1", lane="1", at=NOW, sale=sale("1"))


def test_no_key_means_two_things_on_one_screen() -> None:
    keys = Counter((screen, action.key) for action in actions.ACTIONS for screen in action.screens)
    assert [key for key, many in keys.items() if many > 1] == []


def test_no_word_means_two_actions_and_ids_are_unique() -> None:
    words = [action.word for action in actions.ACTIONS if action.word]
    assert len(set(words)) == len(words)
    assert len({action.id for action in actions.ACTIONS}) == len(actions.ACTIONS)


def test_every_function_key_has_a_second_way() -> None:
    assert {f"f{number}" for number in range(1, 13)} <= {action.key for action in actions.ACTIONS}
    assert all(action.word for action in actions.ACTIONS if action.key.startswith("f"))


def test_every_action_tells_what_it_does() -> None:
    assert all(action.help.endswith(".") and action.label and action.short for action in actions.ACTIONS)


def every_screen() -> list[TillScreen]:
    told: dict[Callable[..., TillScreen], object] = {
        **dict.fromkeys((PaletteScreen, HelpScreen, MenuScreen), "sale"),
        ReceiptScreen: SOLD,
    }
    makers: list[Callable[..., TillScreen]] = [*map(screen_of, ROOMS), MenuScreen, InspectorAppScreen]
    return [make(told[make]) if make in told else make() for make in makers]


def test_every_action_is_done_by_its_screen_or_by_the_app() -> None:
    screens = every_screen()
    assert {screen.KIND for screen in screens} == set(actions.EVERYWHERE) - {actions.OTHERS}
    undone = [
        (screen.KIND, action.id)
        for screen in screens
        for action in actions.on_screen(screen.KIND)
        if action.handler not in {*screen.handlers(), *HANDLERS} and route(action.handler) is None
    ]
    assert undone == []


def test_every_handler_that_shows_a_screen_names_its_room() -> None:
    rooms = {action.handler.removeprefix(SHOW) for action in actions.ACTIONS if action.handler.startswith(SHOW)}
    assert rooms - {"last_receipt", "menu"} <= set(ROOMS)
    assert all(route(f"{SHOW}{room}") is not None for room in rooms)


class Standing(NamedTuple):
    """How a till stands on which a card was declined just now."""

    sale: Sale | None = Sale(ticket="1-1")
    current: Sale | None = Sale(ticket="1-1")
    chosen_line: None = None
    any_held: bool = False
    can_undo: bool = False
    can_redo: bool = False
    scriptable: bool = False
    server: None = None
    has_queue: bool = False
    training: bool = False
    subject: Subject = Subject(retry=True)

    def cap(self, action_id: str) -> str:
        return STANDARD.cap(action_id)


def test_what_can_be_done_is_asked_of_values() -> None:
    can = {action.id for action in actions.on_screen("payment") if action.reason(Standing()) is None}
    assert {"again", "cash", "back"} <= can
    assert not can & {"card", "abandon", "gateway"}
    again = actions.by_id("again")
    assert again.reason(Standing(subject=NOTHING)) == "No card was declined just now."


@pytest.mark.till(gateway="decline insufficient_funds")
async def test_what_could_be_done_below_can_be_chosen_in_the_menu(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12>k")
    await cashier.keys("<f10>")
    (again,) = (line for line in cashier.text("page").splitlines() if "Try again" in line)
    assert "Charge the same amount to the same card" in again


def test_the_manuals_key_table_is_the_table_of_actions() -> None:
    page = PAGE.read_text("utf-8")
    assert with_keys(page) == page, "python -m tests.i18n.catalogue draws it anew"


@pytest.mark.parametrize("columns", [40, 80, 120, 160])
def test_the_footer_shows_what_fits_and_always_pay(columns: int) -> None:
    found = actions.on_screen("sale")
    widths = {action.id: len(f"{STANDARD.cap(action.id)} {action.short}") + 2 for action in found}
    chosen = actions.footer_choice(found, widths, columns)
    assert "pay" in {action.id for action in chosen}
    assert sum(widths[action.id] for action in chosen) <= columns


async def test_at_80_columns_the_footer_is_as_designed(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n")
    footer = " F1 Help  F2 Qty  F3 Void  F4 Disc  F5 Coupon  F6 Member  F7 Hold  F12 Pay"
    assert cashier.text("footer").rstrip() == footer


async def test_a_disabled_action_says_why(cashier: Cashier) -> None:
    await cashier.keys("<f12>")
    assert "✗ There is nothing on this ticket to pay yet." in cashier.text("line")
    assert cashier.app.kind == "sale"


async def test_slash_words_do_what_the_keys_do(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/pay\n")
    assert cashier.app.kind == "payment"
    await cashier.keys("<escape>/coupon\n")
    assert cashier.app.kind == "coupon"
    await cashier.keys("<escape>/help\n")
    assert cashier.app.kind == "help"


@pytest.mark.till(size=(120, 30))
async def test_typing_a_slash_lists_commands_with_their_usage(cashier: Cashier) -> None:
    await cashier.keys("/")
    listed = cashier.text("list")
    assert "/help" in listed
    await cashier.keys("disc")
    assert AT_A_TILL["discount"] in cashier.text("list")
    assert "/discount-all" in cashier.text("list")


async def test_a_command_begun_is_completed_by_enter(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n/qt\n")
    assert "/qty" in cashier.text("line")
    await cashier.keys("1 4\n")
    assert int(cashier.sale.lines[0].quantity) == 4


async def test_the_menu_does_what_is_chosen(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f10>")
    assert cashier.app.kind == "menu"
    await cashier.keys("<down>\n")
    assert "Quantity of Whole Milk 1 L" in cashier.text("line")
    await cashier.keys("3\n")
    assert int(cashier.sale.lines[0].quantity) == 3


async def test_a_scan_while_a_page_is_open_is_not_lost(cashier: Cashier) -> None:
    for key in ("<f1>", "<f10>", "<f9>"):
        await cashier.keys(f"{key}{MILK}\n")
        assert cashier.app.kind == "sale"
    assert int(cashier.sale.lines[0].quantity) == 3


@pytest.mark.till(size=(120, 160))
async def test_help_is_drawn_from_the_table_and_the_language(cashier: Cashier) -> None:
    await cashier.keys("<f1>")
    page = cashier.text("page")
    assert all(action.help in page for action in actions.ACTIONS if action.id not in ("menu", "quit"))
    assert all(usage in page for usage in AT_A_TILL.values())
    keys, _title, words = page.partition("WORDS FOR KEYS")
    assert [action.word for action in actions.ACTIONS if action.word and f"/{action.word}" in keys] == []
    assert [action.word for action in actions.ACTIONS if action.word and f"/{action.word}" not in words] == []


@pytest.mark.parametrize("columns", [24, 40, 76])
def test_a_line_of_the_help_that_goes_on_is_not_read_as_a_command(columns: int) -> None:
    told = [row.text for entry in help_screen._commands(columns).entries for row in entry.rows if row.text]
    begun, gone_on = [line for line in told if line.startswith("/")], [line for line in told if line.startswith("    ")]
    assert [line.split()[0] for line in begun] == [f"/{word}" for word in AT_A_TILL]
    assert gone_on
    assert all(width(line) <= columns for line in (*begun, *gone_on))
    text = "Card payments that are being checked or queued, and tickets paid in part."
    first, second = help_screen._entry("F9", text, columns).rows[:2]
    assert first.text.startswith("F9 ")
    assert second.text.startswith(" " * help_screen.KEY)


async def test_help_and_menu_change_places_and_close_with_their_own_keys(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><f1><f10>")
    assert cashier.app.kind == "menu"
    assert "Try again" in cashier.text("page")
    await cashier.keys("<f1>")
    assert cashier.text("page").splitlines()[1].strip("▌│▐ ") == "PAYMENT"
    await cashier.keys("<f1>")
    assert cashier.app.kind == "payment"


async def test_a_letter_typed_on_a_page_takes_no_money_below_it(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f12><f1>c").sees("CHECKED", "page")
    assert (cashier.app.kind, cashier.state) == ("help", "open")
    await cashier.keys("<escape><escape>2")
    assert "2" in cashier.text("paying")


async def test_the_menu_tells_the_chosen_action_s_reason_in_full(cashier: Cashier) -> None:
    await cashier.keys(f"{MILK}\n<f7>\n/coupon SAVE10\n<f10>" + "<down>" * 7)
    assert "Pay, hold or void this ticket first: something is on it." in cashier.text("line")


async def test_captions_say_what_enter_does(cashier: Cashier) -> None:
    for keys, caption in (("<right>", "⏎ open"), ("\n", "⏎ add"), ("<escape><escape>/", "⏎ take")):
        await cashier.keys(keys)
        assert caption in cashier.text("list")
    await cashier.keys("<escape>xqzzy")
    assert "⏎" not in cashier.text("list")
    await cashier.keys("<f9>")
    assert "⏎" not in cashier.text("page")


async def test_ctrl_c_copies_the_ticket_and_ctrl_s_saves_a_picture_of_any_screen(tmp_path: Path) -> None:
    async with open_till_app(SMALL) as cashier:
        cashier.app.pictures = tmp_path / "pictures"
        cashier.app.pictures.mkdir()
        await cashier.keys(f"{MILK}\n<ctrl+c>")
        assert "Whole Milk 1 L" in cashier.app.clipboard
        await cashier.keys("<ctrl+p><ctrl+s>")
        (picture,) = cashier.app.pictures.iterdir()
        assert "Do what?" in picture.read_text("utf-8").replace("&#160;", " ")
