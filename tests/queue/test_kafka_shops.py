"""Two shops that are given one topic of Kafka: a worker of one sells nothing that was meant for the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from confluent_kafka import Producer

from pos.domain.errors import TillError
from pos.domain.kafka_options import KafkaOptions
from pos.domain.queue_ports import JobQueue
from pos.queue.kafka import KafkaQueue
from tests.queue.contract.engines import had
from tests.queue.contract.kafka_topics import LEASE, SESSION
from tests.queue.kafka_cluster import cluster
from tests.queue.shop import MOST, QueueShop
from tests.servers.waiting import until
from tests.till.support import TEA

TOPIC = "rush"
OPTIONS = KafkaOptions(lease=LEASE, session=SESSION)


@contextmanager
def topic() -> Iterator[tuple[str, Callable[[str], KafkaQueue]]]:
    """One of one part: the broker, and the queue of a shop with a name at it."""
    with cluster() as broker:
        broker.topic(TOPIC, 1)
        yield broker.place, lambda shop: KafkaQueue.at(f"kafka://{broker.place}/{TOPIC}", OPTIONS, shop)


def refused(worker: JobQueue) -> TillError:
    """Why it takes nothing."""
    found: list[TillError] = []

    def is_refused() -> bool:
        try:
            assert not worker.take(1, 0.1)
        except TillError as error:
            found.append(error)
        return bool(found)

    until(is_refused, "it takes on")
    return found[0]


def test_another_shops_order_is_not_taken_and_is_its_own_workers_then() -> None:
    with topic() as (_place, at), closing(at("north")) as north, closing(at("south")) as south:
        north.send("north-0001", b"{}")
        south.send("south-0001", b"{}")
        north.send("north-0002", b"{}")
        (job,) = had(north)
        north.done(job)
        error = refused(north)
        assert error.code == "settings_invalid"
        assert str(error.words) == (
            "Topic rush has orders of the shop south, and this is a worker of the shop north: nothing more is taken. "
            "Give each shop a topic of its own, see queue.address."
        )
        # What is begun can be ended all the same.
        north.keep([job])
        assert refused(north) is error
        north.close()
        assert [each.order for each in had(south)] == ["south-0001"]


def test_one_that_names_no_shop_is_taken_as_before() -> None:
    with topic() as (place, at), closing(at("north")) as north:
        producer = Producer({"bootstrap.servers": place, "log_level": 0})
        producer.produce(TOPIC, b"{}", "order-0001")
        producer.produce(TOPIC, b"{}", "order-0002", headers={"shop": None, "trace": b"\xff"})
        assert producer.flush() == 0
        assert [each.order for each in had(north, 2)] == ["order-0001", "order-0002"]


def test_a_name_that_another_program_wrote_is_shown_as_what_it_is() -> None:
    with topic() as (place, at), closing(at("north")) as north:
        producer = Producer({"bootstrap.servers": place, "log_level": 0})
        producer.produce(TOPIC, b"{}", "order-0001", headers={"shop": b"\x1b[31m" + b"south" * 100 + b"\xff"})
        assert producer.flush() == 0
        told = str(refused(north).words)
        assert told.isprintable()
        assert len(told) < 300


async def test_a_worker_of_another_shop_ends_and_says_why(shop: QueueShop) -> None:
    request = await shop.request(TEA, total=220)
    with topic() as (_place, at), closing(at("another")) as another, closing(at(shop.shop)) as queue:
        shop.orders.enqueue(request, queue, MOST)
        worker = shop.worker()
        worker.queue = another
        stop = asyncio.Event()
        with pytest.raises(TillError, match="this is a worker of the shop another"):
            await asyncio.wait_for(worker.run(stop), 30)
        assert (stop.is_set(), shop.state(request.order).state, shop.captured()) == (True, "pending", [])
