"""A till's own journal in a shop of many: all that is its own, what it is to deliver, and a copy of what is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from secrets import token_hex
from threading import Lock
from typing import Any, Final, TypeVar

from pos.domain.message import NOTHING, Message
from pos.domain.ports import Document
from pos.domain.reservations import Order, Reservation
from pos.domain.ticket_records import BEGUN, OPEN_TICKETS, SET_ASIDE
from pos.stores import codec, operations
from pos.stores.catalog_changes import changes_between, in_order
from pos.stores.embedded.folder import Folder, Found
from pos.stores.embedded.store import EmbeddedStore
from pos.stores.redis import loading
from pos.stores.redis.counts import Count, Counts, Effects, StreamId, added
from pos.stores.redis.delivery import Identity
from pos.stores.redis.loading import CARTS, CartOnServer, Key, Loaded
from pos.stores.redis.outbox import OUTBOX, Claims, Entry, Outbox, key_of
from pos.stores.redis.resp import stream_id, written_id
from pos.stores.redis.step_entries import OFFLINE, Taken, entries_of, hold_of, offline_holds
from pos.stores.tables import RowChange, Table, Tables, Writes
from pos.stores.view import TablesView

SERVER: Final = "server"
"""The table, and its one record, that say who the till is on the server, and how far it has heard it."""
HIDDEN: Final = (OUTBOX, SERVER, OFFLINE)
"""The tables whose changes nobody need hear of."""
NUMBERS_APART: Final = 100_000
"""Tickets of a lane that was taken over begin with this number times the fencing number: none is given twice."""
MOST_SOLD: Final = 256
"""So many orders that are to be delivered are kept in memory."""
MANY: Final = 2_000
"""So many changed records are better a snapshot than a step."""
PIECE: Final = 500
"""So many records of a catalog that changed are one step."""

Answer = TypeVar("Answer")


class _Accepted:
    """What the verbs decide by once the claims were accepted: of no counter there is too little."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def count(self, name: str) -> Count:
        return 10**30, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class LaneJournal(EmbeddedStore):
    """The embedded store of one lane. A step that the server is to hear of has an entry of the outbox in it.

    Counters are not in its steps: they stand on the server, and in memory as `Counts` has them.
    """

    def __init__(self, folder: Folder, found: Found, lane: str) -> None:
        """For a folder that was opened."""
        super().__init__(folder, found)
        self._view = TablesView(self, hidden=HIDDEN)
        self._counts = Counts()
        self._taken: dict[str, Taken] = {}
        """What the open reservations take, by id."""
        self._asked: dict[str, Taken] = {}
        """The same of those that are being written down."""
        self._sold: dict[str, tuple[Order, bytes]] = {}
        """Orders that are to be delivered, with their lines: made, so that they need not be read again."""
        self._accepted = _Accepted(self)
        self._hearing = Lock()
        self.lane: Final = lane
        self.outbox: Final = Outbox()
        self.versions: dict[Key, int] = {}
        """The versions of the carts on the server."""
        self.taking: set[Key] = set()
        """The carts that are being taken up."""
        self.stale: set[Key] = set()
        """The carts to be read anew: what was told of them was not heard."""
        self._faults: dict[Key, Message] = {}
        """What is wrong with carts on the server, in sentences."""
        self.position: StreamId = loading.BEGINNING
        """The last change whose record is in the journal."""
        self.shop_id = ""
        self.takes_over: str | None = None
        """Who takes the lane with this journal; its open reservations are to be taken in then."""
        self.lost = False
        """Whether another journal has the lane."""
        self.who = self._known_as()
        """Who the till is on the server."""
        self._recall(self._tables.items(operations.COUNTERS))

    def count(self, name: str) -> Count:
        """See `CheckoutRecords`: as the server said last, with what of the till's own it has not got yet."""
        return self._counts.count(name)

    def get(self, table: str, key: str) -> Document | None:
        """See the port."""
        if table != operations.COUNTERS:
            return super().get(table, key)
        on_hand, held = self.count(key)
        return {"on_hand": on_hand, "held": held} if self._counts.knows(key) else None

    def keys(self, table: str) -> tuple[str, ...]:
        """See the port."""
        return self._counts.names() if table == operations.COUNTERS else super().keys(table)

    def items(self, table: str) -> Iterator[tuple[str, Document]]:
        """See the port."""
        if table != operations.COUNTERS:
            return super().items(table)
        counts = ((name, self.count(name)) for name in self._counts.names())
        return ((name, {"on_hand": on_hand, "held": held}) for name, (on_hand, held) in counts)

    def held_there(self) -> list[tuple[Reservation, Claims]]:
        """The open reservations that the server holds, with their claims."""
        with self._lock:
            there = {name: taken.claims for name, taken in self._taken.items() if taken.online}
        found = ((self.reservation(name), claims) for name, claims in there.items())
        return [(held, claims) for held, claims in found if held is not None and not held.ended]

    def unreadable(self, table: str, key: str) -> Message:
        """See the port."""
        return self._faults.get((table, key), NOTHING)

    def own_order(self, order_id_or_receipt: str) -> Order | None:
        """An order of this till's own, by its id or receipt number."""
        return super().order(order_id_or_receipt)

    def sold(self, order_id: str) -> tuple[Order | None, bytes | None]:
        """An order of this till's own that is to be delivered, with its line if that is still known."""
        return self._sold.pop(order_id, None) or (self.own_order(order_id), None)

    def linked(self) -> None:
        """The state of the link to the server has changed."""
        self._view.changed(())

    def holds(self, reservation_id: str) -> bool:
        """Whether a reservation is open here, being written down, or its end is still to be delivered."""
        with self._lock:
            known = reservation_id in self._taken or reservation_id in self._asked
            return known or self.outbox.is_about(reservation_id)

    def open_reservations(self) -> tuple[Reservation, ...]:
        """See `StoreReader`. What the server held is the business of whoever has the lane."""
        found = super().open_reservations()
        return tuple(held for held in found if not self.is_lost(held.id)) if self.lost else found

    def is_lost(self, reservation_id: str) -> bool:
        """Whether an open reservation is to be ended by another journal: the server holds it for the lane's owner."""
        taken = self._taken.get(reservation_id)
        return self.lost and taken is not None and taken.online

    def begin_take_over(self, by: str) -> None:
        """From now on, also after a crash, this journal is to take the lane."""
        self.takes_over = by
        self.keep(self._tables.resolve({(SERVER, SERVER): self._known(takes_over=by)}))

    def take_in(self, reservations: Iterable[Reservation]) -> None:
        """Have these, which the server holds for the lane, as this journal's own open ones: the lane is taken over."""
        with self._writing():
            rows: dict[tuple[str, str], Document | bytes | None] = {
                (operations.RESERVATIONS, held.id): codec.body(held) for held in reservations
            }
            rows[SERVER, SERVER] = self._known(takes_over=None)
            self.keep(self._tables.resolve(rows))
            self.takes_over = None
            self._recall()
        self._view.changed(None)

    def lose(self, *, lost: bool = True) -> None:
        """Another journal has the lane, or this one has it again."""
        if lost != self.lost:
            with self._writing():
                self.lost = lost
                self.keep(self._tables.resolve({(SERVER, SERVER): self._known(lost=lost)}))
            self._view.changed(None)

    def register(self, fence: int, shop_id: str) -> None:
        """Write down who the till is from now on. Numbers of a lane that was another's begin anew, and apart."""
        if shop_id != self.shop_id:
            self.position = loading.BEGINNING
        record = self._known(fence=fence, shop_id=shop_id)
        records: dict[tuple[str, str], Document | None] = {(SERVER, SERVER): record}
        if fence > 1 and super().get(operations.LANES, self.lane) is None:
            records[operations.LANES, self.lane] = {"series": fence, "last": 0}
            records[OPEN_TICKETS, self.lane] = {"next": fence * NUMBERS_APART + 1}
        self.keep(self._tables.resolve(records))
        self.who, self.shop_id = replace(self.who, fence=fence), shop_id

    def begin(self, said: Loaded | None, counts: Mapping[str, Count], at: StreamId, delivered: int) -> None:
        """Take over what the server has at a place of the stream, and that it has the entries up to `delivered`.

        None for the records: they go on from `position`, and `heard` tells of what changed since.
        """
        with self._snapshot, self._writing():
            if said is not None:
                self._mirror(said, at)
            waiting = self.outbox.greeted(delivered)
            self._counts.begin(counts, self._own_effects(waiting), at)
        # Of the records, whatever changed was told by itself.
        self._view.changed([RowChange(operations.COUNTERS, 0, None)])

    def _mirror(self, said: Loaded, at: StreamId) -> None:
        """Copy all that is shared into the own journal; what is of this till and not delivered yet stays."""
        record = self._known(position=written_id(at))
        tables: dict[str, dict[str, Document]] = {}
        many = 0
        for table, found in said.records.items():
            own = dict(super().items(table))
            if table in CARTS:
                mine = {key: own[key] for key in own if self.outbox.concerns(table, key)}
                found = {key: value for key, value in found.items() if not self.outbox.concerns(table, key)} | mine
            if list(own) != list(found) or own != found:
                many += sum(own.get(key) != found.get(key) for key in {*own, *found})
                tables[table] = found
        if many > MANY:
            whole = self._tables.frozen()
            fresh = Tables({**dict(whole), **{table: Table.of(records) for table, records in tables.items()}})
            fresh.apply(fresh.resolve({(SERVER, SERVER): record}))
            self._replace(fresh)
        else:
            changes: dict[tuple[str, str], Document | None] = {(SERVER, SERVER): record}
            for table, found in tables.items():
                gone = [key for key in super().keys(table) if key not in found]
                changes |= {(table, key): None for key in gone}
                changes |= {(table, key): value for key, value in found.items()}
            self.keep(self._tables.resolve({**changes, **self._taken_up(changes)}))
        self.versions = dict(said.versions)
        self._faults = dict(said.faults)
        self.position = at

    def heard(self, records: Mapping[Key, Document | None], carts: Mapping[Key, CartOnServer], at: StreamId) -> None:
        """Take over how records stand on the server, as of a place of the stream."""
        with self._writing():
            changes: dict[Key, Document | None] = dict(records)
            for name, cart in carts.items():
                if self.outbox.concerns(*name) or name in self.taking:
                    self.stale.add(name)
                    continue
                changes[name] = cart.record
                if cart.record is None:
                    self.versions.pop(name, None)
                else:
                    self.versions[name] = cart.version
                self._faults.pop(name, None)
                if cart.fault is not None:
                    self._faults[name] = cart.fault
            resolved = self._tables.resolve({**changes, **self._taken_up(changes)})
            position = max(self.position, at)
            if resolved:
                record = self._known(position=written_id(position))
                self.keep([*self._tables.resolve({(SERVER, SERVER): record}), *resolved])
            self.position = position

    def compared(self, catalog: Mapping[str, Mapping[str, Document]]) -> None:
        """Take over the whole catalog as it stands on the server. Whoever sells meanwhile waits for one piece of it."""
        changes = in_order(
            changes_between({table: dict(super(LaneJournal, self).items(table)) for table in catalog}, catalog, {}, {})
        )
        for first in range(0, len(changes), PIECE):
            records = {(each.table, each.key): each.after for each in changes[first : first + PIECE]}
            with self._writing():
                self.keep(self._tables.resolve(records))

    def _taken_up(self, changes: Mapping[Key, Document | None]) -> dict[Key, None]:
        """The records of tickets that were begun here, and that other tills have taken up: they are theirs now."""
        names = (name for name, record in changes.items() if name[0] == SET_ASIDE and record is None)
        gone = (record for name in names if (record := self.get(*name)) is not None)
        return {name: None for record in gone if self.get(*(name := (BEGUN, record["ticket"]))) is not None}

    def counted(
        self, at: StreamId, counts: list[tuple[str, int, int]], delivered: int | None, *, of_all: bool = True
    ) -> None:
        """Take over how counters stand; the server has the till's own entries up to `delivered`, if that is told.

        Unless they are `of_all` counters that these entries change, how the others stand is still to be heard.
        """
        # Two threads hear it, one of the server's answer and one of the stream: what is delivered is taken off with it.
        with self._hearing:
            new: list[Effects] = []
            if delivered is not None and of_all:
                new = self.outbox.delivered_effects(delivered)
            elif delivered is not None:
                new = self.outbox.effects_on([name for name, _on_hand, _held in counts], delivered)
            self._counts.hear(at, counts, added(*new))
        self._tell(name for name, _on_hand, _held in counts)

    def save_counts(self) -> None:
        """Keep what the server said of the counters, for a start without it."""
        with self._writing():
            changes = self._counts.take_changed()
            if not changes:
                return
            acknowledged = self.outbox.delivered
            record = self._known(acknowledged=acknowledged)
            # As bytes: many may have changed, and whoever sells meanwhile waits.
            rows: dict[tuple[str, str], Document | bytes | None] = {
                (operations.COUNTERS, name): None if count is None else b'{"on_hand":%d,"held":%d}' % count
                for name, count in changes.items()
            }
            self.keep(self._tables.resolve({**rows, (SERVER, SERVER): record}))

    @property
    def _book(self) -> operations.CheckoutRecords:
        return self._accepted

    def _ready(self) -> None:
        failed = self._failed
        super()._ready()
        if failed:
            self._recall()

    def _step(self, outcome: tuple[Writes, Answer], *, spare: int = 0, ending: bool = False) -> Answer:
        """Write a step down with what the server is to hear of it; counters stand there alone."""
        writes, answer = outcome
        if not writes:
            return answer
        entries = entries_of(writes, self, self._taken, self._asked, self.outbox.next)
        done = self.outbox.done() if entries else []
        own = {name: value for name, value in writes.items() if name[0] != operations.COUNTERS}
        holds = offline_holds(writes, self._asked)
        told_of = {(OUTBOX, key_of(entry.number)): entry.record for entry in entries}
        gone = {(OUTBOX, key_of(number)): None for number in done}
        # What ends or changes a reservation stands last: the journal has its sale once.
        super()._step(({**told_of, **gone, **holds, **own}, answer), spare=spare, ending=ending)
        self.outbox.forget(done)
        if isinstance(answer, Order) and len(self._sold) < MOST_SOLD:
            line = writes[operations.ORDERS, answer.id]
            if isinstance(line, bytes):
                self._sold[answer.id] = answer, line
        self._count_in(writes, entries)
        return answer

    def _count_in(self, writes: Writes, entries: list[Entry]) -> None:
        """Count what a step has done that the server has not heard of yet."""
        effects: list[Effects] = [entry.effects for entry in entries]
        for (table, key), value in writes.items():
            if table != operations.RESERVATIONS:
                continue
            before, asked = self._taken.get(key), self._asked.get(key)
            if value is not None and asked is None:
                # It takes what it took.
                continue
            if before is not None and not before.online:
                effects.append({name: (0, -amount) for name, amount, _floor in before.claims})
            if value is None:
                self._taken.pop(key, None)
            elif asked is not None:
                self._taken[key] = asked
                if not asked.online:
                    effects.append(hold_of(asked.claims))
        self._counts.add(added(*effects))
        self.outbox.add(entries)
        self._tell(name for each in effects for name in each)

    def _known_as(self) -> Identity:
        """Who the till is on the server; a new journal gets an id of its own."""
        record = super().get(SERVER, SERVER)
        if record is None:
            record = {"journal": token_hex(8), "fence": 0}
            self.keep(self._tables.resolve({(SERVER, SERVER): record}))
        self.position = stream_id(record.get("position", "0-0"))
        self.shop_id = record.get("shop_id", "")
        self.takes_over, self.lost = record.get("takes_over"), record.get("lost", False)
        return Identity(self.lane, record["journal"], token_hex(8), record["fence"])

    def _recall(self, counters: Iterable[tuple[str, Document]] | None = None) -> None:
        """Know from the journal what is held and what is to be delivered; with `counters` those of the last time."""
        offline = set(super().keys(OFFLINE))
        self._taken = {
            held.id: Taken(operations.needs(held.taken), held.id not in offline) for held in super().open_reservations()
        }
        entries = [Entry.of(key, record) for key, record in super().items(OUTBOX)]
        if counters is not None:
            delivered = self._known().get("acknowledged", 0)
            self.outbox.begin(entries, delivered)
            said = {name: (record["on_hand"], record["held"]) for name, record in counters}
            self._counts.begin(said, self._own_effects(self.outbox.heard(delivered)))
            self._counts.take_changed()
        else:
            self.outbox.begin(entries, self.outbox.delivered)
            self._counts.own(self._own_effects(self.outbox.heard(self.outbox.delivered)))

    def _known(self, **said: object) -> Document:
        """The record of who the till is on the server, with what is newly known of it."""
        return {**(super().get(SERVER, SERVER) or {}), **said}

    def _own_effects(self, undelivered: list[Effects]) -> list[Effects]:
        """What counters do not say yet at the server: what it has not heard of, and what is held without it."""
        return [*undelivered, *(hold_of(taken.claims) for taken in self._taken.values() if not taken.online)]

    def _tell(self, counters: Iterable[str]) -> None:
        self._view.told(operations.COUNTERS, dict.fromkeys(counters))
