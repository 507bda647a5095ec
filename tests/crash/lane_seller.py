"""One till of a shop on a server, in a process of its own: it sells until it is told to stop, or is killed."""

from __future__ import annotations

import asyncio
import os
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random
from typing import Final, Literal

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, RandomIds
from pos.domain.errors import TillError
from pos.payments.ledger import Ledger
from pos.payments.mock import MockGateway
from pos.stores.redis.store import LaneStore
from pos.till.till import Till
from tests.crash import kill_points
from tests.crash.customers import GOOD_CARD, POOR_CARD, Say, acknowledge, serve
from tests.crash.inspection import brought_to_an_end
from tests.crash.kill_points import Point
from tests.crash.lane_controls import CONTROLS
from tests.crash.shop import NOON, Shop
from tests.servers.shared import lane_store
from tests.servers.waiting import PATIENCE, until

LANE_STORE: Final = "pos.stores.redis.store.LaneStore"
CLIENT: Final = "pos.stores.redis.client.Client"
DELIVERING: Final = "pos.stores.redis.delivering.Deliverer._deliver_some"

POINTS: Final = (
    Point("saga", f"{LANE_STORE}._claim", "before"),
    # Between the claim and the own journal.
    Point("saga", f"{LANE_STORE}._claim", "after"),
    Point("saga", f"{kill_points.STORE}.reserve", "after"),
    Point("saga", f"{kill_points.STORE}.record_attempt", "before"),
    # After the own journal, before the charge.
    Point("gateway", f"{kill_points.GATEWAY}.charge", "before"),
    Point("gateway", f"{kill_points.GATEWAY}.charge", "after"),
    Point("saga", f"{kill_points.STORE}.commit", "before"),
    # After the commit, before the delivery.
    Point("saga", f"{kill_points.STORE}.commit", "after"),
    Point("saga", f"{kill_points.STORE}.release", "after"),
    Point("saga", DELIVERING, "before"),
    # The server has it, and the till does not know.
    Point("saga", f"{CLIENT}.call_each", "after", within=DELIVERING),
    Point("saga", DELIVERING, "after"),
)
"""Where a till is killed by name."""

Customers = Literal["all ways", "the last units"]


@dataclass(frozen=True, slots=True)
class Lane:
    """What one till is told: its shop, and what will befall it.

    `point` and `nth` name where it kills itself, `skew` is by how many minutes its clock is off, `control` how it is
    broken. `folder` is the shop's: journals, what each till said, the ledgers of the bank, and the words to all.
    """

    folder: Path
    url: str
    name: str
    seed: int
    customers: Customers = "all ways"
    skew: int = 0
    timeout: float = 0.3
    replicas: int = 0
    point: Point | None = None
    nth: int = 1
    control: str | None = None

    @property
    def told(self) -> Path:
        """What it said, a line each."""
        return self.folder / f"{self.name}.told"

    @property
    def ledger(self) -> Path:
        """Its bank's."""
        return self.folder / f"{self.name}.ledger"


GO: Final = "go"
STOP: Final = "stop"
"""Files in a shop's folder that tell all its tills to begin, and to come to an end."""


def context() -> ForkServerContext:
    """What tills are begun by: forks of a process that has everything loaded."""
    found = get_context("forkserver")
    found.set_forkserver_preload(["__main__", "redis", "pos.stores.redis.client", __name__])
    return found


def begun(by: ForkServerContext, lane: Lane) -> ForkServerProcess:
    """A till that has begun."""
    process = by.Process(target=live, args=(lane,), name=f"till-{lane.name}", daemon=True)
    process.start()
    return process


def live(lane: Lane) -> None:
    """Sell until the word is `STOP`, then bring all to its end. It says `open`, `sold …`, and `done` or `failed …`."""
    with lane.told.open("ab", buffering=0) as file:

        def say(line: str) -> None:
            file.write(line.encode() + b"\n")

        try:
            if lane.control is not None:
                CONTROLS[lane.control]()
            if lane.point is not None:
                kill_points.arm(lane.point, lane.nth)
            asyncio.run(_live(lane, say))
            say("done")
        except BaseException as error:
            say(f"failed {type(error).__name__}: {error} {traceback.format_exc()!r}")
        finally:
            os._exit(0)


async def _live(lane: Lane, say: Say) -> None:
    clock = FrozenClock(NOON + timedelta(minutes=lane.skew))
    store = _opened(lane)
    gateway = MockGateway(clock, Ledger(lane.ledger), ids=RandomIds())
    till = open_till(store, lane=lane.name, clock=clock, ids=RandomIds(), gateway=gateway)
    shop, chance = Shop(store, gateway, (till,)), Random(lane.seed)
    till.subscribe(acknowledge(say))
    await till.recover()
    say("open")
    until((lane.folder / GO).exists, "nobody tells this till to begin")
    if lane.customers == "all ways":
        while not (lane.folder / STOP).exists():
            await serve(shop, till, chance)
    else:
        await _fight(shop, till, chance)
    await _ended(store, till)
    till.close()
    store.close()


def _opened(lane: Lane) -> LaneStore:
    """The till's store. On a machine with other work a server does not always answer in time."""
    found: list[LaneStore] = []

    def tried() -> bool:
        with suppress(TillError):
            found.append(
                lane_store(lane.folder, "", lane.name, url=lane.url, timeout=lane.timeout, replicas=lane.replicas)
            )
        return bool(found)

    until(tried, "the store cannot be opened")
    return found[0]


WAYS: Final = ("cash", "card", "card", "declined", "timeout before", "timeout after")


def _some_are_left(shop: Shop, till: Till) -> bool:
    """Whether the coupon is not used up for good yet."""
    most = till.catalog.rules.coupons["FEW"].max_uses
    return most is not None and -shop.store.count("uses:FEW")[0] < most


async def _fight(shop: Shop, till: Till, chance: Random) -> None:
    """Sell lamps with the coupon, one to a customer, until none is left."""
    while shop.store.count("stock:LAMP")[0] > 0:
        with suppress(TillError):
            if till.sale.state == "part_paid":
                await till.abandon()
            till.next_ticket()
            if not till.sale.lines:
                till.add("LAMP")
            with suppress(TillError):
                till.apply_coupon("FEW")
            # What is left of the uses others may give back: who bought without would leave it unused.
            waits = not any(each.code == "FEW" for each in till.sale.coupons) and _some_are_left(shop, till)
            match "wait" if waits else chance.choice(WAYS):
                case "wait":
                    pass
                case "cash":
                    await till.pay_cash()
                case "card":
                    await till.pay_card(GOOD_CARD)
                case "declined":
                    await till.pay_card(POOR_CARD)
                case words:
                    shop.gateway.script(words)
                    with suppress(TillError):
                        await till.pay_card(GOOD_CARD)
                    await till.wait(30)
        await till.recover()
        if till.sale.state != "paid":
            # The others hold all that is left: they may give it back.
            await asyncio.sleep(0.02)


async def _ended(store: LaneStore, till: Till) -> None:
    """Bring every payment to its end, and wait until the server has heard all."""
    patience, greeted = PATIENCE, False
    while True:
        await brought_to_an_end([till])
        if store.link.state == "online" and not store.undelivered and not store.open_reservations():
            if greeted:
                return
            # That the server has gone, and is back without its last writes, may not have come through yet.
            greeted = True
            store.link.again()
        elif store.link.state not in ("online", "connecting"):
            store.link.again()
        patience -= 0.02
        assert patience > 0, f"{store.link.state}, {store.undelivered} undelivered, {store.open_reservations()}"
        await asyncio.sleep(0.02)
