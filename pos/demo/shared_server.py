"""What the tills of a demo share on a server of its own: each has its journal in that server's folder."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.message import lazy

if TYPE_CHECKING:
    from datetime import timedelta

    from pos.demo.server import DemoServer
    from pos.domain.queue_ports import CheckoutQueue, JobQueue
    from pos.stores.redis.options import ServerOptions
    from pos.stores.redis.store import LaneStore

SHOP: Final = "demo"
PATIENCE: Final = 10.0
"""Seconds in which a till must have noticed that its server has gone, or is back."""


class SharedServer:
    """Opens the lanes' stores on one server, which begins with the first of them."""

    def __init__(self) -> None:
        self._server: DemoServer | None = None
        self._stores: dict[str, LaneStore] = {}

    def store(self, lane: str) -> LaneStore:
        """A lane's store, always the same one. Raises TillError `store_unusable` where there is no server."""
        from pos.stores.redis.address import server_address
        from pos.stores.redis.store import open_lane_store

        if lane not in self._stores:
            self._stores[lane] = open_lane_store(server_address(self._url()), self._options(), lane)
        return self._stores[lane]

    def checkouts(self, lane: str) -> CheckoutQueue:
        """The shop's queue as the till in a lane has it; to be closed. Raises as `store` does."""
        from pos.domain.queue_options import QueueOptions
        from pos.queue.shop_queue import ShopQueue
        from pos.stores.redis.location import ServerLocation

        return ShopQueue(ServerLocation(self._url(), self._options(), lane), QueueOptions())

    def queue(self, lease: timedelta) -> JobQueue:
        """The queue's engine, for a worker; to be closed. Raises as `store` does."""
        from pos.stores.redis.address import server_address
        from pos.stores.redis.queue_stream import StreamQueue

        return StreamQueue(server_address(self._url()), self._options(), lease=lease)

    def switch(self, *, on: bool) -> None:
        """Pull the server out, or put it back, and wait until every till knows it and all is delivered."""
        if self._server is None:
            return
        if on:
            self._server.start()
        else:
            self._server.stop()
        for store in self._stores.values():
            if on:
                store.link.again()
                _until(lambda link=store.link: link.state == "online")  # type: ignore[misc]
                store.outbox.empty_within(PATIENCE)
            else:
                _until(lambda link=store.link: link.state == "away")  # type: ignore[misc]

    def _begun(self) -> DemoServer:
        from pos.demo.server import DemoServer

        if self._server is None:
            self._server = DemoServer()
        return self._server

    def _url(self) -> str:
        return self._begun().url(SHOP)

    def _options(self) -> ServerOptions:
        from pos.stores.redis.options import ServerOptions

        return ServerOptions(journals=self._begun().folder / "tills", trust=True)

    def close(self) -> None:
        """End the server and throw everything away."""
        for store in self._stores.values():
            store.close()
        if self._server is not None:
            self._server.close()


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > deadline:
            raise TillError("store_unusable", lazy("The tills of the demo do not notice what became of their server."))
        time.sleep(0.01)
