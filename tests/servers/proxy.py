"""What lies between a till and its server, and does what a network, a fail-over or a broken server does, when told."""

from __future__ import annotations

import asyncio
import socket
import threading
from asyncio import StreamReader, StreamWriter
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, NamedTuple, Self

from tests.servers import resp
from tests.servers.address import HOST, Address
from tests.servers.resp import Request

LOADING: Final = b"-LOADING Redis is loading the dataset in memory\r\n"
READONLY: Final = b"-READONLY You can't write against a read only replica.\r\n"
NOSCRIPT: Final = b"-NOSCRIPT No matching script. Please use EVAL.\r\n"
NO_FUNCTION: Final = b"-ERR Function not found\r\n"
BUSY: Final = b"-BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.\r\n"
MISCONF: Final = b"-MISCONF Errors writing to the AOF file: No space left on device\r\n"
OOM: Final = b"-OOM command not allowed when used memory > 'maxmemory'.\r\n"
CLUSTERDOWN: Final = b"-CLUSTERDOWN The cluster is down\r\n"
NOISE: Final = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
"""What is there is no such server at all."""

GREETINGS: Final = frozenset((b"HELLO", b"AUTH", b"CLIENT", b"SELECT"))
"""What a client says before it asks for anything."""
STREAMS: Final = frozenset((b"PSYNC", b"SYNC", b"MONITOR", b"SUBSCRIBE", b"PSUBSCRIBE", b"SSUBSCRIBE"))
"""After these, answers come by themselves."""


def moved(slot: int, to: Address) -> bytes:
    """What a node answers that a slot has left."""
    return f"-MOVED {slot} {to.host}:{to.port}\r\n".encode()


class _Fault(NamedTuple):
    """What becomes of requests: whether they reach the server, and what is answered; None closes the connection."""

    arrives: bool
    answer: bytes | None
    containing: bytes
    greetings: bool


class Proxy(Address):
    """A proxy before a server: what is set is in force once the method returns, and takes the place of what was set.

    It passes one request and its answer at a time, so what happens to which of them is known. A `count` is how many
    requests it happens to, from now on, over all connections; None is all. `containing` are bytes in one of its words.
    What a client says before it asks for anything is left alone, unless `greetings` is set.
    """

    def __init__(self, server: Address) -> None:
        super().__init__(password=server.password)
        self.seen: deque[Request] = deque(maxlen=10_000)
        """The last requests that came, also those that went no further."""
        self._server = server
        self._fault: _Fault | None = None
        self._left: int | None = None
        self._seconds = 0.0
        self._connections: dict[asyncio.Task[None], socket.socket] = {}
        self._listening: socket.socket | None = None
        self._flowing = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{self.port}", daemon=True)
        self._thread.start()
        self.let_pass()

    def let_pass(self) -> None:
        """As if it were not there. What was held back by `freeze` goes on its way."""
        self._do(self._set())

    def cut_replies(self, count: int | None = 1, containing: bytes = b"") -> None:
        """The server does what it is asked; the connection is closed in place of its answer."""
        self._do(self._set(_Fault(True, None, containing, False), count))

    def cut_requests(self, count: int | None = 1, containing: bytes = b"") -> None:
        """The connection is closed, and the server is never asked."""
        self._do(self._set(_Fault(False, None, containing, False), count))

    def answer(
        self, answer: bytes, count: int | None = None, containing: bytes = b"", *, greetings: bool = False
    ) -> None:
        """These bytes are answered, and the server is never asked; afterwards the connection is as good as before."""
        self._do(self._set(_Fault(False, answer, containing, greetings), count))

    def delay(self, seconds: float) -> None:
        """Each answer comes so much later."""
        self._do(self._set(seconds=seconds))

    def freeze(self) -> None:
        """Connections are taken and stay open; nothing passes, either way, until something else is set."""
        self._do(self._set(flowing=False))

    def refuse(self) -> None:
        """Connections are closed, new ones refused. What `freeze` held back is lost."""
        self._do(self._refuse())

    def drop_connections(self) -> None:
        """Connections are closed, new ones are taken. What `freeze` held back is lost."""
        self._do(self._drop())

    def lead_to(self, server: Address) -> None:
        """Connections are closed; new ones lead there, as after a fail-over. What `freeze` held back is lost."""
        self._server = server
        self._do(self._drop())
        self.let_pass()

    def close(self) -> None:
        """End it, and every connection."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self.give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    async def _set(
        self, fault: _Fault | None = None, count: int | None = None, *, seconds: float = 0, flowing: bool = True
    ) -> None:
        self._fault, self._left, self._seconds = fault, count, seconds
        if flowing:
            self._flowing.set()
        else:
            self._flowing.clear()
        if self._listening is None:
            self._listening = socket.create_server((HOST, self.port))
            self._listening.setblocking(False)
            self._loop.add_reader(self._listening, self._accept, self._listening)

    async def _refuse(self) -> None:
        if self._listening is not None:
            self._loop.remove_reader(self._listening)
            self._listening.close()
            self._listening = None
        await self._drop()

    async def _end(self) -> None:
        await self._refuse()
        # Whatever was closed is let go in the loop's next turn.
        await asyncio.sleep(0)

    async def _drop(self) -> None:
        dropped = list(self._connections)
        for task in dropped:
            task.cancel()
        await asyncio.gather(*dropped, return_exceptions=True)

    def _accept(self, listening: socket.socket) -> None:
        # `asyncio.start_server` loses a connection that comes in the turn in which it is closed.
        with suppress(OSError):
            connection, _ = listening.accept()
            task = self._loop.create_task(self._connected(connection))
            self._connections[task] = connection
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._connections.pop(task).close()

    async def _connected(self, connection: socket.socket) -> None:
        ours: list[StreamWriter] = []
        try:
            with suppress(OSError, EOFError, asyncio.CancelledError):
                reader, writer = await asyncio.open_connection(sock=connection)
                ours.append(writer)
                await self._flowing.wait()
                server, to_server = await asyncio.open_connection(HOST, self._server.port)
                ours.append(to_server)
                while await self._passed(reader, writer, server, to_server):
                    pass
        finally:
            for each in ours:
                each.transport.abort()

    async def _passed(
        self, reader: StreamReader, writer: StreamWriter, server: StreamReader, to_server: StreamWriter
    ) -> bool:
        """Pass one request and its answer; whether the connection stays open."""
        words, raw = await resp.request(reader)
        self.seen.append(words)
        await self._flowing.wait()
        fault = self._fault_for(words)
        if fault is None or fault.arrives:
            to_server.write(raw)
            if words[0].upper() in STREAMS:
                await self._stream(self._pump(reader, to_server), self._pump(server, writer))
                return False
            answer: bytes | None = await resp.answer(server)
        if fault is not None:
            answer = fault.answer
        if answer is None:
            return False
        if words[0].upper() not in GREETINGS:
            await asyncio.sleep(self._seconds)
        await self._flowing.wait()
        writer.write(answer)
        await writer.drain()
        return True

    def _fault_for(self, words: Request) -> _Fault | None:
        fault = self._fault
        if fault is None or self._left == 0 or not any(fault.containing in word for word in words):
            return None
        if words[0].upper() in GREETINGS and not fault.greetings:
            return None
        if self._left is not None:
            self._left -= 1
        return fault

    @staticmethod
    async def _stream(*ways: Coroutine[Any, Any, None]) -> None:
        """Let all flow, until one of them ends."""
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pump(self, reader: StreamReader, writer: StreamWriter) -> None:
        while some := await reader.read(65536):
            await self._flowing.wait()
            writer.write(some)
            await writer.drain()
