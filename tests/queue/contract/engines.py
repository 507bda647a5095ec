"""Every engine, on a real broker: what its tests do with it, and what may happen to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol

from pos.domain.queue_ports import Job, JobQueue
from tests.queue.contract.kafka_topics import kafka_topics
from tests.queue.contract.streams import redis_streams, valkey_streams
from tests.servers.waiting import until


class Engine(Protocol):
    """A queue of its own, with nothing in it."""

    def open(self) -> JobQueue:
        """One more worker of it, or whoever sends; the engine closes it at its end."""
        ...

    def write(self, request: bytes) -> None:
        """Put in what another program does that knows no more than what a request is."""
        ...

    def dies(self, worker: JobQueue) -> None:
        """A worker ends without a word, and its lease is over."""
        ...

    def refuse(self) -> None:
        """Nobody reaches the broker,"""
        ...

    def let_pass(self) -> None:
        """and all do again."""
        ...

    def at(self, port: int) -> JobQueue:
        """A queue of this kind at a port of the loopback, whatever is there."""
        ...


class DurableEngine(Engine, Protocol):
    """One whose broker can be ended and begun again."""

    def restart(self) -> None:
        """It is killed, as by a power cut, and reads its files."""
        ...


Begun = Callable[[], AbstractContextManager[Engine]]
BegunDurable = Callable[[], AbstractContextManager[DurableEngine]]

DURABLE: Final[dict[str, BegunDurable]] = {"valkey": valkey_streams, "redis": redis_streams}
SHARING: Final[dict[str, Begun]] = {**DURABLE}
"""Those that give each job to whoever asks next. Kafka gives whole parts of a topic to one worker at a time: what that
means for a job that is given back, or that another one gets, is tried in `test_kafka`.
"""
ENGINES: Final[dict[str, Begun]] = {**DURABLE, "kafka": kafka_topics}


def had(worker: JobQueue, many: int = 1) -> list[Job]:
    """So many jobs, as soon as the worker has been handed them."""
    found: list[Job] = []

    def enough() -> bool:
        found.extend(worker.take(many - len(found), 1))
        return len(found) == many

    until(enough, f"{many} jobs are not handed out")
    return found
