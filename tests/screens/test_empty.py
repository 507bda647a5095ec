"""Where nothing is to be seen it is told what can be done: a table of every list and panel that may be empty."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import pytest

from pos.testing import Cashier, open_till_app
from screens.testing.screen_text import is_seen
from tests.screens.shop import MILK, SMALL

EMPTY: Final[dict[str, Any]] = {"store": {"name": "New Shop", "currency": "USD"}}


class Empty(NamedTuple):
    """How to come to what is empty, the panel, what is so, and what can be done; then the keys that lead back."""

    keys: str
    panel: str
    is_so: str
    can: str
    back: str = "<escape>"


NEW_SHOP: Final = (
    Empty("", "ticket", "Nothing is on this ticket yet", "scan, type a name, or → to browse"),
    Empty("<right>", "list", "This shop has no products yet", "--catalog FILE"),
    Empty("milk", "list", "Nothing has such a name", "type fewer letters"),
    Empty("/zzz", "list", "No command begins like this", "F10 has all actions, F1 all commands"),
    Empty(
        "<f6>x", "list", "No member has such a name or number", "fewer letters, or scan the card", "<escape><escape>"
    ),
    Empty("<f11>", "inspector", "Nothing has happened yet", "scan something", "<f11><f11>"),
    Empty("<f5>", "applied", "No coupon yet", "type or scan a code"),
    Empty("<f5>", "offered", "This shop has no coupon", "Esc sells on"),
    Empty("<f5>", "details", "", "Choose a coupon with ↑↓, or type its code"),
    Empty("<f9>", "page", "No payment is being checked", "go on selling, with Esc or a scan"),
    Empty("<ctrl+p>xqzzy", "page", "Nothing fits that", "Type fewer letters, or Esc", "<escape><escape>"),
    Empty("<f11><f11>xqzzy", "timeline", "Nothing fits that", "Type fewer letters, or Esc", "<escape><escape>"),
)
"""What a shop without anything shows."""

SOLD: Final = (
    Empty("", "ticket", "Last receipt: 1-1-1", "Ctrl+R shows it again"),
    Empty("<ctrl+g>xqzzy", "list", "Nothing fits that", "Type fewer letters, or Esc", "<escape><escape>"),
    Empty("<ctrl+g>", "coming", "Nothing was chosen", "↑↓ and ⏎ choose what the next ones get"),
    Empty(f"{MILK}\n<f7>Ada\n{MILK}\n<f7>Bo\n<f8>x", "list", "No ticket is set aside under such a name",
          "fewer letters", "<escape><escape>"),
    Empty(f"{MILK}\n<ctrl+t><delete>", "table", "There is no line on this ticket", "scan something, or Esc goes back"),
    Empty("<f5>", "applied", "No coupon yet", "↓ ⏎ puts one on, or its code"),
    Empty(f"{MILK}\n<f5>FREE\n<escape><f12>", "paying", "nothing is due", "finish"),
)  # fmt: skip
"""And one that sells things, in which nothing is due in the end."""


async def visit(cashier: Cashier, places: tuple[Empty, ...]) -> list[str]:
    """Come to each; what is not told there."""
    missing = []
    for place in places:
        await cashier.keys(place.keys).settled()
        text = cashier.text(place.panel)
        missing += [f"{place.keys}: {told!r} in {text}" for told in (place.is_so, place.can) if not is_seen(told, text)]
        await cashier.keys(place.back).settled()
    return missing


@pytest.mark.parametrize("size", ["80x24", "120x30"])
async def test_a_shop_without_anything_says_what_can_be_done_everywhere(size: str) -> None:
    async with open_till_app(EMPTY, size=size) as cashier:
        assert await visit(cashier, NEW_SHOP if size == "120x30" else NEW_SHOP[:8]) == []


async def test_where_nothing_is_found_or_waits_it_is_told_what_can_be_done() -> None:
    async with open_till_app(SMALL, size="120x30") as cashier:
        await cashier.keys(f"{MILK}\n<f12>2\n<escape>")
        assert await visit(cashier, SOLD) == []


async def test_on_a_large_screen_too() -> None:
    async with open_till_app(SMALL, size="160x50") as cashier:
        await cashier.sees("Nothing was sold today yet: each sale counts here", "today")
        await cashier.keys("TEA\n").sees("The shop keeps no stock of what is on this ticket.", "stock")
