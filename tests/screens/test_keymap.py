from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.domain.errors import TillError
from pos.testing import Cashier
from screens.kit import actions
from screens.kit.keymap import STANDARD, Keymap, cap_of, faults, spelled
from tests.screens.shop import MILK


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("F10", "f10"),
        ("Ctrl+T", "ctrl+t"),
        ("ctrl-t", "ctrl+t"),
        ("Strg+T", "ctrl+t"),
        ("^t", "ctrl+t"),
        (" Control + t ", "ctrl+t"),
        ("Ins", "insert"),
        ("K", "k"),
        ("-", "-"),
        ("+", "+"),
    ],
)
def test_keys_may_be_written_as_people_write_them(written: str, key: str) -> None:
    assert spelled(written) == key


def test_caps_are_what_is_printed_on_the_keyboard() -> None:
    assert [cap_of(key) for key in ("f10", "ctrl+t", "k", "escape", "insert")] == ["F10", "Ctrl+T", "K", "Esc", "Ins"]


def test_two_keys_may_be_swapped() -> None:
    keymap = Keymap.of({"pay": "F8", "recall": "f12"})
    assert (keymap.cap("pay"), keymap.cap("recall")) == ("F8", "F12")
    action = keymap.action("sale", "f8")
    assert action is not None
    assert action.id == "pay"


def test_an_action_without_a_key_is_called_by_its_word() -> None:
    keymap = Keymap.of({"inspector": "none", "checks": ""})
    assert (keymap.cap("inspector"), keymap.cap("checks")) == ("/inspector", "/checks")
    assert keymap.action("sale", "f11") is None


def test_one_key_may_mean_two_things_on_two_screens() -> None:
    assert faults({"again": "x", "print": "ctrl+b"}) == ()
    assert Keymap.of({"print": "F2"}).action("receipt", "f2") == actions.by_id("print")


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"pya": "f5"}, "“pya” is no action. Did you mean pay?"),
        ({"xqzzy": "f5"}, "“xqzzy” is no action here. Take its line out, or install the package that adds it."),
        ({"pay": "f8"}, "pay cannot be F8: recall has it. Give recall another key too."),
        ({"pay": "ctrl+i"}, "pay cannot be Ctrl+I: a terminal sends the same for it as for Tab."),
        ({"pay": "ctrl+m"}, "pay cannot be Ctrl+M: a terminal sends the same for it as for Enter."),
        ({"pay": "ctrl+h"}, "pay cannot be Ctrl+H: a terminal sends the same for it as for Backspace."),
        ({"pay": "ctrl+["}, "pay cannot be Ctrl+[: a terminal sends the same for it as for Esc."),
        ({"pay": "f13"}, "pay cannot be F13: terminals do not send it."),
        ({"pay": "ctrl+shift+p"}, "pay cannot be Ctrl+Shift+P: terminals do not send it."),
        ({"pay": "alt+p"}, "pay cannot be Alt+P: terminals do not send it."),
        ({"pay": "super+p"}, "pay cannot be Super+P: terminals do not send it."),
        ({"pay": "p"}, "pay cannot be P: that key types there."),
        ({"cash": "5"}, "cash cannot be 5: that key types there."),
        ({"cash": "/"}, "cash cannot be /: that key types there."),
        ({"pay": "enter"}, "pay cannot be Enter: the screens use that key themselves."),
        ({"pay": "PgUp"}, "pay cannot be PageUp: the screens use that key themselves."),
        ({"pay": "ctrl+u"}, "pay cannot be Ctrl+U: the screens use that key themselves."),
        ({"back": "f9"}, "back stays on Esc: every screen goes back with it."),
        ({"cash": "none"}, "cash needs a key: it has no /word."),
    ],
)
def test_a_wrong_key_is_named_with_the_reason(overrides: dict[str, str], sentence: str) -> None:
    with pytest.raises(TillError) as caught:
        Keymap.of(overrides)
    assert caught.value.code == "settings_invalid"
    assert sentence in caught.value.message


def test_every_fault_is_told_at_once() -> None:
    told = faults({"pya": "f5", "void": "f13", "pay": "f2", "member": "f7"})
    assert [fault.action for fault in told] == ["pya", "void", "pay", "member"]


def test_letters_stay_keys_of_the_payment_screen() -> None:
    keymap = Keymap.of({"cash": "B", "card": "c"})
    assert keymap.action("payment", "b") == actions.by_id("cash")
    assert keymap.action("payment", "C") == actions.by_id("card")


