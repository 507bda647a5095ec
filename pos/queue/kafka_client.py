"""What both sides of a queue on Kafka say to librdkafka, and what its errors mean.

Imported late: confluent-kafka takes a while to load, and is an extra.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from confluent_kafka import KafkaError, KafkaException

from pos.domain.errors import TillError
from pos.domain.kafka_options import KafkaOptions
from pos.domain.message import Message, lazy
from pos.queue.kafka_address import KafkaAddress

SILENT: Final = logging.Logger("pos.queue.kafka", logging.CRITICAL + 1)
"""Hears what librdkafka would else write to the terminal; what matters of it comes as an error, too."""


SHOP: Final = "shop"
"""The header of a message that names the shop whose order it is."""


class Line:
    """A cluster as one client of it sees it: what it is told, and why it does not answer."""

    def __init__(self, address: KafkaAddress, options: KafkaOptions, shop: str = "") -> None:
        """For the topic and the brokers of an address, as a shop with this name uses them."""
        self.address = address
        self.options = options
        self.shop = shop
        self._heard: KafkaError | None = None

    def configuration(self, **more: Any) -> dict[str, Any]:
        """What librdkafka is told: `more` with full stops for the lines below."""
        options, wait = self.options, round(self.options.timeout * 1000)
        said: dict[str, Any] = {
            "bootstrap.servers": self.address.place,
            "client.id": "tillkey",
            "security.protocol": ("sasl_" if options.user else "") + ("ssl" if options.tls else "plaintext"),
            "socket.timeout.ms": wait,
            "socket.connection.setup.timeout.ms": max(wait, 1000),
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 1000,
            "log_level": 0,
            "logger": SILENT,
            "error_cb": self._hear,
        }
        if options.tls and options.ca is not None:
            said["ssl.ca.location"] = options.ca
        if options.user:
            said |= {
                "sasl.mechanism": options.mechanism,
                "sasl.username": options.user,
                "sasl.password": options.password or "",
            }
        return said | {name.replace("_", "."): value for name, value in more.items()}

    def answered(self) -> None:
        """The cluster has answered: what was wrong before is over."""
        self._heard = None

    @property
    def is_troubled(self) -> bool:
        """Whether something went wrong since it last answered."""
        return self._heard is not None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Within it the cluster is asked: what it does not answer is a TillError `queue_away`."""
        try:
            yield
        except KafkaException as error:
            raise self.away(error) from None

    def away(self, error: BaseException | KafkaError | None) -> TillError:
        """What an error means, as a sentence; without one: nothing was heard in time."""
        if isinstance(error, BaseException):
            error = next((each for each in error.args if isinstance(each, KafkaError)), None)
        code = _code(error)
        if code in _VAGUE and self._heard is not None:
            # Why nothing was heard is told to nobody who asks.
            code = _code(self._heard)
        return TillError("queue_away", lazy("The queue is away: {reason}.", reason=self._reason(code, error)))

    def _hear(self, error: KafkaError) -> None:
        # That all are down is said last, and says the least.
        if self._heard is None or _code(error) not in _VAGUE:
            self._heard = error

    def _reason(self, code: int, error: KafkaError | None) -> Message:
        place, topic = self.address.place, self.address.topic
        if code in _VAGUE and error is not None and code not in _LATE:
            return lazy("the server at {place} cannot be reached", place=place)
        if code in _LATE:
            return lazy("no answer from the server at {place}", place=place)
        if code in _TLS:
            return lazy("no trusted connection to the server at {place}: see its certificate", place=place)
        if code in _WHO:
            return lazy("the server at {place} refuses the user or the password", place=place)
        if code in _FORBIDDEN:
            return lazy("the server at {place} forbids this till what it needs: see its ACL", place=place)
        if code in _NO_TOPIC:
            return lazy("the server at {place} has no topic {topic}: create it", place=place, topic=topic)
        if code in _SETTINGS:
            return lazy("what the settings say of Kafka cannot be used: see {setting}", setting="queue.kafka_ca")
        word = error.name()[:60] if error is not None else "?"
        return lazy("the server at {place} refuses what it is told ({word})", place=place, word=word)


def _code(error: KafkaError | None) -> int:
    return KafkaError._TIMED_OUT if error is None else error.code()


def is_error(error: KafkaException, *codes: int) -> bool:
    """Whether librdkafka raised one of these."""
    return any(isinstance(each, KafkaError) and each.code() in codes for each in error.args)


_LATE: Final = (
    KafkaError._TIMED_OUT,
    KafkaError._MSG_TIMED_OUT,
    KafkaError._TIMED_OUT_QUEUE,
    KafkaError.REQUEST_TIMED_OUT,
)
_VAGUE: Final = (
    *_LATE,
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._RESOLVE,
    KafkaError._WAIT_COORD,
    KafkaError._PURGE_QUEUE,
    KafkaError._PURGE_INFLIGHT,
    KafkaError._DESTROY,
)
"""These do not say why."""
_TLS: Final = (KafkaError._SSL,)
_WHO: Final = (KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED)
_FORBIDDEN: Final = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
)
_NO_TOPIC: Final = (
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError._UNKNOWN_TOPIC,
    KafkaError._UNKNOWN_PARTITION,
)
_SETTINGS: Final = (KafkaError._INVALID_ARG,)
