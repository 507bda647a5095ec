"""A card swiped or typed at the till itself, on any screen and into any question: nothing of it is shown or kept."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import TypeVar

import pytest

from pos import log
from pos.crash_report import report_text
from pos.testing import Cashier
from tests.payments.test_card_data import shows
from tests.screens.shop import MILK

CARD = "4000056655665556"
TRACKS = f"%B{CARD}^DOE/JOHN^25121010000123?;{CARD}=25121010000123?"
TRACK_2 = f";{CARD}=25121010000123?"
BESIDE = f"{CARD} 12/28 987 name DOE JOHN"
NAMED = f"{CARD} JANE ROE"
SPELLED = "4000 / 0566_5566\u20035556 cvc 987"
OVER = {
    "scan line": "",
    "behind a search": "tea ",
    "behind a quantity": "3*",
    "quantity": "<f2>",
    "discount": "<f4>",
    "coupons": "<f5>",
    "member": "<f6>",
    "hold": "<f7>",
    "price": "<ctrl+e>",
    "ticket discount": "<ctrl+d>",
    "cart": "<ctrl+t>",
    "payment": "<f12>",
    "palette": "<ctrl+p>",
    "inspector": "<f11>",
    "checks": "<f9>",
    "menu": "<f10>",
    "help": "<f1>",
    "gateway": "<ctrl+g>",
    "settings": "<ctrl+o>",
    "a command": "/hold ",
    "a coupon": "/coupon ",
    "a receipt": "/print ",
}
PAGES = ("payment", "checks", "menu", "help")
"""Screens on which letters act."""


def kept(cashier: Cashier) -> str:
    """All that leaves the screens or stays behind them."""
    app, till = cashier.app, cashier.till
    events = list(app.log_of_events)
    report = report_text(ValueError("at"), app.now, till, events)
    store = till._services.view
    records = [repr(store.get(table, key)) for table in ("tickets", "held", "carts") for key in store.keys(table)]
    told = [app.notice.text if app.notice else "", app.refusal.message if app.refusal else "", repr(app.refusal)]
    lines = [event.model_dump_json() for event in events]
    held = [ticket.name for ticket in till.held_tickets()]
    return "\n".join([cashier.text(), report, *records, *told, *lines, *held, till.sale.model_dump_json()])


def tells(text: str) -> bool:
    """Whether a text has anything of the card but its network and last four digits."""
    untimed = re.sub(r"\d{4}-\d\d-\d\d\S*", "", text)
    return shows(untimed, CARD) or bool(re.search(r"(?i)doe.?john|2512101|\b987\b", untimed))


T = TypeVar("T")


def in_turn(screens: Sequence[str], texts: Sequence[T]) -> list[tuple[str, T]]:
    """Every text on the first screen, and one of them, each in its turn, on every other.

    What is taken for a card's is decided in one place, whatever screen is in front; where it goes then, by the screen.
    """
    first, *others = screens
    return [*((first, text) for text in texts), *zip(others, cycle(texts), strict=False)]


@pytest.mark.parametrize("over", OVER)
async def test_a_picture_is_of_what_is_read_on_the_screen(cashier: Cashier, over: str) -> None:
    """So that what is not among the screen's text is in no picture of it."""
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    shapes = re.sub(r"<style>.*?</style>", "", cashier.app.export_screenshot(), flags=re.DOTALL)
    drawn = html.unescape(re.sub(r"<[^>]*>", "\n", shapes)).splitlines()
    read = "".join(f"{cashier.app.title}{cashier.text()}".split())
    assert [text for text in drawn if "".join(text.split()) not in read] == []


@pytest.mark.parametrize(("over", "tracks"), in_turn([*OVER], [TRACKS, TRACK_2]))
async def test_a_swipe_is_refused_on_every_screen(cashier: Cashier, over: str, tracks: str) -> None:
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    await cashier.strike(f"{tracks}\n", at_once=True)
    assert cashier.app.refusal is not None
    assert cashier.app.refusal.code == "card_swiped"
    assert not tells(kept(cashier))
    assert not any(tells(getattr(screen, "typed", "")) for screen in cashier.app.screen_stack)
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]
    assert cashier.state == "open"


@pytest.mark.parametrize(
    ("over", "text"), in_turn([over for over in OVER if over not in PAGES], [TRACKS, BESIDE, SPELLED])
)
async def test_what_hands_type_of_a_card_is_kept_nowhere(cashier: Cashier, over: str, text: str) -> None:
    await cashier.keys(f"{MILK}\n{OVER[over]}")
    await cashier.strike(text)
    assert not tells(cashier.text())
    await cashier.strike("\n")
    assert not tells(kept(cashier))


@pytest.mark.parametrize("over", [over for over in OVER if over not in PAGES])
async def test_no_name_that_hands_type_beside_a_card_is_kept_or_logged(
    cashier: Cashier, tmp_path: Path, over: str
) -> None:
    file = tmp_path / "log"
    log.open_log(file)
    try:
        await cashier.keys(f"{MILK}\n{OVER[over]}")
        await cashier.strike(f"{NAMED}\n")
    finally:
        log.close_log()
    app, store = cashier.app, cashier.till._services.view
    records = [repr(store.get(table, key)) for table in ("tickets", "held", "carts") for key in store.keys(table)]
    names = [ticket.name for ticket in cashier.till.held_tickets()]
    for text in (*records, *names, file.read_text("utf-8"), repr(app.log_of_events), repr(cashier.sale)):
        assert not re.search("(?i)jane|roe", text)


async def test_a_swipe_without_its_enter_leaves_nothing_on_the_line(cashier: Cashier) -> None:
    await cashier.strike(TRACKS, at_once=True)
    assert not tells(kept(cashier) + cashier.text("line"))
    assert getattr(cashier.app.screen, "typed", None) == ""
    await cashier.keys(f"{MILK}\n")
    assert [line.sku for line in cashier.sale.lines] == ["MLK"]


async def test_a_swipe_is_told_in_the_log_without_the_card(cashier: Cashier, tmp_path: Path) -> None:
    file = tmp_path / "log"
    log.open_log(file)
    try:
        await cashier.strike(f"{TRACKS}\n", at_once=True)
    finally:
        log.close_log()
    told = file.read_text("utf-8")
    assert "refused code=card_swiped" in told
    assert not tells(told)
