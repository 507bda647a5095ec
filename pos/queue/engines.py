"""Which engine a shop's queue has: its address says so."""

from __future__ import annotations

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.kafka_options import KafkaOptions
from pos.domain.message import lazy, words_of
from pos.domain.queue_ports import JobQueue, QueuedShop
from pos.queue.kafka import KafkaQueue
from pos.queue.kafka_address import KAFKA
from pos.stores.address import kind_of


def job_queue(location: QueuedShop, address: str, kafka: KafkaOptions | None = None) -> JobQueue:
    """The queue of a shop at an address; an empty one: on the shop's own server. It is asked when it is first used.

    `kafka` is how a cluster of it is used. Raises TillError `settings_invalid`, with a message that repeats nothing of
    it, for an address that is none, and what else `KafkaQueue.at` raises.
    """
    try:
        if kind_of(address) == KAFKA:
            return KafkaQueue.at(address, kafka or KafkaOptions(), location.shop)
        return location.job_queue(address)
    except ValueError as error:
        text = N_("The queue's address cannot be used: {fault}.")
        raise TillError("settings_invalid", lazy(text, fault=words_of(error))) from None
