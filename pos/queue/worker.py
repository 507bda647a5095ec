"""A worker of the queue: takes jobs, and brings each to its end by the till's own saga.

A job may come more than once, and to several workers. What makes it one order and one charge is the number of its
taking up at the shop's server: whoever has an older one changes nothing there, and of a payment that was begun the
gateway is asked, or it is made void, before another one is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Final, TypeVar

from pos.domain.checkout_request import QueuedOrder, request_of
from pos.domain.errors import TillError
from pos.domain.message import NOTHING, Message, joined, lazy_plural, raised
from pos.domain.queue_ports import LEASE, Begun, Job, JobQueue, JobStore, Taken, WorkerShop
from pos.queue.saga import Equipment, pay_job
from pos.worker import Worker

T = TypeVar("T")

WAIT: Final = 1.0
"""Seconds for which jobs are waited for at a time."""
GLANCE: Final = 0.05
"""The same while others are being worked on: what is told of them must not wait."""
PAUSES: Final = (0.2, 1.0, 3.0, 10.0, 30.0)
"""Seconds until a job is tried again that found no answer."""
BANK_AWAY: Final = frozenset({"payment_unknown", "gateway_down"})
"""The codes of a bank that gave no answer."""
PATIENCE: Final = 480
"""So many tries are not counted while the bank answers nobody: four hours of them."""


Tell = Callable[[QueuedOrder], None]
"""Hears that a job has come to an end here, or is stuck, to show it."""


def unheard(_what: object) -> None:
    """Show nothing."""


@dataclass
class QueueWorker:
    """Works on `concurrency` jobs at once; one that has failed `tries` times is set aside as stuck."""

    shop: WorkerShop
    queue: JobQueue
    by: Equipment
    concurrency: int = 1
    tries: int = 10
    tell: Tell = unheard
    report: Callable[[Exception], object] = unheard
    """Hears of a fault of the program, which is tried again as well."""
    away: Callable[[TillError | None], object] = unheard
    """Hears once why the queue cannot be asked, and None when it can again."""
    lease: float = LEASE.total_seconds()
    patience: int = PATIENCE
    """How many tries of a job do not count as its own, since the bank answered no other job meanwhile either."""
    _answered: int = field(default=0, repr=False)
    """How many jobs the bank has given an answer about."""
    _active: dict[int, Job] = field(default_factory=dict)
    _over: list[Job] = field(default_factory=list, repr=False)
    """Those at their end, which the queue is told of when it is asked next."""
    _refused: TillError | None = None
    _engine: Worker = field(default_factory=lambda: Worker("queue"), repr=False)
    """The thread in which the queue is asked."""
    _steps: Worker = field(default_factory=lambda: Worker("jobs"), repr=False)
    """The thread of all steps at the shop: its server is asked for one after the other anyway."""
    _idle: bool = field(default=False, repr=False)
    """Whether the queue had nothing when it was asked last, and nothing is being worked on."""
    _stopped: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def active(self) -> int:
        """How many jobs it is working on."""
        return len(self._active)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set: what was begun is finished; what was not, or waits for another try, is given back.

        While the queue cannot be reached it is tried again. A worker is run once; cancelled, it is as dead, and leaves
        all as it is. Raises TillError, having set `stop`: `lane_refused` if somebody else has its lane, and with
        another code what a queue says that cannot be used as it is set up.
        """
        self._stopped = stop
        tasks: set[asyncio.Task[None]] = set()
        alive, stopped = asyncio.create_task(self._keep_alive()), asyncio.create_task(stop.wait())
        failures = 0
        try:
            while not stop.is_set():
                free = self.concurrency - len(tasks)
                if not free:
                    await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
                    continue
                try:
                    jobs = await self._asked(self._next, self._ended(), free, GLANCE if tasks else WAIT)
                    if failures:
                        self.away(None)
                    failures, self._idle = 0, not jobs and not tasks
                except TillError as error:
                    if error.code != "queue_away":
                        # Another shop's orders are in it: what is begun is finished.
                        self._refused = error
                        stop.set()
                        continue
                    if not failures:
                        self.away(error)
                    await self._pause(failures)
                    failures += 1
                    continue
                if stop.is_set():
                    # If it cannot be told, another worker takes them over.
                    with suppress(TillError):
                        await self._asked(self.queue.give_back, jobs)
                    break
                for job in jobs:
                    self._active[id(job)] = job
                    task = asyncio.create_task(self._work(job))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
                await asyncio.sleep(0)
            if tasks:
                await asyncio.gather(*tasks)
            await self._asked(self._done, self._ended())
            if self._refused is not None:
                raise self._refused
        finally:
            # Of one that is cancelled nothing goes on: what it has begun is another one's after the lease.
            begun = (*tasks, alive, stopped)
            for each in begun:
                each.cancel()
            await asyncio.gather(*begun, return_exceptions=True)
            for thread in (self._engine, self._steps):
                thread.close()

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(self.lease / 3)
            if jobs := list(self._active.values()):
                try:
                    await self._asked(self.queue.keep, jobs)
                except TillError:
                    # Another worker may take them: their numbers tell it apart from this one.
                    continue
            await self._send_unsent()

    async def _send_unsent(self) -> None:
        """Put into the queue what is registered at the shop and not in it: its front end has died, or it was lost."""
        with suppress(TillError):
            for order, request in await self._stepped(partial(self.shop.unsent, empty=self._idle)):
                await self._asked(self.queue.send, order, request)
                await self._stepped(self.shop.sent, order)

    async def _work(self, job: Job) -> None:
        """Bring a job to its end, or leave it to whoever has it now."""
        try:
            if await self._is_over(job):
                self._over.append(job)
        finally:
            del self._active[id(job)]

    def _ended(self) -> list[Job]:
        """The jobs at their end that the queue was not told of yet."""
        ended, self._over = self._over, []
        return ended

    def _next(self, ended: list[Job], most: int, seconds: float) -> Sequence[Job]:
        """Tell the queue what has ended, and take what comes next."""
        self._done(ended)
        return self.queue.take(most, seconds)

    def _done(self, ended: list[Job]) -> None:
        # What cannot be told comes again, and is found to be over.
        with suppress(TillError):
            if ended:
                self.queue.done(*ended)

    async def _is_over(self, job: Job) -> bool:
        """Work on a job until it is over; False if another worker has it, or nobody can be asked."""
        try:
            request = request_of(job.request)
        except TillError as error:
            return await self._set_aside(job, error.words)
        why: Message = NOTHING
        counted, uncounted = True, 0
        for attempt in count():
            if attempt - uncounted > self.tries:
                return False
            answered = self._answered
            if attempt:
                await self._pause(attempt - 1)
                if self._stopped.is_set():
                    await self._given_back(job)
                    return False
            try:
                try:
                    if not attempt and job.again is False:
                        # As if nobody had registered it: what may not be asked for then is looked at once it is begun.
                        new = Begun(request, foreign=True)
                        await self._pay(new, self.shop.new_job(job, request, self.tries))
                        return True
                    begin = partial(self.shop.begin, job, request, again=attempt > 0, counted=counted)
                    begun, counted = await self._stepped(begin), True
                except Taken as taken:
                    begun = taken.begun
                if begun is None:
                    return True
                store = self.shop.job(begun)
                if begun.tries > self.tries:
                    why = why or _often(begun.tries - 1)
                    await self._stepped(store.stick, why)
                    self.tell(QueuedOrder(order=request.order, state="stuck", words=why))
                    return True
                await self._pay(begun, store)
                return True
            except TillError as error:
                if self._heeds(error):
                    if self._refused is not None:
                        await self._given_back(job)
                    return False
                why = error.words
                if error.code in BANK_AWAY and self._answers_nobody(answered) and uncounted < self.patience:
                    counted, uncounted = False, uncounted + 1
            except Exception as error:
                # What fails in whatever way, and always, must not stop the jobs behind it.
                self.report(error)
                why = joined((raised(error), "."), by="")
        raise AssertionError("tries that do not count have an end")

    async def _pay(self, begun: Begun, store: JobStore) -> None:
        """Bring a job to its end, and tell of it."""
        ended = await pay_job(begun, store, self.by, self._steps)
        self._answered += ended.state in ("paid", "declined")
        self.tell(ended)

    def _answers_nobody(self, before: int) -> bool:
        """Whether the bank has answered about no other job either; of one at a time it cannot be told."""
        return self.concurrency > 1 and self._answered == before

    async def _set_aside(self, job: Job, why: Message) -> bool:
        """What nobody can read is stuck under the name that it has."""
        try:
            name = await self._stepped(self.shop.refuse, job, why)
        except TillError as error:
            # It may be known by that name, and not from this: what is known stays.
            return self._heeds(error) and self._refused is None
        self.tell(QueuedOrder(order=name, state="stuck", words=why))
        return True

    async def _given_back(self, job: Job) -> None:
        """Let another worker have a job at once; if nobody can be told, once this one is taken for dead."""
        with suppress(TillError):
            await self._asked(self.queue.give_back, [job])

    def _heeds(self, error: TillError) -> bool:
        """Whether it is told that a job is not its own, or no job at all: then it ends, and keeps none from others."""
        if error.code == "lane_refused":
            self._refused = error
            self._stopped.set()
        return error.code in ("job_lost", "lane_refused")

    async def _pause(self, failures: int) -> None:
        """Wait before the next try, until the worker is to stop at most."""
        tasks = {
            asyncio.ensure_future(self.by.clock.sleep(PAUSES[min(failures, len(PAUSES) - 1)])),
            asyncio.ensure_future(self._stopped.wait()),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _asked(self, question: Callable[..., T], *args: object) -> T:
        """Ask the queue beside the event loop."""
        return await self._engine.do(partial(question, *args))

    async def _stepped(self, step: Callable[..., T], *args: object) -> T:
        """Do a step at the shop beside the event loop."""
        return await self._steps.do(partial(step, *args))


def _often(times: int) -> Message:
    return lazy_plural(
        "It was begun once, and never came to an end.", "It was begun {count} times, and never came to an end.", times
    )
