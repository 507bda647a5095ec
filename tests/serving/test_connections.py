"""Strangers who hold connections: browsers come in all the same, and nothing is printed without end."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.web import RequestPayloadError

from pos.log import guarded
from pos.serving import lifecycle
from pos.serving.address import Address
from pos.serving.connections import MOST, Connections, network
from pos.serving.error_log import PERIOD, ErrorLogger, RateLimited
from pos.serving.lifecycle import listen
from tests.certificates import Tls
from tests.serving.served import PATIENCE, program, serving, stranger

HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "


@asynccontextmanager
async def held(
    port: int, count: int, *, said: bytes = HALF, source: str = "127.0.0.1"
) -> AsyncIterator[Sequence[asyncio.StreamReader]]:
    """So many connections that say something and no more."""
    async with AsyncExitStack() as stack:
        readers = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
            stack.callback(writer.close)
            writer.write(said)
            readers.append(reader)
        yield readers


@pytest.mark.parametrize("said", [HALF, b"", b"\x16\x03\x01", b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"])
async def test_requests_that_nobody_finishes_keep_no_browser_out(said: bytes) -> None:
    async with serving() as served, held(served.port, 3 * MOST, said=said), served.browser() as browser:
        assert served.connections.waiting <= MOST
        assert await browser.status("/") == 200
        async with browser.window() as window, held(served.port, MOST, said=said):
            await window.shows("here")
            await window.type("on")
            await window.shows("typed on")
            assert await browser.status("/") == 200
        async with browser.window() as window:
            await window.shows("here")
        assert served.trouble == []


async def test_whoever_holds_the_most_loses_one_first() -> None:
    async with (
        serving() as served,
        held(served.port, 1, source="127.0.0.2") as (honest,),
        held(served.port, 2 * MOST, source="127.0.0.3") as flood,
    ):
        for reader in flood[: MOST + 1]:
            assert await asyncio.wait_for(_ended(reader), PATIENCE)
        assert not honest.at_eof()
        assert not flood[-1].at_eof()


async def test_a_connection_that_was_answered_and_not_let_in_is_closed() -> None:
    async with serving() as served:
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
        assert answer.startswith(b"HTTP/1.1 401 ")
        writer.close()


async def test_who_is_not_let_in_in_time_is_closed_and_who_is_stays() -> None:
    class Echo(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            if data == b"token":
                connections.let_in(self.transport)
            self.transport.write(data)

    listening = listen(Address(port=0))
    connections = Connections(Echo, lambda text: None, patience=0.3)
    taking = asyncio.create_task(connections.take(listening, None))
    port = listening.getsockname()[1]
    async with held(port, 1, said=b"token") as (known,), held(port, 1, said=b"half") as (unknown,):
        assert await known.readexactly(5) == b"token"
        assert await unknown.readexactly(4) == b"half"
        assert await asyncio.wait_for(_ended(unknown), PATIENCE)
        assert not known.at_eof()
        assert connections.waiting == 0
        taking.cancel()
        await asyncio.wait([taking])


async def test_a_handshake_that_nobody_finishes_keeps_no_browser_out(tmp_path: Path, tls: Tls) -> None:
    async with program(tmp_path, *tls.options) as served:
        url = await served.link()
        port = int(url.split(":")[2].split("/")[0])
        async with held(port, 2 * MOST, said=b"\x16\x03\x01\x02\x00\x01\x00"), held(port, 20, said=b""):
            trusting = ssl.create_default_context(cafile=tls.certificate)
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
            writer.write(f"GET {url[url.index('/?') :]} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert (await reader.readline()).startswith(b"HTTP/1.1 303 ")
            writer.close()


async def test_with_few_files_browsers_still_come_in_and_nothing_is_printed(tmp_path: Path) -> None:
    async with program(tmp_path, "training", files=60) as served:
        url, _, way = (await served.link()).rpartition("/")
        async with held(int(url.rpartition(":")[2]), 200), stranger(url) as browser:
            assert await browser.status(f"/{way}") == 303
            assert await browser.status("/") == 200
            async with browser.window() as window:
                await window.shows("TRAINING")
        served.process.terminate()
        printed, complained = await served.process.communicate()
    assert complained == b""
    assert "No more browsers" not in printed.decode()


async def test_a_system_without_room_is_told_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    accept, failing = loop.sock_accept, [ConnectionAbortedError(), OSError(24, "Too many open files")]

    async def failed(listening: socket.socket) -> object:
        if failing:
            raise failing.pop()
        return await accept(listening)

    monkeypatch.setattr(loop, "sock_accept", failed)
    async with serving() as served, served.browser() as browser:
        assert await browser.status("/") == 200
        assert served.trouble == ["No more browsers can be taken for now: Too many open files."]
        assert failing == []


def test_trouble_is_told_once_a_minute_with_how_often_it_was() -> None:
    now, lines = [0.0], list[str]()
    limited = RateLimited(lines.append, lambda: now[0])
    for _ in range(1000):
        limited("No room")
    now[0] = PERIOD
    limited("No room")
    now[0] = PERIOD * 3
    limited("No room")
    assert lines == ["No room", "No room (999 more since then)", "No room"]


def test_an_error_is_told_in_a_line_with_its_place_and_without_a_card() -> None:
    lines: list[str] = []
    log = ErrorLogger(lambda line: lines.append(guarded(line)))
    try:
        raise ValueError("4000056655665556\nno")
    except ValueError:
        log.exception("Error handling request")
    (line,) = lines
    assert re.fullmatch(r"The server had an error: ValueError \(test_connections\.py:[\d•]+\): .*5556 no", line)
    assert "4000056655665556" not in line


@pytest.mark.parametrize("error", [ConnectionResetError("gone"), RequestPayloadError("no gzip"), BadHttpMessage("no")])
def test_what_a_stranger_does_hides_no_trouble(error: Exception) -> None:
    lines: list[str] = []
    try:
        raise error
    except Exception:
        ErrorLogger(lines.append).exception("Error handling request")
    assert lines == []


async def test_a_connection_of_a_browser_that_is_not_used_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "UNUSED", 0.2)
    async with serving() as served, served.browser() as browser:
        (cookie,) = browser.session.cookie_jar
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        asked = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nCookie: {cookie.key}={cookie.value}\r\n\r\n"
        writer.write(asked.encode())
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
        assert answer.startswith(b"HTTP/1.1 200 ")
        writer.close()


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_an_address_tells_whose_it_is(address: str, whose: str) -> None:
    assert network(address) == whose


async def _ended(reader: asyncio.StreamReader) -> bool:
    try:
        return await reader.read() == b""
    except ConnectionError:
        return True
