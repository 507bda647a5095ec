"""What a till has done and the server is to hear of: entries of its own journal, delivered in order, by number."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice, takewhile
from operator import attrgetter
from threading import Condition
from typing import Any, Final, Literal

from pos.domain.ports import Document
from pos.stores.redis.counts import Count, Effects

OUTBOX: Final = "outbox"
"""The table of the entries, by number."""
KEPT: Final = 256
"""So many entries stay after they were delivered: a server that lost its last writes is told again."""

Kind = Literal["commit", "release", "note", "put", "drop", "printed"]
Claims = list[tuple[str, int, int | None]]
"""Counter, amount and floor of what a reservation takes, one of each counter."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One step that the server is to hear of.

    `id` is that of a reservation, the key of a record of a cart in `table`, or the number of a receipt that was
    printed. `claims` are what the reservation takes, `held` what the server holds for it as far as the till knows;
    `order` is the order's id, `state` how it ended.
    """

    number: int
    kind: Kind
    id: str
    claims: Claims
    held: dict[str, int]
    order: str | None = None
    state: str | None = None
    table: str | None = None

    @property
    def name(self) -> tuple[str, str]:
        """Table and key of the cart's record."""
        return self.table or "", self.id

    @property
    def effects(self) -> dict[str, Count]:
        """By how much counters change that the server has not heard of it yet."""
        changes: dict[str, Count] = {name: (0, -amount) for name, amount in self.held.items()}
        if self.kind in ("commit", "note"):
            for name, amount, _floor in self.claims:
                on_hand, held = changes.get(name, (0, 0))
                changes[name] = (on_hand - amount, held) if self.kind == "commit" else (on_hand, held + amount)
        return changes

    @property
    def record(self) -> Document:
        """As it stands in the journal."""
        said: dict[str, Any] = {"kind": self.kind, "id": self.id}
        if self.claims:
            said["claims"] = [list(claim) for claim in self.claims]
        if self.held:
            said["held"] = self.held
        named = {"order": self.order, "state": self.state, "table": self.table}
        return said | {name: value for name, value in named.items() if value is not None}

    @classmethod
    def of(cls, key: str, record: Document) -> Entry:
        """An entry from its record. Raises LookupError, TypeError, ValueError."""
        return cls(
            number=int(key),
            kind=record["kind"],
            id=record["id"],
            claims=[(name, amount, floor) for name, amount, floor in record.get("claims", ())],
            held=dict(record.get("held", {})),
            order=record.get("order"),
            state=record.get("state"),
            table=record.get("table"),
        )


def key_of(number: int) -> str:
    """The key of an entry's record."""
    return f"{number:012}"


def _without(effects: Effects, counters: Collection[str]) -> Effects:
    return {name: by for name, by in effects.items() if name not in counters} if counters else effects


