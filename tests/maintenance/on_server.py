"""A shop on the shared server in which two tills of this machine have sold, and how to look into it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock
from pos.stores.redis.options import ServerOptions
from pos.till.till import Till
from tests.maintenance.support import Ids, sold
from tests.servers.server import Server
from tests.servers.shared import new_shop, shared_server
from tests.till.support import CAKE, NOON, TEA, catalog_file


class ShopOnServer:
    """One; its journals are where a user with this home has them."""

    def __init__(self, home: Path, server: Server | None = None) -> None:
        self.server = server or shared_server()
        self.name = new_shop()
        self.url = self.server.url(self.name)
        self.journals = home / ".local" / "share" / "tillkey" / "journals"

    @property
    def client(self) -> redis.Redis:
        """For whoever looks at the server or changes what is there."""
        return self.server.client(decode_responses=True)

    def key(self, *parts: str) -> str:
        """The name of a key."""
        return f"{{{self.name}}}:{':'.join(parts)}"

    def folder(self, lane: str = "1") -> Path:
        """The journal of a lane."""
        return next(self.journals.glob(f"{self.name}@*")) / f"lane-{lane}"

    def till(self, now: datetime = NOON, lane: str = "1", catalog: Path | None = None) -> Till:
        """A till of it."""
        options = ServerOptions(journals=self.journals)
        clock, ids = FrozenClock(now), Ids(lane, now)
        return open_till(self.url, catalog=catalog, lane=lane, clock=clock, ids=ids, server=options)

    def sell(self, *what: tuple[str, str], now: datetime = NOON, lane: str = "1", **more: Any) -> None:
        """Open a till, sell each SKU for `cash` or by `card`, and close it."""
        till = self.till(now, lane, **more)
        try:
            asyncio.run(sold(till, what))
        finally:
            till.close()


def shop_on_server(home: Path, server: Server | None = None, *, now: datetime = NOON) -> ShopOnServer:
    """A new shop in which lane 1 has sold a tea and a cake, and lane 2 a tea the hour after."""
    shop = ShopOnServer(home, server)
    shop.sell((TEA, "cash"), (CAKE, "card"), now=now, catalog=catalog_file())
    shop.sell((TEA, "card"), now=now + timedelta(hours=1), lane="2")
    return shop
