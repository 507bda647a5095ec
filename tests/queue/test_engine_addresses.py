"""Which engine an address names."""

from __future__ import annotations

import pytest

from pos.domain.errors import TillError
from pos.queue.engines import job_queue
from pos.queue.kafka import KafkaQueue
from pos.stores.redis.location import ServerLocation
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queue_stream import StreamQueue

SHOP = ServerLocation("redis://till.example?shop=main", ServerOptions(), "1")


@pytest.mark.parametrize(("address", "name"), [
    ("", "redis://till.example:6379/0?shop=main"),
    ("redis://other.example:7000", "redis://other.example:7000/0?shop=main"),
])  # fmt: skip
def test_without_an_address_or_with_a_servers_it_is_a_stream(address: str, name: str) -> None:
    queue = job_queue(SHOP, address)
    assert isinstance(queue, StreamQueue)
    assert queue.name == name


def test_with_one_of_kafka_it_is_a_topic() -> None:
    queue = job_queue(SHOP, "kafka://other.example/rush")
    assert isinstance(queue, KafkaQueue)
    assert queue.name == "kafka://other.example:9092/rush"


@pytest.mark.parametrize(
    "address", ["elsewhere", "amqp://other.example/queue", "redis://", "://", "kafka://other.example"]
)
def test_an_address_of_no_engine_is_refused(address: str) -> None:
    with pytest.raises(TillError, match=r"The queue's address cannot be used") as refused:
        job_queue(SHOP, address)
    assert refused.value.code == "settings_invalid"
    assert "other" not in refused.value.message
