"""Workers that are broken on purpose, so that a trial of the queue that finds nothing proves something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from unittest import mock

from pos.clock_and_ids import RandomIds
from pos.domain.queue_ports import Begun, Job
from pos.queue import saga
from pos.queue.worker import QueueWorker
from pos.stores.redis import client
from pos.stores.redis.client import library
from pos.stores.redis.job_store import Jobs


def done_before() -> None:
    """A delivery is acknowledged before its step is durable: the offset is committed first."""
    work = QueueWorker._work

    async def early(self: QueueWorker, job: Job) -> None:
        await self._asked(self.queue.done, job)
        await work(self, job)

    mock.patch.object(QueueWorker, "_work", early).start()


def ignore_fences() -> None:
    """Whoever has once had a job goes on with it, whoever else has it by now."""
    name, text = library()
    known = "if known[1] == 'pending' and known[2] == fence then return nil end"
    assert known in text
    careless = text.replace(name, f"{name}_careless").replace(known, "if known[1] then return nil end")
    mock.patch.object(client, "library", return_value=(f"{name}_careless", careless)).start()


def name_orders_anew() -> None:
    """Each taking up of a job is an order of its own."""

    def new(self: object, kind: str, at: datetime | None = None) -> str:
        return RandomIds().new(kind, at)

    mock.patch.object(saga._OrderIds, "new", new).start()


def forget_the_dead() -> None:
    """What an earlier worker has left is not asked for."""
    begin = Jobs.begin

    def afresh(self: Jobs, *args: Any, **named: Any) -> Begun | None:
        begun = begin(self, *args, **named)
        return None if begun is None else replace(begun, left=None)

    mock.patch.object(Jobs, "begin", afresh).start()


CONTROLS: Final[dict[str, Callable[[], None]]] = {
    "done before": done_before,
    "no fence": ignore_fences,
    "new ids": name_orders_anew,
    "nothing asked": forget_the_dead,
}
"""What breaks the worker of the process it is called in, by name."""
