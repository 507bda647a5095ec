"""Whatever workers do, and whenever they die: no two that live have the same job, and none is lost or done twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from pos.domain.queue_ports import Job, JobQueue
from tests.queue.contract.engines import Engine, had

STEPS = 120
WORKERS = 3


@dataclass(slots=True)
class Worker:
    """A worker, and what it has been handed out and not ended."""

    queue: JobQueue
    jobs: list[Job] = field(default_factory=list)


class Queue:
    """A queue that is used at random, and what has to be in it."""

    def __init__(self, engine: Engine, random: Random) -> None:
        self.engine = engine
        self.random = random
        self.front = engine.open()
        self.workers = [Worker(engine.open()) for _each in range(WORKERS)]
        self.sent = 0
        self.open: set[str] = set()

    def step(self) -> None:
        """Something happens."""
        worker = self.random.choice(self.workers)
        acts = (self.send, self.send, self.take, self.take, self.done, self.done, self.give_back, self.keep, self.dies)
        self.random.choice(acts)(worker)

    def send(self, _worker: Worker) -> None:
        self.sent += 1
        order = f"order-{self.sent:04}"
        self.front.send(order, order.encode())
        self.open.add(order)

    def take(self, worker: Worker) -> None:
        most = self.random.randint(1, 4)
        jobs = worker.queue.take(most, 0)
        assert len(jobs) <= most
        in_hand = {job.order for each in self.workers for job in each.jobs}
        for job in jobs:
            assert job.order in self.open - in_hand
            assert job.request == job.order.encode()
            in_hand.add(job.order)
        worker.jobs += jobs

    def done(self, worker: Worker) -> None:
        if worker.jobs:
            job = worker.jobs.pop(self.random.randrange(len(worker.jobs)))
            worker.queue.done(job)
            self.open.remove(job.order)

    def give_back(self, worker: Worker) -> None:
        count = self.random.randint(0, len(worker.jobs))
        given, worker.jobs = worker.jobs[:count], worker.jobs[count:]
        worker.queue.give_back(given)

    def keep(self, worker: Worker) -> None:
        worker.queue.keep(worker.jobs)

    def dies(self, worker: Worker) -> None:
        self.engine.dies(worker.queue)
        worker.queue, worker.jobs = self.engine.open(), []

    def drain(self) -> None:
        """Everybody dies; one that comes after them ends what is there."""
        for worker in self.workers:
            self.engine.dies(worker.queue)
        last = self.engine.open()
        jobs = had(last, len(self.open))
        assert {job.order for job in jobs} == self.open
        for job in jobs:
            last.done(job)
        assert not last.take(1, 0)
        assert last.depth() == 0


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 4))])
def test_each_job_is_one_workers_until_it_is_done(sharing: Engine, seed: int) -> None:
    queue = Queue(sharing, Random(seed))
    for _each in range(STEPS):
        queue.step()
    assert queue.open
    queue.drain()
