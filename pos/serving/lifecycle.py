"""Running the server until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiohttp import web

from pos.domain.errors import TillError
from pos.domain.i18n import _
from pos.domain.message import lazy
from pos.serving.address import Address
from pos.serving.auth import Authenticator
from pos.serving.connections import Connections
from pos.serving.error_log import ErrorLogger, RateLimited, unhandled
from pos.serving.lanes import Lanes
from pos.serving.server import TillServer, now

UNUSED: Final = 75.0
"""Seconds that a browser's connection stays open without a request or a window."""
SHUTDOWN: Final = 1.0
"""Seconds that requests have at the end, once the tills have ended."""
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends the server: Ctrl+C, an order to stop, or its terminal's window closed."""


async def serve(
    command: Sequence[str],
    address: Address,
    sessions: int,
    tell: Callable[[str], None],
    tell_later: Callable[[str], None],
    warn: Callable[[str], None],
) -> None:
    """Serve the till that `command` runs, `sessions` at once, until it is told to stop.

    `tell` prints a line of the server's own, `tell_later` one while browsers are here, and `warn` one that may have
    anything in it; the last two raise nothing.

    Raises TillError `serving_refused` if the port or the certificate cannot be used.
    """
    context = tls_context(address)
    listening = listen(address)
    auth = Authenticator()
    origins = address.origins(listening.getsockname()[1])

    def link() -> str:
        return f"{origins[0]}/?token={auth.token}"

    def let_in() -> None:
        tell_later(_("A browser was let in. For another one: {link}", link=link()))

    def told(complaint: str) -> None:
        for line in complaint.splitlines():
            warn(line)

    server = TillServer(
        command,
        origins,
        auth,
        Lanes(sessions, now),
        let_in=let_in,
        told=told,
        behind_proxy=address.behind_proxy,
    )
    limited = RateLimited(warn)
    asyncio.get_running_loop().set_exception_handler(unhandled(limited))
    async with answering(server, listening, context, limited):
        tell(_("The till is in the browser: {link}", link=link()))
        tell(_("The address works once. Ctrl+C ends the server and its tills."))
        await _stopped()


@asynccontextmanager
async def answering(
    server: TillServer,
    listening: socket.socket,
    context: ssl.SSLContext | None,
    trouble: Callable[[str], None],
) -> AsyncIterator[Connections]:
    """Let a server answer at a socket; at the end its tills are ended.

    `trouble` is told what goes wrong, however often.
    """
    runner = web.AppRunner(
        await server.make_app(),
        access_log=None,
        shutdown_timeout=SHUTDOWN,
        keepalive_timeout=UNUSED,
        logger=ErrorLogger(trouble),
    )
    await runner.setup()
    assert runner.server is not None
    connections = Connections(runner.server, trouble)
    server.stays = connections.let_in
    taking = asyncio.create_task(connections.take(listening, context))
    try:
        yield connections
    finally:
        taking.cancel()
        with suppress(asyncio.CancelledError):
            await taking
        await runner.cleanup()


def tls_context(address: Address) -> ssl.SSLContext | None:
    """How browsers are spoken to; None: without TLS. Raises TillError `serving_refused`."""
    if address.certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)

    def password() -> str:
        raise ValueError(_("the key has a password"))

    try:
        context.load_cert_chain(address.certificate, address.key, password)
    except (OSError, ValueError) as error:
        raise TillError(
            "serving_refused",
            lazy("The certificate {file} cannot be used: {reason}.", file=address.certificate, reason=error),
        ) from None
    return context


def listen(address: Address) -> socket.socket:
    """A socket that listens at the address. Raises TillError `serving_refused`."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        return socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        raise TillError(
            "serving_refused",
            lazy(
                "{host}, port {port}, cannot be listened at: {reason}. --port names another.",
                host=address.host,
                port=address.port,
                # What Python adds in brackets is said already.
                reason=(error.strerror or str(error)).partition(" (while")[0],
            ),
        ) from None


async def _stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in SIGNALS:
        loop.add_signal_handler(sign, stop.set)
    await stop.wait()
    for sign in SIGNALS:
        loop.remove_signal_handler(sign)
