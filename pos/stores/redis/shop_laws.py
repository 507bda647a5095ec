"""The laws of a shop on its server: what is held, what was sold, and that receipts have no gap, while tills sell.

Nothing is locked. Counters that changed while they were compared are compared again, and left out if they never rest.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from pos.domain.counters import COUNTERS
from pos.domain.i18n import N_, _, plural
from pos.domain.reservations import Order
from pos.stores import codec, invariants, operations
from pos.stores.closed_days import ClosedDays
from pos.stores.health_report import HealthCheck, checked
from pos.stores.invariants import CounterFault, Sums
from pos.stores.reader import StoreReader
from pos.stores.records import FAULTS, order_of, written_order
from pos.stores.redis import loading
from pos.stores.redis.delivery import DAY
from pos.stores.redis.keys import Keys
from pos.stores.redis.loading import Asked
from pos.stores.redis.reader import order_ids
from pos.stores.redis.resp import stream_id, text_of, written_id
from pos.stores.tables import Table, Tables
from pos.stores.view import TablesView

MOST_ORDERS: Final = 200_000
"""So many orders are looked at, the newest."""
MOST_HELD: Final = 100_000
"""So many open tickets are looked at; a shop with 200 tills has some hundred."""
FIRST_SERIES: Final = ("-1", "-Q1")
"""How the first series of a lane's receipts ends, of a till's and of a worker's."""
ROUNDS: Final = 4
"""How often counters are compared that changed meanwhile."""
MANY: Final = 1000
"""So many faults of one kind are kept: five of them are told."""


