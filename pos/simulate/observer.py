"""Looking at the server of a simulation while it runs, as somebody beside it would."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, NamedTuple

from pos.domain.counters import stock_counter
from pos.simulate.shop import NAME, SimulatedShop
from pos.stores.redis import loading
from pos.stores.redis.address import server_address
from pos.stores.redis.away import ServerAway
from pos.stores.redis.client import Client
from pos.stores.redis.keys import Keys
from pos.stores.redis.resp import fields_of, text_of

PIECE: Final = 2000
"""So many answers are read at once."""


class Answer(NamedTuple):
    """What became of a request: its order's id, how it ended, and when, in seconds since 1970 by the server's clock."""

    order: str
    state: str
    at: float


class Observer:
    """Reads what is on the server; whoever asks while it is away gets what was read last. For one thread."""

    def __init__(self, shop: SimulatedShop) -> None:
        """Nothing is asked yet."""
        self._client = Client(server_address(shop.url), shop.options, name="observer")
        self._keys = Keys(NAME)
        self._goods = [stock_counter(sku) for sku in shop.goods]
        self._heard_to = b"0"
        self._stock = (sum(shop.goods.values()), 0)
        self._pending = 0

    def stock(self) -> tuple[int, int]:
        """How much is on hand of all that is sold, and how much of it is held."""
        with suppress(ServerAway):
            on_hand, held = self._client.ask_each(
                [("HMGET", key, *self._goods) for key in (self._keys.on_hand, self._keys.held)]
            )
            self._stock = sum(int(each or 0) for each in on_hand), sum(int(each or 0) for each in held)
        return self._stock

    def lanes(self) -> frozenset[str]:
        """The lanes that were ever opened."""
        with suppress(ServerAway):
            return frozenset(text_of(each) for each in self._client.ask("SMEMBERS", self._keys.lanes))
        return frozenset()

    def pending(self) -> int:
        """How many requests are registered and not over."""
        with suppress(ServerAway):
            self._pending = int(self._client.ask("ZCARD", self._keys("queued")))
        return self._pending

    def answers(self, name: str) -> list[Answer]:
        """What became of requests since this was asked last, of those that asked for an answer by this name."""
        found: list[Answer] = []
        with suppress(ServerAway):
            while True:
                said = self._client.ask("XREAD", "COUNT", PIECE, "STREAMS", self._keys("answers", name), self._heard_to)
                entries = said[0][1] if said else []
                for entry, words in entries:
                    fields = fields_of(words)
                    at = int(text_of(entry).partition("-")[0]) / 1000
                    found.append(Answer(fields["order"], fields["state"], at))
                    self._heard_to = entry
                if len(entries) < PIECE:
                    break
        return found

    def counts(self) -> dict[str, tuple[int, int]]:
        """What is on hand and held of each counter. Raises TillError `server_away`."""
        from pos.stores.redis.standing import asking

        with asking(self._client.place):
            return {name: (each[0], each[1]) for name, each in loading.all_counts(self._client, self._keys).items()}

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()
