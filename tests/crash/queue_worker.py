"""A worker of a shop's queue in a process of its own: it works until it is told to end, or is stopped, or killed."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from random import Random
from typing import Final

from pos.clock_and_ids import RandomIds
from pos.domain.checkout_request import QueuedOrder
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult
from pos.payments.mock import MockGateway
from pos.printers.screen import ScreenPrinter
from pos.queue.saga import Equipment
from pos.queue.worker import QueueWorker
from pos.stores.redis.address import server_address
from pos.stores.redis.job_store import Jobs
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queue_stream import StreamQueue
from pos.stores.redis.simulated_ledger import SharedLedger
from pos.stores.redis.store import LaneStore
from pos.till.catalog import Catalog
from tests.crash import kill_points
from tests.crash.kill_points import Point
from tests.crash.queue_controls import CONTROLS
from tests.crash.shop import NOON
from tests.servers.shared import lane_store
from tests.servers.waiting import until

JOBS: Final = "pos.stores.redis.job_store.Jobs"
JOB: Final = "pos.stores.redis.job_store.ServerJobStore"
STREAM: Final = "pos.stores.redis.queue_stream.StreamQueue"
LEDGER: Final = "pos.stores.redis.simulated_ledger.SharedLedger"
CLIENT: Final = "pos.stores.redis.client.Client"

POINTS: Final = (
    Point("saga", f"{STREAM}.take", "after"),
    Point("saga", f"{JOBS}.begin", "before"),
    Point("saga", f"{JOBS}.begin", "after"),
    Point("saga", f"{JOB}.reserve", "before"),
    # The server has done it, and the worker does not know.
    Point("saga", f"{CLIENT}.call", "after", within=f"{JOB}.reserve"),
    Point("saga", f"{JOB}.reserve", "after"),
    Point("gateway", f"{kill_points.GATEWAY}.charge", "before"),
    Point("gateway", f"{LEDGER}.ask", "after"),
    Point("gateway", f"{LEDGER}.decide", "after"),
    Point("gateway", f"{kill_points.GATEWAY}.charge", "after"),
    Point("saga", f"{JOB}.commit", "before"),
    Point("saga", f"{CLIENT}.call", "after", within=f"{JOB}.commit"),
    Point("saga", f"{JOB}.commit", "after"),
    Point("saga", f"{JOB}.end", "before"),
    Point("saga", f"{CLIENT}.call", "after", within=f"{JOB}.end"),
    Point("saga", f"{JOB}.end", "after"),
    Point("saga", f"{STREAM}.done", "before"),
    Point("saga", f"{STREAM}.done", "after"),
    # Of what an earlier one has left, or of an answer that was lost.
    Point("saga", f"{JOB}.record_attempt", "before"),
    Point("saga", f"{JOB}.record_attempt", "after"),
    Point("gateway", f"{kill_points.GATEWAY}.find", "before"),
    Point("gateway", f"{kill_points.GATEWAY}.find", "after"),
    Point("saga", f"{JOB}.will_void", "before"),
    Point("saga", f"{JOB}.will_void", "after"),
    Point("gateway", f"{kill_points.GATEWAY}.void", "before"),
    Point("gateway", f"{kill_points.GATEWAY}.void", "after"),
)
"""Where a worker is killed, or stops, by name."""

STOP: Final = "stop"
"""The file in a shop's folder that tells all its workers to come to an end."""
LEASE: Final = timedelta(seconds=0.4)
CONCURRENCY: Final = 3
TRIES: Final = 1_000
"""So often no job fails: whatever is left undone is a fault."""
LONGEST_PAUSE: Final = 0.02
"""Seconds; a worker's own pauses between two tries are cut down to this."""
LOST: Final = ("timeout before", "timeout after", "timeout late")
LOST_OF: Final = 8
"""One charge of so many gets no answer."""


