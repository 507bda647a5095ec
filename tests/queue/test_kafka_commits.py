"""What the broker is told to be done, message by message: soon, many at once, and never more than is on record."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, ClassVar, Final

import pytest
from confluent_kafka import Consumer, KafkaException

from pos.domain.queue_ports import Job, JobQueue
from pos.queue import kafka_consumer
from pos.queue.kafka_progress import Taken, read_note
from tests.queue.contract.engines import had
from tests.queue.contract.kafka_topics import Topics
from tests.queue.kafka_cluster import cluster
from tests.servers.waiting import until

MANY: Final = 60


class Watched(Consumer):
    """A consumer of which each commit is looked at as it goes out."""

    commits = 0
    on_record: ClassVar[set[tuple[int, int]]] = set()
    """Which messages are at their end, for the shop: their partitions and offsets."""
    too_early: ClassVar[list[tuple[int, int]]] = []
    """Those that were committed and are not."""
    unanswered: ClassVar[list[object]] = []
    """What the broker has refused to hear or to tell while the group was divided."""

    def commit(self, *args: Any, **said: Any) -> Any:
        for each in said["offsets"]:
            told = set(range(each.offset)) | read_note(each.metadata, each.offset)
            self.too_early.extend((each.partition, one) for one in told if (each.partition, one) not in self.on_record)
        Watched.commits += 1
        with self._heeding():
            answers = super().commit(*args, **said)
        self.unanswered.extend(each.error for each in answers or () if each.error is not None)
        return answers

    def committed(self, *args: Any, **said: Any) -> Any:
        with self._heeding():
            return super().committed(*args, **said)

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        try:
            yield
        except KafkaException as error:
            self.unanswered.append(error)
            raise


@pytest.fixture(autouse=True)
def _watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_consumer, "Consumer", Watched)
    Watched.commits, Watched.on_record, Watched.too_early = 0, set(), []
    Watched.unanswered = []


@contextmanager
def topics(partitions: int) -> Iterator[Topics]:
    """With so many messages that nobody has read."""
    with cluster() as broker:
        made = Topics(broker, partitions)
        sender = made.open()
        for number in range(MANY):
            sender.send(f"order-{number:04}", b"{}")
        yield made
        made.close()


def record(job: Job) -> None:
    """The step of a job is durable."""
    assert isinstance(job.handle, Taken)
    Watched.on_record.add((job.handle.progress.number, job.handle.offset))


def worked_off(worker: JobQueue, random: Random, *, hasty: bool = False) -> None:
    """End all jobs in any order, several at a time; `hasty` says that each is done before it is."""
    jobs: list[Job] = []
    ended = 0
    while ended < MANY:
        jobs += worker.take(4 - len(jobs), 0.01)
        if jobs and random.random() < 0.7:
            job = jobs.pop(random.randrange(len(jobs)))
            for step in (worker.done, record) if hasty else (record, worker.done):
                step(job)
            ended += 1


@pytest.mark.parametrize("seed", range(2))
def test_no_commit_says_more_than_is_on_record_and_the_last_one_says_all(seed: int) -> None:
    with topics(partitions=3) as made:
        worker = made.open()
        worked_off(worker, Random(seed))
        worker.close()
        assert not Watched.too_early
        assert 0 < Watched.commits < MANY / 2
        assert made.open().depth() == 0


def test_a_worker_that_says_so_before_the_step_is_found_out() -> None:
    with topics(partitions=3) as made:
        worked_off(made.open(), Random(1), hasty=True)
    assert Watched.too_early


def test_what_is_done_is_committed_while_more_is_waited_for() -> None:
    with topics(partitions=1) as made:
        worker, other = made.open(), made.open()
        for job in had(worker, MANY):
            record(job)
            worker.done(job)
        until(lambda: not worker.take(1, 0.01) and other.depth() == 0, "it is not committed")
        assert not Watched.too_early


def test_a_worker_that_loses_a_partition_has_committed_what_it_has_done_of_it() -> None:
    with topics(partitions=2) as made:
        one, two = made.open(), made.open()
        jobs = had(one, MANY)
        for job in jobs:
            record(job)
            one.done(job)
        again: list[Job] = []
        is_divided = threading.Event()

        def goes_on() -> None:
            # While the group is divided a worker may wait for the broker, and others must not wait for it.
            while not is_divided.is_set():
                one.take(1, 0.01)

        def gets_one() -> bool:
            again.extend(two.take(1, 0.01))
            for number in range(4):
                two.send(f"more-{number:04}", b"{}")
            return bool(again)

        other = threading.Thread(target=goes_on)
        other.start()
        try:
            until(gets_one, "the other worker gets no partition")
        finally:
            is_divided.set()
            other.join()
        # What a broker that is busy dividing the group refuses to hear comes once more, and is found to be over.
        assert Watched.unanswered or all(job.order.startswith("more-") for job in again)
        assert not Watched.too_early
