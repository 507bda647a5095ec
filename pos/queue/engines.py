"""Which engine a shop's queue has: its address says so."""

from __future__ import annotations

from pos.domain.kafka_options import KafkaOptions
from pos.domain.queue_ports import JobQueue, QueuedShop
from pos.queue.kafka import KafkaQueue
from pos.queue.kafka_address import KAFKA
from pos.stores.address import kind_of


def job_queue(location: QueuedShop, address: str, kafka: KafkaOptions | None = None) -> JobQueue:
    """The queue of a shop at an address; an empty one: on the shop's own server. It is asked when it is first used.

    `kafka` is how a cluster of it is used. Raises ValueError, with a message that repeats nothing of it, for an address
    that is none, and TillError for one of Kafka that cannot be used here.
    """
    if kind_of(address) == KAFKA:
        return KafkaQueue.at(address, kafka or KafkaOptions())
    return location.job_queue(address)
