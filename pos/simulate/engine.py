"""The engine of a simulated rush: the stream on the shop's own server, or a Kafka that is no more than this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final, Literal, NamedTuple

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy

EngineKind = Literal["redis", "kafka"]
ENGINES: Final[tuple[EngineKind, ...]] = ("redis", "kafka")
TOPIC: Final = "rush"
PATIENCE: Final = 10.0
"""Seconds in which the brokers answer."""


class Engine(NamedTuple):
    """How people call it, and its address; None is the stream on the shop's server."""

    name: str
    address: str | None = None


@contextmanager
def engine_of(kind: str) -> Iterator[Engine]:
    """An engine of a kind, until the end of the block. Raises TillError `store_unusable` if it is not installed.

    Kafka is librdkafka's own mock cluster: real clients, groups and rebalances over the loopback, kept in memory.
    """
    if kind == "redis":
        yield Engine("Redis Streams")
        return
    if find_spec("confluent_kafka") is None:
        text = N_("What speaks to Kafka is missing: {command}")
        raise TillError("store_unusable", lazy(text, command="pip install 'tillkey[queue]'"))
    from confluent_kafka.admin import AdminClient

    # The brokers are there as long as this client is.
    brokers = AdminClient({"bootstrap.servers": "127.0.0.1", "test.mock.num.brokers": 1, "log_level": 0})
    first = next(iter(brokers.list_topics(timeout=PATIENCE).brokers.values()))
    yield Engine("Kafka", f"kafka://{first.host}:{first.port}/{TOPIC}")
