"""A shop on a server, as one till of it has it: with the journal of its lane on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from pos.domain.errors import TillError
from pos.domain.message import joined, lazy
from pos.stores.embedded.layout import LEDGER, is_store, require_store
from pos.stores.redis.address import server_address
from pos.stores.redis.away import ServerAway
from pos.stores.redis.folders import lane_folder
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pos.domain.lane_status import LaneStatus, ReviewEntry
    from pos.domain.ports import Store
    from pos.stores.health_report import HealthCheck
    from pos.stores.reader import StoreReader
    from pos.stores.redis.client import Client
    from pos.stores.redis.filling import ShopOnServer

Answer = TypeVar("Answer")


class ServerLocation:
    """Implements `StoreLocation` and `ManyTills` for `redis://HOST:PORT/DB?shop=NAME`.

    What is read without opening it is what this machine's journal of the lane has. Raises ValueError, with a message
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
        """Whether the lane has a journal on this machine."""
        return is_store(self.folder)

    def require(self) -> None:
        """See the port."""
        require_store(self.folder)

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
        """See the port."""
        from pos.stores.embedded.read_only import read_folder

        require_store(self.folder)
        return read_folder(self.folder)

    def examine(self) -> Sequence[HealthCheck]:
        """See the port."""
        self._refuse()

    def repair(self) -> Sequence[str]:
        """See the port."""
        self._refuse()

    def back_up(self, file: Path, *, now: datetime, force: bool) -> NoReturn:
        """See the port."""
        self._refuse()

    def restore(self, file: Path) -> NoReturn:
        """See the port."""
        self._refuse()

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

    def _asked(self, question: Callable[[Client, Keys], Answer]) -> Answer:
        """What a question to the server is answered. Raises TillError `server_away`."""
        from pos.stores.redis.client import Client
        from pos.stores.redis.link import FAULTS

        client = Client(self.address, self.options, name="lanes")
        try:
            return question(client, Keys(self.address.shop))
        except ServerAway as error:
            raise TillError("server_away", joined((error.reason, "."), by="")) from None
        except FAULTS:
            text = lazy("What the server at {place} answers is not understood.", place=client.place)
            raise TillError("server_away", text) from None
        finally:
            client.close()

    def _refuse(self) -> NoReturn:
        text = lazy("{place} is on a server: this is done on the server, or with a folder's store.", place=self.name)
        raise TillError("store_unusable", text)