class ShopLaws:
    """What is read of a shop, and how it agrees. Methods raise ServerAway."""

    def __init__(self, client: Asked, keys: Keys, order_days: int) -> None:
        self._client = client
        self._keys = keys
        self._seconds = order_days * DAY
        self.numbers: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        """The receipt numbers on the server, by lane and series."""
        self._sums = Sums()
        self._faults: list[str] = []
        """Of orders."""
        self._known: set[str] = set()
        self._complete = True
        """Whether every order of the shop is on the server."""
        self._first = "-inf"

    def check(self) -> Iterator[HealthCheck]:
        """Every law."""
        total = int(self._client.ask("ZCARD", self._keys.orders))
        if total > MOST_ORDERS:
            newest = self._client.ask("ZRANGE", self._keys.orders, -MOST_ORDERS, -MOST_ORDERS, "WITHSCORES")
            self._first, self._complete = newest[1].decode(), False
        faults: dict[str, list[CounterFault]] = {}
        strange: list[str] = []
        moving: set[str] = set()
        holding = 0
        for _round in range(ROUNDS):
            begun = loading.last_change(self._client, self._keys)
            store = self._store()
            self._sums = invariants.add_up(store, self._new_orders(), self._sums)
            holding, claimed, strange = self._claimed()
            faults = self._counter_faults(store, claimed)
            moved = self._moved(begun)
            moving = {fault.counter for each in faults.values() for fault in each} & moved
            if not moving:
                break
        yield checked("held", [*strange, *_resting(faults.pop("held"), moving)], invariants.holding(holding))
        seen = _("nothing is below its limit")
        yield checked("floors", _resting(faults.pop("floors"), moving), seen)
        yield self._receipts()
        yield self._orders(total)
        gone = self._complete and self._lacks_none()
        for kind in COUNTERS.values():
            if (law := kind.law) is not None:
                untold = _("not compared: orders from before are not on the server any more")
                found = _resting(faults[law.name], moving) if gone else []
                yield checked(law.name, found, _(law.kept) if gone else untold)
        if moving:
            text = plural(
                "{count} counter changed all the while, and was not compared: {names}",
                "{count} counters changed all the while, and were not compared: {names}",
                len(moving),
                names=", ".join(sorted(moving)[:5]),
            )
            yield HealthCheck("changing", True, text)

    def _store(self) -> TablesView:
        """The catalog and the counters, as they stand now."""
        counts = loading.all_counts(self._client, self._keys)
        counters = {name: {"on_hand": on_hand, "held": held} for name, (on_hand, held) in counts.items()}
        kinds = {kind: loading.records_of(self._client, self._keys, kind) for kind in ("products", "coupons")}
        tables = {name: Table.of(records) for name, records in {**kinds, operations.COUNTERS: counters}.items()}
        return TablesView(StoreReader(Tables(tables), ClosedDays()))

    def _counter_faults(self, store: TablesView, claimed: Counter[str] | None) -> dict[str, list[CounterFault]]:
        rules = invariants.rules_of(store)
        held = [] if claimed is None else list(invariants.held_faults(store, claimed))
        found = {"held": held, "floors": list(invariants.floor_faults(store, rules, self._sums))}
        for name, kind in COUNTERS.items():
            if kind.law is not None:
                found[kind.law.name] = list(invariants.counter_faults(store, name, kind.law, rules, self._sums))
        return found

    def _moved(self, since: tuple[int, int]) -> set[str]:
        """The counters that have changed since a place of the stream."""
        moved: set[str] = set()
        while True:
            some = self._client.ask("XRANGE", self._keys.changes, f"({written_id(since)}", "+", "COUNT", 500)
            for _name, fields in some:
                moved |= {text_of(field[2:]) for field in fields[::2] if field.startswith(b"c:")}
            if len(some) < 500:
                return moved
            since = stream_id(some[-1][0])

    def _claimed(self) -> tuple[int, Counter[str] | None, list[str]]:
        """How many tickets are open, what they hold of each counter, and what is wrong with them.

        None if there are too many to be looked at.
        """
        lanes = [text_of(each) for each in self._client.ask("SMEMBERS", self._keys.lanes)]
        listed = [loading.listed_open(self._keys, lane) for lane in (*lanes, loading.QUEUED)]
        many = sum(self._client.ask_each([("SCARD", key) for key in listed]))
        if many > MOST_HELD:
            text = N_("{count} tickets are open, of which no shop has so many: they were not looked at")
            return many, None, [_(text, count=many)]
        claimed: Counter[str] = Counter()
        seen: set[str] = set()
        faults: list[str] = []
        for lane, names in loading.open_reservations(self._client, self._keys):
            new = [name for name in dict.fromkeys(names) if name not in seen]
            seen.update(new)
            other = loading.wrong_kinds(self._client, map(self._keys.reservation, new), "hash")
            faults += [_("{id}: what it claims cannot be understood", id=key) for key in other]
            new = [name for name in new if self._keys.reservation(name) not in other]
            found = self._client.ask_each([("HMGET", self._keys.reservation(name), "lane", "claims") for name in new])
            for name, (of, claims) in zip(new, found, strict=True):
                if claims is None and self._is_open(lane, name):
                    faults.append(_("{id}: listed as open, and it is not there", id=name))
                elif claims is not None and lane != loading.QUEUED and (of is None or text_of(of) != lane):
                    faults.append(_("{id}: not of lane {lane}, which lists it", id=name, lane=lane))
                elif claims is not None and not _add_claims(claims, claimed):
                    faults.append(_("{id}: what it claims cannot be understood", id=name))
        return many, claimed, faults[:MANY]

    def _is_open(self, lane: str, name: str) -> bool:
        """Whether a reservation that is not there is listed all the same: it may just have ended."""
        listed, there = self._client.ask_each(
            [("SISMEMBER", loading.listed_open(self._keys, lane), name), ("EXISTS", self._keys.reservation(name))]
        )
        return bool(listed) and not there

    def _new_orders(self) -> Iterator[Order]:
        """The orders that were not read yet; what is wrong with them is noted."""
        for page in order_ids(self._client, self._keys, self._first):
            names = [name for name in page if name not in self._known]
            self._known.update(names)
            if not names:
                continue
            texts = self._client.ask("MGET", *map(self._keys.order, names))
            found = [(name, _order(name, text)) for name, text in zip(names, texts, strict=True) if text is not None]
            lost = [name for name, text in zip(names, texts, strict=True) if text is None]
            self._note_lost(lost)
            sold = [order for _name, order in found if order is not None]
            self._note(_("{id}: the order cannot be understood", id=name) for name, order in found if order is None)
            receipts = self._client.ask("MGET", *(self._keys.receipt(each.receipt) for each in sold)) if sold else []
            for order, listed in zip(sold, receipts, strict=True):
                series, _dash, number = order.receipt.rpartition("-")
                self.numbers[series].append(int(number))
                if listed is None or text_of(listed) != order.id:
                    self._note([_("{receipt}: not found by its number", receipt=order.receipt)])
            yield from sold

    def _note(self, faults: Iterable[str]) -> None:
        self._faults = [*self._faults, *faults][:MANY]

    def _note_lost(self, names: list[str]) -> None:
        """Look at orders in the list that are not there: the time of the oldest may just be over."""
        if not names:
            return
        now = int(self._client.ask("TIME")[0])
        heard = self._client.ask_each([("ZSCORE", self._keys.orders, name) for name in names])
        for name, score in zip(names, heard, strict=True):
            if score is not None and float(score) / 1000 > now - self._seconds + DAY:
                self._note([_("{id}: in the list of orders, and it is not there", id=name)])
            self._complete = False

    def _receipts(self) -> HealthCheck:
        faults: list[str] = []
        for series, numbers in sorted(self.numbers.items()):
            found = sorted(numbers)
            for before, after in pairwise(found):
                if before == after:
                    faults.append(_("{receipt}: there twice", receipt=f"{series}-{after}"))
                elif after - before > 1:
                    text = N_("{series}: nothing from {first} to {last}")
                    faults.append(_(text, series=series, first=before + 1, last=after - 1))
        return checked("receipts", faults[:MANY], _("without gap or double"))

    def _orders(self, total: int) -> HealthCheck:
        faults = [*self._faults, *self._sums.amounts, *self._sums.doubles]
        seen = plural("{count} order", "{count} orders", self._sums.orders)
        if total > MOST_ORDERS:
            seen = _("the newest {count} of {total} orders", count=self._sums.orders, total=total)
        return checked("orders", faults, seen)

    def _lacks_none(self) -> bool:
        """Whether the orders are all that the shop has ever sold: each lane's receipts begin with its first one."""
        lanes = [text_of(each) for each in self._client.ask("SMEMBERS", self._keys.lanes)]
        said = self._client.ask_each([("HGET", self._keys.lane(lane), "last_sale") for lane in lanes])
        sold = {series.rpartition("-")[0] for series in self.numbers}
        firsts = {series.rpartition("-")[0] for series in self.numbers if series.endswith(FIRST_SERIES)}
        begun = all(min(numbers) == 1 for numbers in self.numbers.values())
        silent = any(last and lane not in sold for lane, last in zip(lanes, said, strict=True))
        return begun and firsts == sold and not silent


def _resting(faults: Iterable[CounterFault], moving: set[str]) -> list[str]:
    return [fault.text for fault in faults if fault.counter not in moving]


def _add_claims(text: bytes, claimed: Counter[str]) -> bool:
    """Add what a reservation claims; False for what are no claims."""
    try:
        found: Any = json.loads(text)
        claims = [(name, amount) for name, amount, _floor in found]
    except FAULTS:
        return False
    if not all(type(name) is str and type(amount) is int for name, amount in claims):
        return False
    for name, amount in claims:
        claimed[name] += amount
    return True


def _order(name: str, text: bytes) -> Order | None:
    """An order from its text under its id; None for what is none, or another one."""
    try:
        order = written_order(codec.keyed(name, text)) or order_of(json.loads(text))
    except FAULTS:
        return None
    return order if order.id == name else None
