"""What a large terminal shows beside a ticket: its goods' stock, and what was sold today."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pos.testing import Cashier
from pos.till.day_so_far import DayFigures
from screens.catalog.glance import today_note, today_rows
from screens.kit.values import Formatting
from screens.render.plot import bars
from screens.testing.snapshots import Snap
from tests.screens.shop import BREAD, LAST_ONE, MILK

HOURS = tuple({9: 1200, 11: 4800, 14: 2400, 15: 100}.get(hour, 0) for hour in range(24))
TENDERS = (("cash", None, 3100), ("card", "visa", 4000), ("card", "amex", 900), ("card", "jcb", 500))


def wording(hour: int) -> Formatting:
    told = SimpleNamespace(now=datetime(2025, 11, 22, hour, 3), money=lambda amount: f"{amount / 100:.2f}")
    return cast("Formatting", told)


def text(rows: Any) -> list[str]:
    return [row.text.rstrip() for row in rows]


def test_a_bar_is_as_high_as_its_share_and_what_is_little_is_seen() -> None:
    assert text(bars([0, 8, 16, 1, -5], ["a", "b", "c", "d", "e"], 15, 3, marked=2)) == [
        "      ██",
        "   ██ ██ ▁▁",
        "a  b  c  d  e",
    ]
    (*_bars, names) = bars([1, 2], ["a", "b"], 40, 3, marked=1)
    assert [piece.kind for piece in names.pieces] == ["faint", "strong"]
    assert text(bars([1, 2, 3], ["a", "b", "c"], 4, 2)) == ["▅ █", "b c"]
    assert text(bars([0, 0], ["a", "b"], 10, 2)) == ["", "a    b"]


def test_today_is_told_by_tender_and_by_hour() -> None:
    today = DayFigures("2025-11-22", 12, 8500, TENDERS, HOURS)
    assert today_note(today, wording(15)) == "12 sales · 85.00"
    told = text(today_rows(today, wording(15), 60, 11))
    assert [line.split() for line in told[:3]] == [
        ["Card", "visa", "40.00"],
        ["Cash", "31.00"],
        ["2", "others", "14.00"],
    ]
    assert told[4] == "By hour, most at 11: 48.00"
    assert told[-1].split() == [f"{hour:02}" for hour in range(8, 20)]
    assert len(told) == 11
    assert max(len(line) for line in told) <= 60
    late = text(today_rows(today, wording(23), 60, 11))[-1].split()
    assert (late[0], late[-1]) == ("08", "23")
    early = text(today_rows(today._replace(hours=(500, *HOURS[1:])), wording(15), 60, 11))[-1].split()
    assert (early[0], early[-1]) == ("00", "15")


@pytest.mark.till(size="160x50")
async def test_the_side_of_a_large_screen_is_used(cashier: Cashier) -> None:
    await cashier.sees("Nothing was sold today yet", "today")
    await cashier.keys(f"{MILK}\n{MILK}\n{BREAD}\n{LAST_ONE}\n")
    stock = [line.split() for line in cashier.text("stock").splitlines()]
    # What is low comes first, with a word for it.
    assert stock[1][-5:] == ["none", "left", "1", "→", "0"]
    assert stock[2][-4:] == ["low", "3", "→", "2"]
    assert stock[3][-3:] == ["500", "→", "498"]
    place = cashier.app.screen.query_one("#today").region
    await cashier.keys("<f12>20\n<escape>")
    assert "1 sale · " in cashier.text("today")
    assert "Cash" in cashier.text("today")
    assert cashier.app.screen.query_one("#today").region == place
    for code in (MILK, BREAD):
        await cashier.keys(f"{code}\n<f12>4242424242424242k<escape>")
    await cashier.sees("3 sales · ", "today").sees("Card visa", "today")
    await cashier.keys(f"{MILK}\nmil").sees_not("Today at this till")
    await (
        cashier.keys("<escape>").resize(149, 50).sees_not("Today at this till").resize(150, 40).sees("3 sales", "today")
    )


@pytest.mark.till(catalog="demo")
async def test_pictures(cashier: Cashier, snap: Snap) -> None:
    for keys, hours in (("2*MILK-1L\nBREAD-RYE\n", 2), ("YOG-GREEK\n", 1), ("3*CHOC-DARK\n", 1), ("BREAD-RYE\n", 2)):
        await cashier.keys(f"{keys}<f12>{'50' if hours > 1 else '4242424242424242k'}\n<escape>")
        cashier.clock.advance(hours * 3600)
    await cashier.keys("7*BREAD-RYE\n2*MILK-1L\n0.412*TOM-VINE\n")
    await snap("glance", sizes=("160x50",), themes=("tillkey-dark", "tillkey-light", "ansi-dark"))
