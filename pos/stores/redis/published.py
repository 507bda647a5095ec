"""Reading what the server has published of a shop: orders, what was given back, corrected stock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.reservations import Order
from pos.domain.shop_events import Place, ShopEvent, Told
from pos.stores import codec
from pos.stores.records import FAULTS, order_of, written_order
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import NoShop, Refused, ServerAway
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.resp import fields_of, stream_id, text_of
from pos.stores.redis.standing import asking

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

MOST: Final = 100
"""So many events are read at once."""
BEGINNING: Final = "0-0"
"""Before every event's id."""
T = TypeVar("T")


class ServerEvents:
    """Implements `ShopEvents`. A connection that failed is opened again when something is asked next."""

    def __init__(self, address: ServerAddress, options: ServerOptions) -> None:
        """For the shop at an address. Raises TillError `server_away`, `store_unusable` if no shop is there."""
        self._address = address
        self._options = options
        self._keys = Keys(address.shop)
        self._client: Client | None = None
        self._asked(lambda client: None)

    def beginning(self) -> Place:
        """See the port."""
        stream, _found = self._asked(lambda client: self._stream(client, BEGINNING))
        return Place(BEGINNING, stream.gone)

    def end(self) -> Place:
        """See the port."""
        stream, _found = self._asked(lambda client: self._stream(client, BEGINNING))
        return Place(stream.last, stream.added)

    def place_of(self, name: str) -> Place | None:
        """See the port."""
        found = self._asked(lambda client: client.ask("HGET", self._keys.events_read, name))
        if found is None:
            return None
        words, _space, count = text_of(found).partition(" ")
        try:
            stream_id(words)
        except ValueError:
            text = lazy("What the server keeps under {key} is no place in the events.", key=self._keys.events_read)
            raise TillError("store_unusable", text) from None
        return Place(words, int(count) if count.isdecimal() else None)

    def keep(self, name: str, place: Place) -> None:
        """See the port."""
        said = place.id if place.count is None else f"{place.id} {place.count}"
        self._asked(lambda client: client.ask("HSET", self._keys.events_read, name, said))

    def read(self, after: Place, seconds: float) -> Told:
        """See the port."""
        return self._asked(lambda client: self._read(client, after, seconds))

    def close(self) -> None:
        """See the port."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _read(self, client: Client, after: Place, seconds: float) -> Told:
        told = self._told(client, after)
        if told.end == after and seconds > 0:
            wait = max(1, round(seconds * 1000))
            client.wait_for("XREAD", "BLOCK", wait, "STREAMS", self._keys.events, after.id, seconds=seconds)
            told = self._told(client, after)
        return told

    def _told(self, client: Client, after: Place) -> Told:
        stream, found = self._stream(client, after.id)
        if stream_id(after.id) > stream_id(stream.last):
            return Told((), Place(stream.last, stream.added), set_back=True)
        if not found:
            return Told((), after)
        first = stream.count_of_first(found, after)
        places = [Place(name, None if first is None else first + n) for n, (name, _fields) in enumerate(found)]
        documents = self._documents(client, [fields.get("order", "") for _name, fields in found])
        events, unreadable = [], []
        for place, (name, fields) in zip(places, found, strict=True):
            try:
                events.append((event_of(name, fields, documents.get(fields.get("order", ""))), place))
            except FAULTS:
                unreadable.append(name)
        return Told(events, places[-1], stream.lost(after), unreadable)

    def _stream(self, client: Client, after: str) -> tuple[_Stream, list[tuple[str, dict[str, str]]]]:
        """How the stream is, and what in it comes after an id, both at one moment."""
        key = self._keys.events
        said = ("XINFO", "STREAM", key), ("XRANGE", key, f"({after}", "+", "COUNT", MOST)
        info, found = client.ask_each([("MULTI",), *said, ("EXEC",)])[-1]
        if isinstance(found, Exception):
            raise ServerAway(lazy("what the server keeps under {key} is not a shop's", key=key))
        stream = _Stream() if isinstance(info, Exception) else _Stream.of(info)
        return stream, [(text_of(name), fields_of(fields)) for name, fields in found]

    def _documents(self, client: Client, orders: Sequence[str]) -> dict[str, Order | None]:
        """The orders with these ids that the server still has, and that can be read."""
        names = [name for name in dict.fromkeys(orders) if name]
        texts = client.ask("MGET", *map(self._keys.order, names)) if names else []
        return {name: _order(name, text) for name, text in zip(names, texts, strict=True) if text is not None}

    def _asked(self, question: Callable[[Client], T]) -> T:
        with asking(self._address.name):
            try:
                if self._client is None:
                    self._client = self._reached()
                return question(self._client)
            except ServerAway:
                self.close()
                raise

    def _reached(self) -> Client:
        from pos.stores.redis.reader import reach

        try:
            return reach(self._address, self._options, "events")
        except NoShop:
            text = lazy(
                "There is no shop {shop} on the server. Load it there with `pos prewarm`.", shop=self._keys.shop
            )
            raise TillError("store_unusable", text) from None
        except Refused as error:
            raise TillError("store_unusable", error.reason) from None


class _Stream:
    """How the stream is: its first and last entry, how many were ever added, and how many of them are gone."""

    def __init__(self, first: str = BEGINNING, last: str = BEGINNING, added: int = 0, length: int = 0) -> None:
        self.first, self.last, self.added, self.length = first, last, added, length

    @classmethod
    def of(cls, info: Sequence[Any]) -> _Stream:
        """By what the server says of it."""
        said = {text_of(info[at]): info[at + 1] for at in range(0, len(info) - 1, 2)}
        last, first = text_of(said["last-generated-id"]), said["first-entry"]
        return cls(last if first is None else text_of(first[0]), last, int(said["entries-added"]), int(said["length"]))

    @property
    def gone(self) -> int:
        """How many are not there any more."""
        return max(0, self.added - self.length)

    def lost(self, after: Place) -> int | None:
        """How many are gone that come after a place; None if nobody knows how many, or whether."""
        if not self.gone or stream_id(after.id) >= stream_id(self.first):
            return 0
        if after.count is None:
            return self.gone if after.id == BEGINNING else None
        return max(0, self.gone - after.count)

    def count_of_first(self, found: Sequence[object], after: Place) -> int | None:
        """How many were added up to the first of what comes after a place; None if nobody knows."""
        if len(found) < MOST:
            return self.added - len(found) + 1
        if stream_id(after.id) < stream_id(self.first):
            return self.gone + 1
        return None if after.count is None else after.count + 1


def event_of(name: str, fields: Mapping[str, str], document: Order | None) -> ShopEvent:
    """An event from its entry in the stream. Raises ValueError, TypeError, LookupError for what is none."""
    at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(fields["at"]))
    named = {field: fields.get(field) for field in ("order", "receipt", "refunds")}
    said = {"id": name, "type": fields["type"], "at": at, "lane": fields["lane"], "document": document}
    return ShopEvent.model_validate({**said, **named, "moves": json.loads(fields["moves"])})


def _order(name: str, text: bytes) -> Order | None:
    try:
        return written_order(codec.keyed(name, text)) or order_of(codec.decode(text))
    except FAULTS:
        return None
