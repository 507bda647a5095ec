"""A till of a shop with many: its own journal, and what all tills share on one server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.lane_status import LaneStatus
from pos.domain.message import Message, joined, lazy
from pos.domain.model import changed
from pos.domain.ports import Document, Records
from pos.domain.queue_ports import WorkerShop
from pos.domain.reservations import Attempt, Order, Reservation
from pos.domain.sale import Sale
from pos.stores import operations
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.folder import Folder, Found, open_folder
from pos.stores.embedded.store import REPLACE_AT
from pos.stores.records import FAULTS
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.answers import counts_in, refusal
from pos.stores.redis.away import ServerAway, Unanswered, not_understood
from pos.stores.redis.carts import cart_id
from pos.stores.redis.delivery import Calls
from pos.stores.redis.folders import journal_of, lane_folder
from pos.stores.redis.keys import KINDS, Keys
from pos.stores.redis.lane_journal import LaneJournal
from pos.stores.redis.lane_view import LaneView
from pos.stores.redis.link import Link
from pos.stores.redis.loading import CARTS
from pos.stores.redis.offline import require_offline
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.other_orders import order_on_server
from pos.stores.redis.outbox import Claims
from pos.stores.redis.session import Session
from pos.stores.redis.standing import asking, needs_server, told
from pos.stores.redis.step_entries import Taken, amounts

FIRST_WAIT: Final = 15.0
"""Seconds in which a till that has no shop of its own yet must hear of one from the server."""


def open_lane_store(
    address: ServerAddress, options: ServerOptions, lane: str, *, replace_at: int = REPLACE_AT, disk: Disk | None = None
) -> LaneStore:
    """The store of a lane of a shop on a server, with its journal on this machine; made if it is not there.

    Raises TillError `store_in_use`, `store_damaged`, `store_unusable` (also without a server for a new journal), and
    `lane_refused` if another till has the lane.
    """
    with journal_of(lane):
        folder = open_folder(lane_folder(address, options, lane), replace_at=replace_at, disk=disk or Disk())
    store = LaneStore(*folder, address, options, lane)
    try:
        store.start()
    except BaseException:
        store.close()
        raise
    return store


class LaneStore(LaneJournal):
    """Implements the `Store` port for one lane of a shop on a server.

    `reserve` asks the server and is the one verb that waits for it. From then on the own journal is the truth, and what
    is in its outbox is delivered beside the till. Records that all tills share are copied into the own journal, so that
    whoever reads waits for nobody and a till sells without the server, too.
    """

    def __init__(self, folder: Folder, found: Found, address: ServerAddress, options: ServerOptions, lane: str) -> None:
        """For a folder that was opened. `start` begins to reach the server."""
        super().__init__(folder, found, lane)
        self._address = address
        self._options = options
        self.calls: Final = Calls(Keys(address.shop), options)
        """What the server is asked and told."""
        self._session = Session(self, self.calls)
        self._link = Link(address, options, self.calls, self, self._session)
        self._view = LaneView(self, self._link)

    def start(self, take_over: str | None = None) -> None:
        """Begin to reach the server. A till that knows no shop yet waits for it; `take_over` says who takes the lane.

        Raises TillError `store_unusable` if it cannot be reached then, `lane_refused` if another till has the lane.
        """
        # Asked before the link begins, which may have registered the lane and not have the shop yet.
        knows_shop = any(self.keys(kind) for kind in KINDS)
        if take_over is not None:
            self.begin_take_over(take_over)
            self._session.standing = "taken_over"
        if self.lost:
            gone = N_("Lane {lane} was taken over from this till: choose another name for it (`--lane`).")
            self._link.refuse(lazy(gone, lane=self.lane))
        self._link.start()
        if knows_shop and take_over is None:
            return
        state = self._link.wait(FIRST_WAIT)
        if state == "refused":
            raise TillError("lane_refused", self._link.reason)
        if state == "untrusted":
            raise TillError("store_unusable", self._link.advice)
        if state not in ("online", "empty"):
            text = lazy("This till has no shop yet, and cannot get it: {reason}", reason=self._link.reason)
            raise TillError("store_unusable", joined((text, "."), by=""))

    def order(self, order_id_or_receipt: str) -> Order | None:
        """See the port. One that is not this till's own is asked for at the server.

        Raises TillError `server_away` for a receipt of another till if the server is, `unknown_order` if it has it no
        more.
        """
        found = super().order(order_id_or_receipt)
        if found is not None:
            return found
        return order_on_server(self._link, self.calls, order_id_or_receipt, lane=self.lane)

    def was_printed(self, receipt: str) -> bool:
        """See the port. Without the server one that is not this till's own counts as printed: nobody here knows."""
        if super().was_printed(receipt):
            return True
        try:
            return self._link.read("GET", self.calls.keys.printed(receipt)) is not None
        except ServerAway:
            return self.own_order(receipt) is None

    @property
    def trouble(self) -> Message:
        """See the port."""
        return super().trouble or told(self._link)

    def take_notices(self) -> tuple[Message, ...]:
        """See the port: what is wrong with the server, and which risk is taken."""
        return (*super().take_notices(), *self._link.caution.take_notices())

    @property
    def link(self) -> Link:
        """How the till and the server stand."""
        return self._link

    @property
    def undelivered(self) -> int:
        """How many steps the server has not heard of yet."""
        return self.outbox.waiting

    def lanes(self) -> Sequence[LaneStatus]:
        """See `SharedStore`."""
        from pos.stores.redis.client import Client
        from pos.stores.redis.lanes import read_lanes

        with closing(Client(self._address, self._options, name="lanes")) as client, asking(client.place):
            return read_lanes(client, self.calls.keys)

    def jobs(self) -> WorkerShop:
        """See `WithJobs`."""
        from pos.stores.redis.job_store import Jobs

        return Jobs(self)

    def reserve(self, reservation: Reservation) -> Reservation:
        """See the port. Raises TillError `server_away` for what is not sold without the server, `lane_refused`."""
        if self.reservation(reservation.id) is not None:
            return super().reserve(reservation)
        with self._claimed(reservation, operations.needs(reservation.taken)):
            return super().reserve(reservation)

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """See the port. What a counter behind its tender gives is asked for at the server, as by `reserve`."""
        self._require_lane(reservation_id)
        known = self.reservation(reservation_id)
        if known is None or known.ended:
            return super().record_attempt(reservation_id, attempt)
        new = all(each.attempt != attempt.attempt for each in known.attempts)
        if not new and attempt.counter is None:
            return super().record_attempt(reservation_id, attempt)
        _writes, after = operations.record_attempt(self._accepted, reservation_id, attempt)
        before, claims = self._taken[reservation_id], operations.needs(after.taken)
        had = amounts(before.claims)
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
        self._require_lane(reservation.id)
        if self.reservation(reservation.id) is not None:
            return super().commit(reservation, sale, at)
        paid = changed(reservation, sale=sale)
        with self._claimed(paid, operations.needs(reservation.taken), sold=True):
            return super().commit(reservation, sale, at)

    def release(
        self, reservation_id: str, kept: Records | None = None, *, expect: Records | None = None
    ) -> Reservation:
        """See the port. Raises TillError `lane_refused` too."""
        self._require_lane(reservation_id)
        return super().release(reservation_id, kept, expect=expect)

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """See the port. What all tills share goes to the server in this step. Raises TillError `server_away`."""
        if any(table in KINDS or table == operations.COUNTERS for table, _key in records):
            return self._write_through(records, expect or {})
        taken = [key for key, document in (expect or {}).items() if document is not None and key[0] in CARTS]
        self.taking.update(taken)
        try:
            if not all(self._take(*key) for key in taken):
                return False
            with self._writing():
                return self._as_expected(expect) and self._step((records, True))
        finally:
            self.taking.difference_update(taken)

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """See the port. The server is filled, and the till hears of it from there."""
        from pos.stores.redis.filling import fill

        state = self._link.wait(self._options.timeout)
        if state == "away":
            raise needs_server(self._link)
        if state != "empty":
            message = lazy("The store is not empty; a catalog is loaded into a new one only.")
            raise TillError("catalog_not_empty", message)
        shared = {table: records for table, records in tables.items() if table in KINDS}
        fill(self._address, self._options, shared, counters)
        self._link.again()
        if self._link.wait(FIRST_WAIT) != "online":
            raise needs_server(self._link)
        self._view.changed(None)
        own = {(table, key): record for table in tables.keys() - shared for key, record in tables[table].items()}
        if own:
            self.write(own)

    def close(self) -> None:
        """See the port. What the server can hear of in a moment is delivered before."""
        if not self._closed:
            if self._link.state == "online":
                self.outbox.empty_within(self._options.timeout)
                self._say_closed()
            self.outbox.close()
            self._link.close()
            with suppress(TillError):
                self.save_counts()
        super().close()

    def _require_lane(self, reservation_id: str) -> None:
        """What the server holds is ended by whoever has the lane: another till may have taken it since.

        Raises TillError `lane_refused`. Of a server that is away nobody has to be asked: nobody takes over without it.
        """
        taken = self._taken.get(reservation_id)
        if taken is not None and taken.online:
            self._link.find_out()
            if self.is_lost(reservation_id):
                raise TillError("lane_refused", self._link.reason)

    def _say_closed(self) -> None:
        """Tell the others that this till is closed, not silent."""
        if self._session.standing == "selling":
            self._session.standing = "closed"
        with suppress(ServerAway):
            self._link.ask(self.calls.beat(self.who, self._session.says()))

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
        until = time.monotonic() + self._options.timeout
        try:
            answer = self._link.ask(self.calls.claim(self.who, reservation, claims))
            if answer[0] == b"short" and self.outbox.waiting:
                # What this till has just given back may be what is missing: the server hears of it first.
                self.outbox.empty_within(max(0.0, until - time.monotonic()))
                answer = self._link.ask(self.calls.claim(self.who, reservation, claims))
            if answer[0] in (b"fenced", b"unknown"):
                # Whose the lane is now is found out first.
                self._link.again()
                answer = self._link.ask(self.calls.claim(self.who, reservation, claims))
            word = answer[0]
            if word == b"ok":
                self.counted(*counts_in(answer), of_all=False)
                return True
            if word == b"short":
                self.counted(*counts_in(answer), of_all=False)
                name, free = answer[3].decode(), int(answer[6])
                raise operations.refused(name, amounts(claims)[name], free)
            if word == b"ended":
                raise TillError("ticket_ended", lazy("This ticket was ended at another place: enter it anew."))
            raise self._broken(answer)
        except ServerAway:
            pass
        except FAULTS as error:
            self._link.lost(ServerAway(not_understood(error)))
        self._require_unlinked(reservation)
        operations.require_free(self, reservation.taken)
        return False

    def _require_unlinked(self, reservation: Reservation) -> None:
        if self._link.state == "refused":
            raise TillError("lane_refused", self._link.reason)
        require_offline(reservation, self._options.offline, self._link)

    def _broken(self, answer: list[Any]) -> ServerAway:
        """The server cannot be used as it is: it is greeted again."""
        error = refusal(answer)
        self._link.lost(error)
        return error

    def _take(self, table: str, key: str) -> bool:
        """Make a cart this till's own, so that it may be taken up; False if somebody else has it, or changed it."""
        if self.outbox.concerns(table, key) and not self.outbox.unsent(table, key):
            # The others may see it by now: what was said of it must be known first.
            if self._link.state == "online":
                self.outbox.answered_within(self._options.timeout)
            if self._link.state != "online":
                raise needs_server(self._link)
        if self.outbox.unsent(table, key):
            return True
        try:
            version = self.versions.get((table, key), 0)
            answer = self._link.ask(self.calls.take(self.who, cart_id(table, key), version, table, key))
            if answer[0] == b"ok":
                return True
            if answer[0] != b"changed":
                raise self._broken(answer)
        except ServerAway:
            raise needs_server(self._link) from None
        self.stale.add((table, key))
        return False

    def _write_through(self, records: Records, expect: Records) -> bool:
        """Write what all tills share on the server, and then here."""
        with self._writing():
            if not self._as_expected(expect):
                return False
        self.outbox.empty_within(self._options.timeout)
        said = []
        for (table, key), document in records.items():
            before = expect.get((table, key), "*")
            text = _count_text if table == operations.COUNTERS else _text
            said.append((table, key, "*" if isinstance(before, str) else text(before), text(document)))
        try:
            answer = self._link.ask(self.calls.write(self.who, said))
            if answer[0] == b"changed":
                if len(answer) > 3:
                    self.counted(*counts_in(answer), of_all=False)
                return False
            if answer[0] != b"ok":
                raise self._broken(answer)
        except Unanswered as error:
            told = N_("The server gave no answer ({reason}): look whether it was done before you do it again.")
            raise TillError("server_away", lazy(told, reason=error.reason)) from None
        except ServerAway:
            raise needs_server(self._link) from None
        if len(answer) > 3:
            self.counted(*counts_in(answer), of_all=False)
        with self._writing():
            return self._step((records, True))


def _text(document: Document | None) -> str:
    return "" if document is None else json.dumps(document)


def _count_text(document: Document | None) -> str:
    return "0 0" if document is None else f"{document['on_hand']} {document['held']}"
