"""What the server is asked and told, as calls of its functions: keys, and arguments in their order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from pos.domain.reservations import HOLD_FOR, Order, Reservation
from pos.stores import codec
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.outbox import Claims, Entry

Call = tuple[str, Sequence[str], Sequence[str | bytes | int]]
DAY: Final = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a till is on the server: its lane, the ids of its journal and of this run, and its fencing number."""

    lane: str
    journal: str
    run: str
    fence: int

    @property
    def args(self) -> tuple[str, str, int]:
        """As every function is told it first."""
        return self.lane, self.run, self.fence


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one shop."""

    keys: Keys
    options: ServerOptions

    def claim(self, who: Identity, reservation: Reservation, claims: Claims) -> Call:
        """Take hold of claims: what is `held` for as long as it says, all else without end."""
        keys, hold = self.keys, 0
        if reservation.state == "held":
            until = reservation.deadline or reservation.created + HOLD_FOR
            hold = max(1, round((until - reservation.created).total_seconds() * 1000))
        return (
            "claim",
            (
                keys.lane(who.lane),
                keys.reservation(reservation.id),
                keys.ended(reservation.id),
                keys.on_hand,
                keys.held,
                keys.open(who.lane),
                keys.deadlines,
                keys.changes,
            ),
            (
                *who.args,
                reservation.id,
                reservation.order,
                reservation.state,
                hold,
                json.dumps(claims),
                codec.body(reservation),
            ),
        )

    def release(self, who: Identity, reservation_id: str, number: int = 0, state: str = "released") -> Call:
        """Give back what a reservation holds; a number of 0 is no entry's."""
        args = (*who.args, number, reservation_id, state, self._kept)
        return "release", self._of(who, reservation_id), args

    def commit(
        self, who: Identity, entry: Entry, order: Order, number: int | None = None, *, line: bytes | None = None
    ) -> Call:
        """Take what was sold; a `number` of 0 says it late, by its ids alone. `line` is `codec.body` of the order."""
        keys = self.keys
        of_order = keys.order(order.id), keys.receipt(order.receipt), keys.orders, keys.events
        args = (
            *who.args,
            entry.number if number is None else number,
            entry.id,
            order.id,
            json.dumps(entry.claims),
            line or codec.body(order),
            self._kept,
            order.receipt,
            order.refunds or "",
        )
        return "commit", (*self._of(who, entry.id), *of_order), args

    def note(self, who: Identity, entry: Entry, reservation: Reservation | None) -> Call:
        """What is newly known of an open reservation; None if it has ended meanwhile."""
        document = b"" if reservation is None else codec.body(reservation)
        args = (*who.args, entry.number, entry.id, json.dumps(entry.claims), document)
        return "note", self._of(who, entry.id), args

    def expire(self, overdue: Iterable[tuple[str, str]]) -> Call:
        """Give back reservations whose time is over, each with its lane."""
        keys, found = self.keys, list(overdue)
        each = [
            key for name, lane in found for key in (keys.reservation(name), keys.ended(name), keys.open(lane))
        ]  # fmt: skip
        head = keys.deadlines, keys.on_hand, keys.held, keys.changes
        return "expire", (*head, *each), (self._kept, *(name for name, _lane in found))

    def write(self, who: Identity, records: Iterable[tuple[str, str, str, str]]) -> Call:
        """Write records: table, key, what is expected there and what is written, see functions/catalog.lua.

        The call has an id of its own: said again, it writes once.
        """
        keys, found = self.keys, list(records)
        head = keys.lane(who.lane), keys.changes, keys.on_hand, keys.held, keys.events
        each = [key for table, *_ in found for key in (keys(table), keys.order_of(table))]
        return "write", (*head, *each), (*who.args, token_hex(8), *(said for record in found for said in record))

    def take(self, who: Identity, cart_id: str, version: int, table: str, key: str) -> Call:
        """Make a cart this lane's own, if it is still at this version."""
        return "take", self._cart(who, cart_id), (*who.args, cart_id, version, table, key)

    def leave(self, who: Identity, cart_id: str, table: str, key: str) -> Call:
        """Give a cart back that was taken."""
        return "leave", self._cart(who, cart_id), (*who.args, cart_id, self._cart_kept, table, key)

    def put(self, who: Identity, number: int, cart_id: str, table: str, key: str, fields: Mapping[str, str]) -> Call:
        """A cart as the till has left it."""
        args = (*who.args, number, cart_id, self._cart_kept, table, key)
        return "put", self._cart(who, cart_id), (*args, *(part for pair in fields.items() for part in pair))

    def drop(self, who: Identity, number: int, cart_id: str, table: str, key: str) -> Call:
        """A cart is gone that the till has taken up."""
        return "drop", self._cart(who, cart_id), (*who.args, number, cart_id, table, key)

    def printed(self, who: Identity, number: int, receipt: str) -> Call:
        """A receipt was printed."""
        keys = self.keys.lane(who.lane), self.keys.printed(receipt)
        return "printed", keys, (*who.args, number, self._kept)

    def skip(self, who: Identity, number: int) -> Call:
        """Go on with this entry, though some before it are lost."""
        return "skip", (self.keys.lane(who.lane), self.keys.review), (*who.args, number)

    def beat(self, who: Identity, said: dict[str, str | int]) -> Call:
        """Say how the till is."""
        pairs = (part for pair in said.items() for part in pair)
        return "beat", (self.keys.lane(who.lane),), (who.run, who.fence, *pairs)

    def hello(
        self,
        who: Identity,
        *,
        host: str,
        version: str,
        acknowledged: int,
        first: bool,
        forgotten: int = 0,
        shop_id: str = "",
        before: str = "",
        take_over: tuple[str, int] | None = None,
    ) -> Call:
        """Register a lane, for the `first` time in this run or again.

        `before` is the run that had the journal until then. `acknowledged` is the last entry that the shop of this id
        had, `forgotten` the last that can be told no more.
        `take_over` says by whom it is taken from another till, and for how many seconds alone.
        """
        by, lease = take_over or ("", 0)
        taken = int(take_over is not None), by, lease
        told = acknowledged, *taken, who.run, int(first), shop_id, forgotten, before
        args = who.lane, who.journal, host, version, who.fence, *told
        return "hello", (self.keys.lane(who.lane), self.keys.lanes, self.keys.meta, self.keys.changes), args

    @property
    def _kept(self) -> int:
        return self.options.order_days * DAY

    @property
    def _cart_kept(self) -> int:
        return self.options.cart_days * DAY

    def _of(self, who: Identity, reservation_id: str) -> tuple[str, ...]:
        keys = self.keys
        return (
            keys.lane(who.lane),
            keys.reservation(reservation_id),
            keys.ended(reservation_id),
            keys.on_hand,
            keys.held,
            keys.open(who.lane),
            keys.deadlines,
            keys.changes,
            keys.review,
        )

    def _cart(self, who: Identity, cart_id: str) -> tuple[str, ...]:
        keys = self.keys
        return keys.lane(who.lane), keys.cart(cart_id), keys.carts, keys.owned(who.lane), keys.changes
