"""What else a till has to know to use a server, besides its address: who it is there, how long it waits, its limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineLimits:
    """Within which limits a till sells while the server is away; None: without one.

    `tenders` may be taken (None: every one that no counter is behind), `most` is what a sale may come to, in minor
    units, `minutes` how long the server may have been away.
    """

    tenders: tuple[str, ...] | None = None
    most: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """How a server is used. A secret is never in its repr.

    `user` and `password` are the server's own (ACL); an address with a user comes before `user`. `ca` is the file of
    certificates that the server's is checked by (None: the system's), `certificate` and `key` are this till's own.
    `timeout` is how many seconds a reservation waits for the server at most. `journals` is the folder of this machine's
    journals, one a shop and lane (None: where the platform keeps data). `cart_days` and `order_days` are how long a
    cart and an order stay on the server, `replicas` how many of its replicas must have a step before the till forgets
    it (WAIT), `trust` whether a server is used that may lose or drop what it was told.
    """

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    timeout: float = 2.0
    journals: Path | None = None
    cart_days: int = 7
    order_days: int = 90
    replicas: int = 0
    offline: OfflineLimits = OfflineLimits()
    trust: bool = False
