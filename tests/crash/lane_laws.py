"""The laws of a shop on a server, once every till has come to its end: over the server, each journal and the bank."""

from __future__ import annotations

import json
from collections import Counter as Tally
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import redis

from pos.domain.reservations import Order
from pos.payments.ledger import Ledger
from pos.stores import codec
from pos.stores.embedded.read_only import read_folder
from pos.stores.reader import StoreReader
from tests.crash.invariants import Books, breaches, breaches_at_rest


@dataclass(frozen=True, slots=True)
class ShopOnServer:
    """A shop: at its server, and in the journals of its tills."""

    client: redis.Redis
    name: str
    journals: Sequence[Path]
    ledgers: Sequence[Path]
    stock: Mapping[str, int]
    uses: Mapping[str, int | None]

    def breaches(self, told: Sequence[str], *, oversold: bool) -> list[str]:
        """Every breach of a law; `told` is what the tills acknowledged. `oversold`: they may have, without a server."""
        stores = [read_folder(journal) for journal in self.journals]
        orders = [order for store in stores for order in store.orders()]
        open_ones = [held for store in stores for held in store.open_reservations()]
        counts = {kind: _integers(self._hash(kind)) for kind in ("on_hand", "held")}
        counters = {
            name: (counts["on_hand"].get(name, 0), counts["held"].get(name, 0))
            for name in chain(counts["on_hand"], counts["held"])
        }
        charges = tuple(charge for ledger in self.ledgers for charge in Ledger(ledger).charges())
        aside = tuple(fields[b"ticket"].decode() for fields in self._carts() if b"ticket" in fields)
        books = Books(
            tuple(orders), tuple(open_ones), counters, (), charges, aside, oversold=oversold, stock=self.stock,
            uses=self.uses,
        )  # fmt: skip
        return [
            *breaches(books, told), *breaches_at_rest(books), *self._delivered(stores), *self._published(orders),
            *self._told(orders), *self._at_rest(),
        ]  # fmt: skip

    def _delivered(self, stores: Sequence[StoreReader]) -> Iterator[str]:
        for journal, store in zip(self.journals, stores, strict=True):
            yield from (f"{journal.name} holds {name} without the server" for name in store.keys("offline_holds"))

    def _published(self, orders: Sequence[Order]) -> Iterator[str]:
        """Each order of a till is at the server once, as the till has it; and no other one."""
        there: Any = self.client.zrange(self._key("orders"), 0, -1)
        names = sorted(name.decode() for name in there)
        own = sorted(order.id for order in orders)
        yield from (f"order {name} is not at the server" for name in own if name not in names)
        yield from (f"order {name} of no till is at the server" for name in names if name not in own)
        for order in orders:
            text: Any = self.client.get(self._key("order", order.id))
            if text is not None and json.loads(text) != json.loads(codec.body(order)):
                yield f"order {order.receipt} stands otherwise at the server"
            named: Any = self.client.get(self._key("receipt", order.receipt))
            if named != order.id.encode():
                yield f"receipt {order.receipt} is {named} at the server, {order.id} at its till"

    def _told(self, orders: Sequence[Order]) -> Iterator[str]:
        """Each order of a till is an event once, also at a server that was set back, and what they moved adds up."""
        entries: Any = self.client.xrange(self._key("events"))
        fields = [said for _id, said in entries]
        tally = Tally(said[b"order"].decode() for said in fields if b"order" in said)
        for name in sorted({order.id for order in orders} | tally.keys()):
            if tally[name] != 1:
                yield f"order {name} is told {tally[name]} times"
        moved: Tally[str] = Tally()
        for said in fields:
            moved.update(json.loads(said[b"moves"]))
        on_hand, first = _integers(self._hash("on_hand")), {f"stock:{sku}": units for sku, units in self.stock.items()}
        for name in sorted(on_hand.keys() | moved.keys()):
            if on_hand.get(name, 0) != first.get(name, 0) + moved[name]:
                yield f"{name}: {on_hand.get(name, 0)} on hand, {moved[name]:+d} told of {first.get(name, 0)}"

    def _at_rest(self) -> Iterator[str]:
        """Nothing is open."""
        for pattern in ("reservation:*", "open:*", "deadlines", "owned:*"):
            found: Any = self.client.keys(self._key(pattern))
            yield from (f"{key.decode()} is there still" for key in found)

    def _carts(self) -> Iterator[dict[bytes, bytes]]:
        found: Any = self.client.keys(self._key("cart:*"))
        for key in found:
            fields: Any = self.client.hgetall(key)
            yield fields

    def _hash(self, key: str) -> dict[bytes, bytes]:
        found: Any = self.client.hgetall(self._key(key))
        return dict(found)

    def _key(self, *parts: str) -> str:
        return f"{{{self.name}}}:{':'.join(parts)}"


def _integers(fields: dict[bytes, bytes]) -> dict[str, int]:
    return {name.decode(): int(value) for name, value in fields.items()}
