"""Connections to the server: of those whose browser is not let in yet there are few, and none stays long."""

from __future__ import annotations

import asyncio
import ipaddress
import resource
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Final, cast

from pos.domain.i18n import _

MOST: Final = 100
"""Connections at once whose browsers are not let in. One more, and the oldest is closed of whoever has the most."""
LEAST: Final = 4
"""So many there may be on the smallest system."""
PATIENCE: Final = 10.0
"""Seconds that a browser has to be let in, its handshake and the head of its request with them."""
PAUSE: Final = 0.2
"""Seconds until connections are taken again, when the system had no room for another one."""


class Connections:
    """The connections of a server. Each gets a handler of `serve`; `tell` prints what people must know of trouble.

    `most` and `patience` (in seconds) are for those that are not let in: see `room` and PATIENCE.
    """

    def __init__(
        self,
        serve: Callable[[], asyncio.Protocol],
        tell: Callable[[str], None],
        *,
        most: int | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._serve = serve
        self._tell = tell
        self._most = room() if most is None else most
        self._patience = patience
        self._waiting: dict[Connection, None] = {}
        self._welcoming: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many connections there are whose browsers are not let in."""
        return len(self._waiting)

    async def take(self, listening: socket.socket, context: ssl.SSLContext | None) -> None:
        """Take connections for ever. Cancelled, it closes those that wait, and takes none any longer."""
        listening.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    sock, address = await loop.sock_accept(listening)
                except ConnectionError:
                    continue
                except OSError as error:
                    self._tell(_("No more browsers can be taken for now: {error}.", error=error.strerror or error))
                    self._turn_one_out()
                    await asyncio.sleep(PAUSE)
                    continue
                connection = Connection(self, sock, network(address[0]))
                self._waiting[connection] = None
                if len(self._waiting) > self._most:
                    self._turn_one_out()
                welcoming = loop.create_task(self._welcome(connection, sock, context))
                self._welcoming.add(welcoming)
                welcoming.add_done_callback(self._welcoming.discard)
                # Those that are closed give their files back before the next is taken.
                await asyncio.sleep(0)
        finally:
            listening.close()
            for connection in tuple(self._waiting):
                connection.turn_out()

    async def _welcome(self, connection: Connection, sock: socket.socket, context: ssl.SSLContext | None) -> None:
        """Give a connection its handler, after the handshake if there is one."""
        loop = asyncio.get_running_loop()
        connection.until(loop.call_later(self._patience, connection.turn_out))
        try:
            await loop.connect_accepted_socket(
                lambda: connection,
                sock,
                ssl=context,
                ssl_handshake_timeout=None if context is None else self._patience,
            )
        except (OSError, TimeoutError):
            # Not a browser, or one that does not trust the certificate.
            connection.turn_out()
            sock.close()

    def handler(self) -> asyncio.Protocol:
        """What answers on a new connection."""
        return self._serve()

    def let_in(self, transport: asyncio.BaseTransport | None) -> None:
        """A browser that may come in has asked by this connection: it stays as long as it likes."""
        for connection in tuple(self._waiting):
            if connection.transport is transport:
                self.gone(connection)

    def gone(self, connection: Connection) -> None:
        """A connection has ended, or need no longer wait."""
        connection.until(None)
        self._waiting.pop(connection, None)

    def _turn_one_out(self) -> None:
        counted = Counter(connection.network for connection in self._waiting)
        most = max(counted.values(), default=0)
        oldest = next((connection for connection in self._waiting if counted[connection.network] == most), None)
        if oldest is not None:
            oldest.turn_out()


def room() -> int:
    """Connections that may wait at once: never more than a quarter of the files that the process may open."""
    files, _most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else max(min(MOST, files // 4), LEAST)


class Connection(asyncio.Protocol):
    """One connection; all that comes by it goes to its handler."""

    def __init__(self, connections: Connections, sock: socket.socket, network: str) -> None:
        self.network = network
        """Whoever it is, as far as an address tells."""
        self.transport: asyncio.Transport | None = None
        self._connections = connections
        self._connection = sock
        self._handler: asyncio.Protocol | None = None
        self._timer: asyncio.TimerHandle | None = None

    def until(self, timer: asyncio.TimerHandle | None) -> None:
        """Wait with this timer, in place of one before."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    def turn_out(self) -> None:
        """Close the connection, whatever it is at."""
        self._connections.gone(self)
        if self.transport is not None:
            self.transport.abort()
        else:
            with suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The connection is ready, its handshake done."""
        self.transport = cast(asyncio.Transport, transport)
        self._handler = self._connections.handler()
        self._handler.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room for another one, and tell the handler."""
        self._connections.gone(self)
        if self._handler is not None:
            self._handler.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something came."""
        if self._handler is not None:
            self._handler.data_received(data)

    def eof_received(self) -> bool | None:
        """Nothing more will come."""
        return self._handler.eof_received() if self._handler is not None else None

    def pause_writing(self) -> None:
        """The other side is slow."""
        if self._handler is not None:
            self._handler.pause_writing()

    def resume_writing(self) -> None:
        """The other side can take more."""
        if self._handler is not None:
            self._handler.resume_writing()


def network(address: str) -> str:
    """Whom an address belongs to, as far as it tells: itself, or of IPv6 the 64 bits that one customer has for all."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return str(found)
