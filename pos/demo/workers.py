"""The workers of a demo's queue: on the server that its tills share, in the demo's time, and killed at any moment."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from pos.demo.virtual_time import TIMEOUT
from pos.domain.errors import TillError
from pos.domain.message import joined, lazy, raised

if TYPE_CHECKING:
    from pos.demo.shared_server import SharedServer
    from pos.demo.virtual_time import VirtualClock, VirtualTime
    from pos.domain.ports import CardToken, ChargeResult, Gateway, Ids
    from pos.domain.queue_ports import JobQueue
    from pos.payments.ledger import Ledger
    from pos.queue.worker import QueueWorker

LANES: Final = "W{number}"
LATENCY: Final = 8.0
"""Seconds that the bank of a rush takes."""
LEASE: Final = timedelta(seconds=1)
"""A worker that has given no sign for so long, by the real clock, is dead: its jobs are another one's."""
PATIENCE: Final = 20.0
"""Seconds, by the real clock, in which a worker must come to where only time or the queue brings it on."""
MOMENT: Final = 0.01
"""Seconds, by the real clock, from one look at the workers to the next."""

Doing = Literal["waiting", "working", "charging", "asking", "dead"]
"""What a worker does: waits for a job, does a step at the shop, has the bank charge a card, or asks it what became of
a charge.
"""


@dataclass(frozen=True, slots=True)
class QueueStanding:
    """The queue of a demo as it is seen: how many tickets no worker is at, None while its server is away; each worker
    by its lane, dead ones too; and how many cards the bank has charged and not given back.
    """

    waiting: int | None = 0
    workers: tuple[tuple[str, Doing], ...] = ()
    charges: int = 0


class WorkersBank:
    """The bank as one worker asks it: what it was asked it does, also if whoever asked is dead by then."""

    def __init__(self, gateway: Gateway) -> None:
        self.doing: Doing | None = None
        """What it was asked for and has not answered."""
        self.begun: set[asyncio.Task[ChargeResult]] = set()
        self._gateway = gateway

    async def tokenize(self, number: str) -> CardToken:
        """See the port."""
        return await self._gateway.tokenize(number)

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """See the port."""
        task = asyncio.create_task(self._gateway.charge(attempt_id, amount, token))
        self.begun.add(task)
        task.add_done_callback(self.begun.discard)
        self.doing = "charging"
        try:
            return await asyncio.shield(task)
        finally:
            self.doing = None

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """See the port."""
        self.doing = "asking"
        try:
            return await self._gateway.find(attempt_id)
        finally:
            self.doing = None

    async def void(self, attempt_id: str) -> None:
        """See the port."""
        self.doing = "asking"
        try:
            await self._gateway.void(attempt_id)
        finally:
            self.doing = None

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """See the port."""
        await self._gateway.refund(attempt_id, refund_id, amount)


@dataclass
class _Begun:
    """A worker that was begun."""

    lane: str
    worker: QueueWorker
    bank: WorkersBank
    clock: VirtualClock
    faults: list[Exception]
    """What went wrong with the program."""
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    dead: bool = False

    @property
    def doing(self) -> Doing:
        """What is seen of it."""
        if self.dead:
            return "dead"
        return (self.bank.doing or "working") if self.worker.active else "waiting"

    @property
    def works(self) -> bool:
        """Whether it runs, and no fault of the program has stopped it."""
        return self.task is not None and not self.task.done() and not self.faults

    def start(self) -> None:
        """Let it work."""
        self.task = asyncio.create_task(self.worker.run(self.stop))

    def check(self) -> None:
        """Raises TillError for a fault of the program, and as the worker does if it has ended by itself."""
        if self.faults:
            raise TillError("store_unusable", joined((raised(self.faults[0]), "."), by=""))
        if self.task is not None and self.task.done():
            self.task.result()

    async def end(self) -> None:
        """Let it be dead: of what it has begun nothing goes on, but at the bank."""
        self.dead = True
        if self.task is None:
            return
        if self.worker.active:
            self.task.cancel()
        else:
            # It has begun nothing, and its thread still waits for the queue: that must hold nobody up.
            self.stop.set()
        await asyncio.gather(self.task, return_exceptions=True)


class DemoWorkers:
    """Begins and kills workers. Each works on one ticket at a time, in a lane of its own."""

    def __init__(self, shared: SharedServer, now: VirtualTime, ledger: Ledger, ids: Ids) -> None:
        self._shared, self._time, self._ledger, self._ids = shared, now, ledger, ids
        self._begun: list[_Begun] = []
        self._queue: JobQueue | None = None
        self.standing = QueueStanding()
        """How the queue stood when it was looked at last."""

    async def begin(self) -> None:
        """Begin another worker. Raises TillError if its lane cannot be opened."""
        begun = await asyncio.to_thread(self._opened, LANES.format(number=len(self._begun) + 1))
        self._begun.append(begun)
        begun.start()

    async def kill(self) -> None:
        """Kill the one that has run longest, whatever it is doing."""
        for each in self._alive[:1]:
            await each.end()

    async def rest(self) -> None:
        """Wait until each worker goes on only with time, or with another ticket in the queue. Raises TillError."""
        deadline = time.monotonic() + PATIENCE
        while not await self.look():
            for each in self._alive:
                each.check()
            if time.monotonic() > deadline:
                raise TillError("store_unusable", lazy("The workers of the demo do not come to rest."))
            await asyncio.sleep(MOMENT)

    async def look(self) -> bool:
        """See how the queue stands; whether each worker goes on only with time, or with another ticket in it."""
        depth, alive = await self._depth(), self._alive
        active = sum(each.worker.active for each in alive)
        self.standing = QueueStanding(
            waiting=None if depth is None else max(depth - active, 0),
            workers=tuple((each.lane, each.doing) for each in self._begun),
            charges=sum(charge.kept > 0 for charge in self._ledger.charges()),
        )
        return all(
            each.works and (each.clock.awaited or (not each.worker.active and depth == active)) for each in alive
        )

    async def close(self) -> None:
        """Kill all of them, and let the bank do nothing more."""
        for each in self._alive:
            await each.end()
        begun = [task for each in self._begun for task in each.bank.begun]
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        for queue in (self._queue, *(each.worker.queue for each in self._begun)):
            if queue is not None:
                await asyncio.to_thread(queue.close)

    @property
    def _alive(self) -> list[_Begun]:
        return [each for each in self._begun if not each.dead]

    async def _depth(self) -> int | None:
        """How many tickets are in the queue, or being worked on; None if it cannot be asked."""
        if self._queue is None:
            self._queue = self._shared.queue(LEASE)
        try:
            return await asyncio.to_thread(self._queue.depth)
        except TillError:
            return None

    def _opened(self, lane: str) -> _Begun:
        """A worker with all that it needs, which has not begun yet. It is called beside the event loop."""
        from pos.payments.mock import MockGateway
        from pos.printers.screen import ScreenPrinter
        from pos.queue.saga import Equipment
        from pos.queue.worker import QueueWorker
        from pos.till.catalog import Catalog

        store, clock = self._shared.store(lane), self._time.clock()
        store.prepare()
        bank = WorkersBank(MockGateway(clock, self._ledger, ids=self._ids, latency=LATENCY, timeout=TIMEOUT))
        by = Equipment(bank, clock, self._ids, ScreenPrinter(), Catalog(store.view), lane)
        faults: list[Exception] = []
        worker = QueueWorker(
            store.jobs(), self._shared.queue(LEASE), by, report=faults.append, lease=LEASE.total_seconds()
        )
        return _Begun(lane, worker, bank, clock, faults)
