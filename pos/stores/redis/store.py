"""A till of a shop with many: its own journal, and what all tills share on one server."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy
from pos.domain.model import changed
from pos.domain.ports import Document, Records
from pos.domain.reservations import HOLD_FOR, Attempt, Order, Reservation
from pos.domain.sale import Sale
from pos.domain.ticket_records import OPEN_TICKETS, SET_ASIDE
from pos.stores import codec, operations
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.folder import Folder, Found, open_folder
from pos.stores.embedded.store import REPLACE_AT, EmbeddedStore
from pos.stores.records import order_of
from pos.stores.redis import loading
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import ServerAway
from pos.stores.redis.carts import cart_id, table_and_key, to_fields
from pos.stores.redis.counts import Count, Counts, Effects, StreamId, added
from pos.stores.redis.delivery import Call, Calls, Identity
from pos.stores.redis.folders import lane_folder
from pos.stores.redis.keys import KINDS, Keys
from pos.stores.redis.link import BATCH, FAULTS, Link, NoShop, Refused, told
from pos.stores.redis.loading import CARTS, CartOnServer, Key, Loaded, stream_id, written_id
from pos.stores.redis.offline import require_offline
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.outbox import OUTBOX, Claims, Entry, Outbox, key_of
from pos.stores.tables import RowChange, Table, Tables, Writes
from pos.stores.view import TablesView

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

SERVER: Final = "server"
"""The table, and its one record, that say who the till is on the server, and how far it has heard it."""
OFFLINE: Final = "offline_holds"
"""The table of the open reservations that the server does not hold, by id."""
FIRST_WAIT: Final = 15.0
"""Seconds in which a till that has no shop of its own yet must hear of one from the server."""
NUMBERS_APART: Final = 100_000
"""Tickets of a lane that was taken over begin with this number times the fencing number: none is given twice."""
MANY: Final = 2_000
"""So many changed records are better a snapshot than a step."""

LEASE: Final = 60
"""Seconds for which a lane that was taken over is not taken over again."""
_RECEIPT: Final = re.compile(r"(.+)-[^-]+-[1-9][0-9]*")

Answer = TypeVar("Answer")


def open_lane_store(
    address: ServerAddress, options: ServerOptions, lane: str, *, replace_at: int = REPLACE_AT, disk: Disk | None = None
) -> LaneStore:
    """The store of a lane of a shop on a server, with its journal on this machine; made if it is not there.

    Raises TillError `store_in_use`, `store_damaged`, `store_unusable` (also without a server for a new journal), and
    `lane_refused` if another till has the lane.
    """
    folder = open_folder(lane_folder(address, options, lane), replace_at=replace_at, disk=disk or Disk())
    store = LaneStore(*folder, address, options, lane)
    try:
        store.start()
    except BaseException:
        store.close()
        raise
    return store


class Taken(NamedTuple):
    """What an open reservation takes, whether the server holds it, and whether it is to be told what changed."""

    claims: Claims
    online: bool
    noted: bool = False


class _Accepted:
    """What the verbs decide by once the claims were accepted: of no counter there is too little."""

    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store

    def count(self, name: str) -> Count:
        return 10**30, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class LaneStore(EmbeddedStore):
    """Implements the `Store` port for one lane of a shop on a server.

    `reserve` asks the server and is the one verb that waits for it. From then on the own journal is the truth, and what
    is in its outbox is delivered beside the till. Records that all tills share are copied into the own journal, so that
    whoever reads waits for nobody and a till sells without the server, too.
    """

    def __init__(self, folder: Folder, found: Found, address: ServerAddress, options: ServerOptions, lane: str) -> None:
        """For a folder that was opened. `start` begins to reach the server."""
        super().__init__(folder, found)
        self._view = TablesView(self, hidden=(OUTBOX, SERVER, OFFLINE))
        self._lane = lane
        self._options = options
        self._counts = Counts()
        self._outbox = Outbox()
        self._taken: dict[str, Taken] = {}
        """What the open reservations take, by id."""
        self._asked: dict[str, Taken] = {}
        """The same of those that are being written down."""
        self._versions: dict[Key, int] = {}
        """The versions of the carts on the server."""
        self._at: StreamId = (0, 0)
        self._calls = Calls(Keys(address.shop), options)
        self._link = Link(address, options, self._calls, self)
        self._address = address
        self._accepted = _Accepted(self)
        self._faults: tuple[Message, ...] = ()
        """What is wrong with carts on the server."""
        self._renamed: dict[int, Key] = {}
        """Under which name a cart is delivered, by its entry, where another one has its own."""
        self._taking: set[Key] = set()
        """The carts that are being taken up."""
        self._stale: set[Key] = set()
        """The carts to be read anew."""
        self._delivered_there = 0
        """The last entry that the server had when it was greeted."""
        self._who = self._known_as()
        self._recall(self._tables.items(operations.COUNTERS))

    def start(self, take_over: str | None = None) -> None:
        """Begin to reach the server. A till that knows no shop yet waits for it; `take_over` says who takes the lane.

        Raises TillError `store_unusable` if it cannot be reached then, `lane_refused` if another till has the lane.
        """
        self._take_over = take_over
        self._link.start()
        if self._who.fence and take_over is None:
            return
        state = self._link.wait(FIRST_WAIT)
        if state == "refused":
            raise TillError("lane_refused", self._link.reason)
        if state not in ("online", "empty"):
            text = lazy("This till has no shop yet, and cannot get it: {reason}", reason=self._link.reason)
            raise TillError("store_unusable", joined((text, "."), by=""))

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

    def order(self, order_id_or_receipt: str) -> Order | None:
        """See the port. One that is not this till's own is asked for at the server.

        Raises TillError `server_away` for a receipt of another till if the server is, `unknown_order` if it has it no
        more.
        """
        found = super().order(order_id_or_receipt)
        return self._order_on_server(order_id_or_receipt) if found is None else found

    @property
    def trouble(self) -> Message:
        """See the port."""
        return super().trouble or told(self._link)

    @property
    def link(self) -> Link:
        """How the till and the server stand."""
        return self._link

    @property
    def undelivered(self) -> int:
        """How many steps the server has not heard of yet."""
        return self._outbox.waiting

    def reserve(self, reservation: Reservation) -> Reservation:
        """See the port. Raises TillError `server_away` for what is not sold without the server, `lane_refused`."""
        if self.reservation(reservation.id) is not None:
            return super().reserve(reservation)
        with self._claimed(reservation, operations.needs(reservation.taken)):
            return super().reserve(reservation)

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """See the port. What a counter behind its tender gives is asked for at the server, as by `reserve`."""
        known = self.reservation(reservation_id)
        if known is None or known.ended:
            return super().record_attempt(reservation_id, attempt)
        new = all(each.attempt != attempt.attempt for each in known.attempts)
        if not new and attempt.counter is None:
            return super().record_attempt(reservation_id, attempt)
        _writes, after = operations.record_attempt(self._accepted, reservation_id, attempt)
        before, claims = self._taken[reservation_id], operations.needs(after.taken)
        had = _amounts(before.claims)
        if any(amount > had.get(name, 0) for name, amount, _floor in claims):
            with self._claimed(after, claims):
                return super().record_attempt(reservation_id, attempt)
        if not before.online:
            require_offline(after, self._options.offline, self._link)
        self._asked[reservation_id] = Taken(claims, before.online, noted=True)
        try:
            return super().record_attempt(reservation_id, attempt)
        finally:
            del self._asked[reservation_id]

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        """See the port. Raises as `reserve` does for a sale that was not reserved."""
        if self.reservation(reservation.id) is not None:
            return super().commit(reservation, sale, at)
        paid = changed(reservation, sale=sale)
        with self._claimed(paid, operations.needs(reservation.taken), sold=True):
            return super().commit(reservation, sale, at)

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """See the port. What all tills share goes to the server in this step. Raises TillError `server_away`."""
        if any(table in KINDS or table == operations.COUNTERS for table, _key in records):
            return self._write_through(records, expect or {})
        taken = [key for key, document in (expect or {}).items() if document is not None and key[0] in CARTS]
        self._taking.update(taken)
        try:
            if not all(self._take(*key) for key in taken):
                return False
            with self._writing():
                return self._as_expected(expect) and self._step((records, True))
        finally:
            self._taking.difference_update(taken)

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """See the port. The server is filled, and the till hears of it from there."""
        from pos.stores.redis.filling import fill

        state = self._link.wait(self._options.timeout)
        if state == "away":
            raise _away(self._link)
        if state != "empty":
            message = lazy("The store is not empty; a catalog is loaded into a new one only.")
            raise TillError("catalog_not_empty", message)
        shared = {table: records for table, records in tables.items() if table in KINDS}
        try:
            fill(self._address, self._options, shared, counters)
        except ServerAway as error:
            raise TillError("server_away", joined((error.reason, "."), by="")) from None
        self._link.again()
        if self._link.wait(FIRST_WAIT) != "online":
            raise _away(self._link)
        own = {(table, key): record for table in tables.keys() - shared for key, record in tables[table].items()}
        if own:
            self.write(own)

    def close(self) -> None:
        """See the port. What the server can hear of in a moment is delivered before."""
        if not self._closed:
            if self._link.state == "online":
                self._outbox.empty_within(self._options.timeout)
            self._outbox.close()
            self._link.close()
            with suppress(TillError):
                self._save_counts()
        super().close()

    @property
    def _book(self) -> operations.CheckoutRecords:
        return self._accepted

    def _ready(self) -> None:
        failed = self._failed
        super()._ready()
        if failed:
            self._recall()

    @contextmanager
    def _claimed(self, reservation: Reservation, claims: Claims, *, sold: bool = False) -> Iterator[None]:
        """Take hold of claims for a step that writes them down; one that is `sold` at once needs no hold of nothing.

        Raises as `reserve` does. What the step did not write down is given back later, once the link is at rest.
        """
        name = reservation.id
        self._asked[name] = Taken(claims, online=True)
        try:
            online = (bool(claims) or not sold) and self._claim(reservation, claims)
            if not claims and sold and self._link.state != "online":
                self._require_unlinked(reservation)
            self._asked[name] = Taken(claims, online, noted=False)
            yield
        finally:
            del self._asked[name]

    def _claim(self, reservation: Reservation, claims: Claims) -> bool:
        """Ask the server for claims; False if it is away, and the till may sell without it."""
        hold = 0
        if reservation.state == "held":
            until = reservation.deadline or reservation.created + HOLD_FOR
            hold = max(1, round((until - reservation.created).total_seconds() * 1000))
        try:
            answer = self._link.ask(self._calls.claim(self._who, reservation, claims, hold))
            word = answer[0]
            if word == b"ok":
                self.counted(*_counts_in(answer), None)
                return True
            if word == b"short":
                name, free = answer[1].decode(), int(answer[2])
                raise operations.refused(name, _amounts(claims)[name], free)
            if word == b"ended":
                raise TillError("ticket_ended", lazy("This ticket was ended at another place: enter it anew."))
            self._refused(answer)
        except ServerAway:
            pass
        except FAULTS:
            self._link.lost(lazy("the server answers what no till understands"))
        self._require_unlinked(reservation)
        operations.require_free(self, reservation.taken)
        return False

    def _require_unlinked(self, reservation: Reservation) -> None:
        if self._link.state == "refused":
            raise TillError("lane_refused", self._link.reason)
        require_offline(reservation, self._options.offline, self._link)

    def _refused(self, answer: list[Any]) -> None:
        """What a server means that does not do what it is told. Raises ServerAway."""
        word = answer[0]
        if word == b"broken":
            what = answer[1].decode("utf-8", "replace")[:60]
            reason = lazy("what the server keeps under {key} is not a shop's", key=what)
        elif word in (b"fenced", b"unknown", b"gap"):
            reason = lazy("the server does not know this till any more")
        else:
            reason = lazy("the server answers what no till understands")
        self._link.lost(reason)
        raise ServerAway(reason)

    def _step(self, outcome: tuple[Writes, Answer], *, spare: int = 0, ending: bool = False) -> Answer:
        """Write a step down with what the server is to hear of it; counters stand there alone."""
        writes, answer = outcome
        if not writes:
            return answer
        entries = self._entries(writes)
        done = self._outbox.done() if entries else []
        own = {name: value for name, value in writes.items() if name[0] != operations.COUNTERS}
        holds = self._holds(writes)
        told_of = {(OUTBOX, key_of(entry.number)): entry.record for entry in entries}
        gone = {(OUTBOX, key_of(number)): None for number in done}
        # What ends or changes a reservation stands last: the journal has its sale once.
        super()._step(({**told_of, **gone, **holds, **own}, answer), spare=spare, ending=ending)
        self._outbox.forget(done)
        self._count_in(writes, entries)
        return answer

    def _entries(self, writes: Writes) -> list[Entry]:
        """What the server is to hear of a step."""
        number, entries = self._outbox.next, []
        order = next((key for table, key in writes if table == operations.ORDERS), None)
        for (table, key), value in writes.items():
            if table == operations.RESERVATIONS and value is None:
                claims, online, _noted = self._taken.get(key) or self._asked[key]
                held = _amounts(claims) if online else {}
                if order is not None:
                    entries.append(Entry(number, "commit", key, claims, held, order=order))
                else:
                    state = "expired" if b'"state":"expired"' in _bytes(writes[operations.ENDED, key]) else "released"
                    entries.append(Entry(number, "release", key, [], held, state=state))
            elif table == operations.RESERVATIONS and (asked := self._asked.get(key)) is not None and asked.noted:
                held = _amounts(self._taken[key].claims) if asked.online else {}
                entries.append(Entry(number, "note", key, asked.claims if asked.online else [], held))
            elif table in CARTS and value != self.get(table, key):
                entries.append(Entry(number, "drop" if value is None else "put", key, [], {}, table=table))
            else:
                continue
            number += 1
        return entries

    def _holds(self, writes: Writes) -> dict[tuple[str, str], Document | None]:
        """The records of what is held without the server."""
        found: dict[tuple[str, str], Document | None] = {}
        for (table, key), value in writes.items():
            if table == operations.RESERVATIONS:
                if value is None:
                    found[OFFLINE, key] = None
                elif (asked := self._asked.get(key)) is not None and not asked.online:
                    found[OFFLINE, key] = {}
        return found

    def _count_in(self, writes: Writes, entries: list[Entry]) -> None:
        """Count what a step has done that the server has not heard of yet."""
        effects: list[Effects] = [entry.effects for entry in entries]
        for (table, key), value in writes.items():
            if table != operations.RESERVATIONS:
                continue
            before, asked = self._taken.get(key), self._asked.get(key)
            if before is not None and not before.online:
                effects.append({name: (0, -amount) for name, amount, _floor in before.claims})
            if value is None:
                self._taken.pop(key, None)
            elif asked is not None:
                self._taken[key] = asked
                if not asked.online:
                    effects.append(_hold(asked.claims))
        self._counts.add(added(*effects))
        self._outbox.add(entries)
        self._tell(name for each in effects for name in each)

    def _known_as(self) -> Identity:
        """Who the till is on the server; a new journal gets an id of its own."""
        record = super().get(SERVER, SERVER)
        if record is None:
            record = {"journal": token_hex(8), "fence": 0}
            self.keep(self._tables.resolve({(SERVER, SERVER): record}))
        self._at = stream_id(record.get("position", "0-0"))
        self._shop_id = record.get("shop_id", "")
        return Identity(self._lane, record["journal"], record["fence"])

    def _recall(self, counters: Iterable[tuple[str, Document]] | None = None) -> None:
        """Know from the journal what is held and what is to be delivered; with `counters` those of the last time."""
        offline = set(super().keys(OFFLINE))
        self._taken = {
            held.id: Taken(operations.needs(held.taken), held.id not in offline) for held in self.open_reservations()
        }
        entries = [Entry.of(key, record) for key, record in super().items(OUTBOX)]
        if counters is not None:
            delivered = (super().get(SERVER, SERVER) or {}).get("acknowledged", 0)
            self._outbox.begin(entries, delivered)
            said = {name: (record["on_hand"], record["held"]) for name, record in counters}
            self._counts.begin(said, self._own_effects(self._outbox.heard(delivered)))
        else:
            self._outbox.begin(entries, self._outbox.delivered)
            self._counts.own(self._own_effects(self._outbox.heard(self._outbox.delivered)))

    def _own_effects(self, undelivered: list[Effects]) -> list[Effects]:
        """What counters do not say yet at the server: what it has not heard of, and what is held without it."""
        return [*undelivered, *(_hold(taken.claims) for taken in self._taken.values() if not taken.online)]

    def _save_counts(self) -> None:
        """Keep what the server said of the counters, for a start without it."""
        with self._writing():
            changes = self._counts.take_changed()
            acknowledged = self._outbox.delivered
            record = {**(super().get(SERVER, SERVER) or {}), "acknowledged": acknowledged}
            rows: dict[tuple[str, str], Document | None] = {
                (operations.COUNTERS, name): None if count is None else {"on_hand": count[0], "held": count[1]}
                for name, count in changes.items()
            }
            self.keep(self._tables.resolve({**rows, (SERVER, SERVER): record}))

    def _tell(self, counters: Iterable[str]) -> None:
        self._view.changed([RowChange(operations.COUNTERS, 0, None, name) for name in dict.fromkeys(counters)])

    # The link's end

    def hello(self) -> Call:
        """See `Sink`."""
        from pos import __version__

        return self._calls.hello(
            self._who,
            host=socket.gethostname()[:60],
            version=__version__,
            acknowledged=self._outbox.delivered,
            take_over=None if self._take_over is None else (self._take_over, LEASE),
        )

    def registered(self, answer: list[Any]) -> None:
        """See `Sink`."""
        word, said = answer[0], [each.decode("utf-8", "replace") for each in answer[1:]]
        lane = self._lane
        match word:
            case b"empty":
                raise NoShop
            case b"format":
                text = N_("The shop on the server is of a newer version ({version}): use the newer program.")
                raise Refused(lazy(text, version=said[0][:10]))
            case b"taken":
                text = N_("Lane {lane} is another till's, on {host}: choose another name for this one (`--lane`).")
                raise Refused(lazy(text, lane=lane, host=said[1][:60]))
            case b"fenced":
                self._fenced = True
                text = N_(
                    "Lane {lane} was taken over by {by} as number {number}: this till does not sell any more. What it "
                    "sold is handed in; choose another name for it (`--lane`)."
                )
                raise Refused(lazy(text, lane=lane, by=said[4][:60] or said[1][:60], number=said[0]))
            case b"leased":
                text = N_("Lane {lane} was taken over by {by} just now: wait until that has ended.")
                raise Refused(lazy(text, lane=lane, by=said[1][:60]))
            case b"ok":
                pass
            case _:
                self._refused(answer)
        fence, self._delivered_there = int(said[0]), int(said[1])
        with self._writing():
            if self._delivered_there >= self._outbox.next and said[3] == self._shop_id:
                text = N_("This till's journal is older than what the server has of lane {lane}: take the lane over.")
                raise Refused(lazy(text, lane=lane))
            if fence != self._who.fence or said[3] != self._shop_id:
                self._register(fence, said[3])
        self._take_over = None

    def _register(self, fence: int, shop_id: str) -> None:
        """Write down who the till is from now on. Numbers of a lane that was another's begin anew, and apart."""
        if shop_id != self._shop_id:
            self._at = loading.BEGINNING
        record = {**(super().get(SERVER, SERVER) or {}), "fence": fence, "shop_id": shop_id}
        records: dict[tuple[str, str], Document | None] = {(SERVER, SERVER): record}
        if fence > 1 and super().get(operations.LANES, self._lane) is None:
            records[operations.LANES, self._lane] = {"series": fence, "last": 0}
            records[OPEN_TICKETS, self._lane] = {"next": fence * NUMBERS_APART + 1}
        self.keep(self._tables.resolve(records))
        self._who, self._shop_id = Identity(self._lane, self._who.journal, fence), shop_id

    def identity(self) -> Identity:
        """See `Sink`."""
        return self._who

    def position(self) -> StreamId:
        """See `Sink`."""
        return self._at

    def begin(self, said: Loaded | None, counts: Mapping[str, Count], at: StreamId) -> None:
        """See `Sink`."""
        with self._snapshot, self._writing():
            if said is not None:
                self._mirror(said, at)
            waiting = self._outbox.heard(self._delivered_there)
            self._counts.begin(counts, self._own_effects(waiting))
        self._view.changed(None)

    def _mirror(self, said: Loaded, at: StreamId) -> None:
        """Copy all that is shared into the own journal; what is of this till and not delivered yet stays."""
        record = {**(super().get(SERVER, SERVER) or {}), "position": written_id(at)}
        tables: dict[str, dict[str, Document]] = {}
        many = 0
        for table, found in said.records.items():
            own = dict(super().items(table))
            if table in CARTS:
                mine = {key: own[key] for key in own if self._outbox.concerns(table, key)}
                found = {key: value for key, value in found.items() if not self._outbox.concerns(table, key)} | mine
            if list(own) != list(found) or own != found:
                many += sum(own.get(key) != found.get(key) for key in {*own, *found})
                tables[table] = found
        if many > MANY or any(list(super(LaneStore, self).keys(table)) for table in tables if table in KINDS) is False:
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
            self.keep(self._tables.resolve(changes))
        self._versions = dict(said.versions)
        self._faults = said.faults
        self._at = at

    def heard(self, records: Mapping[Key, Document | None], carts: Mapping[Key, CartOnServer], at: StreamId) -> None:
        """See `Sink`."""
        with self._writing():
            changes: dict[Key, Document | None] = dict(records)
            for name, cart in carts.items():
                if self._outbox.concerns(*name) or name in self._taking:
                    continue
                changes[name] = cart.record
                if cart.record is None:
                    self._versions.pop(name, None)
                else:
                    self._versions[name] = cart.version
                if cart.fault is not None:
                    self._faults = (*self._faults, cart.fault)[-MANY:]
            resolved = self._tables.resolve(changes)
            self._at = max(self._at, at)
            if resolved:
                record = {**(super().get(SERVER, SERVER) or {}), "position": written_id(self._at)}
                self.keep([*self._tables.resolve({(SERVER, SERVER): record}), *resolved])

    def counted(self, at: StreamId, counts: list[tuple[str, int, int]], delivered: int | None) -> None:
        """See `Sink`."""
        effects = added(*self._outbox.delivered_effects(delivered)) if delivered is not None else {}
        self._counts.hear(at, counts, effects)
        self._tell(name for name, _on_hand, _held in counts)

    def deliveries(self) -> list[tuple[int, Call]]:
        """See `Sink`."""
        entries = self._outbox.undelivered()[:BATCH]
        return [(entry.number, self._delivery(entry)) for entry in entries]

    def _delivery(self, entry: Entry) -> Call:
        who, calls = self._who, self._calls
        match entry.kind:
            case "commit":
                order = super().order(entry.order or "")
                if order is None:
                    raise ServerAway(lazy("order {order} is in no file of this till any more", order=entry.order or ""))
                return calls.commit(who, entry, order)
            case "release":
                return calls.release(who, entry.id, entry.number, entry.state or "released")
            case "note":
                known = self.reservation(entry.id)
                assert known is not None, "what was noted was written down"
                return calls.note(who, entry, known)
        table, key = self._renamed.get(entry.number) or (entry.table or "", entry.id)
        record = super().get(entry.table or "", entry.id) if entry.kind == "put" else None
        if record is None:
            return calls.drop(who, entry.number, cart_id(table, key), table, key)
        if table != entry.table:
            record = as_set_aside(record, key)
        return calls.put(who, entry.number, cart_id(table, key), table, key, to_fields(table, key, record))

    def delivered(self, number: int, answer: list[Any]) -> bool:
        """See `Sink`."""
        match answer[0]:
            case b"ok":
                at, counts = _counts_in(answer) if len(answer) > 3 else (loading.BEGINNING, [])
                self.counted(at, counts, number)
                if (renamed := self._renamed.pop(number, None)) is not None:
                    self._stale |= {renamed, *(entry.name for entry in self._outbox.named(number))}
                return True
            case b"other":
                self._rename(number)
            case _:
                self._refused(answer)
        return False

    def _rename(self, number: int) -> None:
        """Find another name for a cart in whose place there is another one at the server."""
        entry = next(iter(self._outbox.named(number)))
        tried = self._renamed.get(number, (SET_ASIDE, entry.id))[1]
        stem, _blank, last = tried.rpartition(" (")
        again = int(last[:-1]) + 1 if stem and last[:-1].isdecimal() else 2
        self._renamed[number] = SET_ASIDE, f"{stem if again > 2 else tried} ({again})"

    def safe(self, number: int) -> None:
        """See `Sink`."""
        self._outbox.safe(number)

    def wait_for_entries(self, seconds: float) -> None:
        """See `Sink`."""
        self._outbox.wait(seconds)

    def at_rest(self, client: Client) -> None:
        """See `Sink`: what broken steps left on the server is given back, what is lost is gone over."""
        who, calls, keys = self._who, self._calls, self._calls.keys
        first = self._outbox.first
        if first is not None and first > self._outbox.delivered + 1:
            client.call(*calls.skip(who, first))
            self._outbox.heard(first - 1)
        for each in client.ask("SRANDMEMBER", keys.open(self._lane), 200):
            name = each.decode("utf-8", "replace")
            with self._lock:
                mine = name in self._taken or name in self._asked or self._outbox.is_about(name)
            if not mine:
                client.call(*calls.release(who, name))
        left, self._stale = self._stale, set()
        for each in client.ask("SMEMBERS", keys.owned(self._lane)):
            with suppress(ValueError):
                name = table_and_key(each.decode("utf-8", "replace"))
                if name not in self._taking and not self._outbox.concerns(*name):
                    client.call(*calls.leave(who, cart_id(*name), *name))
                    left.add(name)
        if left:
            records, carts = loading.changed_records(client, keys, self._lane, left)
            self.heard(records, carts, self._at)

    def says(self) -> dict[str, str | int]:
        """See `Sink`."""
        unresolved = sum(held.state == "charging" for held in self._view.open_reservations())
        last = self.last_sold_at()
        return {
            "state": "selling",
            "outbox": self._outbox.waiting,
            "unresolved": unresolved,
            "last_sale": "" if last is None else last.isoformat(),
        }

    def linked(self) -> None:
        """See `Sink`."""
        self._view.changed(())

    def _take(self, table: str, key: str) -> bool:
        """Make a cart this till's own, so that it may be taken up; False if somebody else has it, or changed it."""
        if self._outbox.concerns(table, key):
            return True
        try:
            version = self._versions.get((table, key), 0)
            answer = self._link.ask(self._calls.take(self._who, cart_id(table, key), version, table, key))
            if answer[0] == b"ok":
                return True
            if answer[0] != b"changed":
                self._refused(answer)
        except ServerAway:
            raise _away(self._link) from None
        self._stale.add((table, key))
        return False

    def _write_through(self, records: Records, expect: Records) -> bool:
        """Write what all tills share on the server, and then here."""
        with self._writing():
            if not self._as_expected(expect):
                return False
        self._outbox.empty_within(self._options.timeout)
        said = []
        for (table, key), document in records.items():
            before = expect.get((table, key), "*")
            text = _count_text if table == operations.COUNTERS else _text
            said.append((table, key, "*" if isinstance(before, str) else text(before), text(document)))
        try:
            answer = self._link.ask(self._calls.write(self._who, said))
            if answer[0] == b"changed":
                if len(answer) > 3:
                    self.counted(*_counts_in(answer), None)
                return False
            if answer[0] != b"ok":
                self._refused(answer)
        except ServerAway:
            raise _away(self._link) from None
        if len(answer) > 3:
            self.counted(*_counts_in(answer), None)
        with self._writing():
            return self._step((records, True))

    def _order_on_server(self, wanted: str) -> Order | None:
        """An order of another till, by its id or receipt number."""
        keys = self._calls.keys
        number = _RECEIPT.fullmatch(wanted)
        try:
            found = self._link.read("GET", keys.receipt(wanted)) if number else wanted.encode()
            text = None if found is None else self._link.read("GET", keys.order(found.decode("utf-8", "replace")))
            sold = text is None and number is not None and self._link.read("SISMEMBER", keys.lanes, number[1])
        except ServerAway:
            if number is None:
                return None
            raise _away(self._link) from None
        if text is not None:
            with suppress(*FAULTS):
                return order_of(json.loads(text))
        if number is None or not sold or number[1] == self._lane:
            return None
        text = N_("Receipt {number} is not on the server, which keeps them for {days} days: till {lane} has it.")
        message = lazy(text, number=wanted, days=self._options.order_days, lane=number[1])
        raise TillError("unknown_order", message)


