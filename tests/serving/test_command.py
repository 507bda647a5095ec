"""`pos serve` as a command: what it prints, what it refuses, and TLS."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from tests import prefork
from tests.certificates import Tls
from tests.serving.served import program, stranger
from tests.terminal.pseudo import ROOT, environment


def ran(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command, which has to end by itself."""
    return prefork.text(prefork.run("pos", "serve", *words, cwd=ROOT, env=environment(home)))


def test_what_is_not_safe_is_refused_with_what_to_do(tmp_path: Path) -> None:
    told = ran(tmp_path, "--host", "0.0.0.0")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == (
        "pos: serving_refused: 0.0.0.0 is reached by others, who could read along without TLS. Give --tls-cert and "
        "--tls-key, or put a proxy that has TLS before it: --behind-proxy --public-url https://…\n"
    )


def test_without_textual_serve_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['textual_serve'] = None; from pos.__main__ import main; sys.exit(main(['serve']))"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == "pos: textual-serve is missing: pip install 'tillkey[serve]'\n"


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = ran(tmp_path, "--port", str(taken.getsockname()[1]))
    assert told.returncode == 2
    assert "cannot be listened at: Address already in use. --port names another." in told.stderr


@pytest.mark.parametrize("key", ["no-such-file.pem", "certificate.pem"])
def test_a_certificate_that_cannot_be_used_is_told(tmp_path: Path, tls: Tls, key: str) -> None:
    told = ran(tmp_path, "--tls-cert", str(tls.certificate), "--tls-key", str(tls.certificate.with_name(key)))
    assert told.returncode == 2
    assert told.stderr.startswith(f"pos: serving_refused: The certificate {tls.certificate} cannot be used: ")


@pytest.mark.parametrize("words", [("--port", "x"), ("--port", "65536"), ("--sessions", "0"), ("nothing",)])
def test_wrong_usage_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert ran(tmp_path, *words).returncode == 2


async def test_it_prints_an_address_for_each_browser_and_stops_when_told(tmp_path: Path) -> None:
    async with program(tmp_path) as served:
        first = await served.link()
        assert first.startswith("http://127.0.0.1:")
        assert "The address works once" in await served.line()
        url, _, path = first.rpartition("/")
        async with stranger(url) as browser:
            assert await browser.status(f"/{path}") == 303
            line = await served.line()
            assert line.startswith(f"A browser was let in. For another one: {url}/?token=")
            assert path not in line
            assert await browser.status(f"/{path}") == 401
        assert await served.stop() == 0
        assert served.process.stdout is not None
        assert served.process.stderr is not None
        assert await served.process.stdout.read() + await served.process.stderr.read() == b""


async def test_whoever_comes_in_once_nobody_reads_what_it_prints_does_so(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    async with program(tmp_path, "training", stdout=writing) as served:
        os.close(writing)
        with os.fdopen(reading) as printed:
            url, _, path = (await asyncio.to_thread(printed.readline)).split()[-1].rpartition("/")
            await asyncio.to_thread(printed.readline)
        async with stranger(url) as browser:
            assert await browser.status(f"/{path}") == 303
            assert await browser.status("/") == 200
        assert await served.stop() == 1
        assert served.process.stderr is not None
        complained = (await served.process.stderr.read()).decode()
        assert complained.startswith(f"A browser was let in. For another one: {url}/?token=")


async def test_with_a_certificate_it_speaks_tls_alone(tmp_path: Path, tls: Tls) -> None:
    trusting = ssl.create_default_context(cafile=tls.certificate)
    async with program(tmp_path, "--host", "127.0.0.1", *tls.options) as served:
        link = await served.link()
        assert link.startswith("https://127.0.0.1:")
        async with (
            ClientSession(cookie_jar=CookieJar(unsafe=True)) as session,
            session.get(link, ssl=trusting) as answer,
        ):
            assert answer.status == 200
            assert answer.history[0].headers["Set-Cookie"].startswith("__Host-tillkey-")
            assert "Secure" in answer.history[0].headers["Set-Cookie"]
            assert 'websocket-url="wss://127.0.0.1:' in await answer.text()
        assert await served.stop() == 0
