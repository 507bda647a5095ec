"""Random keys, pastes, clicks and resizings on the real app: it stays up, tells the truth and keeps the laws.

A run has some thousands of them, one by hand many more (`-m slow tests/screens/test_monkey.py`).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest
from textual import events

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.memory import MemoryStore
from pos.testing import NOW, Cashier, open_till_app
from pos.till.catalog_loading import load_catalog, parse_catalog
from pos.till.till import Till
from screens.app.till_app import TillApp
from screens.driver.keyboard import parsed
from screens.render.panel import Panel
from screens.terminal.internals.errors import is_over
from tests.screens.shop import BREAD, LAST_ONE, MILK, SMALL
from tests.till import invariants

SOME = 800
"""Events of each run, one run for each size."""
MANY = 10_000
HAD = {"MLK": 500, "RYE": 3, "LAST": 1, "GONE": 0, "TOM": 20_000}
SIZES = [(80, 24), (120, 30), (160, 50), (60, 18), (20, 6), (81, 25)]

SCANS = [f"{code}\n" for code in (MILK, BREAD, LAST_ONE, "4011", "TEA", "ODD", "LONG", "GONE", "999", "0.412*TOM")]
WORDS = [
    "milk", "tom", "gift\n", "long", "x", "3*", "5", "12.50", "20", "10%\n", "y\n", "M1\n", "SAVE10\n", "free\n",
    "Ada\n", "999.99\n", "5.\n",
]  # fmt: skip
COMMANDS = [
    "/gateway decline lost_card\n", "/gateway timeout before\n", "/gateway timeout after\n", "/gateway down\n",
    "/gateway up\n", "/gateway up\n", "/hold\n", "/hold Ada\n", "/recall\n", "/recall Ada\n", "/member M1\n",
    "/member -\n", "/coupon SAVE10\n", "/coupon -SAVE10\n", "/coupon FREE\n", "/void\n", "/void all\n",
    "/qty 1 4\n", "/price 1 0\n", "/price 1 2.50\n", "/discount 1 10%\n", "/discount all 1\n", "/abandon\n",
    "/pay cash\n", "/pay card reader\n", "/print\n", "/say hello\n", "/expect total 1\n", "/wait 5s\n", "/key f5\n",
    "/help\n", "/nonsense\n", "/checks\n",
]  # fmt: skip
KEYS = [f"<f{number}>" for number in range(1, 13)]
MOVES = [
    "<up>", "<down>", "<left>", "<right>", "<pageup>", "<pagedown>", "<home>", "<end>", "<delete>", "<backspace>",
]  # fmt: skip
CHORDS = [f"<ctrl+{letter}>" for letter in "abcdefghklnoprstuvwxyz"]
PAYING = [
    "<f12>c", "<f12>k", "<f12>20\n", "<f12>1k", "<f12><down>\n", "c", "k", "r", "a", "<f12>4242424242424242k",
    "<f12>4000000000009995k", "<f12>4000000000000002k", "<f12>4242424242424241k",
]  # fmt: skip
ODD = [
    "\n", "\t", "<lf>", "<escape>", "<escape>", "+", "-", "/", "é", "漢", "\u202e", "[/b]", "<f13>", "<ctrl+@>",
    "<insert>",
]  # fmt: skip
POOLS = (SCANS, SCANS, WORDS, COMMANDS, KEYS, MOVES, CHORDS, PAYING, PAYING, ODD)


class Hesitant:
    """A gateway that thinks about a charge until it is told to answer; all else at once."""

    def __init__(self, inner: MockGateway) -> None:
        self.inner = inner
        self.answer = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def charge(self, attempt_id: str, amount: int, token: str) -> Any:
        await self.answer.wait()
        return await self.inner.charge(attempt_id, amount, token)


def mouse(dice: random.Random, app: TillApp) -> Iterator[events.Event]:
    """A click, a wheel or a move somewhere on the terminal, as its driver would report it."""
    x, y = dice.randrange(app.size.width), dice.randrange(app.size.height)
    kind = dice.choice(("click", "click", "click", "up", "down", "move"))
    if kind == "click":
        button = dice.choice((1, 1, 1, 2, 3))
        yield events.MouseDown(None, x, y, 0, 0, button, False, False, False, x, y)
        yield events.MouseUp(None, x, y, 0, 0, button, False, False, False, x, y)
    elif kind == "move":
        yield events.MouseMove(None, x, y, 1, 0, 0, False, False, False, x, y)
    else:
        scroll = events.MouseScrollUp if kind == "up" else events.MouseScrollDown
        yield scroll(None, x, y, 0, 0, 0, False, False, False, x, y)


def batch(dice: random.Random, app: TillApp) -> list[events.Event]:
    """Something between one key and a burst."""
    made: list[events.Event] = []
    for _ in range(dice.choice((1, 1, 2, 3, 5, 8, 13))):
        if dice.random() < 0.15:
            made += mouse(dice, app)
        elif dice.random() < 0.03:
            made.append(events.Paste(dice.choice([*SCANS, *WORDS, "\x1b[31m", "two\nlines"])))
        else:
            made += parsed(dice.choice(dice.choice(POOLS)))
    return made


def tells_the_truth(cashier: Cashier) -> None:
    """What is drawn is what the till says: the app's sale is the till's, and no panel shows anything older."""
    app, till = cashier.app, cashier.till
    assert app.sale is not None
    invariants.adds_up(app.sale)
    if app.current is not None:
        assert app.current == till.sale
    elif till.sale != app.sale:
        assert not till.sale.lines
    app.front.dress()
    for panel in app.screen.query(Panel):
        if panel.display and panel.size.width > 4 and panel.size.height > 2:
            before = [line.text for line in panel.render_lines(panel.size.region)]
            panel.notify_style_update()
            panel.draw()
            now = [panel.render_line(y).text for y in range(panel.size.height)]
            assert now == before, (app.kind, panel.id, app.size)
    sale = app.current
    if app.kind == "sale" and sale is not None and app.size >= (80, 24):
        drawn = cashier.text("ticket")
        chosen = app.chosen_line
        assert chosen is None or app.money(chosen.subtotal) in drawn


def keeps_the_laws(store: MemoryStore, ledger: Ledger, cashier: Cashier) -> None:
    """Section by section: stock, uses, money, numbers."""
    products = cashier.till.catalog.products
    invariants.stock_is_conserved(store, HAD, products)
    invariants.coupon_uses_are_counted(store, "SAVE10", before=37, most=100)
    invariants.money_agrees(store, ledger)
    invariants.receipts_have_no_gap(store, ["1"])


@pytest.mark.parametrize("seed", [0, 1, 4, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3, 5))])
async def test_random_keys_and_clicks(seed: int) -> None:
    await play(seed, SOME)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(20))
async def test_very_many_random_keys_and_clicks(seed: int) -> None:
    await play(seed, MANY)


async def play(seed: int, most: int) -> None:
    dice = random.Random(seed)
    clock, ids, ledger = FrozenClock(NOW), SequentialIds(), Ledger(None)
    gateway = Hesitant(MockGateway(clock, ledger, ids=ids))
    store = MemoryStore()
    load_catalog(store, parse_catalog(SMALL, "the monkey's shop"), demo=True)
    sent = 0

    def opened() -> Till:
        return open_till(store, clock=clock, ids=ids, gateway=gateway)

    at_rest = False
    while not at_rest:
        async with open_till_app(opening=opened, size=SIZES[seed % len(SIZES)]) as cashier:
            app = cashier.app
            # The menu has a way out, too: then the till is opened again.
            while sent < most and not is_over(app):
                gateway.answer.clear()
                if dice.random() < 0.1:
                    cashier.burst("<escape>" * 3)
                for event in batch(dice, app):
                    app.post_message(event)
                    sent += 1
                if dice.random() < 0.02:
                    cashier.reshape(dice.choice(SIZES))
                gateway.answer.set()
                await cashier.settled()
                if not is_over(app):
                    tells_the_truth(cashier)
                    if dice.random() < 0.2:
                        keeps_the_laws(store, ledger, cashier)
                    if dice.random() < 0.05:
                        await gateway.inner.land_late()
            if at_rest := not is_over(app):
                keeps_the_laws(store, ledger, cashier)
                await comes_to_an_end(cashier, gateway.inner)
                keeps_the_laws(store, ledger, cashier)
    sold = len(tuple(store.orders()))
    assert store.open_reservations() == ()
    store.close()
    assert sold >= 3


async def comes_to_an_end(cashier: Cashier, gateway: MockGateway) -> None:
    """With the gateway up, every payment that was open is decided, and what was paid in part is given back."""
    till = cashier.till
    gateway.script("up")
    for _ in range(50):
        if till.sale.state == "part_paid":
            await till.abandon()
        if till.sale.editable and (till.sale.lines or till.sale.coupons or till.sale.member):
            till.void_all()
        till.next_ticket()
        await till.recover()
        if not till.checking() and till.sale.state != "part_paid":
            break
    assert till.checking() == ()
