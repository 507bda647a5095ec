"""Delivering what is in a till's outbox, in order, in a thread beside the till."""

from __future__ import annotations

from threading import Event, Lock
from typing import TYPE_CHECKING, Final, Protocol

from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import ServerAway, not_understood
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.parties import Copy, Party

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

WAIT: Final = 1.0
"""Seconds for which something to deliver is waited for at a time."""


class Linked(Protocol):
    """The link to the server, see `Link`."""

    delivering: Lock
    """Held while entries are delivered, and while it is found out which were."""
    closed: Event
    """Whether the link was given up."""
    address: ServerAddress
    """Where the server is now."""

    def is_online_within(self, seconds: float) -> bool:
        """Whether the server can be used, now or so soon."""
        ...

    def lost(self, error: ServerAway) -> None:
        """The server cannot be used as it is."""
        ...


class Deliverer:
    """Has a connection of its own."""

    def __init__(self, options: ServerOptions, copy: Copy, party: Party, link: Linked) -> None:
        self._options = options
        self._copy = copy
        self._party = party
        self._link = link
        self._client: Client | None = None

    def run(self) -> None:
        """Deliver until the link is given up."""
        link = self._link
        while not link.closed.is_set():
            if not self._copy.outbox.wait(WAIT) or not link.is_online_within(WAIT):
                continue
            try:
                with link.delivering:
                    if link.is_online_within(0):
                        self._deliver_some()
            except ServerAway as error:
                self._drop()
                if not link.closed.is_set():
                    link.lost(error)
                    link.closed.wait(0.05)
            except Exception as error:
                # Whatever it is: a thread that ends would leave the server without the till's sales.
                self._drop()
                link.lost(ServerAway(not_understood(error)))
                link.closed.wait(0.5)

    def interrupt(self) -> None:
        """Break off what is being waited for."""
        client = self._client
        if client is not None:
            client.interrupt()

    def _deliver_some(self) -> None:
        from pos.stores.redis.client import Client

        entries = self._party.deliveries()
        if not entries:
            # What is next is being taken up just now.
            self._link.closed.wait(0.01)
            return
        if self._client is None:
            self._client = Client(self._link.address, self._options, name="delivers")
        answers = self._client.call_each([call for _number, call in entries])
        last = 0
        for (number, _call), answer in zip(entries, answers, strict=True):
            if not self._party.delivered(number, answer):
                break
            last = number
        if last and self._is_safe(self._client):
            self._copy.outbox.safe(last)

    def _is_safe(self, client: Client) -> bool:
        """Whether as many replicas as are asked for have all that was delivered."""
        wanted = self._options.replicas
        if not wanted:
            return True
        wait = min(self._options.timeout, 1.0)
        return int(client.wait_for("WAIT", wanted, round(wait * 1000), seconds=wait)) >= wanted

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()