@given(st.dictionaries(st.sampled_from([action.id for action in actions.ACTIONS]), st.text(max_size=12), max_size=5))
def test_whatever_is_written_is_a_keymap_or_a_named_fault(overrides: dict[str, str]) -> None:
    told = faults(overrides)
    if told:
        assert {fault.action for fault in told} <= set(overrides)
        return
    keymap = Keymap.of(overrides)
    for screen in actions.EVERYWHERE:
        keys = [key for action in actions.on_screen(screen) if (key := keymap.key(action.id))]
        assert len(set(keys)) == len(keys)


@pytest.mark.till(size=(120, 160))
async def test_footer_help_menu_palette_captions_and_messages_say_the_chosen_key(cashier: Cashier) -> None:
    cashier.app.keymap = Keymap.of({"pay": "f8", "recall": "none", "quantity": "ctrl+k"})
    await cashier.keys(f"{MILK}\n")
    assert "F8 Pay" in cashier.text("footer")
    assert "Ctrl+K Qty" in cashier.text("footer")
    for page in ("<f1>", "<f10>", "<ctrl+p>"):
        await cashier.keys(page)
        drawn = cashier.text("page")
        assert [line for line in drawn.splitlines() if "F8" in line and "Take the payment." in line] != []
        assert [line for line in drawn.splitlines() if "Ctrl+K" in line and "Change how many" in line] != []
        assert [line for line in drawn.splitlines() if "/recall" in line] != []
        assert "F12" not in drawn
        await cashier.keys("<escape>")
    await cashier.keys("<f7>Ada\n")
    assert "/recall takes it up again." in cashier.text("line")


async def test_the_chosen_key_acts_and_the_old_one_does_not(cashier: Cashier) -> None:
    cashier.app.keymap = Keymap.of({"pay": "ctrl+k", "cash": "b"})
    await cashier.keys(f"{MILK}\n<f12>")
    assert cashier.app.kind == "sale"
    await cashier.keys("<ctrl+k>c")
    assert (cashier.app.kind, cashier.state) == ("payment", "open")
    await cashier.keys("<escape>b")
    assert (cashier.app.kind, cashier.state) == ("receipt", "paid")


def test_every_key_of_the_table_may_be_chosen_for_another_action_too() -> None:
    """The table keeps its own rules: each of its keys is one that terminals send and no screen uses itself."""
    for action in actions.ACTIONS:
        if action.key != "escape":
            other = "abandon" if len(action.key) == 1 else "pay"
            refused = [told for fault in faults({other: action.key}) if "has it" not in (told := str(fault.words))]
            assert refused == []


@pytest.mark.parametrize("kind", ["sale", "cart", "coupon", "payment", "receipt", "checks"])
@pytest.mark.till(size=(130, 160))
async def test_footer_help_menu_and_palette_agree_with_the_table(cashier: Cashier, kind: str) -> None:
    ways = {"sale": "", "cart": "<ctrl+t>", "coupon": "<f5>", "payment": "<f12>", "receipt": "<f12>c", "checks": "<f9>"}
    await cashier.keys(f"{MILK}\n{ways[kind]}")
    assert cashier.app.kind == kind
    footer = cashier.text("footer")
    wanted = {action.id: (STANDARD.cap(action.id), action) for action in actions.on_screen(kind)}
    first = min(wanted.values(), key=lambda pair: pair[1].rank)
    assert f"{first[0]} {first[1].label}" in footer
    pages = {"<f1>": (), "<f10>": ("menu",)} | ({"<ctrl+p>": ("palette", "back")} if "palette" in wanted else {})
    for key, left_out in pages.items():
        await cashier.keys(key)
        lines = cashier.text("page").splitlines()
        for name, (cap, action) in wanted.items():
            reason = action.reason(cashier.app) or action.help
            if name not in left_out:
                assert [line for line in lines if cap in line and (action.help in line or reason in line)], name
        await cashier.keys("<escape>")
        assert cashier.app.kind == kind


@pytest.mark.parametrize("screen", actions.EVERYWHERE)
def test_every_action_of_a_screen_is_reached_by_its_key(screen: str) -> None:
    for action in actions.on_screen(screen):
        assert STANDARD.action(screen, STANDARD.key(action.id)) == action
