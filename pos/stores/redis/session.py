"""What a till and its shop's server say to each other: who the till is, what it delivers, how it is."""

from __future__ import annotations

import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.ticket_records import SET_ASIDE
from pos.stores.redis import loading
from pos.stores.redis.answers import counts_in, refusal
from pos.stores.redis.away import NoShop, Refused, ServerAway
from pos.stores.redis.carts import as_set_aside, cart_id, table_and_key, to_fields
from pos.stores.redis.delivery import Call, Calls, Identity
from pos.stores.redis.lane_journal import LaneJournal
from pos.stores.redis.loading import CARTS, Key
from pos.stores.redis.outbox import Entry
from pos.stores.redis.resp import text_of

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

BATCH: Final = 64
"""So many entries of the outbox are delivered at once."""
HOUR: Final = 3600.0
"""Seconds."""
REVIEWED: Final = 20_000
"""So many entries somebody has to look at are kept."""
LEASE: Final = 60
"""Seconds for which a lane that was taken over is not taken over again."""


def untold_payments(journal: LaneJournal, undelivered: Iterable[Entry]) -> Iterator[tuple[str, ...]]:
    """What is to be looked at of payments that were begun and that only this journal knows of; it has lost its lane.

    Each attempt has a note, and those that were delivered before are known to whoever has the lane now.
    """
    notes = Counter(entry.id for entry in undelivered if entry.kind == "note")
    for name, count in notes.items():
        known = journal.reservation(name)
        if known is None or known.ended or not journal.is_lost(name):
            continue
        for attempt in known.attempts[-count:]:
            if attempt.stands and attempt.counter is None:
                facts = {
                    "what": "payment",
                    "lane": journal.lane,
                    "ticket": known.sale.ticket,
                    "attempt": attempt.attempt,
                }
                facts |= {"amount": str(attempt.amount), "currency": known.sale.currency, "reservation": name}
                yield tuple(part for pair in facts.items() for part in pair)


