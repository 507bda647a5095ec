"""What the link needs of a till: its own journal, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from pos.domain.ports import Document
from pos.stores.redis.counts import Count, StreamId
from pos.stores.redis.delivery import Call, Identity
from pos.stores.redis.loading import CartOnServer, Key, Loaded
from pos.stores.redis.outbox import Outbox

if TYPE_CHECKING:
    from pos.stores.redis.client import Client


class Copy(Protocol):
    """The till's own journal, with its copy of what is shared, see `LaneJournal`."""

    @property
    def position(self) -> StreamId:
        """The last change whose record is in it."""
        ...

    @property
    def outbox(self) -> Outbox:
        """What is to be delivered."""
        ...

    def begin(self, said: Loaded | None, counts: Mapping[str, Count], at: StreamId, delivered: int) -> None:
        """Take over what the server has."""
        ...

    def heard(self, records: Mapping[Key, Any], carts: Mapping[Key, CartOnServer], at: StreamId) -> None:
        """Take over how records stand."""
        ...

    def compared(self, catalog: Mapping[str, Mapping[str, Document]]) -> None:
        """Take over the whole catalog as it stands."""
        ...

    def counted(self, at: StreamId, counts: list[tuple[str, int, int]], delivered: int | None) -> None:
        """Take over how counters stand."""
        ...

    def linked(self) -> None:
        """The state of the link has changed."""
        ...


class Party(Protocol):
    """What the till says, see `Session`."""

    @property
    def delivered_there(self) -> int:
        """The last entry that the server had when it was greeted."""
        ...

    def hello(self) -> Call:
        """How the till presents itself."""
        ...

    def registered(self, answer: list[Any]) -> None:
        """What it was answered. Raises Refused, NoShop."""
        ...

    def identity(self) -> Identity:
        """Who the till is, from then on."""
        ...

    def deliveries(self) -> list[tuple[int, Call]]:
        """What is to be delivered next, each with its number."""
        ...

    def delivered(self, number: int, answer: list[Any]) -> bool:
        """What the server said to an entry; False: nothing behind it can be delivered now. Raises ServerAway."""
        ...

    def begun(self, client: Client) -> None:
        """Do what is done once the server was greeted, before anything is delivered."""
        ...

    def at_rest(self, client: Client) -> None:
        """Do what is done now and then: give back what broken steps left."""
        ...

    def hand_in(self, client: Client) -> None:
        """Deliver late what a till sold that may not use its lane any more. Raises ServerAway."""
        ...

    def says(self) -> dict[str, str | int]:
        """How the till is, for the others."""
        ...
