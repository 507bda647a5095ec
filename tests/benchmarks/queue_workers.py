"""The processes of the benchmark `queue`: workers, as `pos worker` begins them, and whoever has checkouts queued."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any, Final

from pos.clock_and_ids import RandomIds, SystemClock
from pos.domain.checkout_request import CheckoutRequest, QueuedOrder
from pos.payments.ledger import Card, Ledger
from pos.payments.mock import MockGateway
from pos.printers.screen import ScreenPrinter
from pos.queue.saga import Equipment
from pos.queue.worker import QueueWorker
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queued_orders import ServerQueuedOrders
from pos.stores.redis.store import open_lane_store
from pos.till.catalog import Catalog
from tests.benchmarks.checkouts import PLENTY, Shelves
from tests.benchmarks.histories import settled
from tests.benchmarks.lane_clients import PATIENCE
from tests.benchmarks.queue_engines import OPTIONS, TOKEN, Engine, asked

LOOK: Final = 0.05
"""Seconds between two looks whether all is done."""

Moments = dict[str, float]
"""When each order was paid, or asked for, by the machine's monotonic clock, which all processes share."""


class Forked:
    """A process of its own that does what it is told."""

    def __init__(self, work: Callable[..., None], *given: object) -> None:
        """Begin it: a fork, which shares what is loaded. `work` has a pipe first, and says when it is ready."""
        context = multiprocessing.get_context("fork")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs, *given), daemon=True)
        self._process.start()
        theirs.close()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def tell(self, *said: object) -> None:
        """Have something done."""
        self._pipe.send(said)

    def answer(self) -> Any:
        """What came of what was told last; of nothing: it is ready."""
        return self._pipe.recv()

    def ask(self, *said: object) -> Any:
        """What comes of what is told."""
        self.tell(*said)
        return self.answer()

    def close(self) -> None:
        """End it."""
        with suppress(BrokenPipeError):
            self._pipe.send(("end",))
        self._process.join(PATIENCE)


def worker(
    pipe: Pipe, engine: Engine, shop: ServerAddress, folder: Path, lane: str, concurrency: int, latency: float
) -> None:
    """A worker of a shop, on a lane of its own, whose gateway is in memory and takes `latency` seconds.

    Told anything but `end` it says how many jobs it is at, what it has ended since, and its seconds of processor time.
    """
    store = open_lane_store(shop, ServerOptions(journals=folder, timeout=PATIENCE, trust=True), lane)
    queue = engine.queue(shop)
    clock, ledger, ended = SystemClock(), Ledger(), Moments()
    ledger.add_card(TOKEN, Card("visa", "4242"))
    gateway = MockGateway(clock, ledger, ids=RandomIds(), latency=latency)

    def tell(order: QueuedOrder) -> None:
        assert order.state == "paid", order
        ended[order.order] = time.perf_counter()

    by = Equipment(gateway, clock, RandomIds(), ScreenPrinter(), Catalog(store.view), lane)
    working = QueueWorker(store.jobs(), queue, by, concurrency, tell=tell, report=failed)

    async def work() -> None:
        stop = asyncio.Event()

        def hear() -> None:
            if pipe.recv()[0] == "end":
                stop.set()
                return
            pipe.send((working.active, dict(ended), time.process_time()))
            ended.clear()

        asyncio.get_running_loop().add_reader(pipe.fileno(), hear)
        pipe.send(None)
        await working.run(stop)

    asyncio.run(work())
    queue.close()
    store.close()


def failed(error: Exception) -> None:
    """A fault of the program."""
    raise error


def buyers(pipe: Pipe, shelves: Shelves) -> None:
    """Who has checkouts queued: `ready MANY` makes them; `all` and `paced RATE` say when each was asked for."""
    tickets = shelves.checkouts("buyers", lane="web")
    requests: list[CheckoutRequest] = []
    desks: dict[str, Desk] = {}
    pipe.send(None)
    while (said := pipe.recv())[0] != "end":
        answer = None
        match said:
            case "ready", int(many):
                requests = [asked(each) for each in islice(tickets, many)]
                settled()
            case "all", engine, ServerAddress() as shop:
                begun = time.perf_counter()
                engine.fill(shop, requests)
                answer = {each.order: begun for each in requests}
            case "paced", engine, ServerAddress() as shop, float(rate):
                if shop.shop not in desks:
                    desks[shop.shop] = Desk(engine, shop)
                answer = desks[shop.shop].paced(requests, rate)
        pipe.send(answer)
    for desk in desks.values():
        desk.close()


class Desk:
    """Where checkouts are queued, one after the other."""

    def __init__(self, engine: Engine, shop: ServerAddress) -> None:
        self._orders, self._queue = ServerQueuedOrders(shop, OPTIONS), engine.queue(shop)

    def paced(self, requests: Sequence[CheckoutRequest], rate: float) -> Moments:
        """Have so many of them queued in a second; when each was to be: whoever comes late has waited as well."""
        due: Moments = {}
        begun = time.perf_counter()
        for number, request in enumerate(requests):
            due[request.order] = begun + number / rate
            if (left := due[request.order] - time.perf_counter()) > 0:
                time.sleep(left)
            self._orders.enqueue(request, self._queue, PLENTY)
        return due

    def close(self) -> None:
        """Give the connections back."""
        self._queue.close()
        self._orders.close()


class Gang:
    """The workers of one shop."""

    def __init__(self, workers: Sequence[Forked]) -> None:
        self._workers = workers
        self.processor = 0.0
        """Seconds that all of them have used by the end of `ended`."""
        for each in workers:
            each.answer()

    def ended(self, orders: int) -> Moments:
        """When each of so many orders was paid, as soon as all are and nobody is at one any more."""
        found: Moments = {}
        until = time.monotonic() + PATIENCE
        while True:
            answers = [each.ask("ended") for each in self._workers]
            for _busy, ended, _used in answers:
                found |= ended
            if len(found) >= orders and not any(busy for busy, _ended, _used in answers):
                self.processor = sum(used for _busy, _ended, used in answers)
                return found
            assert time.monotonic() < until, f"{len(found)} of {orders} were paid"
            time.sleep(LOOK)

    def warm(self, fill: Callable[[], int]) -> None:
        """Have each of them work on something: of some engines that takes its time."""
        idle = set(self._workers)
        until = time.monotonic() + PATIENCE
        while idle:
            assert time.monotonic() < until, "some worker gets nothing to do"
            left = fill()
            while left:
                for each in self._workers:
                    _busy, ended, _used = each.ask("ended")
                    left -= len(ended)
                    if ended:
                        idle.discard(each)
                time.sleep(LOOK)


def lanes(workers: int) -> Iterator[str]:
    """How the lanes of so many workers are called."""
    return (f"W{number}" for number in range(1, workers + 1))
