"""Reading a shop on its server, beside its tills: what is asked of it comes in pieces, when it is reached."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from pos.domain.ports import Document
from pos.domain.reservations import Order
from pos.stores import codec, operations
from pos.stores.closed_days import ClosedDays
from pos.stores.reader import StoreReader
from pos.stores.redis import loading
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import Moved, NoShop, Refused, newer
from pos.stores.redis.client import Client
from pos.stores.redis.keys import KINDS, Keys
from pos.stores.redis.loading import Asked
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.resp import text_of
from pos.stores.redis.standing import asking
from pos.stores.tables import Ids, Rows, Table, Tables

PIECE: Final = 200
"""So many orders are asked for at once."""


def reach(address: ServerAddress, options: ServerOptions, name: str) -> Client:
    """A connection to the server that has the shop. Raises ServerAway, NoShop, Refused for a newer format."""
    client, keys = Client(address, options, name=name), Keys(address.shop)
    try:
        (version,) = client.ask("HMGET", keys.meta, "format")
    except Moved as error:
        client = Client(replace(address, host=error.host, port=error.port), options, name=name)
        (version,) = client.ask("HMGET", keys.meta, "format")
    if version is None:
        client.close()
        raise NoShop
    if told := newer(version):
        client.close()
        raise Refused(told)
    return client


class ServerReader(StoreReader):
    """Reads the catalog, the counters, the open tickets and the orders of all lanes; days are closed at the tills.

    Methods raise TillError `server_away`, `store_damaged`.
    """

    def __init__(self, client: Client, keys: Keys) -> None:
        """By a connection that only this uses, to a server that has the shop."""
        self._client = client
        self._keys = keys
        loads: dict[str, Callable[[], Mapping[str, Document]]] = {
            **{kind: partial(loading.records_of, client, keys, kind) for kind in KINDS},
            operations.COUNTERS: self._counters,
            operations.RESERVATIONS: self._reservations,
        }
        tables = {name: Table(partial(self._rows, load)) for name, load in loads.items()}
        super().__init__(Tables(tables), ClosedDays())

    def order(self, order_id_or_receipt: str) -> Order | None:
        """See the port."""
        keys, wanted = self._keys, order_id_or_receipt
        with asking(self._client.place):
            found = self._client.ask("GET", keys.receipt(wanted))
            name = wanted if found is None else text_of(found)
            text = self._client.ask("GET", keys.order(name))
        return None if text is None else self._order(name, codec.keyed(name, text))

    def orders(self, day: str | None = None) -> Iterator[Order]:
        """See the port: those of all lanes, as the server heard of them."""
        if day is not None:
            raise LookupError(f"no closed day {day}")
        return self._sold()

    def recent_orders(self, limit: int) -> tuple[Order, ...]:
        """See the port."""
        with asking(self._client.place):
            found = self._client.ask("ZREVRANGE", self._keys.orders, 0, limit - 1) if limit > 0 else []
        return tuple(self._read([text_of(name) for name in found]))

    def open_day(self) -> Iterator[Order]:
        """All orders: what a till has closed stays on the server."""
        return self.orders()

    def open_day_about(self, day: str) -> Iterator[Order]:
        """See `StoreReader`."""
        with suppress(ValueError, OverflowError):
            midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
            # In no zone does a day begin earlier. None comes before it is sold; one that was sold offline comes later.
            return self._sold(str(round((midnight - timedelta(days=1)).timestamp() * 1000)))
        return iter(())

    def orders_in_hand(self) -> Iterator[Order]:
        """All of them."""
        return self.orders()

    def sold_at(self) -> Iterator[datetime]:
        """See the port."""
        return (order.at for order in self.orders())

    def last_sold_at(self) -> datetime | None:
        """See the port."""
        return next((order.at for order in self.recent_orders(1)), None)

    def count_orders(self) -> int:
        """How many there are, of which the oldest may just be going."""
        with asking(self._client.place):
            return int(self._client.ask("ZCARD", self._keys.orders))

    def _rows(self, load: Callable[[], Mapping[str, Document]]) -> tuple[Rows, Ids]:
        with asking(self._client.place):
            table = Table.of(load())
        return table.rows, table.ids

    def _counters(self) -> Mapping[str, Document]:
        counts = loading.all_counts(self._client, self._keys)
        return {name: {"on_hand": on_hand, "held": held} for name, (on_hand, held) in counts.items()}

    def _reservations(self) -> Mapping[str, Document]:
        found: dict[str, Document] = {}
        for _lane, names in loading.open_reservations(self._client, self._keys):
            questions = [("HGET", self._keys.reservation(name), "document") for name in names]
            texts = self._client.ask_each(questions)
            found |= {name: json.loads(text) for name, text in zip(names, texts, strict=True) if text is not None}
        return found

    def _sold(self, since: str = "-inf") -> Iterator[Order]:
        with asking(self._client.place):
            for names in order_ids(self._client, self._keys, since):
                yield from self._read(names)

    def _read(self, names: list[str]) -> Iterator[Order]:
        """The orders with these ids that are there still."""
        if not names:
            return
        with asking(self._client.place):
            texts = self._client.ask("MGET", *map(self._keys.order, names))
        for name, text in zip(names, texts, strict=True):
            if text is not None:
                yield self._order(name, codec.keyed(name, text))


def order_ids(client: Asked, keys: Keys, since: str = "-inf") -> Iterator[list[str]]:
    """The ids of the orders that the server has heard of since a moment in milliseconds, in pieces; each once.

    Raises ServerAway.
    """
    here: set[str] = set()
    while True:
        some = client.ask("ZRANGEBYSCORE", keys.orders, since, "+inf", "WITHSCORES", "LIMIT", 0, PIECE + len(here))
        found = [(text_of(some[at]), some[at + 1]) for at in range(0, len(some) - 1, 2)]
        new = [name for name, _score in found if name not in here]
        if not new:
            return
        yield new
        last = found[-1][1]
        here = {name for name, score in found if score == last}
        since = last.decode()
