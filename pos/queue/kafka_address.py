"""How a queue on Kafka is written: `kafka://HOST:PORT[,HOST:PORT…]/TOPIC`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import unquote

from pos.domain.message import lazy

KAFKA: Final = "kafka"
"""The kind of address."""
USUAL_PORT: Final = 9092
EXAMPLE: Final = "kafka://HOST:PORT/TOPIC"

_ADDRESS: Final = re.compile(r"[Kk][Aa][Ff][Kk][Aa]://([^/?#]*)/([^/?#]*)")
_BROKER: Final = re.compile(
    r"(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9_.])?))(?::([0-9]{1,5}))?"
)
_TOPIC: Final = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}")


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """A topic and the brokers by which its cluster is found, `HOST:PORT` each; no user and no password is ever here."""

    brokers: tuple[str, ...]
    topic: str

    @property
    def name(self) -> str:
        """The address as people write it, every part of it said; it may be shown anywhere."""
        return f"{KAFKA}://{self.place}/{self.topic}"

    @property
    def place(self) -> str:
        """The brokers, as librdkafka wants them and as a message names them."""
        return ",".join(self.brokers)


def kafka_address(text: str) -> KafkaAddress:
    """An address as somebody wrote it. Raises ValueError, with a message that repeats no part of it: whatever stands in
    a wrong place may be a password.
    """
    if "@" in unquote(text):
        raise ValueError(
            lazy(
                "a user or a password does not belong into the address of a queue, which `ps`, the shell's history and "
                "every message show: take it out, and set it as {user} and {setting} in the settings file, or as "
                "{variable}",
                user="queue.kafka_user",
                setting="queue.kafka_password",
                variable="TILLKEY_QUEUE_KAFKA_PASSWORD",
            )
        )
    parts = _ADDRESS.fullmatch(text)
    if parts is None:
        raise ValueError(lazy("this is no address of a queue on Kafka: write {example}", example=EXAMPLE))
    if not _TOPIC.fullmatch(parts[2]):
        raise ValueError(lazy("the name of a topic is 1 to 249 letters, digits, full stops, - and _"))
    return KafkaAddress(tuple(map(_broker, parts[1].split(","))), parts[2])


def _broker(text: str) -> str:
    found = _BROKER.fullmatch(text)
    port = int(found[3] or USUAL_PORT) if found is not None else 0
    if found is not None and 1 <= port <= 65_535:
        if found[1] is None:
            return f"{found[2].lower()}:{port}"
        try:
            return f"[{IPv6Address(found[1]).compressed}]:{port}"
        except ValueError:
            pass
    raise ValueError(
        lazy("this names no broker: write its name or its address and its port, as {example}", example=EXAMPLE)
    )