@dataclass(frozen=True, slots=True)
class Work:
    """What one worker is told: its shop, its bank, and what will befall it.

    `point` and `nth` name where it kills itself, or stops (SIGSTOP) if it `hangs`; `control` is how it is broken.
    """

    folder: Path
    url: str
    bank: str
    name: str
    seed: int
    point: Point | None = None
    nth: int = 1
    hangs: bool = False
    control: str | None = None

    @property
    def told(self) -> Path:
        """What it said, a line each."""
        return self.folder / f"{self.name}.told"


class QuickClock:
    """Stands at noon, and waits a moment where it is to wait long."""

    def now(self) -> datetime:
        """See `Clock`."""
        return NOON

    async def sleep(self, seconds: float) -> None:
        """See `Clock`."""
        await asyncio.sleep(min(seconds, LONGEST_PAUSE))


class LossyBank(MockGateway):
    """A bank whose answers get lost now and then."""

    def __init__(self, ledger: SharedLedger, chance: Random) -> None:
        super().__init__(QuickClock(), ledger, ids=RandomIds())
        self._chance = chance

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """See the port."""
        if not self._chance.randrange(LOST_OF):
            self.script(self._chance.choice(LOST))
        return await super().charge(attempt_id, amount, token)


def context() -> ForkServerContext:
    """What workers are begun by: forks of a process that has everything loaded."""
    found = get_context("forkserver")
    found.set_forkserver_preload(["__main__", "redis", "pos.stores.redis.client", __name__])
    return found


def begun(by: ForkServerContext, work: Work) -> ForkServerProcess:
    """A worker that has begun."""
    process = by.Process(target=live, args=(work,), name=f"worker-{work.name}", daemon=True)
    process.start()
    return process


def live(work: Work) -> None:
    """Work until the word is `STOP`. It says `open`, `ended …` of each order, and `done` or `failed …`."""
    with work.told.open("ab", buffering=0) as file:

        def say(line: str) -> None:
            file.write(line.encode() + b"\n")

        try:
            if work.control is not None:
                CONTROLS[work.control]()
            if work.point is not None:
                if work.hangs:
                    kill_points.die = _hang  # type: ignore[assignment]
                kill_points.arm(work.point, work.nth)
            asyncio.run(_live(work, say))
            say("done")
        except BaseException as error:
            say(f"failed {type(error).__name__}: {error} {traceback.format_exc()!r}")
        finally:
            os._exit(0)


def _hang() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


async def _live(work: Work, say: Callable[[str], None]) -> None:
    options = ServerOptions(journals=work.folder, timeout=0.5)
    store, stop = _opened(work), asyncio.Event()
    with (
        closing(store),
        closing(SharedLedger(server_address(work.bank), options)) as ledger,
        closing(StreamQueue(server_address(work.url), options, lease=LEASE)) as queue,
    ):
        bank = LossyBank(ledger, Random(work.seed))
        by = Equipment(bank, QuickClock(), RandomIds(), ScreenPrinter(), Catalog(store.view), work.name)

        def tell(order: QueuedOrder) -> None:
            say(f"ended {order.order} {order.state} {order.receipt}")

        def report(error: Exception) -> None:
            say(f"failed {type(error).__name__}: {error} {''.join(traceback.format_exception(error))!r}")

        worker = QueueWorker(
            Jobs(store), queue, by, CONCURRENCY, TRIES, tell, report, lease=LEASE.total_seconds()
        )  # fmt: skip
        say("open")
        working = asyncio.create_task(worker.run(stop))
        await asyncio.to_thread(_wait_for, lambda: (work.folder / STOP).exists() or working.done())
        stop.set()
        await working


def _wait_for(true: Callable[[], bool]) -> None:
    while not true():
        time.sleep(LONGEST_PAUSE)


def _opened(work: Work) -> LaneStore:
    """The store of the worker's lane, as soon as the server answers."""
    found: list[LaneStore] = []

    def tried() -> bool:
        with suppress(TillError):
            found.append(lane_store(work.folder, "", work.name, url=work.url, timeout=0.5))
        return bool(found)

    until(tried, "the store cannot be opened")
    return found[0]
