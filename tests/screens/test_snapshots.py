"""Every screen and state at the sizes they are designed for, as pictures. Look at what changed before updating."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.settings.loading import load
from pos.settings.sources import Sources
from pos.testing import SIZES, open_till_app
from pos.till.till import Till
from screens.testing.cashier import Cashier
from screens.testing.snapshots import Snap
from tests.screens.shop import SMALL

pytestmark = pytest.mark.till(catalog="demo")

DESIGNED: Final = ("80x24", "120x30", "160x50")
OTHER_THEMES: Final = ("tillkey-light", "ansi-dark")

GOODS = "2*MILK-1L\nBREAD-RYE\n3*CHOC-DARK\n0.412*TOM-VINE\nYOG-GREEK\n"
FULL = f"{GOODS}/coupon SAVE10\n/member M1001\n"
PAUSE = "\x00"
"""What follows is typed after what was typed before is seen."""
DECLINED, LATE = "4000000000009995", "/gateway timeout before\n"

STATES = {
    "sale_empty": "",
    "sale_ticket": FULL,
    "sale_search": f"{GOODS}milk",
    "sale_no_hit": f"{GOODS}xqzzy",
    "sale_browse": f"{GOODS}<right><down>",
    "sale_category": "<right><down>\n<down>",
    "sale_commands": f"{GOODS}/",
    "sale_question": f"{GOODS}<up><up><f2>7",
    "sale_error": f"{GOODS}50*MILK-1L\n",
    "sale_line_discount": f"{GOODS}<f4>10%\n",
    "sale_recall": f"{GOODS}<f7>Ada\nMILK-1L\n<f7>\n<f8>",
    "sale_after_cash": f"{FULL}<f12>20\n<escape>",
    "sale_after_card": f"{GOODS}<f7>Ada\nMILK-1L\n<f7>\n{FULL}<f12>4242424242424242k<escape>",
    "sale_give_back": f"{FULL}<f12>5\n/abandon\n",
    "sale_inspector": f"{FULL}<f11>",
    "cart": f"{FULL}<ctrl+t><up>",
    "sale_number": f"{GOODS}12",
    "discount_refused": f"{GOODS}<f4>50 dented box\n",
    "coupon": f"{FULL}<f5><down><down>",
    "coupon_refused": f"{GOODS}<f5>SUMMER25\n",
    "payment": f"{FULL}<f12>",
    "payment_typed": f"{FULL}<f12>20",
    "payment_quick": f"{FULL}<f12><down><down>",
    "payment_code": f"{FULL}<f12>2000100000014\n",
    "payment_declined": f"{FULL}<f12>{DECLINED}k",
    "payment_declined_inspector": f"{FULL}<f11><f12>{DECLINED}k",
    "payment_part": f"{FULL}<f12>5\n",
    "payment_part_declined": f"{FULL}<f12>5\n{DECLINED}k",
    "payment_part_leaving": f"{FULL}<f12>5\n<escape>",
    "payment_part_waited": f"{FULL}<f12>5\n{PAUSE}/wait 12m\n",
    "payment_no_answer": f"{FULL}{LATE}<f12>k",
    "checks": f"{FULL}{LATE}<f12>k{PAUSE}<f9>",
    "checks_part_waited": f"{FULL}{LATE}<f12>5\nk{PAUSE}\nMILK-1L\n{PAUSE}/wait 12m\n{PAUSE}<f9>",
    "checks_none": "<f9>",
    "receipt": f"{FULL}<f12>20\n",
    "help": "<f1>",
    "help_payment": f"{FULL}<f12><f1>",
    "menu": f"{GOODS}<f10><down>",
}
"""What is typed to come to a state, by the state's name."""

OF_EACH_KIND: Final = (
    "sale_ticket", "sale_search", "sale_error", "sale_inspector", "cart", "coupon", "payment", "payment_declined",
    "checks", "receipt", "help", "menu",
)  # fmt: skip
WITHOUT_COLOUR: Final = ("sale_ticket", "sale_search", "payment_quick", "payment_declined")


async def arrive(cashier: Cashier, state: str) -> None:
    """Come to a state."""
    for part in STATES[state].split(PAUSE):
        await cashier.keys(part)


@pytest.mark.parametrize("state", STATES)
async def test_screen(cashier: Cashier, snap: Snap, state: str) -> None:
    await arrive(cashier, state)
    await snap(state, sizes=DESIGNED)


@pytest.mark.on_server
@pytest.mark.parametrize("state", OF_EACH_KIND)
async def test_other_themes(cashier: Cashier, snap: Snap, state: str) -> None:
    await arrive(cashier, state)
    await snap(state, sizes=("80x24",), themes=OTHER_THEMES)


