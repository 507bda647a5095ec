"""A till that tells what happens to its sale. It never waits for a listener, and pays next to nothing without one."""

from __future__ import annotations

import asyncio
import fcntl
import os
import socket
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pos import __version__, log
from pos.domain.i18n import current_language
from pos.files.private_files import PRIVATE_FILE, open_own
from pos.ipc.messages import PAST, FullState, Hello, StateChange, said

if TYPE_CHECKING:
    from pos.domain.events import Event
    from pos.domain.sale import Sale
    from pos.till.till import Till

GATHERED: Final = 0.02
"""Seconds in which changes are gathered: a burst of scans becomes one message of its ticket."""
FULLEST: Final = 1 << 20
"""Bytes that may wait for a listener. One that leaves more unread is cut off; it may connect again."""
MOST: Final = 16
"""How many may listen."""
LOCK: Final = ".lock"
"""The ending of the file beside a socket that an open till holds locked: the system takes a dead one's lock back."""


class Publisher:
    """The channel of one till, from `open` until `close`, on the event loop that runs the till."""

    def __init__(self, till: Till, path: Path) -> None:
        self._till = till
        self._path = path
        self._sale = till.sale
        self._language = current_language()
        self._past: deque[Event] = deque(maxlen=PAST)
        self._changes: list[StateChange] = []
        self._listeners: set[_Listener] = set()
        self._lock = -1
        self._server: asyncio.Server | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def open(self) -> None:
        """Let others listen from now on; a socket that a till left when it was killed is replaced.

        Raises OSError: BlockingIOError if another till of this store and lane is open.
        """
        try:
            self._lock = _locked(self._path.with_suffix(LOCK))
            self._path.unlink(missing_ok=True)
            listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                listening.bind(str(self._path))
                self._path.chmod(PRIVATE_FILE)
                # Before anything is waited for: what happens meanwhile is heard too.
                self._till.subscribe(self._heard)
                loop = asyncio.get_running_loop()
                self._server = await loop.create_unix_server(lambda: _Listener(self), sock=listening)
            except BaseException:
                listening.close()
                raise
        except BaseException:
            self._unlock()
            raise

    def close(self) -> None:
        """End the channel; what was not told yet is told first."""
        self._told()
        self._end()

    def _end(self) -> None:
        if self._server is None:
            return
        server, self._server = self._server, None
        if self._timer is not None:
            self._timer.cancel()
        server.close()
        for listener in tuple(self._listeners):
            listener.leave()
        with suppress(OSError):
            # Some Pythons take the socket away themselves.
            self._path.unlink(missing_ok=True)
            self._path.with_suffix(LOCK).unlink(missing_ok=True)
        self._unlock()

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _heard(self, sale: Sale, event: Event | None) -> None:
        """Take in what happened. An error in here must never break the step off that tells of it: money may move."""
        try:
            self._take_in(sale, event)
        except Exception as error:
            self._give_up(error)

    def _take_in(self, sale: Sale, event: Event | None) -> None:
        if event is not None:
            self._past.append(event)
        # Another ticket's payment may be settled meanwhile: it is told of, and not shown.
        shown = sale.ticket in (self._sale.ticket, self._till.sale.ticket)
        if shown:
            self._sale = sale
        if not self._listeners or self._server is None:
            return
        self._changes.append(StateChange(sale=sale if shown else None, event=event))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(GATHERED, self._told)

    def _told(self) -> None:
        """Tell what was not told yet."""
        try:
            self._flush()
        except Exception as error:
            self._give_up(error)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        changes, self._changes = self._changes, []
        if current_language() is not self._language:
            self._language = current_language()
            data = self.present()
        else:
            data = b"".join(map(said, _condensed(changes)))
        if data:
            for listener in tuple(self._listeners):
                listener.tell(data)

    def _give_up(self, error: Exception) -> None:
        """Go on selling without the channel."""
        log.crashed(error, "")
        self._end()

    def present(self) -> bytes:
        """How all stands, as a line."""
        till, words = self._till, current_language()
        shop = till.catalog.shop
        hello = Hello(
            version=__version__,
            store=till.place,
            lane=till.lane,
            shop=shop.name,
            currency=shop.currency,
            exponent=till.catalog.exponent,
            timezone=shop.timezone,
            training=till.training,
            language=words.code,
            locale=words.locale,
        )
        return said(FullState(hello=hello, past=tuple(self._past), sale=self._sale))

    def join(self, listener: _Listener) -> bool:
        """Take one more listener, who is told how all stands; False if there are too many, or the channel has ended."""
        self._told()
        if self._server is None or len(self._listeners) >= MOST:
            return False
        try:
            listener.tell(self.present())
        except Exception as error:
            self._give_up(error)
            return False
        self._listeners.add(listener)
        return True

    def part(self, listener: _Listener) -> None:
        """Tell a listener nothing any more. One that is not known is no error."""
        self._listeners.discard(listener)


class _Listener(asyncio.Protocol):
    """Somebody at the other end. Whatever they say is not heard."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Tell them how all stands."""
        self._transport = cast("asyncio.Transport", transport)
        if not self._publisher.join(self):
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more is told to who has gone."""
        self._publisher.part(self)

    def tell(self, data: bytes) -> None:
        """Send something, unless they read so slowly that too much waits already: then they are cut off."""
        assert self._transport is not None
        if self._transport.get_write_buffer_size() > FULLEST:
            self._publisher.part(self)
            self._transport.abort()
        else:
            self._transport.write(data)

    def leave(self) -> None:
        """Hang up; nobody waits until they have read what is on its way."""
        assert self._transport is not None
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()


def _locked(path: Path) -> int:
    """A lock file's descriptor, locked. Raises OSError: BlockingIOError if somebody has it locked."""
    while True:
        handle = open_own(path)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it may have taken the file away meanwhile: then this one is locked by nobody.
            if path.exists() and path.stat().st_ino == os.fstat(handle).st_ino:
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _condensed(changes: list[StateChange]) -> list[StateChange]:
    """The changes, of each ticket in each of its states only the last sale; what then tells nothing is left out."""
    kept: list[StateChange] = []
    later: tuple[str, str] | None = None
    for change in reversed(changes):
        sale = change.sale
        if sale is not None:
            now = (sale.ticket, sale.state)
            change, later = (StateChange(event=change.event) if now == later else change), now
        if change.sale is not None or change.event is not None:
            kept.append(change)
    return kept[::-1]
