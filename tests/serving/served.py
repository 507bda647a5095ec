"""A server in the test's own process, and what a browser is to it: a cookie, a page and a socket."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyte
from aiohttp import ClientResponse, ClientSession, ClientWebSocketResponse, CookieJar, WSMsgType

from pos.own_program import own_program
from pos.serving.address import Address
from pos.serving.auth import Authenticator
from pos.serving.connections import Connections
from pos.serving.lanes import Lanes
from pos.serving.lifecycle import answering, listen
from pos.serving.server import TillServer
from tests.terminal.pseudo import ROOT, environment

PATIENCE = 30.0
"""Seconds after which what was waited for is taken not to come."""
STAND_IN = """
import sys, json, os
out, inn = sys.stdout.buffer, sys.stdin.buffer
def draw(text):
    data = text.encode()
    out.write(b"D" + len(data).to_bytes(4, "big") + data)
    out.flush()
out.write(b"__GANGLION__\\n")
while "loud" in sys.argv:
    draw("x" * 65536)
draw("here " + os.environ["COLUMNS"] + "x" + os.environ["ROWS"])
while kind := inn.read(1):
    data = inn.read(int.from_bytes(inn.read(4), "big"))
    if kind == b"D" and data == b"q" or kind == b"M" and json.loads(data)["type"] == "quit" and "deaf" not in sys.argv:
        sys.exit(0)
    if data == b"x":
        sys.exit("all is \\x1b[31mlost")
    draw(("typed " if kind == b"D" else "told ") + data.decode())
"""
"""What is a till to the server, and nothing else: it draws what it is sent, quits on q, breaks on x.

A deaf one does not end when asked to, a loud one draws without end."""


def stand_in(*words: str) -> tuple[str, ...]:
    """The command of the stand-in."""
    return (sys.executable, "-I", "-S", "-c", STAND_IN, *words)


def till_command(store: Path, *words: str) -> tuple[str, ...]:
    """The command of a real till."""
    return (sys.executable, "-m", "pos", "--store", str(store), *words)


@dataclass
class Served:
    """A server that runs."""

    server: TillServer
    port: int
    connections: Connections
    told: list[str] = field(default_factory=list)
    """What was printed."""
    trouble: list[str] = field(default_factory=list)
    """What went wrong."""
    waited: list[float] = field(default_factory=list)
    """Seconds that somebody was kept waiting."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[Browser]:
        """A browser that has not been let in."""
        async with stranger(self.url) as browser:
            yield browser

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        """A browser that was let in."""
        async with self.stranger() as browser:
            assert await browser.status(f"/?token={self.server.auth.token}") == 303
            yield browser


@asynccontextmanager
async def stranger(url: str) -> AsyncIterator[Browser]:
    """A browser that has not been let in where a server is."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield Browser(url, session)


@dataclass
class Browser:
    """A browser of a server: its cookies, and the windows it opens."""

    url: str
    session: ClientSession

    async def get(self, path: str, **headers: str) -> ClientResponse:
        """Ask for a page; the answer, read."""
        async with self.session.get(f"{self.url}{path}", allow_redirects=False, headers=headers) as answer:
            await answer.read()
            return answer

    async def status(self, path: str, **headers: str) -> int:
        """How a page is answered."""
        return (await self.get(path, **headers)).status

    @asynccontextmanager
    async def window(self, across: int = 100, down: int = 30) -> AsyncIterator[Window]:
        """A window with the till in it."""
        address = f"{self.url}/ws?width={across}&height={down}"
        async with self.session.ws_connect(address, headers={"Origin": self.url}) as socket:
            yield Window(socket, across, down)


class Window:
    """A window of a browser: it types into the till and reads what the till draws."""

    def __init__(self, socket: ClientWebSocketResponse, across: int, down: int) -> None:
        self.messages: list[list[object]] = []
        """What the till asked of the page, such as to save a file."""
        self.raw = bytearray()
        self._socket = socket
        self._screen = pyte.Screen(across, down)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def text(self) -> str:
        """What the till shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def type(self, text: str) -> None:
        """Type something, in one message."""
        await self._socket.send_json(["stdin", text])

    async def send(self, text: str) -> None:
        """Send what a page would not."""
        await self._socket.send_str(text)

    async def shows(self, *wanted: str) -> str:
        """Read until the till shows all of these; the screen then."""
        await self.until(lambda: all(text in self.text for text in wanted), " and ".join(wanted))
        return self.text

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Read until something is so, `what` in words."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not is_so():
                    assert await self._read(), f"the socket was closed ({self._socket.close_code}) before {what!r}"
        assert is_so(), f"{what!r} did not come in {PATIENCE:.0f} s:\n{self.text}"

    async def closed(self) -> int | None:
        """Read until the server closes the socket; the code it gives."""
        async with asyncio.timeout(PATIENCE):
            while await self._read():
                pass
        return self._socket.close_code

    async def _read(self) -> bool:
        message = await self._socket.receive()
        if message.type == WSMsgType.BINARY:
            self.raw += message.data
            self._stream.feed(message.data)
        elif message.type == WSMsgType.TEXT:
            self.messages.append(json.loads(message.data))
        else:
            return False
        return True


@dataclass
class Program:
    """`pos serve` as a process of its own."""

    process: asyncio.subprocess.Process

    async def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def link(self) -> str:
        """The link in the next line that has one."""
        while not (found := re.search(r"http\S+", line := await self.line())):
            assert line, "it ended without printing a link"
        return found[0]

    async def stop(self) -> int:
        """Tell it to stop; the exit code."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


@asynccontextmanager
async def program(
    home: Path,
    *words: str,
    folder: Path = ROOT,
    files: int | None = None,
    environ: Mapping[str, str] | None = None,
    stdout: int = asyncio.subprocess.PIPE,
) -> AsyncIterator[Program]:
    """`pos serve` on a free port, with these words; killed at the end.

    It runs in a folder, may have no more than so many files open, and prints to a descriptor.
    """
    limit = ("sh", "-c", f'ulimit -n {files} && exec "$@"', "sh") if files is not None else ()
    process = await asyncio.create_subprocess_exec(
        *(*limit, *own_program("serve", "--port", "0", *words)),
        cwd=folder,
        env=environment(home, **(environ or {})),
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


@asynccontextmanager
async def serving(
    command: Sequence[str] = stand_in(),
    *,
    sessions: int = 1,
    patience: float = PATIENCE,
    auth: Authenticator | None = None,
    address: Address | None = None,
) -> AsyncIterator[Served]:
    """A server for a command, on a free port of this machine; stopped at the end, and its tills with it."""
    address = address or Address(port=0)
    listening = listen(address)
    port = listening.getsockname()[1]
    lanes = Lanes(sessions, lambda: datetime(2026, 11, 23, 14, 3, tzinfo=UTC))
    told: list[str] = []
    trouble: list[str] = []
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    server = TillServer(
        command,
        address.origins(port),
        auth or Authenticator(),
        lanes,
        told=told.append,
        patience=patience,
        wait=wait,
        behind_proxy=address.behind_proxy,
    )
    async with answering(server, listening, None, trouble.append) as connections:
        yield Served(server, port, connections, told, trouble, waited)
