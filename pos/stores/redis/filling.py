"""Filling a shop on a server: the catalog and the counters, before it opens."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Final, TypeVar

from pos.domain.ports import Document
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.keys import FORMAT, Keys
from pos.stores.redis.options import ServerOptions

T = TypeVar("T")
PIECE: Final = 1000
"""So many records are written at once."""


def fill(
    address: ServerAddress,
    options: ServerOptions,
    tables: Mapping[str, Mapping[str, Document]],
    counters: Mapping[str, int],
) -> None:
    """Put records and what is on hand where no shop is. The shop is there once all of it is. Raises ServerAway."""
    from pos.stores.redis.client import Client

    keys, client = Keys(address.shop), Client(address, options, name="fills")
    try:
        for kind, records in tables.items():
            for some in _pieces(list(records.items())):
                fields = [part for key, record in some for part in (key, json.dumps(record))]
                client.ask("HSET", keys(kind), *fields)
            for places in _pieces(list(enumerate(records, 1))):
                client.ask("ZADD", keys.order_of(kind), *(part for pair in places for part in pair))
        for counts in _pieces(list(counters.items())):
            client.ask("HSET", keys.on_hand, *(part for pair in counts for part in pair))
        client.ask("HSET", keys.meta, "format", FORMAT, "shop_id", token_hex(8))
    finally:
        client.close()


def _pieces(items: list[T]) -> Iterator[list[T]]:
    return (items[place : place + PIECE] for place in range(0, len(items), PIECE))
