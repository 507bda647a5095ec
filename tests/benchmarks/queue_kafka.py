"""Kafka in the benchmark `queue`: librdkafka's own cluster, in a process of its own.

It keeps all in memory, and tells nobody who waits for messages that one has come: it answers when the wait is over,
which is 20 ms for workers and for what is consumed alone. How long a checkout waits below saturation is the mock's own
figure for that part, not Kafka's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from multiprocessing.connection import Connection as Pipe
from typing import Any, Final

from confluent_kafka import Consumer, Producer, TopicPartition

from pos.domain.checkout_request import CheckoutRequest, written
from pos.domain.kafka_options import KafkaOptions
from pos.domain.queue_ports import JobQueue
from pos.queue.kafka import KafkaQueue
from pos.stores.redis.address import ServerAddress
from tests.benchmarks.checkouts import Checkout
from tests.benchmarks.lane_clients import PATIENCE, Peer, Step
from tests.benchmarks.queue_engines import Talking, asked, register
from tests.queue.kafka_cluster import cluster

PARTITIONS: Final = 8
"""Of each topic: as many for every worker, and one for each place that is measured alone."""


def broker(pipe: Pipe, topics: Sequence[str]) -> None:
    """A cluster with these topics; it says where it is."""
    with cluster() as made:
        for topic in topics:
            made.topic(topic, PARTITIONS)
        pipe.send(made.place)
        pipe.recv()


class Kafka:
    """Implements `Engine`. A shop's topic is called as the shop is."""

    name = "kafka"

    def __init__(self, place: str) -> None:
        self._place = place

    def queue(self, shop: ServerAddress) -> JobQueue:
        """See the port."""
        return KafkaQueue.at(f"kafka://{self._place}/{shop.shop}", KafkaOptions(timeout=PATIENCE))

    def fill(self, shop: ServerAddress, requests: Sequence[CheckoutRequest]) -> None:
        """See the port."""
        register(shop, requests, within=False)
        producer = Producer(self._said())
        for each in requests:
            producer.produce(shop.shop, value=written(each), key=each.order)
        assert producer.flush(PATIENCE) == 0

    def producer(self, shop: ServerAddress, place: int) -> Peer:
        """See the port."""
        return RawProducer(self._said(), shop.shop, place - 1)

    def writer(self, shop: ServerAddress, place: int) -> Peer:
        """Writes the same bytes at the shop's server, durably, and then does what the producer does.

        Less no queue can do that is refused in time when it is full, and of which the shop knows: its limit.
        """
        return WrittenAndProduced(shop, RawProducer(self._said(), shop.shop, place - 1))

    def consumer(self, shop: ServerAddress, place: int) -> Peer:
        """See the port."""
        return RawConsumer(self._said(), shop.shop, place - 1)

    def _said(self) -> dict[str, Any]:
        return {"bootstrap.servers": self._place, "log_level": 0}


class RawProducer:
    """Sends the same bytes to a partition, and waits for each as a queue does."""

    def __init__(self, said: Mapping[str, Any], topic: str, partition: int) -> None:
        self._producer = Producer({**said, "enable.idempotence": True, "acks": "all", "linger.ms": 0})
        self._topic, self._partition = topic, partition

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        requests = [asked(checkout) for checkout in batch]
        return [partial(self._send, each.order, written(each)) for each in requests]

    def settle(self) -> None:
        """See `Peer`: it has."""

    def close(self) -> None:
        """See `Peer`."""
        self._producer.flush()

    def _send(self, order: str, request: bytes) -> None:
        self._producer.produce(self._topic, value=request, key=order, partition=self._partition)
        assert self._producer.flush(PATIENCE) == 0


class WrittenAndProduced(Talking):
    """Each is a SET at the shop's server, then a message."""

    def __init__(self, address: ServerAddress, producer: RawProducer) -> None:
        super().__init__(address)
        self._producer = producer
        self._hang_up, self.close = self.close, self._close

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        requests = [asked(checkout) for checkout in batch]
        sends = self._producer.steps(batch)
        return [
            partial(self._both, self._keys.job(each.order), written(each), send)
            for each, send in zip(requests, sends, strict=True)
        ]

    def _both(self, key: str, request: bytes, send: Step) -> None:
        self._client.ask("SET", key, request)
        send()

    def _close(self) -> None:
        self._producer.close()
        self._hang_up()


class RawConsumer:
    """Takes what is in a partition one after the other, and commits each before the next."""

    def __init__(self, said: Mapping[str, Any], topic: str, partition: int) -> None:
        own = {"group.id": f"alone-{partition}", "enable.auto.commit": False, "fetch.wait.max.ms": 20}
        self._consumer = Consumer({**said, **own})
        self._consumer.assign([TopicPartition(topic, partition, 0)])
        self._topic, self._partition = topic, partition
        self._offsets = count(1)
        self.close = self._consumer.close

    def steps(self, batch: Sequence[Checkout]) -> list[Step]:
        """See `Peer`."""
        return [self._take] * len(batch)

    def settle(self) -> None:
        """See `Peer`: it has."""

    def _take(self) -> None:
        message = self._consumer.poll(PATIENCE)
        assert message is not None
        assert message.error() is None, message.error()
        done = TopicPartition(self._topic, self._partition, next(self._offsets))
        self._consumer.commit(offsets=[done], asynchronous=False)
