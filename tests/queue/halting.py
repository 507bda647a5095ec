"""A worker that stops at a point of its saga until it is woken, as one whose machine hangs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from threading import Event
from typing import Any

from pos.domain.checkout_request import CheckoutRequest
from pos.domain.ports import Gateway
from pos.domain.queue_ports import Begun, Ending, Job
from pos.domain.reservations import Attempt, Order, Reservation
from pos.domain.sale import Sale
from pos.queue.worker import QueueWorker
from pos.stores.redis.job_store import Jobs, NewJobStore, ServerJobStore
from tests.queue.shop import QueueShop
from tests.servers.waiting import PATIENCE, until

FIRST = (
    "before reserve",
    "after reserve",
    "before charge",
    "after charge",
    "before commit",
    "after commit",
)
"""Where a worker may stop that has a job nobody had before."""
LATER = (
    "after begin",
    "before record_attempt",
    "after record_attempt",
    "before find",
    "after find",
    "before will_void",
    "after will_void",
    "before void",
    "after void",
    "before charge",
    "after charge",
    "before commit",
    "after commit",
)
"""Where one may that has the job of a dead worker."""

FOUND = tuple(point for point in LATER if not point.endswith(("void", "charge")))
"""The same if the charge of the dead one is found."""


class Halt:
    """A point at which a worker stops, the first time that it comes by."""

    def __init__(self, point: str) -> None:
        self._point = point
        self.reached, self._on = Event(), Event()

    def passed(self, point: str) -> None:
        """Stop if it is this one."""
        if point == self._point and not self.reached.is_set():
            self.reached.set()
            self._on.wait(PATIENCE)

    def wake(self) -> None:
        """Let it go on."""
        self._on.set()


class _Jobs(Jobs):
    def __init__(self, jobs: Jobs, halt: Halt) -> None:
        super().__init__(jobs.shop)
        self._halt = halt

    def begin(self, job: Job, request: CheckoutRequest, *, again: bool, counted: bool = True) -> Begun | None:
        self._halt.passed("before begin")
        begun = super().begin(job, request, again=again, counted=counted)
        self._halt.passed("after begin")
        return begun

    def job(self, begun: Begun) -> ServerJobStore:
        return _Store(self, self.calls(begun.request.order, begun.request.answer), begun, self._halt)

    def new_job(self, job: Job, request: CheckoutRequest, tries: int) -> NewJobStore:
        return _NewStore(self, self.calls(request.order, request.answer), job, request, tries, self._halt)


class _Halting(ServerJobStore):
    def __init__(self, *args: Any) -> None:
        *others, self._halt = args
        super().__init__(*others)

    def reserve(self, reservation: Reservation) -> Reservation:
        self._halt.passed("before reserve")
        held = super().reserve(reservation)
        self._halt.passed("after reserve")
        return held

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        self._halt.passed("before record_attempt")
        held = super().record_attempt(reservation_id, attempt)
        self._halt.passed("after record_attempt")
        return held

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        self._halt.passed("before commit")
        order = super().commit(reservation, sale, at)
        self._halt.passed("after commit")
        return order

    def will_void(self, attempt_id: str) -> None:
        self._halt.passed("before will_void")
        super().will_void(attempt_id)
        self._halt.passed("after will_void")

    def end(self, how: Ending) -> None:
        self._halt.passed("before end")
        super().end(how)
        self._halt.passed("after end")


class _Store(_Halting):
    pass


class _NewStore(_Halting, NewJobStore):
    pass


class _Gateway:
    def __init__(self, gateway: Gateway, halt: Halt) -> None:
        self._gateway, self._halt = gateway, halt

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._gateway, name)

        async def asked(*args: Any) -> Any:
            await asyncio.to_thread(self._halt.passed, f"before {name}")
            answer = await method(*args)
            await asyncio.to_thread(self._halt.passed, f"after {name}")
            return answer

        return asked


def halting(worker: QueueWorker, halt: Halt) -> QueueWorker:
    """The worker, which stops there."""
    assert isinstance(worker.shop, Jobs)
    worker.shop = _Jobs(worker.shop, halt)
    worker.by = replace(worker.by, gateway=_Gateway(worker.by.gateway, halt))
    return worker


@asynccontextmanager
async def stopped_at(shop: QueueShop, point: str, lane: str = "W1") -> AsyncIterator[None]:
    """Within it a worker has taken what is waiting, and stopped there; another one has it then. In the end it wakes.

    AssertionError if it never came by.
    """
    halt, stop = Halt(point), asyncio.Event()
    shop.queue.idle.clear()
    worker = halting(shop.worker(lane), halt)
    task = asyncio.create_task(worker.run(stop))
    try:
        reached = asyncio.create_task(asyncio.to_thread(halt.reached.wait, PATIENCE))
        idle = asyncio.create_task(asyncio.to_thread(shop.queue.idle.wait, PATIENCE))
        await asyncio.wait({reached, idle}, return_when=asyncio.FIRST_COMPLETED)
        shop.queue.idle.set()
        await idle
        assert halt.reached.is_set(), f"no worker came by {point}"
        shop.queue.redeliver()
        yield
    finally:
        halt.reached.set()
        halt.wake()
        await asyncio.to_thread(until, lambda: not worker.active, "a worker that woke does not come to an end")
        stop.set()
        shop.queue.wake()
        await task
