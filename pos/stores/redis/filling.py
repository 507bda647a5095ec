"""The catalog of a shop on a server for whoever is no till: filled before the doors open, and changed while tills sell.

It has no lane and no journal. Each piece is one step of the server's, made only if nobody else was there first.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar

from pos.domain.errors import TillError
from pos.domain.ports import Document, Records
from pos.domain.progress import Progress, Tell, silent
from pos.stores.catalog_changes import Change, Rows, changes_between, counter_of, in_order
from pos.stores.memory import MemoryStore
from pos.stores.operations import COUNTERS
from pos.stores.redis import loading
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.answers import refusal
from pos.stores.redis.away import newer
from pos.stores.redis.carts import cart_id, to_fields
from pos.stores.redis.counts import Count
from pos.stores.redis.delivery import DAY
from pos.stores.redis.keys import FORMAT, KINDS, Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.resp import pieces
from pos.stores.redis.standing import asking
from pos.stores.tables import Table, Tables

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

PIECE: Final = 1000
"""So many records are written in one step, and told to the tills one by one."""
PATIENCE: Final = 30.0
"""Seconds in which the server answers one piece."""
LOADING: Final = "loading"
"""The field of `meta` that is there while a shop is changed in several steps, of which its tills know none yet."""
T = TypeVar("T")


class ShopOnServer:
    """What all tills of a shop share on a server, as it was read last. Implements `SharedShop`.

    Methods raise TillError `server_away` with the reason.
    """

    def __init__(self, address: ServerAddress, options: ServerOptions) -> None:
        """Nothing is asked yet."""
        from pos.stores.redis.client import Client

        self.name = address.name
        self._keys = Keys(address.shop)
        self._options = options
        self._client: Client = Client(address, options, timeout=max(options.timeout, PATIENCE), name="office")
        self.there = False
        """Whether a shop is there: tills may have it open."""
        self.unfinished = False
        """Whether it was being changed, and that was broken off."""
        self.records: Mapping[str, Mapping[str, Document]] = {}
        self.counts: Mapping[str, Count] = {}
        self._copy: MemoryStore | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def read(self) -> None:
        """Read what is there. Raises TillError `store_unusable` for a shop of a newer version."""
        with asking(self._client.place):
            known = self._client.ask("HMGET", self._keys.meta, "format", LOADING)
            if known[0] is not None and (told := newer(known[0])):
                raise TillError("store_unusable", told)
            self.there, self.unfinished = known[0] is not None, known[1] is not None
            self._copy = None
            self.records = loading.all_records(self._client, self._keys)
            self.counts = loading.all_counts(self._client, self._keys)

    def store(self) -> MemoryStore:
        """What was read, as a store in memory, whose changes go to the server."""
        self._copy = self._copy or _Copy(self)
        return self._copy

    def change(self, changes: Iterable[Change], tell: Tell = silent) -> bool:
        """Make changes, and let the tills know; False if somebody else was there first, who may have left some undone.

        Up to `PIECE` of them are one step. More are made in pieces, in an order in which each leaves the catalog whole,
        and the tills hear of them at the end. What is as it is to be already stays, and its counter.
        """
        wanted = in_order(changes)
        with asking(self._client.place):
            if not self.there:
                return self._in_pieces(wanted, "none", tell)
            if len(wanted) <= PIECE:
                return self._made(wanted, "each")
            self._client.ask("HSET", self._keys.meta, LOADING, 1)
            self.unfinished = True
            return self._in_pieces(wanted, "counts", tell)

    def change_at_once(self, changes: Iterable[Change]) -> bool:
        """Make changes in one step, however many, and let the tills know; False, and none is made, as with `change`."""
        wanted = in_order(changes)
        with asking(self._client.place):
            return self._made(wanted, "each" if len(wanted) <= PIECE else "all")

    def bring(
        self, counters: Mapping[str, int], carts: Mapping[tuple[str, str], Document], series: Mapping[str, int]
    ) -> None:
        """Bring from another store what is there once: counters of no record, carts, each lane's series of receipts.

        What is there already stays. A lane begins a series after the one that it is given.
        """
        keys, kept = self._keys, self._options.cart_days * DAY
        with asking(self._client.place):
            commands: list[tuple[str | int, ...]] = [
                ("HSETNX", keys.on_hand, name, amount) for name, amount in counters.items()
            ]
            commands += [("HSETNX", keys.lane(lane), "fence", number) for lane, number in series.items()]
            for some in pieces(commands, PIECE):
                self._client.ask_each(some)
            for (table, key), record in carts.items():
                cart = cart_id(table, key)
                fields = [part for pair in to_fields(table, key, record).items() for part in pair]
                answer = self._client.call(
                    "bring", (keys.cart(cart), keys.carts, keys.changes), (cart, kept, table, key, *fields)
                )
                if answer[0] not in (b"ok", b"other"):
                    raise refusal(answer)

    def finish(self) -> None:
        """Say that all is there: tills find the shop from now on, or hear that it was changed."""
        keys = self._keys
        with asking(self._client.place):
            if not self.there:
                # From here on a till that comes again reads what has changed, and no longer all of it.
                self._client.ask("XADD", keys.changes, "*", "t", "shop", "k", "shop")
                said = ("format", FORMAT, "shop_id", token_hex(8), "created", round(time.time()))
                self._client.ask("HSET", keys.meta, *said)
            elif self.unfinished:
                self._client.ask("XADD", keys.changes, "*", "t", "*")
                self._client.ask("HDEL", keys.meta, LOADING)
            self.there, self.unfinished = True, False

    def _in_pieces(self, wanted: Sequence[Change], told: str, tell: Tell) -> bool:
        for number, some in enumerate(pieces(wanted, PIECE)):
            tell(Progress("writing", number * PIECE, len(wanted)))
            if not self._made(some, told):
                return False
        return True

    def _made(self, changes: Sequence[Change], told: str) -> bool:
        keys = self._keys
        hashes = [key for kind in KINDS for key in (keys(kind), keys.order_of(kind))]
        args: list[str | int] = [told]
        for each in changes:
            moved = ("", 0) if each.move is None else (each.counter, each.move)
            args += (KINDS.index(each.table) + 1, each.key, _text(each.before), _text(each.after), *moved)
        answer = self._client.call("load", (keys.changes, keys.on_hand, keys.held, keys.events, *hashes), args)
        if answer[0] == b"changed":
            return False
        if answer[0] != b"ok":
            raise refusal(answer)
        return True


class _Copy(MemoryStore):
    """A copy of what all tills of a shop share, whose changes go to the server first."""

    def __init__(self, shop: ShopOnServer) -> None:
        counters = {name: {"on_hand": on_hand, "held": held} for name, (on_hand, held) in shop.counts.items()}
        tables = {name: Table.of(records) for name, records in shop.records.items()}
        super().__init__(Tables({**tables, COUNTERS: Table.of(counters)}))
        self._shop = shop

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """See the port: in one step, by as much as each counter moves. Raises TillError `server_away`."""
        counters = {key: document or {} for (table, key), document in records.items() if table == COUNTERS}
        changes = []
        for (table, key), document in records.items():
            if table != COUNTERS:
                counter = counters.pop(counter_of(table, key), None)
                move = None if counter is None else counter["on_hand"] - self.count(counter_of(table, key))[0]
                changes.append(Change(table, key, self.get(table, key), document, move))
        if counters:
            raise ValueError(f"these counters move without a record: {', '.join(counters)}")
        return self._shop.change_at_once(changes) and super().write(records, expect=expect)


def fill(address: ServerAddress, options: ServerOptions, tables: Rows, counters: Mapping[str, int]) -> None:
    """Put a catalog and what is on hand where no shop is; it is there once all of it is. Raises TillError."""
    with ShopOnServer(address, options) as shop:
        shop.read()
        on_hand = {name: count[0] for name, count in shop.counts.items()}
        shop.change(changes_between(shop.records, tables, on_hand, counters))
        named = {counter_of(table, key) for table, records in tables.items() for key in records}
        shop.bring({name: amount for name, amount in counters.items() if name not in named}, {}, {})
        shop.finish()


def _text(document: Document | None) -> str:
    return "" if document is None else json.dumps(document)
