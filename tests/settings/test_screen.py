"""The Settings screen: found, changed, saved and seen at once; what is wrong or forced is refused with the reason."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pos.domain.i18n import ENGLISH, use_language
from pos.domain.message import Message
from pos.settings.loading import load
from pos.settings.sources import Sources
from pos.testing import Cashier, open_till_app
from pos.till.till import Till
from screens.kit.keymap import faults
from tests.screens.shop import MILK, SMALL


@pytest.fixture(autouse=True)
def english() -> Any:
    """Whatever language a test chose, the next one begins in English."""
    yield
    use_language(ENGLISH)


def key_faults(keys: Mapping[str, str]) -> list[tuple[str, Message]]:
    return [(fault.action, fault.words) for fault in faults(keys)]


@asynccontextmanager
async def settings_open(
    folder: Path, text: str = "", environ: Mapping[str, str] | None = None, size: str = "80x24"
) -> AsyncIterator[Cashier]:
    """The Settings screen over a till whose settings file has this text."""
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    async with open_till_app(SMALL, size=size) as cashier:
        cashier.app.sources = Sources(file, environ or {}, {}, key_faults)
        cashier.app.adopt(load(cashier.app.sources).settings)
        await cashier.keys("<ctrl+o>").sees("timeout", "list")
        yield cashier


def written(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "settings.toml").read_text("utf-8"))


@pytest.mark.parametrize("size", ["80x24", "120x30", "160x50"])
async def test_every_setting_is_seen_with_its_value_and_where_it_is_from(tmp_path: Path, size: str) -> None:
    text = '[screen]\ntheme = "nord"\n'
    async with settings_open(tmp_path, text, {"TILLKEY_SCREEN_MOUSE": "off"}, size) as cashier:
        seen = ""
        for _ in range(18):
            seen += cashier.text("list")
            await cashier.keys("<down>" * 3)
        for line in ("store", "nord", "settings.toml:2", "TILLKEY_SCREEN_MOUSE", "refused", "Pay", "F12", "Quit"):
            assert line in seen
        await cashier.keys("<home>").sees("The folder of the store, or", "about").sees("a folder", "about")


async def test_a_theme_is_seen_while_it_is_chosen_and_kept_with_enter(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        before = cashier.app.theme
        await cashier.keys("theme\n").sees("tokyo-night", "list")
        await cashier.keys("<home><down>")
        looked_at = cashier.app.theme
        assert looked_at != before
        await cashier.keys("<escape>").sees("timeout", "list")
        assert cashier.app.theme == before
        assert written(tmp_path) == {}
        await cashier.keys("theme\n<home><down>\n").sees(f"Saved: theme is {looked_at}.", "line")
        assert cashier.app.theme == looked_at
        assert written(tmp_path) == {"screen": {"theme": looked_at}}


async def test_receipts_have_a_language_of_their_own_at_once(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("receipt language\n<end>\n").sees("Saved: language is de.", "line")
        assert written(tmp_path) == {"receipt": {"language": "de"}}
        await cashier.burst(f"<escape>{MILK}\n").keys("<f12>c").sees("SUMME").sees("RECEIPT")


async def test_the_language_changes_at_once(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("language\n<end>\n")
        assert written(tmp_path) == {"screen": {"language": "de"}}
        await cashier.sees("Vorgabe", "list").sees("Kasse 1", "header").sees("Sa", "header").sees_not("Sat", "header")


async def test_a_text_is_typed_and_a_wrong_one_is_refused_with_what_is_allowed(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("timeout\n").sees("seconds from 0 to 600", "line")
        await cashier.keys("700\n").sees("700 is not allowed. Allowed: seconds from 0 to 600.", "line")
        assert written(tmp_path) == {}
        await cashier.keys("<ctrl+u>7\n").sees("Saved: timeout is 7 from the next start on.", "line")
        assert written(tmp_path) == {"till": {"timeout": 7}}


@pytest.mark.parametrize("address", ["mysql://shop", "tinydb://srv/shop"])
async def test_an_address_that_leads_to_no_store_is_not_saved(tmp_path: Path, address: str) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys(f"store\n{address}\n").sees("✗", "line")
        assert "tinydb:///FOLDER" in cashier.text("line")
        assert written(tmp_path) == {}


async def test_a_key_is_pressed_to_be_chosen_and_counts_at_once(tmp_path: Path) -> None:
    async with settings_open(tmp_path, '[keys]\nchecks = "none"\n') as cashier:
        await cashier.keys("pay\n").sees("Press the new key for Pay", "line").sees("Esc keeps F12", "line")
        await cashier.keys("<f9>").sees("Saved: Pay is F9.", "line")
        assert written(tmp_path)["keys"] == {"checks": "none", "pay": "f9"}
        await cashier.burst(f"<escape>{MILK}\n").sees("F9 Pay", "footer")
        await cashier.keys("<f12>")
        assert cashier.kind == "sale"
        await cashier.keys("<f9>")
        assert cashier.kind == "payment"


async def test_a_key_that_cannot_be_is_refused_and_the_old_one_stays(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("pay\n<up>").sees("the screens use that key themselves", "line")
        await cashier.keys("\nx").sees("that key types there", "line")
        await cashier.keys("\n<escape>").sees("Pay keeps its key.", "line")
        assert written(tmp_path) == {}
        assert cashier.app.cap("pay") == "F12"


async def test_two_actions_swap_their_keys(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("pay\n<f10>").sees("Shall Pay and Menu swap their keys?", "line")
        await cashier.sees("Menu has F10, and gets F12 for it.", "line")
        await cashier.keys("<escape>").sees("Pay keeps its key.", "line")
        assert written(tmp_path) == {}
        await cashier.keys("\n<f10>\n").sees("Saved: Pay is F10, Menu is F12.", "line")
        assert written(tmp_path) == {"keys": {"pay": "f10", "menu": "f12"}}
        await cashier.burst(f"<escape>{MILK}\n<f10>").sees("TOTAL DUE")
        await cashier.keys("<escape><f12>")
        assert cashier.kind == "menu"


async def test_another_key_answers_a_swap_too(tmp_path: Path) -> None:
    async with settings_open(tmp_path, '[keys]\nchecks = "none"\n') as cashier:
        await cashier.keys("pay\n<f10><f9>").sees("Saved: Pay is F9.", "line")
        assert written(tmp_path)["keys"] == {"checks": "none", "pay": "f9"}


async def test_a_key_of_two_actions_or_of_a_variable_s_is_not_swapped(tmp_path: Path) -> None:
    async with settings_open(tmp_path, "", {"TILLKEY_KEYS_MENU": "f9", "TILLKEY_KEYS_CHECKS": "none"}) as cashier:
        await cashier.keys("pay\n<f9>").sees("menu cannot be F9: pay has it.", "line")
        await cashier.keys("copy\n<ctrl+r>").sees("copy cannot be Ctrl+R", "line")
        assert written(tmp_path) == {}


async def test_a_key_of_the_screen_below_goes_there(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        theme = cashier.app.theme
        await cashier.burst(f"{MILK}\n")
        await cashier.keys("<ctrl+o>theme\n<home><f12>").sees("TOTAL DUE")
        assert (cashier.kind, cashier.app.theme) == ("payment", theme)
        await cashier.keys("<escape><ctrl+o>").sees("lane", "list").keys("<ctrl+o>")
        assert cashier.kind == "sale"
        assert written(tmp_path) == {}


async def test_a_scan_while_a_theme_is_chosen_is_a_scan(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        theme = cashier.app.theme
        await cashier.keys("theme\n<home>")
        await cashier.burst(f"{MILK}\n")
        assert (cashier.kind, cashier.app.theme) == ("sale", theme)
        assert [line.sku for line in cashier.sale.lines] == ["MLK"]
        await cashier.keys("<ctrl+o>")
        await cashier.burst("4006381333948\n")
        assert cashier.kind == "sale"
        await cashier.sees("4006381333948", "line").sees("✗", "line")
        assert written(tmp_path) == {}


async def test_a_choice_is_typed_by_its_first_letters(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("theme\nlight\n")
        assert cashier.app.theme.endswith("-light")
        await cashier.keys("theme\nnor\n").sees("Saved: theme is nord.", "line")
        await cashier.keys("theme\nzzz\n").sees("Nothing fits that.", "line").keys("<escape>")
        assert written(tmp_path) == {"screen": {"theme": "nord"}}


async def test_a_key_is_taken_away_and_given_back(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("checks\n").sees("it stays as /checks", "line")
        await cashier.keys("<backspace>").sees("Saved: Checks is none.", "line")
        assert cashier.app.cap("checks") == "/checks"
        await cashier.keys("<delete>").sees("Saved: Checks is F9.", "line")
        assert written(tmp_path) == {"keys": {}}


async def test_what_a_variable_says_is_not_changed_here_and_why(tmp_path: Path) -> None:
    async with settings_open(tmp_path, "", {"TILLKEY_SCREEN_MOUSE": "off"}) as cashier:
        for keys in ("mouse\n", "<escape>mouse<delete>"):
            await cashier.keys(keys).sees("TILLKEY_SCREEN_MOUSE says what this is", "line")
        assert written(tmp_path) == {}


async def test_a_scan_is_not_lost_and_typed_letters_find(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("xyz\n").sees("Nothing fits that.", "line").sees("Type fewer letters", "list")
        await cashier.keys("<escape>colours").sees("theme", "list").sees_not("store", "list")
        await cashier.burst(f"<escape>{MILK}\n")
        assert [line.sku for line in cashier.sale.lines] == ["MLK"]
        assert cashier.kind == "sale"


async def test_a_code_is_no_answer_and_is_not_sold_from_here(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys(f"lane\n{MILK}\n").sees(f"“{MILK}” was scanned, which is no answer here", "line")
        assert (written(tmp_path), cashier.kind, cashier.sale.lines) == ({}, "settings", ())
        await cashier.keys("7\n").sees("Saved: lane is 7 from the next start on.", "line")


async def test_settings_are_chosen_with_the_mouse(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.clicks("timeout").sees("till.timeout", "about")
        await cashier.clicks("timeout").sees("type the new value", "line")


async def test_a_key_of_the_sale_keeps_a_value_that_is_typed(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.burst(f"{MILK}\n")
        await cashier.keys("<ctrl+o>till.timeout\n7").keys("<f12>").sees("“7” is not taken yet: Enter takes it")
        await cashier.keys("<f3>").sees("“7” is not taken yet").keys("<ctrl+u><f12>").sees("TOTAL DUE")
        assert (cashier.kind, written(tmp_path), len(cashier.sale.lines)) == ("payment", {}, 1)


async def test_a_till_without_settings_says_so() -> None:
    async with open_till_app(SMALL) as cashier:
        await cashier.keys("<ctrl+o>").sees("This till was opened without settings", "line")
        await cashier.keys("\n<delete><down>\n<escape>").sees("TOTAL DUE")
        assert cashier.kind == "sale"


async def test_a_file_that_became_wrong_is_told(tmp_path: Path) -> None:
    async with settings_open(tmp_path) as cashier:
        await cashier.keys("<escape>")
        (tmp_path / "settings.toml").write_text("[screen\n", "utf-8")
        await cashier.keys("<ctrl+o>").sees("broken TOML", "list").keys("<escape>").sees("TOTAL DUE")
        assert cashier.kind == "sale"


async def test_every_fault_has_a_line_where_the_till_does_not_open(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[till]\nlatency = -1\nlane = 'a lane'\n[screen]\nrefused = 'loud'\n[scren]\n[zzz]\n", "utf-8")

    def wrong() -> Till:
        load(Sources(file, {"TILLKEY_SCREEN_MOUSE": "perhaps"}, {}))
        raise AssertionError("the settings are wrong")

    async with open_till_app(SMALL, opening=wrong) as cashier:
        await cashier.sees("✗", "failure")
        shown = cashier.text("failure")
        assert shown.count("✗") == 6
        assert "TILLKEY_SCREEN_MOUSE" in shown
        assert "Any key leaves." in shown
