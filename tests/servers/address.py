"""Where a server is reached, and a client for whoever looks at it from a test."""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlencode

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.certificates import Tls

HOST: Final = "127.0.0.1"


class Address:
    """A free port of the loopback, kept for whoever listens there, again and again, until it is given back."""

    host: Final = HOST

    def __init__(self, *, password: str | None = None, tls: Tls | None = None) -> None:
        self.password = password
        self.tls = tls
        # Nobody else is given a port that is bound, but whoever says the same as this does may listen there.
        self._port = socket.socket()
        self._port.bind((HOST, 0))
        self._port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port: Final[int] = self._port.getsockname()[1]

    def url(self, shop: str, **query: str) -> str:
        """The store's URL, as `--store` takes it; no password is in it."""
        return f"{'rediss' if self.tls else 'redis'}://{HOST}:{self.port}/0?{urlencode({'shop': shop, **query})}"

    def client(self, timeout: float = 5, **more: object) -> redis.Redis:
        """A client that gives up after so many seconds and never asks twice; more of redis-py's options by name."""
        options: dict[str, object] = {
            "host": HOST, "port": self.port, "password": self.password, "socket_timeout": timeout,
            "socket_connect_timeout": timeout, "retry": Retry(NoBackoff(), 0),
        }  # fmt: skip
        if self.tls:
            options |= {"ssl": True, "ssl_ca_certs": str(self.tls.certificate)}
        return redis.Redis(**(options | more))  # type: ignore[arg-type]

    def give_back(self) -> None:
        """Nobody will listen there any more."""
        self._port.close()
