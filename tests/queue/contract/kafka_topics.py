"""Topics on librdkafka's own cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from confluent_kafka import Producer

from pos.domain.kafka_options import KafkaOptions
from pos.domain.queue_ports import JobQueue
from pos.queue.kafka import KafkaQueue
from tests.queue.kafka_cluster import Cluster, cluster
from tests.servers.address import HOST

TOPIC: Final = "rush"
PARTITIONS: Final = 4
LEASE: Final = timedelta(seconds=6)
SESSION: Final = timedelta(seconds=2)
"""Nobody waits for the 6 seconds that other brokers want: for whoever comes, goes or is killed."""
WITHOUT_AN_ANSWER: Final = timedelta(seconds=4)
"""The session of workers that remain in the group although an answer is waited for that does not come."""


class Topics:
    """See `Engine`."""

    def __init__(
        self,
        broker: Cluster,
        partitions: int = PARTITIONS,
        *,
        timeout: float = 5.0,
        lease: timedelta = LEASE,
        session: timedelta = SESSION,
    ) -> None:
        broker.topic(TOPIC, partitions)
        self.broker = broker
        self._options = KafkaOptions(timeout=timeout, lease=lease, session=session)
        self._opened: list[KafkaQueue] = []

    def open(self) -> KafkaQueue:
        """See `Engine`."""
        return self._at(self.broker.place)

    def write(self, request: bytes) -> None:
        """See `Engine`."""
        producer = Producer({"bootstrap.servers": self.broker.place, "log_level": 0})
        producer.produce(TOPIC, value=request)
        assert producer.flush() == 0

    def dies(self, worker: JobQueue) -> None:
        """See `Engine`: the group hears of it at once."""
        worker.close()

    def refuse(self) -> None:
        """See `Engine`."""
        self.broker.refuse()

    def let_pass(self) -> None:
        """See `Engine`."""
        self.broker.let_pass()

    def at(self, port: int) -> KafkaQueue:
        """See `Engine`."""
        return self._at(f"{HOST}:{port}")

    def _at(self, place: str) -> KafkaQueue:
        queue = KafkaQueue.at(f"kafka://{place}/{TOPIC}", self._options)
        self._opened.append(queue)
        return queue

    def close(self) -> None:
        """Close what was opened."""
        for queue in self._opened:
            queue.close()


@contextmanager
def kafka_topics() -> Iterator[Topics]:
    """On a cluster of its own."""
    with cluster() as broker:
        engine = Topics(broker, timeout=2.0, session=WITHOUT_AN_ANSWER)
        yield engine
        engine.close()