def _amounts(claims: Claims) -> dict[str, int]:
    return {name: amount for name, amount, _floor in claims}


def _hold(claims: Claims) -> Effects:
    return {name: (0, amount) for name, amount, _floor in claims}


def as_set_aside(record: Document, key: str) -> Document:
    """A member's cart as a ticket that is set aside, where another cart is the member's."""
    cart = {name: value for name, value in record.items() if name != "shown"}
    shown = {"shown": record["shown"]} if record.get("shown") else {}
    return {"ticket": key, "at": datetime.now(UTC).isoformat(), "cart": cart, **shown}


def _bytes(value: Document | bytes | None) -> bytes:
    return value if isinstance(value, bytes) else codec.encode(value or {})


def _text(document: Document | None) -> str:
    return "" if document is None else json.dumps(document)


def _count_text(document: Document | None) -> str:
    return "0 0" if document is None else f"{document['on_hand']} {document['held']}"


def _counts_in(answer: list[Any]) -> tuple[StreamId, list[tuple[str, int, int]]]:
    """What a function says of counters: the place in the stream, and how they stand."""
    said = [
        (answer[place].decode("utf-8", "replace"), int(answer[place + 1]), int(answer[place + 2]))
        for place in range(2, len(answer) - 2, 3)
    ]
    return stream_id(answer[1]) if answer[1] else loading.BEGINNING, said


def _away(link: Link) -> TillError:
    if link.state == "refused":
        return TillError("lane_refused", link.reason)
    text = lazy("This needs the server, and it is away: {reason}", reason=link.reason)
    return TillError("server_away", joined((text, lazy("Try again when it is back.")), ". "))