@pytest.mark.till(no_color=True)
@pytest.mark.parametrize("state", WITHOUT_COLOUR)
async def test_no_colour(cashier: Cashier, snap: Snap, state: str) -> None:
    await arrive(cashier, state)
    await snap(f"{state}_no_colour")


@pytest.mark.parametrize("state", ["sale_ticket", "payment"])
async def test_a_terminal_that_is_too_small(cashier: Cashier, snap: Snap, state: str) -> None:
    await arrive(cashier, state)
    await snap(state, sizes=("small",))


INSPECTED: Final = {
    "inspector_declined": f"<f12>{DECLINED}k{PAUSE}<f11>",
    "inspector_found": f"/gateway timeout after\n<f12>k{PAUSE}\nMILK-1L\n{PAUSE}recover{PAUSE}<f11>",
    "inspector_split": f"<f12>5\n{PAUSE}{DECLINED}k{PAUSE}c{PAUSE}<f11>",
    "inspector_event": f"<f12>{DECLINED}k{PAUSE}<f11>{PAUSE}<up>\n",
    "inspector_filtered": f"<f12>{DECLINED}k{PAUSE}<f11>{PAUSE}funds",
}


async def inspect(cashier: Cashier, state: str) -> None:
    """Come to a state of the inspector; each thing is on record before the next, so that the steps are numbered so."""
    for part in (*FULL.splitlines(keepends=True), *INSPECTED[state].split(PAUSE)):
        if part == "recover":
            await cashier.app.recover()
        else:
            await cashier.keys(part)
        await cashier.till.flush()
        if part == "<f11>" and cashier.kind != "inspect":
            await cashier.keys(part)


@pytest.mark.till(latency=0.8)
@pytest.mark.parametrize("state", INSPECTED)
async def test_the_inspector(cashier: Cashier, snap: Snap, state: str) -> None:
    await inspect(cashier, state)
    await snap(state, sizes=DESIGNED)


@pytest.mark.on_server
@pytest.mark.till(latency=0.8)
async def test_the_inspector_in_other_themes(cashier: Cashier, snap: Snap) -> None:
    await inspect(cashier, "inspector_declined")
    await snap("inspector_declined", sizes=("80x24",), themes=OTHER_THEMES)


@pytest.mark.till(latency=0.8, no_color=True)
async def test_the_inspector_without_colour(cashier: Cashier, snap: Snap) -> None:
    await inspect(cashier, "inspector_declined")
    await snap("inspector_declined_no_colour")


@pytest.mark.till(gateway="hold")
async def test_card_being_charged(cashier: Cashier, snap: Snap) -> None:
    await cashier.keys(FULL).keys("<f12>k").burst("20").sees("2 keys wait")
    await snap("payment_charging", sizes=DESIGNED)


async def test_a_ticket_paid_in_part_whose_customer_has_gone(cashier: Cashier, snap: Snap) -> None:
    await cashier.keys(f"{FULL}{LATE}<f12>5\nk").sees("NO ANSWER").keys("MILK-1L\n")
    await cashier.app.recover()
    await snap("sale_paid_in_part", sizes=DESIGNED)
    await cashier.presses("f9")
    await snap("checks_paid_in_part", sizes=DESIGNED)


async def test_a_store_that_cannot_be_opened(snap: Snap) -> None:
    def fails() -> Till:
        message = "The store /shop is in use by pos (process 4711). Close it there, or name another store with --store."
        raise TillError("store_in_use", verbatim(message))

    async with open_till_app(opening=fails) as cashier:
        await cashier.sees("4711")
        await snap("failure", sizes=DESIGNED)


@pytest.mark.till(catalog=SMALL)
async def test_names_with_brackets_escapes_and_200_characters(cashier: Cashier, snap: Snap) -> None:
    await cashier.keys("ODD\nLONG\n/member M1\ngift")
    await snap("sale_hostile_names", sizes=tuple(SIZES))


SETTINGS = """[screen]
refused = "both"

[keys]
pay = "f9"
checks = "none"
"""


@pytest.mark.parametrize(
    ("state", "keys"),
    [
        ("settings", "<ctrl+o>"),
        ("settings_found", "<ctrl+o>screen"),
        ("settings_choosing", "<ctrl+o>refused\n<up>"),
        ("settings_typing", "<ctrl+o>timeout\n7"),
        ("settings_key", "<ctrl+o>quantity\n"),
        ("settings_forced", "<ctrl+o>mouse\n"),
    ],
)
async def test_settings(cashier: Cashier, snap: Snap, state: str, keys: str) -> None:
    file = Path.home() / "settings.toml"  # the empty one of the test, told as ~
    file.write_text(SETTINGS, "utf-8")
    cashier.app.sources = Sources(file, {"TILLKEY_SCREEN_MOUSE": "off"})
    cashier.app.adopt(load(cashier.app.sources).settings)
    await cashier.keys(keys)
    await snap(state, sizes=DESIGNED)
