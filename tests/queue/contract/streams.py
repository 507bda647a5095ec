"""Streams on a server that the tests may end, reached through a proxy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import pytest
import redis

from pos.domain.queue_ports import JobQueue
from pos.stores.redis.address import server_address
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.queue_stream import GROUP, StreamQueue
from tests.servers.address import HOST
from tests.servers.proxy import Proxy
from tests.servers.server import Kind, Server, program
from tests.servers.shared import new_shop

LONG_AGO: Final = 3_600_000
"""Milliseconds: no lease lasts so long."""


class Streams:
    """See `Engine` and `DurableEngine`."""

    def __init__(self, server: Server, proxy: Proxy) -> None:
        self.shop = new_shop()
        self.key = Keys(self.shop).queue
        self.proxy = proxy
        self.server = server
        self._opened: list[StreamQueue] = []

    def open(self, **options: Any) -> StreamQueue:
        """See `Engine`."""
        queue = StreamQueue(server_address(self.proxy.url(self.shop)), ServerOptions(**options))
        self._opened.append(queue)
        return queue

    def write(self, request: bytes) -> None:
        """See `Engine`."""
        with self.server.client() as client:
            client.xadd(self.key, {"request": request})

    def dies(self, worker: JobQueue) -> None:
        """See `Engine`: what is told of it is all that is known of a worker, so that it need not be killed."""
        assert isinstance(worker, StreamQueue)
        # A group that no worker has asked for yet is none.
        with self.server.client() as client, suppress(redis.ResponseError):
            pending: Any = client.xpending_range(self.key, GROUP, "-", "+", 1000, worker.consumer)
            ids = [each["message_id"] for each in pending]
            if ids:
                client.xclaim(self.key, GROUP, worker.consumer, 0, ids, idle=LONG_AGO, justid=True)

    def refuse(self) -> None:
        """See `Engine`."""
        self.proxy.refuse()

    def let_pass(self) -> None:
        """See `Engine`."""
        self.proxy.let_pass()

    def at(self, port: int) -> StreamQueue:
        """See `Engine`."""
        queue = StreamQueue(server_address(f"redis://{HOST}:{port}/0?shop={self.shop}"), ServerOptions())
        self._opened.append(queue)
        return queue

    def restart(self) -> None:
        """See `DurableEngine`."""
        self.server.restart()

    def close(self) -> None:
        """Close what was opened."""
        for queue in self._opened:
            queue.close()


@contextmanager
def _streams(kind: Kind) -> Iterator[Streams]:
    if program(kind) is None:
        pytest.skip(f"there is no {kind}: Debian has it in redis-tools")
    with Server.start(kind) as server, Proxy(server) as proxy:
        engine = Streams(server, proxy)
        yield engine
        engine.close()


@contextmanager
def valkey_streams() -> Iterator[Streams]:
    """On Valkey."""
    with _streams("valkey") as engine:
        yield engine


@contextmanager
def redis_streams() -> Iterator[Streams]:
    """On Redis."""
    with _streams("redis") as engine:
        yield engine