class Session:
    """One till's. Its methods are called by the link's threads."""

    def __init__(self, journal: LaneJournal, calls: Calls) -> None:
        """For a till's own journal."""
        self._journal = journal
        self._calls = calls
        self._renamed: dict[int, Key] = {}
        """Under which name a cart is delivered, by its entry, where another one has its own."""
        self._looked = time.monotonic()
        """When it was looked for carts whose time is over."""
        self._first = True
        """Whether this run has not been registered yet."""
        self._before = ""
        """The run that was registered before this one: a server that was set back knows that."""
        self.standing = "selling"
        """What the till says of itself: `selling`, `taken_over` or `closed`."""
        self.delivered_there = 0
        """The last entry that the server had when it was greeted."""

    def hello(self) -> Call:
        """See `Party`."""
        from pos import __version__

        return self._calls.hello(
            self._journal.who,
            host=socket.gethostname()[:60],
            version=__version__,
            acknowledged=self._journal.outbox.delivered,
            first=self._first,
            forgotten=self._journal.outbox.forgotten,
            shop_id=self._journal.shop_id,
            before=self._before,
            take_over=None if self._journal.takes_over is None else (self._journal.takes_over, LEASE),
        )

    def registered(self, answer: list[Any]) -> None:
        """See `Party`."""
        word, said = answer[0], [text_of(each) for each in answer[1:]]
        lane = self._journal.lane
        match word:
            case b"empty":
                raise NoShop
            case b"format":
                text = N_("the shop there is of a newer version ({version}): use the newer program")
                raise ServerAway(lazy(text, version=said[0][:10]))
            case b"taken":
                text = N_("Lane {lane} is another till's, on {host}: choose another name for this one (`--lane`).")
                raise Refused(lazy(text, lane=lane, host=said[1][:60]))
            case b"fenced":
                self._journal.lose()
                text = N_(
                    "Lane {lane} was taken over by {by} as number {number}: this till does not sell any more. What it "
                    "sold is handed in; choose another name for it (`--lane`)."
                )
                raise Refused(lazy(text, lane=lane, by=said[4][:60] or said[1][:60], number=said[0]))
            case b"leased":
                text = N_("Lane {lane} was taken over by {by} just now: wait until that has ended.")
                raise Refused(lazy(text, lane=lane, by=said[1][:60]))
            case b"doubled":
                text = N_(
                    "Another till, on {host}, runs on a copy of this one's journal: close one of both, and give it a "
                    "name and a journal of its own (`--lane`)."
                )
                raise Refused(lazy(text, host=said[0][:60]))
            case b"ok":
                self._before = said[5] if self._first else self._before
                self._first = False
            case _:
                raise refusal(answer)
        fence, self.delivered_there = int(said[0]), int(said[1])
        with self._journal.exclusive():
            beyond = self.delivered_there >= self._journal.outbox.next
            if (beyond or not self._has_made(said[4])) and said[3] == self._journal.shop_id:
                text = N_(
                    "This till's journal is older than what the server has of lane {lane}: close this till, and take "
                    "the lane over with `pos lanes take-over {lane} --force`."
                )
                raise Refused(lazy(text, lane=lane))
            if fence != self._journal.who.fence or said[3] != self._journal.shop_id:
                self._journal.register(fence, said[3])
            self._journal.lose(lost=False)

    def _has_made(self, step: str) -> bool:
        """Whether a step that the server has is this journal's, and not one of those that a copy went on with."""
        number, _blank, reservation = step.partition(" ")
        known = self._journal.outbox.named(int(number)) if number else []
        return all(entry.id == reservation for entry in known)

    def identity(self) -> Identity:
        """See `Party`."""
        return self._journal.who

    def deliveries(self) -> list[tuple[int, Call]]:
        """See `Party`."""
        entries = self._journal.outbox.to_send(BATCH, self._journal.taking)
        return [(entry.number, self._delivery(entry)) for entry in entries]

    def _delivery(self, entry: Entry) -> Call:
        who, calls = self._journal.who, self._calls
        match entry.kind:
            case "commit":
                order, line = self._journal.sold(entry.order or "")
                if order is None:
                    return self._without(entry)
                return calls.commit(who, entry, order, line=line)
            case "release":
                return calls.release(who, entry.id, entry.number, entry.state or "released")
            case "printed":
                return calls.printed(who, entry.number, entry.id)
            case "note":
                known = self._journal.reservation(entry.id)
                return calls.note(who, entry, None if known is None or known.ended else known)
        table, key = self._renamed.get(entry.number) or (entry.table or "", entry.id)
        # What a later entry is of is not put there by this one: others would take it up.
        put = entry.kind == "put" and self._journal.outbox.is_last(entry)
        record = self._journal.get(*entry.name) if put else None
        if record is None:
            return calls.drop(who, entry.number, cart_id(table, key), table, key)
        if table != entry.table:
            record = as_set_aside(record, key)
        try:
            return calls.put(who, entry.number, cart_id(table, key), table, key, to_fields(table, key, record))
        except ValueError:
            return self._without(entry)

    def _without(self, entry: Entry) -> Call:
        """Go on without an entry that cannot be told: what it was of is on record no more. It is listed as a gap."""
        return self._calls.skip(self._journal.who, entry.number + 1)

    def delivered(self, number: int, answer: list[Any]) -> bool:
        """See `Party`."""
        match answer[0]:
            case b"ok":
                entry = next(iter(self._journal.outbox.named(number)), None)
                if (renamed := self._renamed.pop(number, None)) is not None:
                    self._journal.stale |= {renamed, *([entry.name] if entry is not None else [])}
                elif entry is not None and entry.kind == "put" and len(answer) == 3:
                    self._journal.versions[entry.name] = int(answer[2])
                at, counts, _delivered = counts_in(answer) if len(answer) > 3 else (loading.BEGINNING, [], None)
                self._journal.counted(at, counts, number)
                return True
            case b"other":
                self._rename(number)
            case _:
                raise refusal(answer)
        return False

    def _rename(self, number: int) -> None:
        """Find another name for a cart in whose place there is another one at the server."""
        entry = next(iter(self._journal.outbox.named(number)))
        tried = self._renamed.get(number, (SET_ASIDE, entry.id))[1]
        stem, _blank, last = tried.rpartition(" (")
        again = int(last[:-1]) + 1 if stem and last[:-1].isdecimal() else 2
        self._renamed[number] = SET_ASIDE, f"{stem if again > 2 else tried} ({again})"

    def begun(self, client: Client) -> None:
        """See `Party`: what is lost is gone over, and what a fail-over has forgotten is held again.

        What the server holds for a lane that is taken over is this till's from now on.
        """
        who, calls, keys, journal = self._journal.who, self._calls, self._calls.keys, self._journal
        if journal.takes_over is not None:
            journal.take_in(loading.open_on_server(client, keys, journal.lane))
        first = journal.outbox.first
        if first is not None and first > journal.outbox.delivered + 1:
            client.call(*calls.skip(who, first))
            journal.outbox.heard(first - 1)
        # What was told of them while they were to be delivered was not heard.
        journal.stale |= journal.outbox.carts()
        self._find_expired(client)
        held = journal.held_there()
        known = client.ask_each([("SISMEMBER", keys.open(journal.lane), reservation.id) for reservation, _ in held])
        for (reservation, claims), there in zip(held, known, strict=True):
            if not there and journal.holds(reservation.id):
                client.call(*calls.claim(who, reservation, claims))

    def _find_expired(self, client: Client) -> None:
        """Look for carts of which nobody tells that they are gone: their time is over."""
        keys, now = self._calls.keys, int(client.ask("TIME")[0]) * 1000
        client.ask("ZREMRANGEBYSCORE", keys.carts, "-inf", now)
        known = {text_of(each) for each in client.ask("ZRANGE", keys.carts, 0, -1)}
        here = ((table, key) for table in CARTS for key in self._journal.keys(table))
        self._journal.stale |= {name for name in here if cart_id(*name) not in known}
        self._looked = time.monotonic()

    def at_rest(self, client: Client) -> None:
        """See `Party`: what broken steps left on the server is given back, and counters kept for a start without it."""
        who, calls, keys = self._journal.who, self._calls, self._calls.keys
        for each in client.ask("SRANDMEMBER", keys.open(self._journal.lane), 200):
            name = text_of(each)
            if not self._journal.holds(name):
                client.call(*calls.release(who, name))
        if time.monotonic() - self._looked > HOUR:
            self._find_expired(client)
        stale, left = self._journal.stale, set[Key]()
        while stale:
            left.add(stale.pop())
        for each in client.ask("SMEMBERS", keys.owned(self._journal.lane)):
            with suppress(ValueError):
                cart = table_and_key(text_of(each))
                if cart not in self._journal.taking and not self._journal.outbox.concerns(*cart):
                    client.call(*calls.leave(who, cart_id(*cart), *cart))
                    left.add(cart)
        if left:
            records, carts = loading.changed_records(client, keys, self._journal.lane, left)
            self._journal.heard(records, carts, self._journal.position)
        self._journal.save_counts()

    def hand_in(self, client: Client) -> None:
        """See `Party`. What else was to be delivered is told by whoever has the lane."""
        if not self._journal.lost:
            return
        who, journal = self._journal.who, self._journal
        for said in untold_payments(journal, journal.outbox.undelivered()):
            client.ask("XADD", self._calls.keys.review, "MAXLEN", "~", REVIEWED, "*", *said)
        for entry in journal.outbox.undelivered():
            if entry.kind == "commit" and (order := journal.own_order(entry.order or "")) is not None:
                answer = client.call(*self._calls.commit(who, entry, order, number=0))
                if answer[0] != b"ok":
                    raise refusal(answer)
            journal.counted(loading.BEGINNING, [], entry.number)

    def says(self) -> dict[str, str | int]:
        """See `Party`."""
        unresolved = sum(held.state == "charging" for held in self._journal.view.open_reservations())
        last = self._journal.last_sold_at()
        said: dict[str, str | int] = {
            "state": self.standing,
            "outbox": self._journal.outbox.waiting,
            "unresolved": unresolved,
        }
        # Of a day that is closed the last sale stays as it was said.
        return said if last is None else {**said, "last_sale": last.isoformat()}