class Outbox:
    """The entries in memory: which were delivered, and which are to be. Any thread may ask."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._waiting: dict[int, Entry] = {}
        """Those that were not delivered; both in the order of their numbers."""
        self._partly: dict[int, frozenset[str]] = {}
        """The counters of which the server has told how they stand after an entry that it has not answered yet."""
        self._delivered = self._safe = 0
        self._sent = 0
        """The number of the last entry that the server may have."""
        self._closed = False
        self._news = Condition()

    def begin(self, entries: Iterable[Entry], delivered: int) -> None:
        """Take these for all there is, of which those up to number `delivered` were delivered."""
        with self._news:
            self._entries = {entry.number: entry for entry in sorted(entries, key=attrgetter("number"))}
            self._begin_after(delivered)
            self._sent = max(self._sent, self.next - 1)

    @property
    def next(self) -> int:
        """The number of the next entry."""
        with self._news:
            return max(next(reversed(self._entries), 0), self._delivered) + 1

    @property
    def delivered(self) -> int:
        """The number of the last entry that the server has acknowledged."""
        return self._delivered

    @property
    def forgotten(self) -> int:
        """The number of the last entry that is kept no more."""
        with self._news:
            return next(iter(self._entries), self._delivered + 1) - 1

    @property
    def waiting(self) -> int:
        """How many entries the server has not acknowledged."""
        with self._news:
            return len(self._waiting)

    def add(self, entries: Iterable[Entry]) -> None:
        """Deliver these too: they are durable."""
        with self._news:
            for entry in entries:
                self._entries[entry.number] = self._waiting[entry.number] = entry
            self._news.notify_all()

    def undelivered(self, most: int | None = None) -> list[Entry]:
        """What the server has not acknowledged, in order; so many at most."""
        with self._news:
            return list(islice(self._waiting.values(), most))

    def to_send(self, most: int, but: Collection[tuple[str, str]]) -> list[Entry]:
        """As `undelivered`, up to the first that is about one of these carts; the server may have them from now on."""
        with self._news:
            found = list(takewhile(lambda entry: entry.name not in but, islice(self._waiting.values(), most)))
            self._sent = max([self._sent, *(entry.number for entry in found)])
            return found

    def delivered_effects(self, upto: int) -> list[Effects]:
        """Count what is at most number `upto` as delivered; the effects of what was not before."""
        with self._news:
            new = list(takewhile(lambda entry: entry.number <= upto, self._waiting.values()))
            for entry in new:
                del self._waiting[entry.number]
            self._delivered = max(self._delivered, upto)
            self._news.notify_all()
            partly = [self._partly.pop(entry.number, frozenset()) for entry in new]
        return [_without(entry.effects, told) for entry, told in zip(new, partly, strict=True)]

    def effects_on(self, counters: Collection[str], upto: int) -> list[Effects]:
        """What entries up to this number do to these counters, of which alone the server has told how they stand.

        `delivered_effects` has the rest of it, once the entries' own answers come.
        """
        with self._news:
            found: list[Effects] = []
            for entry in takewhile(lambda entry: entry.number <= upto, self._waiting.values()):
                told = self._partly.get(entry.number, frozenset())
                found.append({name: by for name, by in _without(entry.effects, told).items() if name in counters})
                self._partly[entry.number] = told.union(counters)
            return found

    def heard(self, delivered: int) -> list[Effects]:
        """The server has what is at most number `delivered`, and nothing beyond; the effects of what it has not."""
        with self._news:
            self._begin_after(delivered)
            return [entry.effects for entry in self._waiting.values()]

    def greeted(self, delivered: int) -> list[Effects]:
        """As `heard`, from the server itself: what it has not was never sent, or is lost."""
        with self._news:
            effects = self.heard(delivered)
            self._sent = delivered
            return effects

    def done(self) -> list[int]:
        """The numbers of entries that need not be kept any more: they are safe on the server."""
        with self._news:
            return list(takewhile(lambda number: number <= self._safe - KEPT, self._entries))

    def safe(self, upto: int) -> None:
        """What is at most number `upto` outlives the server's own failures."""
        with self._news:
            self._safe = max(self._safe, upto)

    @property
    def first(self) -> int | None:
        """The number of the oldest entry that is kept; None if there is none."""
        with self._news:
            return next(iter(self._entries), None)

    def forget(self, numbers: Iterable[int]) -> None:
        """These are on record no more."""
        with self._news:
            for number in numbers:
                self._entries.pop(number, None)
                self._waiting.pop(number, None)
                self._partly.pop(number, None)

    def named(self, number: int) -> list[Entry]:
        """The entry with this number, if it is kept."""
        with self._news:
            return [self._entries[number]] if number in self._entries else []

    def is_about(self, reservation_id: str) -> bool:
        """Whether something that was not delivered is about this reservation."""
        return any(entry.id == reservation_id and entry.table is None for entry in self.undelivered())

    def carts(self) -> set[tuple[str, str]]:
        """The names of the carts that entries are about."""
        with self._news:
            return {entry.name for entry in self._entries.values() if entry.table is not None}

    def is_last(self, entry: Entry) -> bool:
        """Whether nothing else that was not delivered is about the same cart, and later."""
        return all(later.name != entry.name for later in self.undelivered() if later.number > entry.number)

    def concerns(self, table: str, key: str) -> bool:
        """Whether something that was not delivered is about the cart in this record."""
        return any(entry.table == table and entry.id == key for entry in self.undelivered())

    def unsent(self, table: str, key: str) -> bool:
        """Whether something is about the cart in this record, and the server has certainly nothing of it."""
        numbers = [entry.number for entry in self.undelivered() if entry.table == table and entry.id == key]
        return bool(numbers) and min(numbers) > self._sent

    def answered_within(self, seconds: float) -> bool:
        """Whether all that was sent was delivered within so many seconds."""
        with self._news:
            return self._news.wait_for(lambda: self._closed or self._delivered >= self._sent, seconds)

    def wait(self, seconds: float) -> bool:
        """Whether there is something to deliver, now or so soon; the end is waited for no longer."""
        with self._news:
            self._news.wait_for(lambda: self._closed or self._waiting, seconds)
            return bool(self._waiting)

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def empty_within(self, seconds: float) -> bool:
        """Whether all was delivered within so many seconds."""
        with self._news:
            done = self._news.wait_for(lambda: self._closed or not self._waiting, seconds)
            return done and not self._closed

    def _begin_after(self, delivered: int) -> None:
        self._delivered = delivered
        self._partly.clear()
        self._waiting = {number: entry for number, entry in self._entries.items() if number > delivered}
        self._news.notify_all()
