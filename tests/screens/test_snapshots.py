"""Every screen and state at the sizes they were designed for, as pictures. Look at what changed before updating."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from pos.domain.errors import TillError
from pos.environment import FrozenClock, SequentialIds
from pos.till.opening import open_till
from pos.till.till import Till
from screens.app import TillApp
from screens.drawing.themes import LIGHT
from tests.screens.support import NOW, SMALL, Cashier, Slow, gateway

SNAPSHOTS = pytest.mark.parametrize("size", [(80, 24), (120, 30)], ids=["80x24", "120x30"])
Compare = Callable[..., bool]

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
    "sale_inspector": f"{FULL}<f11>",
    "cart": f"{FULL}<ctrl+t><up>",
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
    "payment_no_answer": f"{FULL}{LATE}<f12>k",
    "checks": f"{FULL}{LATE}<f12>k{PAUSE}<f9>",
    "checks_none": "<f9>",
    "receipt": f"{FULL}<f12>20\n",
    "help": "<f1>",
    "help_payment": f"{FULL}<f12><f1>",
    "menu": f"{GOODS}<f10><down>",
}


@pytest.fixture
def compare(snap_compare: Compare) -> Compare:
    """Draw the app in a state, and compare with the picture of it."""

    def check(app: TillApp, size: tuple[int, int], arrive: Callable[[Cashier], Awaitable[None]]) -> bool:
        async def before(pilot: Pilot[int]) -> None:
            cashier = Cashier(app, pilot, FrozenClock(NOW))
            await cashier.until(lambda: app.till is not None or app.failure is not None)
            await arrive(cashier)

        return snap_compare(app, terminal_size=size, run_before=before)

    return check


def demo_app(**settings: Any) -> TillApp:
    """The app on the demo shop, everything about it foretold."""
    clock = FrozenClock(NOW)
    return TillApp(
        lambda: open_till(None, clock=clock, ids=SequentialIds(), **settings), now=clock.now, live=False, same_burst=0
    )


@SNAPSHOTS
@pytest.mark.parametrize("state", STATES)
def test_screen(compare: Compare, state: str, size: tuple[int, int]) -> None:
    async def arrive(cashier: Cashier) -> None:
        for part in STATES[state].split(PAUSE):
            await cashier.keys(part)

    assert compare(demo_app(), size, arrive)


@SNAPSHOTS
def test_card_being_charged(compare: Compare, size: tuple[int, int]) -> None:
    async def arrive(cashier: Cashier) -> None:
        await cashier.keys(FULL)
        cashier.burst("<f12>k20")
        await cashier.until(lambda: cashier.till.waiting_for_card and "2 keys wait" in cashier.text())
        await cashier.pilot.pause()

    assert compare(demo_app(gateway=Slow(gateway(FrozenClock(NOW)))), size, arrive)


@SNAPSHOTS
def test_a_store_that_cannot_be_opened(compare: Compare, size: tuple[int, int]) -> None:
    def fails() -> Till:
        message = "The store /shop is in use by pos (process 4711). Close it there, or name another store with --store."
        raise TillError("store_in_use", message)

    async def arrive(cashier: Cashier) -> None:
        await cashier.until(lambda: "4711" in cashier.text())

    assert compare(TillApp(fails, now=FrozenClock(NOW).now, live=False), size, arrive)


@pytest.mark.parametrize("size", [(60, 18), (160, 50)], ids=["60x18", "160x50"])
@pytest.mark.parametrize("state", ["sale_ticket", "payment"])
def test_other_sizes(compare: Compare, state: str, size: tuple[int, int]) -> None:
    async def arrive(cashier: Cashier) -> None:
        await cashier.keys(STATES[state])

    assert compare(demo_app(), size, arrive)


@pytest.mark.parametrize("state", ["sale_ticket", "payment_declined"])
def test_the_light_theme(compare: Compare, state: str) -> None:
    app = demo_app()
    app.theme = LIGHT.name

    async def arrive(cashier: Cashier) -> None:
        await cashier.keys(STATES[state])

    assert compare(app, (80, 24), arrive)


def test_names_with_brackets_escapes_and_200_characters(compare: Compare, tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(SMALL), "utf-8")

    async def arrive(cashier: Cashier) -> None:
        await cashier.keys("ODD\nLONG\n/member M1\ngift")

    assert compare(demo_app(catalog=path), (80, 24), arrive)
