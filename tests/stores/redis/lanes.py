"""A till's store behind a proxy, and what its shop looks like on the server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from pos.stores.redis.store import LaneStore
from tests.servers.address import Address
from tests.servers.proxy import Proxy
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.servers.waiting import until

STOCK = 10
LIMIT = 0.5
"""Seconds that a reservation waits for the server,"""
SLACK = 5.0
"""and how many more it may take on a machine with other work."""


@dataclass(frozen=True, slots=True)
class OnServer:
    """A shop as the server has it."""

    client: redis.Redis
    shop: str

    def counts(self, name: str) -> tuple[int, int]:
        """A counter: on hand, and held."""
        on_hand, held = (self._hash(key).get(name.encode(), b"0") for key in ("on_hand", "held"))
        return int(on_hand), int(held)

    def held(self) -> dict[str, int]:
        """What is held, by counter, and what reservations there are, as 1 each."""
        held = {name.decode(): int(amount) for name, amount in self._hash("held").items() if int(amount)}
        found: Any = self.client.keys(self.key("reservation", "*"))
        return held | {key.decode(): 1 for key in found}

    def orders(self) -> list[str]:
        """The ids of its orders."""
        found: Any = self.client.zrange(self.key("orders"), 0, -1)
        return [name.decode() for name in found]

    def reviewed(self) -> list[str]:
        """What somebody has to look at."""
        found: Any = self.client.xrange(self.key("review"))
        return [fields[b"what"].decode() for _id, fields in found]

    def key(self, *parts: str) -> str:
        """The name of a key."""
        return f"{{{self.shop}}}:{':'.join(parts)}"

    def _hash(self, name: str) -> dict[bytes, bytes]:
        found: Any = self.client.hgetall(self.key(name))
        return dict(found)


@dataclass(slots=True)
class Lane:
    """A till's store, the proxy that it reaches the server through, and its shop there."""

    store: LaneStore
    proxy: Proxy
    there: OnServer
    folder: Path
    options: dict[str, Any]

    def open_again(self) -> None:
        """The till is begun again."""
        self.store.close()
        self.store = lane_store(self.folder, self.there.shop, url=self.proxy.url(self.there.shop), **self.options)

    def wait_online(self) -> None:
        """Wait until the server is there, and has heard all."""
        until(lambda: self.store.link.state == "online" and not self.store.undelivered, "the till is not in step")

    def wait_away(self) -> None:
        """Wait until the till knows that the server is not there."""
        until(lambda: self.store.link.state == "away", "the till believes that the server is there")

    def asked(self, function: str) -> int:
        """How often a function of the server's was asked for."""
        return sum(words[0] == b"FCALL" and words[1].endswith(function.encode()) for words in self.proxy.seen)


@contextmanager
def lane(folder: Path, server: Address | None = None, **options: Any) -> Iterator[Lane]:
    """A till of a new shop with ten teas, on the shared server or another one."""
    server, shop = server or shared_server(), new_shop()
    options = {"timeout": LIMIT} | options
    with Proxy(server) as proxy, server.client() as client:
        store = lane_store(folder, shop, url=proxy.url(shop), **options)
        made = Lane(store, proxy, OnServer(client, shop), folder, options)
        try:
            products = {"TEA": {"sku": "TEA", "name": "Tea", "price": 100}}
            store.load({"products": products}, {"stock:TEA": STOCK})
            yield made
        finally:
            proxy.let_pass()
            made.store.close()
