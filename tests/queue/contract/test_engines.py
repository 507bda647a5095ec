"""What every engine does: a job is handed out, to one at a time, until it is done."""

from __future__ import annotations

import socket
import threading
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import pytest

from pos.domain.errors import TillError
from pos.domain.queue_ports import Job, JobQueue
from pos.domain.terminal_text import legible
from tests.queue.contract.engines import DurableEngine, Engine, had
from tests.servers.address import HOST
from tests.servers.proxy import NOISE
from tests.servers.waiting import PATIENCE, until

WORKERS: Final = 4
ORDERS: Final = tuple(f"order-{number:04}" for number in range(40))
VERBS: Final[dict[str, Callable[[JobQueue, Job], object]]] = {
    "send": lambda queue, job: queue.send(job.order, job.request),
    "take": lambda queue, _job: taken(queue),
    "keep": lambda queue, job: queue.keep([job]),
    "done": lambda queue, job: ended(queue, job),
    "give_back": lambda queue, job: queue.give_back([job]),
    "depth": lambda queue, _job: queue.depth(),
}


def taken(queue: JobQueue) -> None:
    """Ask for a job as workers do, again and again: with one in hand they need not hear at once that none can come."""
    until(lambda: bool(queue.take(1, 0.01)), "neither a job nor an error")


def sent(queue: JobQueue, *orders: str) -> None:
    """One request for each order."""
    for order in orders:
        queue.send(order, request_of(order))


def ended(queue: JobQueue, job: Job) -> None:
    """End a job; an engine may be told with what it is asked next."""
    queue.done(job)
    queue.keep([])


def request_of(order: str) -> bytes:
    return f'{{"order":"{order}"}}'.encode()


def orders_of(jobs: list[Job]) -> list[str]:
    return [job.order for job in jobs]


def is_away(refused: pytest.ExceptionInfo[TillError]) -> bool:
    """Whether it was told that the queue is away, in a sentence."""
    told = str(refused.value)
    return refused.value.code == "queue_away" and legible(told) == told and told.endswith(".") and len(told) < 200


@pytest.fixture
def noise() -> Iterator[int]:
    """The port of something that answers everybody, and is no broker."""
    with socket.create_server((HOST, 0)) as listening:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    with suppress(ConnectionError), listening.accept()[0] as found:
                        found.sendall(NOISE)
                        while found.recv(4096):
                            pass

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_what_was_sent_is_handed_out_as_it_was_written(engine: Engine) -> None:
    request = b'{"order":"order-1","ticket":"\xc3\xa4\\u0000\xff"}'
    engine.open().send("order-0001", request)
    (job,) = had(engine.open())
    assert (job.order, job.request, bool(job.again)) == ("order-0001", request, False)


def test_a_job_is_handed_out_once_while_its_worker_lives(engine: Engine) -> None:
    one, two = engine.open(), engine.open()
    sent(one, "order-0001")
    (job,) = had(one)
    assert not two.take(1, 0)
    assert not one.take(1, 0)
    one.keep([job])
    assert not two.take(1, 0)


def test_no_more_is_handed_out_than_was_asked_for(engine: Engine) -> None:
    worker = engine.open()
    sent(worker, *ORDERS)
    until(lambda: 1 <= len(worker.take(3, 1)) <= 3, "nothing is handed out")
    assert len(had(worker, 5)) == 5
    assert not worker.take(0, 1)


def test_a_worker_waits_for_what_is_sent_later(engine: Engine) -> None:
    worker, found = engine.open(), list[Job]()
    assert not worker.take(1, 0)
    waiting = threading.Thread(target=lambda: found.extend(had(worker)))
    waiting.start()
    sent(engine.open(), "order-0001")
    waiting.join(PATIENCE)
    assert orders_of(found) == ["order-0001"]


def test_the_job_of_a_worker_that_died_is_anothers(sharing: Engine) -> None:
    one, two = sharing.open(), sharing.open()
    sent(one, "order-0001", "order-0002")
    had(one, 2)
    sharing.dies(one)
    jobs = had(two, 2)
    assert sorted(orders_of(jobs)) == ["order-0001", "order-0002"]
    assert [job.request for job in jobs] == [request_of(job.order) for job in jobs]
    assert all(job.again for job in jobs)
    assert not two.take(1, 0)


def test_what_a_worker_had_when_it_ended_is_anothers(engine: Engine) -> None:
    one, two = engine.open(), engine.open()
    sent(two, "order-0001", "order-0002")
    first, second = had(one, 2)
    one.done(first)
    one.close()
    engine.dies(one)
    assert orders_of(had(two)) == [second.order]
    assert not two.take(1, 0)


