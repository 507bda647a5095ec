"""How a shop's queue between checkout and payment is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from pos.domain.kafka_options import KafkaOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueOptions:
    """How the queue is used, by tills, other front ends and workers.

    `always`: a till's card payments are queued without being asked to. `address` is the queue's, empty for the shop's
    own server. `most` may be pending, `tries` are how often a checkout that fails is begun before it is stuck, and
    `expires` is how long after it was asked for one may still be charged. `foreign_prices`: other programs may ask with
    prices and discounts of their own. `kafka` is how a cluster of it is used.
    """

    always: bool = False
    address: str = ""
    most: int = 10_000
    tries: int = 10
    expires: timedelta = timedelta(minutes=30)
    foreign_prices: bool = False
    kafka: KafkaOptions = field(default_factory=KafkaOptions)
