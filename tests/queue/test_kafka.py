"""What Kafka does with a queue: parts of a topic are one worker's at a time, and offsets count without a gap.

All of it is proved on librdkafka's own cluster, see `kafka_cluster`: that a broker keeps over its restart what it has
acknowledged, it cannot prove.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest
from confluent_kafka import Consumer, TopicPartition

from pos.domain.errors import TillError
from pos.domain.queue_ports import Job, JobQueue
from pos.queue.kafka_inquiry import GROUP
from tests.queue.contract.engines import had
from tests.queue.contract.kafka_topics import TOPIC, Topics
from tests.queue.kafka_cluster import cluster
from tests.servers.waiting import until

ORDERS = tuple(f"order-{number:04}" for number in range(6))
WORKER = """
import sys
from pos.domain.kafka_options import KafkaOptions
from pos.queue.kafka import KafkaQueue
from tests.queue.contract.kafka_topics import LEASE, SESSION

queue = KafkaQueue.at(sys.argv[1], KafkaOptions(lease=LEASE, session=SESSION))
many = int(sys.argv[2])
while many:
    many -= len(queue.take(many, 1))
print("taken", flush=True)
sys.stdin.read()
"""
"""A worker that takes so many jobs, and has them until it is killed."""


@pytest.fixture
def topics() -> Iterator[Topics]:
    """A topic of one part."""
    with cluster() as broker:
        made = Topics(broker, partitions=1)
        yield made
        made.close()


def sent(queue: JobQueue, *orders: str) -> None:
    for order in orders:
        queue.send(order, b"{}")


def committed(topics: Topics) -> int:
    """What is before it counts as done for the broker."""
    consumer = Consumer({"bootstrap.servers": topics.broker.place, "group.id": GROUP, "log_level": 0})
    (found,) = consumer.committed([TopicPartition(TOPIC, 0)], timeout=10)
    consumer.close()
    return max(found.offset, 0)


def orders_of(jobs: list[Job]) -> list[str]:
    return [job.order for job in jobs]


def test_no_offset_is_committed_over_a_job_that_is_not_done(topics: Topics) -> None:
    worker = topics.open()
    sent(worker, *ORDERS)
    jobs = had(worker, len(ORDERS))
    assert committed(topics) == 0
    for job, offset in zip((jobs[1], jobs[2], jobs[0], jobs[5]), (0, 0, 3, 3), strict=True):
        worker.done(job)
        worker.depth()
        assert committed(topics) == offset
    assert worker.depth() == 2
    worker.close()
    assert orders_of(had(topics.open(), 2)) == [ORDERS[3], ORDERS[4]]


def test_what_is_given_back_comes_first_and_as_once_more(topics: Topics) -> None:
    worker = topics.open()
    sent(worker, *ORDERS)
    jobs = had(worker, 2)
    worker.give_back([jobs[0]])
    # Twice is once.
    worker.give_back([jobs[0]])
    again, new = had(worker, 2)
    assert [(job.order, job.again) for job in (again, new)] == [(ORDERS[0], True), (ORDERS[2], None)]
    worker.done(again)
    worker.depth()
    assert committed(topics) == 1


def test_whoever_closes_leaves_to_others_what_it_gave_back(topics: Topics) -> None:
    worker = topics.open()
    sent(worker, *ORDERS[:2])
    first, second = had(worker, 2)
    worker.give_back([second])
    worker.done(first)
    worker.close()
    assert orders_of(had(topics.open())) == [ORDERS[1]]


def test_what_nobody_gives_a_sign_for_is_handed_out_again(topics: Topics) -> None:
    with cluster() as broker:
        hasty = Topics(broker, partitions=1, lease=timedelta(0))
        worker = hasty.open()
        sent(worker, ORDERS[0])
        (job,) = had(worker)
        assert [(each.order, each.again) for each in had(worker)] == [(job.order, True)]
        hasty.close()


def test_a_job_of_a_part_that_another_worker_has_now_is_not_ended(topics: Topics) -> None:
    one, two = topics.open(), topics.open()
    sent(one, ORDERS[0])
    (job,) = had(one)
    one.close()
    (other,) = had(two)
    with pytest.raises(AssertionError):
        one.done(Job(job.order, job.request, None))
    one.done(job)
    assert two.depth() == 1
    two.done(other)
    assert two.depth() == 0


def test_the_jobs_of_a_worker_that_was_killed_are_anothers(topics: Topics) -> None:
    queue, other = topics.open(), topics.open()
    sent(queue, *ORDERS)
    command = [sys.executable, "-c", WORKER, queue.name, str(len(ORDERS))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"taken\n"
        assert not other.take(1, 0)
        killed.kill()
        assert killed.stderr is not None
        assert killed.stderr.read() == b""
    jobs = had(other, len(ORDERS))
    assert orders_of(jobs) == list(ORDERS)
    for job in jobs:
        other.done(job)
    assert other.depth() == 0


def test_workers_share_the_parts_and_lose_nothing_by_it() -> None:
    with cluster() as broker:
        topics = Topics(broker)
        workers = [topics.open(), topics.open()]
        orders = {f"order-{number:04}" for number in range(40)}
        sent(workers[0], *orders)
        ended: list[set[str]] = [set(), set()]

        def all_ended() -> bool:
            for worker, mine in zip(workers, ended, strict=True):
                for job in worker.take(1, 0.05):
                    worker.done(job)
                    mine.add(job.order)
            sent(workers[0], "order-more")
            return orders <= ended[0] | ended[1] and all(ended)

        until(all_ended, "a worker has nothing to do")
        topics.close()


def test_a_worker_that_takes_nothing_stays_in_the_group(topics: Topics) -> None:
    worker = topics.open()
    sent(worker, *ORDERS)
    (job,) = had(worker)
    for _each in range(5):
        worker.keep([job])
    assert orders_of(had(worker, len(ORDERS) - 1)) == list(ORDERS[1:])
    worker.done(job)
    worker.depth()
    assert committed(topics) == 1


def test_what_librdkafka_says_by_itself_is_on_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with cluster() as broker:
        topics = Topics(broker, timeout=2.0)
        worker = topics.open()
        sent(worker, ORDERS[0])
        (job,) = had(worker)
        topics.refuse()
        worker.done(job)
        for verb in (lambda: worker.send("order-0001", b"{}"), worker.depth, lambda: worker.keep([])):
            with pytest.raises(TillError):
                verb()
        # It waits for nobody, either: whoever is told to end ends.
        worker.close()
        topics.let_pass()
        assert orders_of(had(topics.open())) == [ORDERS[0]]
        topics.close()
    assert capfd.readouterr() == ("", "")