def test_what_is_given_back_is_anothers_at_once(sharing: Engine) -> None:
    one, two = sharing.open(), sharing.open()
    sent(one, "order-0001", "order-0002")
    first, second = had(one, 2)
    one.give_back([first])
    assert orders_of(had(two)) == [first.order]
    assert not two.take(1, 0)
    one.done(second)
    assert two.depth() == 1


def test_who_waits_already_gets_what_is_given_back(sharing: Engine) -> None:
    one, two, found = sharing.open(), sharing.open(), list[Job]()
    sent(one, "order-0001")
    jobs = had(one)
    waiting = threading.Thread(target=lambda: found.extend(had(two)))
    waiting.start()
    one.give_back(jobs)
    waiting.join(PATIENCE)
    assert orders_of(found) == ["order-0001"]


def test_what_is_done_is_never_handed_out_again(engine: Engine) -> None:
    one, two = engine.open(), engine.open()
    sent(one, "order-0001", "order-0002", "order-0003")
    jobs = had(one, 3)
    one.done(jobs[1])
    # Of an answer that was lost nobody knows.
    one.done(jobs[1])
    engine.dies(one)
    assert sorted(orders_of(had(two, 2))) == sorted(orders_of([jobs[0], jobs[2]]))
    assert not two.take(9, 0)


def test_many_workers_share_what_there_is(sharing: Engine) -> None:
    workers = [sharing.open() for _each in range(WORKERS)]
    found: list[str] = []

    def work(worker: JobQueue) -> None:
        while len(found) < len(ORDERS):
            for job in worker.take(3, 0.1):
                found.append(job.order)
                worker.done(job)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    sent(sharing.open(), *ORDERS)
    for thread in threads:
        thread.join(PATIENCE)
    assert Tally(found) == Tally(ORDERS)
    assert workers[0].depth() == 0


def test_what_is_sent_twice_is_there_twice_in_its_order(engine: Engine) -> None:
    queue = engine.open()
    queue.send("order-0001", b"1")
    queue.send("order-0001", b"2")
    assert queue.depth() == 2
    assert [(job.order, job.request) for job in had(engine.open(), 2)] == [("order-0001", b"1"), ("order-0001", b"2")]


def test_the_depth_is_what_is_not_done(engine: Engine) -> None:
    queue, worker = engine.open(), engine.open()
    assert queue.depth() == 0
    sent(queue, "order-0001", "order-0002")
    assert queue.depth() == 2
    jobs = had(worker, 2)
    assert queue.depth() == 2
    worker.done(jobs[0])
    assert (worker.depth(), queue.depth()) == (1, 1)
    worker.done(jobs[1])
    assert (worker.depth(), queue.depth()) == (0, 0)


@pytest.mark.parametrize(("request_text", "order"), [
    (b'{"version":1,"order":"web-000001"}', "web-000001"), (b'{"order":"short"}', ""), (b'{"order":5}', ""),
    (b"[" * 100_000, ""), (b"9" * 5000, ""), (b'["order"]', ""), (b"\xff\xfe\x00", ""), (b"", ""), (b"null", ""),
    (b'{"order":"web-000001"}' + b" " * 300_000, ""), (b'{"order":"\x1b[31m-000001"}', ""),
], ids=range(11))  # fmt: skip
def test_anything_that_another_program_writes_is_a_job(engine: Engine, request_text: bytes, order: str) -> None:
    engine.write(request_text)
    worker = engine.open()
    (job,) = had(worker)
    assert (job.order, job.request) == (order, request_text)
    worker.done(job)
    assert worker.depth() == 0


@pytest.mark.parametrize("verb", VERBS)
def test_that_the_queue_is_away_is_said_in_a_sentence(engine: Engine, verb: str) -> None:
    worker = engine.open()
    sent(worker, "order-0001")
    (job,) = had(worker)
    engine.refuse()
    with pytest.raises(TillError) as refused:
        VERBS[verb](worker, job)
    assert is_away(refused)
    engine.let_pass()
    worker.keep([job])
    worker.done(job)
    assert worker.depth() == 0


@pytest.mark.parametrize("verb", ["send", "take", "depth"])
def test_what_is_no_broker_is_away(engine: Engine, noise: int, verb: str) -> None:
    with pytest.raises(TillError) as refused:
        VERBS[verb](engine.at(noise), Job("order-0001", b"{}", None))
    assert is_away(refused)


def test_a_broker_that_was_killed_has_what_is_not_done(durable: DurableEngine) -> None:
    one, two = durable.open(), durable.open()
    sent(one, "order-0001", "order-0002", "order-0003")
    begun, ended = had(one, 2)
    one.done(ended)
    durable.restart()
    with suppress(TillError):
        # It knows of no restart.
        two.depth()
    assert two.depth() == 2
    assert orders_of(had(two)) == ["order-0003"]
    assert not two.take(1, 0)
    durable.dies(one)
    assert orders_of(had(two)) == [begun.order]
    assert not two.take(1, 0)
