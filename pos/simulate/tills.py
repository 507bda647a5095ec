"""Some tills of a simulation in one process: each is a lane of the shop, and sells by the till's own saga.

A till waits most of its time, for customers and for the bank: so many of them share a process, as tasks of one event
loop, and a few processes use all of a machine. The parent reads what became of each ticket, a JSON object a line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.ports import CardToken
from pos.simulate.trade import Ticket, lane_of, tickets
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.store import LaneStore
from pos.till.till import Till

RECOVER: Final = 1.0
"""Seconds from one look after open payments to the next."""
ENDS: Final = {"committed": "paid", "released": "given_back"}
"""What became of a payment that was checked, by the outcome of its ticket."""
PATIENCE: Final = 60.0
"""Seconds in which everything is at its end once the last customer has gone."""


Tell = Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the tills of a process are told, as JSON: where the shop is, and which of its tills they are."""

    url: str
    journals: str
    bank: str
    timeout: float
    first: int
    last: int
    seed: int
    pace: float
    seconds: float

    def options(self) -> ServerOptions:
        """How the server is used."""
        from pathlib import Path

        return ServerOptions(journals=Path(self.journals), timeout=self.timeout, trust=True)


@dataclass(frozen=True, slots=True)
class _Lane:
    number: int
    store: LaneStore
    till: Till
    checking: dict[str, str] = field(default_factory=dict)
    """Whose payment is being checked, by the ticket's number at the till."""


def sell(text: str, tell: Tell) -> None:
    """Open the tills of a job, wait for the moment of the beginning on standard input, and sell until all is over.

    `tell` is told what the parent is to read.
    """
    asyncio.run(_sell(Job(**json.loads(text)), tell))


async def _sell(job: Job, tell: Tell) -> None:
    lanes = [_opened(job, number) for number in range(job.first, job.last + 1)]
    try:
        for lane in lanes:
            await lane.till.recover()
        tell({"ready": len(lanes)})
        begin = float(await asyncio.to_thread(sys.stdin.readline))
        looking = asyncio.create_task(_look_after(lanes, tell))
        await asyncio.gather(*(_serve_all(job, lane, begin, tell) for lane in lanes))
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await _end(lanes, tell)
        tell({"over": True})
    finally:
        for lane in lanes:
            lane.till.close()
            lane.store.close()


def _opened(job: Job, number: int) -> _Lane:
    from pos.bootstrap import open_store, open_till

    name = lane_of(number)
    store = open_store(job.url, job.options(), name)
    assert isinstance(store, LaneStore), "the address is a server's"
    return _Lane(number, store, open_till(store, lane=name, gateway=job.bank, timeout=job.timeout))


async def _serve_all(job: Job, lane: _Lane, begin: float, tell: Tell) -> None:
    late = time.time() - begin
    for ticket in tickets(job.seed, lane.number, job.pace, job.seconds):
        if ticket.at < late - 1:
            # This till was not there when they came.
            continue
        await asyncio.sleep(begin + ticket.at - time.time())
        begun = time.monotonic()
        state, order = await _serve(lane.till, ticket)
        if state == "checking":
            lane.checking[lane.till.sale.ticket] = ticket.name
        told = {"ticket": ticket.name, "state": state, "order": order, "seconds": time.monotonic() - begun}
        tell(told)


async def _serve(till: Till, ticket: Ticket) -> tuple[str, str | None]:
    """One customer; what became of their ticket, and their order's id."""
    till.next_ticket()
    if till.sale.lines:
        till.void_all()
    for sku in ticket.basket:
        with suppress(TillError):
            till.add(sku)
    if not till.sale.lines:
        return "sold_out", None
    try:
        if ticket.way == "coins":
            sale = await till.pay_cash()
        else:
            sale = await till.pay_card(CardToken(token=ticket.token, brand="visa", last4="4242"))
    except TillError as error:
        words = {"payment_declined": "declined", "payment_unknown": "checking", "out_of_stock": "sold_out"}
        return words.get(error.code, "refused"), None
    return ("paid" if sale.state == "paid" else "checking"), sale.order


async def _look_after(lanes: Sequence[_Lane], tell: Tell) -> None:
    """Ask the bank about payments whose end nobody knows, as a till does beside its sales."""
    while True:
        await asyncio.sleep(RECOVER)
        for lane in lanes:
            await _recover(lane, tell)


async def _recover(lane: _Lane, tell: Tell) -> None:
    if not lane.till.checking():
        return
    with suppress(TillError):
        for found in await lane.till.recover():
            name = lane.checking.get(found.number)
            if name is not None and found.outcome in ENDS:
                del lane.checking[found.number]
                tell({"ticket": name, "state": ENDS[found.outcome], "order": found.sale.order})


async def _end(lanes: Sequence[_Lane], tell: Tell) -> None:
    """Bring every payment to its end, and let the server hear of all."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for lane in lanes:
            await _recover(lane, tell)
        if not any(lane.till.checking() or lane.store.undelivered for lane in lanes):
            return
        await asyncio.sleep(RECOVER / 4)
