"""How a cluster of Kafka is used."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from pos.domain.queue_ports import LEASE

Mechanism = Literal["SCRAM-SHA-512", "PLAIN"]
"""How a user proves who it is. PLAIN says the password itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaOptions:
    """Who the program is to a cluster, and how long it waits for it.

    `ca` is a file with the certificates that the brokers' are checked by, None for the system's; `timeout` how many
    seconds an answer is waited for. A worker that has asked for nothing for as long as the `lease` is dead, and one
    whose process is gone after the `session`: if None, after a third of the lease, but not before 6 seconds, which is
    as little as brokers allow unless they are told to (`group.min.session.timeout.ms`).
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    mechanism: Mechanism = "SCRAM-SHA-512"
    tls: bool = False
    ca: str | None = None
    timeout: float = 5.0
    lease: timedelta = LEASE
    session: timedelta | None = None
