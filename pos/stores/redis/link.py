"""The till's link to the shop's server: threads beside the till that keep it, hear what changes, and deliver."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from math import inf
from threading import Condition, Event, Lock, RLock, Thread
from typing import TYPE_CHECKING, Any, Final, Literal

from pos.domain.errors import TillError
from pos.domain.message import NOTHING, Message, lazy
from pos.stores.records import FAULTS
from pos.stores.redis import loading
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import Interrupted, Moved, NoShop, Refused, ServerAway, Unanswered, Untrusted, not_understood
from pos.stores.redis.caution import Caution
from pos.stores.redis.changes import changes_in, is_taken
from pos.stores.redis.counts import StreamId
from pos.stores.redis.delivering import Deliverer
from pos.stores.redis.delivery import Call, Calls
from pos.stores.redis.expiring import expire_overdue
from pos.stores.redis.loading import BEGINNING
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.parties import Copy, Party
from pos.stores.redis.resp import stream_id, written_id

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

State = Literal["connecting", "online", "empty", "away", "untrusted", "refused"]
"""`empty`: the server is there, and no shop is on it. `untrusted`: it is there, and this till keeps away from it."""
LISTEN: Final = 1.0
"""Seconds for which the stream of changes is listened to at a time."""
BEAT: Final = 5.0
"""Seconds between two signs of life of a till."""
LONGEST_PAUSE: Final = 2.0
"""Seconds between two tries to reach a server that is away."""
LONGEST_WAIT: Final = 1.0
"""Seconds for which replicas are waited for at most."""
SPARE: Final = 1.0
"""Seconds that a busy machine may need beside all that is waited for."""
PIECE: Final = 2_000
"""So many changes are heard at once."""
HEARD_OF: Final = 100
"""One second in so many is spent on hearing what changes: where much does, it is heard in larger pieces."""
LONGEST_UNHEARD: Final = 0.5
"""Seconds after which what has changed is heard, whatever that takes."""


class Link:
    """Keeps a till and its shop's server together. `ask` may be called from any thread, the rest is beside the till."""

    def __init__(self, address: ServerAddress, options: ServerOptions, calls: Calls, copy: Copy, party: Party) -> None:
        self.address = self._usual = address
        """Where the server is now."""
        self._options = options
        self._calls = calls
        self._copy = copy
        self._party = party
        self.state: State = "connecting"
        self.reason: Message = lazy("the server is still being asked")
        """Why the server cannot be used, as a part of a sentence; of one that is refused as a sentence."""
        self.advice: Message = NOTHING
        """What is to be changed at a server that is not trusted, in sentences."""
        self.caution = Caution(options)
        self.since = time.monotonic()
        """When the state began, by the monotonic clock."""
        self._news = Condition(RLock())
        self._asking = Lock()
        self.delivering = Lock()
        """Held while entries are delivered, and while it is found out which were."""
        self._caller: Client | None = None
        self._reader: Client | None = None
        self._deliverer = Deliverer(options, copy, party, self)
        self.closed = Event()
        self._wake = Event()
        """Whether to stop listening."""
        self._again = Event()
        """Whether to reach the server at once."""
        self._known_at = 0.0
        """When that was asked which is known last, by `_awake`."""
        self._answered_at = -inf
        """When the server answered last, by the monotonic clock."""
        self._beat = 0.0
        self._at: StreamId = BEGINNING
        self._threads = [
            Thread(target=self._keep, name="tillkey-link", daemon=True),
            Thread(target=self._deliverer.run, name="tillkey-outbox", daemon=True),
        ]

    def start(self) -> None:
        """Begin to reach the server."""
        for thread in self._threads:
            thread.start()

    def wait(self, seconds: float) -> State:
        """Wait until it is known whether the server can be used, so long at most; how it stands."""
        with self._news:
            self._news.wait_for(lambda: self.state != "connecting", seconds)
            return self.state

    def is_online_within(self, seconds: float) -> bool:
        """Whether the server can be used, now or so soon."""
        with self._news:
            self._news.wait_for(lambda: self.state == "online" or self.closed.is_set(), seconds)
            return self.state == "online"

    def find_out(self) -> None:
        """See to it that how the link stands was asked lately; an answer, or that none came, is waited for.

        A program that was stopped for a while finds the answers to what it asked before, and knows no more by them.
        """
        now = _awake()
        if now - self._known_at <= self.fresh_for:
            return
        self.again()
        with self._news:
            self._news.wait_for(lambda: self._known_at >= now or self.closed.is_set(), self.fresh_for)

    @property
    def silent_for(self) -> float:
        """Seconds since the server answered last; infinite if it never did."""
        return time.monotonic() - self._answered_at

    @property
    def fresh_for(self) -> float:
        """Seconds for which it counts what was asked last: a server that is away is asked again sooner than that."""
        return LISTEN + LONGEST_UNHEARD + LONGEST_PAUSE + 2 * self._options.timeout + SPARE

    def ask(self, call: Call, *, replicas: int = 0) -> list[Any]:
        """What the server answers to one call. Raises ServerAway, Unanswered if it was asked, at most the limit later.

        A call that got no answer is said once more if there is time: each is idempotent by its id. What so many
        `replicas` do not have in time, for which it waits, counts as unanswered.
        """
        until = time.monotonic() + self._options.timeout
        self.wait(self._options.timeout)
        with self._asking:
            client = self._caller
            if self.state != "online" or client is None:
                raise ServerAway(self.reason)
            try:
                try:
                    answer = client.call(*call, seconds=until - time.monotonic())
                except ServerAway:
                    left = until - time.monotonic()
                    if left < self._options.timeout / 2 or self.closed.is_set():
                        raise
                    answer = client.call(*call, seconds=left)
                safe = not replicas or self._is_safe(client, replicas)
            except ServerAway as error:
                self.lost(error)
                raise Unanswered(error.reason) from None
            if not safe:
                raise Unanswered(lazy("the server at {place} has too few replicas", place=client.place))
            return answer

    def _is_safe(self, client: Client, replicas: int) -> bool:
        """Whether so many have what was said last by this connection."""
        wait = min(self._options.timeout, LONGEST_WAIT)
        return int(client.wait_for("WAIT", replicas, round(wait * 1000), seconds=wait)) >= replicas

    def read(self, *command: str | bytes | int) -> Any:
        """What the server answers to one command. Raises ServerAway."""
        with self._asking:
            client = self._caller
            if self.state != "online" or client is None:
                raise ServerAway(self.reason)
            try:
                return client.ask(*command)
            except ServerAway as error:
                self.lost(error)
                raise

    def refuse(self, reason: Message) -> None:
        """The server has said that this till may not use it, in a sentence."""
        self._set("refused", reason)

    def again(self) -> None:
        """Reach the server now, whatever is known of it."""
        with self._news:
            self.state = "connecting"
            self._again.set()
        self._wake.set()
        reader = self._reader
        if reader is not None:
            reader.interrupt()

    def lost(self, error: ServerAway) -> None:
        """The server cannot be used as it is; it is tried again from the beginning."""
        self.address = self._usual
        if isinstance(error, Moved):
            self.address = replace(self._usual, host=error.host, port=error.port)
        if self.state != "refused":
            self._set("away", error.reason)
        self._wake.set()
        reader = self._reader
        if reader is not None:
            reader.interrupt()

    def close(self) -> None:
        """Give the link up."""
        self.closed.set()
        self._wake.set()
        self._again.set()
        with self._news:
            self._news.notify_all()
        self._deliverer.interrupt()
        for client in (self._reader, self._caller):
            if client is not None:
                client.interrupt()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(self._options.timeout + LISTEN)

    def _set(self, state: State, reason: Message = NOTHING) -> None:
        with self._news:
            changed = state != self.state
            if changed:
                self.state, self.since = state, time.monotonic()
            self.reason = reason
            self._news.notify_all()
        if changed and not self.closed.is_set():
            self._copy.linked()

    def _keep(self) -> None:
        """Reach the server, listen, and reach it again, until the link is given up."""
        pause = 0.05
        while not self.closed.is_set():
            self._wake.clear()
            asked = _awake()
            try:
                with self.delivering:
                    self._begin()
                self._know(asked)
                pause = 0.05
                self._listen()
                if not self.closed.is_set():
                    self._leave_online()
            except Refused as error:
                self._set("refused", error.reason)
                self._know(asked)
                self._hand_in()
            except NoShop:
                with self._news:
                    # What was asked meanwhile is answered by the next try.
                    if not self._again.is_set():
                        self._set("empty", lazy("no shop {shop} is on the server", shop=self._usual.shop))
            except Interrupted:
                # Why is known already.
                pass
            except Untrusted as error:
                self.advice = error.message
                if self.state != "refused":
                    self._set("untrusted", error.reason)
                self._know(asked)
            except ServerAway as error:
                # Who was broken off while listening knows nothing of why: that was told already.
                if not self._wake.is_set():
                    self.lost(error)
                    self._know(asked)
            except TillError as error:
                self._set("away", lazy("this till's own journal fails: {error}", error=error.words))
            except Exception as error:
                # Whatever it is: a thread that ends would leave the till deaf for good.
                self._set("away", not_understood(error))
            finally:
                self._drop()
            self._again.wait(pause)
            self._again.clear()
            pause = min(pause * 2, LONGEST_PAUSE)

    def _know(self, asked: float) -> None:
        """How the link stands is what was asked then."""
        with self._news:
            self._known_at = max(self._known_at, asked)
            self._news.notify_all()

    def _hand_in(self) -> None:
        client = self._reader
        if client is not None:
            with suppress(ServerAway, *FAULTS):
                self._party.hand_in(client)

    def _leave_online(self) -> None:
        with self._news:
            if self.state == "online":
                self.state = "connecting"

    def _begin(self) -> None:
        from pos.stores.redis.client import Client

        keys, copy, party = self._calls.keys, self._copy, self._party
        client = self._reader = Client(self.address, self._options, name="listens")
        self.caution.look(client)
        answer = client.call(*party.hello())
        self._answered_at = time.monotonic()
        party.registered(answer)
        at = loading.last_change(client, keys)
        lane = party.identity().lane
        counts = loading.all_counts(client, keys)
        if loading.goes_on(client, keys, copy.position):
            copy.begin(None, counts, at, party.delivered_there)
            self._heard(client, self._since(client, copy.position))
        else:
            carts = loading.all_carts(client, keys, lane)
            said = loading.loaded(loading.all_records(client, keys), carts)
            copy.begin(said, counts, at, party.delivered_there)
        with self._asking:
            if self._caller is not None:
                self._caller.close()
            self._caller = Client(self.address, self._options, name="asks")
            self._caller.connect()
        party.begun(client)
        party.at_rest(client)
        self._at = at
        self._set("online")

    def _since(self, client: Client, after: StreamId) -> list[Any]:
        found: list[Any] = []
        while True:
            start = f"({written_id(after)}"
            some = client.ask("XRANGE", self._calls.keys.changes, start, "+", "COUNT", PIECE)
            found += some
            if len(some) < PIECE:
                return found
            after = stream_id(some[-1][0])

    def _listen(self) -> None:
        client, keys = self._reader, self._calls.keys
        assert client is not None
        while not self.closed.is_set() and not self._wake.is_set():
            pause = 0.0
            at = written_id(self._at)
            command = ("XREAD", "COUNT", PIECE, "BLOCK", round(LISTEN * 1000), "STREAMS", keys.changes, at)
            asked = _awake()
            found = client.wait_for(*command, seconds=LISTEN)
            self._answered_at = time.monotonic()
            if found:
                entries = found[0][1]
                if is_taken(entries, self._party.identity()):
                    raise ServerAway(lazy("the server does not know this till any more"))
                if len(entries) == PIECE and not loading.goes_on(client, keys, self._at):
                    raise ServerAway(lazy("more has changed than the server has kept"))
                began = time.thread_time()
                self._heard(client, entries)
                if len(entries) < PIECE:
                    pause = min((time.thread_time() - began) * HEARD_OF, LONGEST_UNHEARD)
            self._know(asked)
            if time.monotonic() - self._beat >= BEAT:
                self._beat = time.monotonic()
                self._sign_of_life(client)
            if pause:
                self._wake.wait(pause)

    def _heard(self, client: Client, entries: Sequence[Any]) -> None:
        """Take over changes: counters as they are told, records as they stand now."""
        copy, lane = self._copy, self._party.identity().lane
        at, counts, number, changed, anew = changes_in(entries, lane.encode(), copy.outbox.next)
        if counts or number:
            copy.counted(at, [(name, *count) for name, count in counts.items()], number or None)
        if anew:
            copy.compared(loading.all_records(client, self._calls.keys))
        if changed:
            records, carts = loading.changed_records(client, self._calls.keys, lane, changed)
            copy.heard(records, carts, at)
        self._at = max(at, self._at)

    def _sign_of_life(self, client: Client) -> None:
        party = self._party
        answer = client.call(*self._calls.beat(party.identity(), party.says()))
        if answer[0] != b"ok":
            # It is known no more, or another till has the lane: hello finds out which.
            raise ServerAway(lazy("the server does not know this till any more"))
        expire_overdue(client, self._calls, int(answer[1]))
        party.at_rest(client)

    def _drop(self) -> None:
        with self._asking:
            for client in (self._reader, self._caller):
                if client is not None:
                    client.close()
            self._reader = self._caller = None


def _awake() -> float:
    """A clock in seconds that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
