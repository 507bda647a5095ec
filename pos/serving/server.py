"""The server: every request is checked, then a browser gets the till that runs for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from aiohttp import WSMsgType, hdrs, web
from textual_serve.server import Server

from pos.domain.i18n import _, moment_text
from pos.serving import pages
from pos.serving.address import USUAL_PORTS
from pos.serving.auth import Authenticator
from pos.serving.connections import network
from pos.serving.lanes import Lanes, LaneSession
from pos.serving.process import PATIENCE, CloseCode, TillProcess

SESSION: Final = web.RequestKey("session", str)
ORIGIN: Final = web.RequestKey("origin", str)
CLOSING: Final = 2.0
"""Seconds that a browser has to take the end of its till."""
LARGEST: Final = 500
"""Cells that a browser's window may have across or down."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TillServer(Server):
    """Serves tills, each run by `command`, under `origins`, to the browsers that `auth` lets in, on `lanes`.

    `let_in` is called once a browser came in: the token was used, and there is a new one; `told` gets what a till said
    on standard error. `patience` is in seconds: how long a till has to end by itself. `wait` passes seconds, of which
    `auth` says how many a wrong token takes. Behind a proxy it is the proxy that knows from where a browser comes.
    """

    def __init__(
        self,
        command: Sequence[str],
        origins: Sequence[str],
        auth: Authenticator,
        lanes: Lanes,
        *,
        let_in: Callable[[], None] = lambda: None,
        told: Callable[[str], None] = lambda text: None,
        patience: float = PATIENCE,
        wait: Callable[[float], Awaitable[object]] = asyncio.sleep,
        behind_proxy: bool = False,
    ) -> None:
        super().__init__(" ".join(command), public_url=origins[0])
        self.arguments = tuple(command)
        self.origins = {origin.partition("://")[2]: origin for origin in origins}
        self.auth = auth
        self.lanes = lanes
        self._let_in = let_in
        self._told = told
        self._patience = patience
        self._wait = wait
        self._behind_proxy = behind_proxy
        self.stays: Callable[[asyncio.BaseTransport | None], None] = lambda transport: None
        """Called with the connection of a browser that may come in."""
        self._secure = origins[0].startswith("https:")
        self._sockets: set[web.WebSocketResponse] = set()
        # Cookies know no ports: two servers on one machine must not overwrite each other's.
        parts = urlsplit(origins[0])
        self.cookie = f"{'__Host-' if self._secure else ''}tillkey-{parts.port or USUAL_PORTS[parts.scheme]}"

    async def make_app(self) -> web.Application:
        """The application that answers requests."""
        return await self._make_app()

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._checked])
        app.add_routes(
            [
                web.get("/", self.handle_page, allow_head=False),
                web.get("/ws", self.handle_websocket, allow_head=False),
                web.get("/static/{name}", self.handle_file, allow_head=False),
                web.get("/download/{key}", self.handle_download, allow_head=False),
            ]
        )
        app.on_response_prepare.append(self._obey)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_shutdown(self, app: web.Application) -> None:
        """End every till, each one's ticket kept."""
        await asyncio.gather(*(till.end(CloseCode.STOPPED) for till in self.lanes.tills))
        await asyncio.gather(*(socket.close(code=CloseCode.STOPPED) for socket in self._sockets))

    @web.middleware
    async def _checked(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let through only who named this server as it is called, and has its cookie."""
        origin = self.origins.get(request.headers.get(hdrs.HOST, "").lower())
        if origin is None:
            return _last(self._notice(421, _("Not here"), _("The till is not reached under this name.")))
        request[ORIGIN] = origin
        if request.method == "GET" and request.path == "/" and "token" in request.query:
            return await self._entered(request)
        session = self.auth.session(request.cookies.get(self.cookie, ""))
        if session is None:
            return _last(
                self._notice(
                    401,
                    _("Not let in"),
                    _(
                        "This browser has not been let in. Open the address with the token that the till's server "
                        "printed."
                    ),
                )
            )
        self.stays(request.transport)
        if request.headers.get(hdrs.ORIGIN, origin) != origin:
            return self._foreign()
        request[SESSION] = session
        try:
            return await handler(request)
        except web.HTTPForbidden:
            return self._foreign()
        except web.HTTPException as error:
            return self._notice(error.status, _("Not there"), _("There is nothing under this address."))

    async def _obey(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(pages.headers(request.get(ORIGIN, self.public_url)))

    async def _entered(self, request: web.Request) -> web.StreamResponse:
        """Exchange a token for a cookie. Another site must not be able to try tokens through this browser."""
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            return _last(
                self._notice(
                    403, _("Not from here"), _("Another site led here. Copy the address into the browser yourself.")
                )
            )
        secret = self.auth.enter(request.query["token"])
        if secret is None:
            delay = self.auth.delay(self._network(request))
            if delay:
                await self._wait(delay)
            return _last(
                self._notice(
                    429 if delay else 401,
                    _("Not let in"),
                    _("This token is not the one, or was used before. The till's server has printed a new one."),
                )
            )
        self.stays(request.transport)
        self._let_in()
        response = web.Response(status=303, headers={hdrs.LOCATION: "/"})
        response.set_cookie(self.cookie, secret, path="/", httponly=True, samesite="Strict", secure=self._secure)
        return response

    def _network(self, request: web.Request) -> str:
        """From where a browser comes."""
        # What stands last is the proxy's own word, what stands before it the browser's.
        told = request.headers.getall("X-Forwarded-For", ()) if self._behind_proxy else ()
        return network(told[-1].rpartition(",")[2].strip() if told else request.remote or "")

    async def handle_page(self, request: web.Request) -> web.StreamResponse:
        """The till's page, or one that says why there is no till for this browser."""
        if not self.lanes.has_room(request[SESSION]):
            return self._full()
        return web.Response(text=pages.till_page(request[ORIGIN]), content_type="text/html")

    async def handle_file(self, request: web.Request) -> web.StreamResponse:
        """A file that the page needs."""
        file = pages.FILES.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return web.FileResponse(file)

    async def handle_download(self, request: web.Request) -> web.StreamResponse:
        """A file that this browser's till delivers, such as a picture of its screen."""
        till = self.lanes.till_of(request[SESSION])
        if till is None or not till.delivers(request.match_info["key"]):
            raise web.HTTPNotFound
        return await super().handle_download(request)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """The socket of a page: a till runs as long as it is open. A reload gets the same till's ticket."""
        if request.headers.get(hdrs.ORIGIN) != request[ORIGIN]:
            raise web.HTTPForbidden
        session = request[SESSION]
        if not self.lanes.has_room(session):
            raise web.HTTPConflict
        socket = web.WebSocketResponse(heartbeat=15, timeout=CLOSING)
        await socket.prepare(request)
        place = self.lanes.take(session)
        if place is None:
            await socket.close(code=CloseCode.TAKEN)
            return socket

        async def close(why: CloseCode) -> None:
            # First the lane: whoever is told that the till is closed may open it.
            self._gone(session, place, till)
            # A browser that takes nothing any longer is not waited for.
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSING):
                    await socket.close(code=why)

        till = TillProcess(
            self.arguments,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=close,
            download_manager=self.download_manager,
            patience=self._patience,
        )
        try:
            self._sockets.add(socket)
            async with place.turn:
                if place.till is not None:
                    await place.till.end(CloseCode.MOVED)
                place.till = till
                try:
                    await till.start(_cells(request.query.get("width"), 80), _cells(request.query.get("height"), 24))
                except (OSError, RuntimeError, MemoryError) as error:
                    # No process, no thread that waits for its end, no file: whoever opens the page again tries again.
                    self._told(_("pos serve: no till could be started: {error}", error=error))
                    await close(CloseCode.BROKE)
                    return socket
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    await _hand_on(message.data, till, socket)
        finally:
            self._sockets.discard(socket)
            await till.end()
            self._gone(session, place, till)
        return socket

    def _gone(self, session: str, place: LaneSession, till: TillProcess) -> None:
        """Give a till's lane back, unless another till is to run there, and print what it said of its end."""
        if place.till is till:
            place.till = None
            if till.complaint:
                self._told(till.complaint.decode("utf-8", "replace"))
        if place.till is None and not place.turn.locked():
            self.lanes.leave(session)

    def _foreign(self) -> web.Response:
        return self._notice(403, _("Not from here"), _("Another site asked for the till."))

    def _full(self) -> web.Response:
        since = self.lanes.since
        assert since is not None
        one = _(
            "It is open in another browser since {time}, and a store has one till at a time. Close it there with "
            "Ctrl+Q, or close its window.",
            time=moment_text(since, "clock"),
        )
        many = _("{count} browsers are here already, and there is no room for more.", count=self.lanes.count)
        text = one if self.lanes.count == 1 else many
        return self._notice(409, _("The till is in use"), text, _("Try again"))

    def _notice(self, status: int, title: str, text: str, link: str = "") -> web.Response:
        return web.Response(status=status, text=pages.notice_page(title, text, link), content_type="text/html")


async def _hand_on(text: str, till: TillProcess, socket: web.WebSocketResponse) -> None:
    """Hand what a page sends to its till. What makes no sense is left out."""
    with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
        kind, *rest = json.loads(text)
        if kind == "stdin":
            await till.send_bytes(rest[0].encode("utf-8", "replace"))
        elif kind == "resize":
            await till.set_terminal_size(_cells(rest[0]["width"], 80), _cells(rest[0]["height"], 24))
        elif kind == "ping":
            await socket.send_json(["pong", str(rest[0])])
        elif kind == "focus":
            await till.focus()
        elif kind == "blur":
            await till.blur()


def _last(response: web.Response) -> web.Response:
    """An answer after which the connection is closed: who is not let in is not to keep it."""
    response.force_close()
    return response


def _cells(value: object, usual: int) -> int:
    try:
        return min(max(int(str(value)), 1), LARGEST)
    except ValueError:
        return usual


def now() -> datetime:
    """The time on this machine's clock, in its own zone."""
    return datetime.now(UTC).astimezone()
