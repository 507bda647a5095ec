"""What stays on the screen over midnight keeps no day open, and takes no sale into another one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pos.maintenance.orders import listed
from pos.stores.embedded.read_only import read_folder
from pos.testing import Cashier, open_till_app
from tests.screens.shop import BREAD, MILK, SMALL

EVENING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Ten in the evening of the 22nd in New York."""
NIGHT = 10 * 3600.0
YESTERDAY, TODAY = "2026-11-22", "2026-11-23"


@pytest.fixture
async def late(tmp_path: Path) -> AsyncIterator[Cashier]:
    catalog = SMALL | {"coupons": [{"code": "TONIGHT", "type": "percentage", "value": "50", "ends": YESTERDAY}]}
    async with open_till_app(catalog, store=tmp_path / "shop", now=EVENING) as cashier:
        yield cashier


def filed(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """The closed days, and the receipts of yesterday and of today."""
    store = read_folder(folder / "shop")
    yesterday, today = ([order.receipt for order in listed(store, day)] for day in (YESTERDAY, TODAY))
    return [day.name for day in store.days()], yesterday, today


SCREENS = {
    "receipt": "",
    "home": "<escape>",
    "help": "<f1>",
    "coupon": "<escape><f5>",
    "menu": "<f10>",
    "inspector": "<f11>",
    "settings": "<f10>settings\n",
    "palette": "<ctrl+k>",
    "orders": "<f9>",
    "typed": "<escape>tea",
}


@pytest.mark.parametrize("shown", SCREENS)
async def test_whatever_is_shown_yesterday_is_closed_and_the_next_sale_is_of_today(
    late: Cashier, tmp_path: Path, shown: str
) -> None:
    await late.keys(f"{MILK}\n<f12>c{SCREENS[shown]}")
    kind = late.kind
    late.clock.advance(NIGHT)
    await late.app.recover()
    assert (late.kind, *filed(tmp_path)) == (kind, [YESTERDAY], ["1-1-1"], [])
    while late.kind not in ("sale", "receipt"):
        await late.keys("<escape>")
    await late.keys(f"<escape>{BREAD}\n<f12>c")
    assert filed(tmp_path) == ([YESTERDAY], ["1-1-1"], ["1-1-2"])


@pytest.mark.parametrize("before", ["", "<f12>", "<f12>1<enter>"])
async def test_a_ticket_in_front_waits_for_its_end_and_takes_no_order_of_yesterday_along(
    late: Cashier, tmp_path: Path, before: str
) -> None:
    await late.keys(f"{MILK}\n<f12>c{BREAD}\n{before}")
    late.clock.advance(NIGHT)
    await late.app.recover()
    late.app.tick()
    await late.rests()
    assert filed(tmp_path) == ([], ["1-1-1"], [])
    await late.keys("c" if late.kind == "payment" else "<f12>c")
    assert late.kind == "receipt"
    assert filed(tmp_path) == ([], ["1-1-1"], ["1-1-2"])
    await late.app.recover()
    assert filed(tmp_path) == ([YESTERDAY], ["1-1-1"], ["1-1-2"])


async def test_a_coupon_that_ended_at_midnight_is_told_before_money_is_taken(late: Cashier, tmp_path: Path) -> None:
    await late.keys(f"{BREAD}\n/coupon TONIGHT\n<f12>")
    shown = late.text()
    late.clock.advance(NIGHT)
    late.app.tick()
    await late.rests()
    assert late.text() != shown
    await late.keys("c")
    assert late.sale.coupons == () or late.sale.coupons[0].amount == 0
