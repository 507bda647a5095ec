"""A process that sells until it is killed: `python -m tests.crash.seller < ORDERS`.

It reads one JSON object a line, `{"store", "ledger", "seed", "rounds", "point", "nth", "control"}`, and for each forks
a child that sells in that store; so the modules are loaded once for many kills. The child says `born PID`, then a
line for each thing that became durable (`sold ORDER RECEIPT CHECKSUM`, `closed DAY`), and `done` after its rounds or
`failed ERROR`; when it has ended, its parent says `dead STATUS`, negative for a signal.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypedDict
from unittest import mock

from pos.clock_and_ids import FrozenClock
from tests.crash import kill_points, negative_controls
from tests.crash.back_office import work
from tests.crash.customers import acknowledge, serve
from tests.crash.shop import NOON, Place, Shop, found, opened
from tests.crash.traced_steps import in_one_thread, sell_by_card, sell_in_cash

CUSTOMERS = 6
"""How many each lane serves before the store is closed and opened again."""


IN_HAND = 4
"""So few that a kill meets a day that is set down in parts."""


class Orders(TypedDict):
    """What one child is told. `point` and `nth` name where it kills itself, `control` how it is broken."""

    store: str
    ledger: str
    seed: int
    rounds: int
    point: str | None
    nth: int
    control: str | None


def say(line: str) -> None:
    """Tell a line at once, as one piece."""
    os.write(1, line.encode() + b"\n")


def live(orders: Orders) -> None:
    chance = Random(orders["seed"])
    place = Place(Path(orders["store"]), Path(orders["ledger"]))
    clock = FrozenClock(NOON + timedelta(minutes=orders["seed"] % 1000))
    if orders["control"] is not None:
        negative_controls.CONTROLS[orders["control"]]()
    if orders["point"] is not None:
        kill_points.arm(kill_points.BY_NAME[orders["point"]], orders["nth"])
    with mock.patch("pos.stores.embedded.day_parts.IN_HAND", IN_HAND):
        for _ in range(orders["rounds"]):
            with opened(place, clock) as shop:
                asyncio.run(_round(shop, chance))
    say("done")


async def _round(shop: Shop, chance: Random) -> None:
    for till in shop.tills:
        till.subscribe(acknowledge(say))
        await till.recover()
    await asyncio.gather(*(_lane(shop, number, Random(chance.random())) for number in range(len(shop.tills))))


async def _lane(shop: Shop, number: int, chance: Random) -> None:
    for _ in range(CUSTOMERS):
        await serve(shop, shop.tills[number], chance)
        await work(shop, shop.tills[number], chance, say)


def main() -> None:
    """Fork a child for each line of orders."""
    _warm_up()
    last = None
    for line in sys.stdin:
        if last is not None:
            os.waitpid(last, 0)
        orders: Orders = json.loads(line)
        child = os.fork()
        if child == 0:
            _child(orders)
        # Reaped only after the word, so that nobody who kills it later can meet another process.
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert ended is not None
        say(f"dead {ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status}")
        last = child


def _warm_up() -> None:
    """Sell once, so that no child has to load what is loaded at the first sale; without a thread left behind."""
    with TemporaryDirectory() as folder:
        place = Place.within(Path(folder) / "shop")
        found(place.store)
        with in_one_thread(), opened(place) as shop:
            sell_by_card(shop)
            sell_in_cash(shop)
    gc.freeze()


def _child(orders: Orders) -> None:
    """Never returns: what the parent has open is left alone."""
    code = 1
    try:
        say(f"born {os.getpid()}")
        live(orders)
        code = 0
    except BaseException as error:
        say(f"failed {type(error).__name__}: {error}")
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
