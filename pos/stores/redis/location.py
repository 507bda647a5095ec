"""A shop on a server, as one till of it has it: with the journal of its lane on this machine."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NoReturn, TypeVar

from pos.domain.errors import TillError
from pos.domain.message import NOTHING, Message, joined, lazy
from pos.stores.embedded.layout import LEDGER, is_store, require_store
from pos.stores.redis.address import server_address
from pos.stores.redis.away import NoShop, Refused
from pos.stores.redis.folders import lane_folder
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.standing import asking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pos.domain.lane_status import LaneStatus, ReviewEntry, TakenOver
    from pos.domain.ports import Store
    from pos.domain.queue_ports import JobQueue, QueuedOrders
    from pos.stores.health_report import HealthCheck
    from pos.stores.reader import StoreReader
    from pos.stores.redis.client import Client
    from pos.stores.redis.filling import ShopOnServer
    from pos.stores.redis.published import ServerEvents
    from pos.stores.redis.simulated_ledger import SharedLedger

Answer = TypeVar("Answer")


class ServerLocation:
    """Implements `StoreLocation`, `ManyTills` and `PublishingShop` for `redis://HOST:PORT/DB?shop=NAME`.

    What is read without opening it is what the server has, of all lanes. Raises ValueError, with a message
    that repeats nothing of it, for an address that is none; TillError `store_unusable` if there is no place for a
    journal.
    """

    def __init__(self, address: str, options: ServerOptions, lane: str) -> None:
        self.address = server_address(address)
        self.options = options
        self.lane = lane
        self.name = self.address.name
        self.folder = lane_folder(self.address, options, lane)
        # Of the lane: a ledger has one writer.
        self.ledger: Path | None = self.folder / LEDGER

    def exists(self) -> bool:
        """Whether the lane has a journal here, or the shop is on the server. Raises TillError `server_away`."""
        return self.begun_here() or not self._missing()

    def begun_here(self) -> bool:
        """See the port."""
        return is_store(self.folder)

    def require(self) -> None:
        """See the port."""
        if self.begun_here():
            require_store(self.folder)
        elif missing := self._missing():
            raise TillError("store_unusable", missing)

    def check_writer(self) -> None:
        """See the port."""
        from pos.stores.embedded.owner_check import check_owner

        check_owner(self.folder)

    def open(self) -> Store:
        """See the port."""
        from pos.stores.redis.store import open_lane_store

        return open_lane_store(self.address, self.options, self.lane)

    def shared(self) -> ShopOnServer:
        """What all tills of the shop share on the server, for whoever is none of them; to be closed."""
        from pos.stores.redis.filling import ShopOnServer

        return ShopOnServer(self.address, self.options)

    def read(self) -> StoreReader:
        """The shop as the server has it; while it is away, or has none, what the lane has in its own journal."""
        from pos.stores.embedded.read_only import read_folder
        from pos.stores.redis.reader import ServerReader

        try:
            found = self._reached()
        except TillError as error:
            if not self.begun_here():
                raise
            found = error.words
        if not isinstance(found, Message):
            return ServerReader(found, Keys(self.address.shop))
        if not self.begun_here():
            raise TillError("store_unusable", found)
        own = read_folder(self.folder)
        text = lazy("What follows is what the till of lane {lane} has in its own journal.", lane=self.lane)
        own.remark = joined((found, text))
        return own

    def examine(self) -> Sequence[HealthCheck]:
        """See the port."""
        from pos.stores.redis.doctor import examine

        return examine(self.address, self.options, self.lane, self.folder)

    def repair(self) -> Sequence[str]:
        """See the port."""
        text = lazy(
            "A server's data is not repaired from a till. The journal of this lane is a store of its own: {command}",
            command=f"pos doctor --repair --store {quote(str(self.folder))}",
        )
        raise TillError("store_unusable", text)

    def back_up(self, file: Path, *, now: datetime, force: bool) -> NoReturn:
        """See the port."""
        text = lazy(
            "A shop on a server is backed up where the server is: copy its append-only file (`appenddir`). The journal "
            "of this lane is a store of its own: {command}",
            command=f"pos backup {quote(str(file))} --store {quote(str(self.folder))}",
        )
        raise TillError("store_unusable", text)

    def restore(self, file: Path) -> NoReturn:
        """See the port."""
        text = lazy(
            "A shop on a server is put back where the server is, from a copy of its append-only file. The journal of "
            "this lane is a store of its own: {command}",
            command=f"pos restore {quote(str(file))} --store {quote(str(self.folder))}",
        )
        raise TillError("store_unusable", text)

    def shared_ledger(self) -> SharedLedger:
        """See `WithSharedLedger`."""
        from pos.stores.redis.simulated_ledger import SharedLedger

        return SharedLedger(self.address, self.options)

    def queued_orders(self) -> QueuedOrders:
        """See `QueuedShop`."""
        from pos.stores.redis.queued_orders import ServerQueuedOrders

        return ServerQueuedOrders(self.address, self.options)

    def lanes(self) -> Sequence[LaneStatus]:
        """See `ManyTills`."""
        from pos.stores.redis.lanes import read_lanes

        return self._asked(lambda client, keys: read_lanes(client, keys))

    def review(self) -> Sequence[ReviewEntry]:
        """See `ManyTills`."""
        from pos.stores.redis.lanes import read_review

        return self._asked(lambda client, keys: read_review(client, keys))

    def done_with(self, entry_id: str) -> bool:
        """See `ManyTills`."""
        from pos.stores.redis.lanes import take_off

        return self._asked(lambda client, keys: take_off(client, keys, entry_id))

    def events(self) -> ServerEvents:
        """See `PublishingShop`."""
        from pos.stores.redis.published import ServerEvents

        return ServerEvents(self.address, self.options)

    def take_over(self, by: str, *, force: bool) -> TakenOver:
        """See `ManyTills`."""
        from pos.stores.redis.taking_over import take_over

        return take_over(self, by, force=force)

    @property
    def shop(self) -> str:
        """See `QueuedShop`."""
        return self.address.shop

    def job_queue(self, address: str) -> JobQueue:
        """See `QueuedShop`. The user and the password are those of the shop's server, where an address names none."""
        from pos.stores.redis.queue_stream import StreamQueue, queue_address

        return StreamQueue(queue_address(address, self.address), self.options)

    def _missing(self) -> Message:
        """Why there is no shop to be read on the server, in a sentence; nothing if there is. Raises as `_reached`."""
        found = self._reached()
        if isinstance(found, Message):
            return found
        found.close()
        return NOTHING

    def _reached(self) -> Client | Message:
        """A connection to the server; or why there is no shop to be read, in a sentence.

        Raises TillError `server_away`.
        """
        from pos.stores.redis.reader import reach

        try:
            with asking(self.address.name):
                return reach(self.address, self.options, "reads")
        except NoShop:
            return lazy("No shop {shop} is on the server: load it there with `pos prewarm`.", shop=self.address.shop)
        except Refused as error:
            return error.reason

    def _asked(self, question: Callable[[Client, Keys], Answer]) -> Answer:
        """What a question to the server is answered. Raises TillError `server_away`."""
        from pos.stores.redis.client import Client

        client = Client(self.address, self.options, name="lanes")
        try:
            with asking(client.place):
                return question(client, Keys(self.address.shop))
        finally:
            client.close()
