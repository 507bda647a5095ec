"""A shop on a server for the jobs of a worker: each verb is one step there, and refused to whoever has lost the job."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from pos.domain.checkout_request import CheckoutRequest, request_of
from pos.domain.errors import TillError
from pos.domain.message import Message, lazy
from pos.domain.model import changed
from pos.domain.ports import Document, Records, Store
from pos.domain.queue_ports import Begun, Ending, Job, Taken
from pos.domain.reservations import Attempt, Order, Reservation
from pos.domain.sale import Sale
from pos.stores import operations
from pos.stores.records import FAULTS
from pos.stores.redis.answers import refusal
from pos.stores.redis.away import ServerAway, not_understood
from pos.stores.redis.delivery import Call
from pos.stores.redis.job_calls import JobCalls, reservation_id
from pos.stores.redis.resp import text_of
from pos.stores.redis.step_entries import amounts

if TYPE_CHECKING:
    from pos.domain.ports import Archive, ShopView
    from pos.stores.redis.delivery import Calls, Identity
    from pos.stores.redis.link import Link
    from pos.stores.redis.outbox import Claims

LOOKED_AT: Final = 20
"""So many of those that have waited longest are looked at for one that never got into the queue."""
LOST: Final = 600_000
"""What nobody has begun for so many milliseconds, and is in no queue, was lost by it."""
UNSENT: Final = 30_000
"""Milliseconds after which whoever has registered a checkout, and not sent it, is taken for dead."""
UNWRITTEN: Final = "store_unusable"
"""The code for a step of which nobody knows whether the server has done it."""


class LaneShop(Store, Protocol):
    """The store of a worker's lane, see `LaneStore`."""

    @property
    def lane(self) -> str:
        """Its name."""
        ...

    @property
    def who(self) -> Identity:
        """Who the worker is on the server."""
        ...

    @property
    def calls(self) -> Calls:
        """What the server is asked and told of the shop."""
        ...

    @property
    def link(self) -> Link:
        """How the lane and the server stand."""
        ...


class Jobs:
    """Implements `WorkerShop` over the store of the worker's lane, in whose journal nothing of a job is kept.

    How counters stand after its steps the lane hears as of those of others, from the stream of changes.
    """

    def __init__(self, shop: LaneShop) -> None:
        """The shop stays open until whoever has opened it closes it."""
        self.shop = shop
        self._number: int | None = None
        """The next receipt's number, once it is known."""
        self.numbering = Lock()
        """Held while a receipt gets its number."""

    def begin(self, job: Job, request: CheckoutRequest, *, again: bool, counted: bool = True) -> Begun | None:
        """See the port."""
        calls = self.calls(request.order, request.answer)
        again = again or bool(job.again)
        answer = self.ask(calls.begin(self.shop.lane, job.request, request, again=again, counted=counted))
        return self.begun(job, request, answer)

    def begun(self, job: Job, request: CheckoutRequest, answer: list[Any]) -> Begun | None:
        """How a job was taken up, by what the server answers; None if it is over."""
        calls = self.calls(request.order, request.answer)
        if answer[0] == b"over":
            return None
        if answer[0] == b"used":
            self.ask(calls.stick(int(answer[1]), lazy("Another order is called {order}.", order=request.order)))
            return None
        left = Reservation.model_validate(json.loads(answer[3])) if answer[3] else None
        first = request if answer[5] == job.request else request_of(answer[5])
        fence, tries, foreign = int(answer[1]), int(answer[2]), answer[6] == b"1"
        return Begun(first, fence, tries, left, voiding=text_of(answer[4]), foreign=foreign)

    def new_job(self, job: Job, request: CheckoutRequest, tries: int) -> NewJobStore:
        """See the port."""
        return NewJobStore(self, self.calls(request.order, request.answer), job, request, tries)

    def unsent(self, *, empty: bool) -> Sequence[tuple[str, bytes]]:
        """See the port. Only the oldest ones that are pending are looked at: every one is among them some time."""
        keys, found = self.shop.calls.keys, []
        try:
            seconds, _ = self.shop.link.read("TIME")
            before = int(seconds) * 1000 - UNSENT
            for name in self.shop.link.read("ZRANGEBYSCORE", keys.queued, "-inf", before, "LIMIT", 0, LOOKED_AT):
                order = text_of(name)
                known = self.shop.link.read("HMGET", keys.job(order), "request", "sent", "begun", "since")
                request, sent = known[:2]
                touched = max(int(moment or 0) for moment in known[2:])
                if request is not None and (sent is None or (empty and touched < before + UNSENT - LOST)):
                    found.append((order, bytes(request)))
        except ServerAway as error:
            raise self._away(error) from None
        return found

    def sent(self, order: str) -> None:
        """See the port."""
        try:
            seconds, _ = self.shop.link.read("TIME")
            self.shop.link.read("HSET", self.shop.calls.keys.job(order), "sent", 1, "begun", int(seconds) * 1000)
        except ServerAway as error:
            raise self._away(error) from None

    def refuse(self, job: Job, words: Message) -> str:
        """See the port. What has no order's id is known by what it says."""
        name = job.order or f"unreadable-{sha256(job.request).hexdigest()[:16]}"
        self.ask(self.calls(name).stick(None, words))
        return name

    def job(self, begun: Begun) -> ServerJobStore:
        """See the port."""
        return ServerJobStore(self, self.calls(begun.request.order, begun.request.answer), begun)

    def calls(self, order: str, answers: str | None = None) -> JobCalls:
        """The calls about a job."""
        return JobCalls(self.shop.calls.keys, self.shop.calls.options, order, answers)

    def ask(self, call: Call) -> list[Any]:
        """What the server answers. Raises TillError `store_unusable` without an answer, `job_lost`, `lane_refused`."""
        try:
            # A job has no other journal: what a replica that takes over lacks would be forgotten, a charge too.
            answer = self.shop.link.ask(call, replicas=self.shop.calls.options.replicas)
            if answer[0] == b"lost":
                raise TillError("job_lost", lazy("Another worker has order {order} now.", order=call[2][0]))
            if answer[0] in (b"broken", b"fenced", b"unknown"):
                raise refusal(answer)
            return answer
        except ServerAway as error:
            raise self._away(error) from None
        except FAULTS as error:
            self.shop.link.lost(ServerAway(not_understood(error)))
            raise TillError(UNWRITTEN, lazy("What the server answers is not understood.")) from None

    def _away(self, error: ServerAway) -> TillError:
        """Why the server cannot be asked."""
        if self.shop.link.state == "refused":
            return TillError("lane_refused", self.shop.link.reason)
        return TillError(UNWRITTEN, lazy("The server is away: {reason}.", reason=error.reason))

    def next_number(self) -> int:
        """The number of the next receipt; `numbering` is held."""
        if self._number is None:
            try:
                said = self.shop.link.read("HGET", self.shop.calls.keys.lane(self.shop.lane), "queued")
            except ServerAway as error:
                raise self._away(error) from None
            self._number = int(said or 0) + 1
        return self._number

    def numbered(self, last: int) -> None:
        """The last number that was given; `numbering` is held."""
        self._number = last + 1


class ServerJobStore:
    """Implements `JobStore`. What is no verb of a sale is the business of the worker's lane."""

    def __init__(self, jobs: Jobs, calls: JobCalls, begun: Begun) -> None:
        self._jobs, self._shop, self._calls, self._fence = jobs, jobs.shop, calls, begun.fence
        self._held = begun.left
        self.is_lost = False
        """See the port."""

    @property
    def view(self) -> ShopView:
        """See the port."""
        return self._shop.view

    @property
    def archive(self) -> Archive:
        """See the port."""
        return self._shop.archive

    def reserve(self, reservation: Reservation) -> Reservation:
        """See the port. The reservation has the job's id."""
        held = changed(reservation, id=reservation_id(self._calls.order), lane=self._shop.lane)
        claims = operations.needs(held.taken)
        answer = self._hold(held, claims)
        if answer[0] == b"short":
            name, free = text_of(answer[3]), int(answer[6])
            raise operations.refused(name, amounts(claims)[name], free)
        self._held = held
        return held

    def record_attempt(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """See the port."""
        held = self._open(reservation_id)
        held = changed(held, attempts=operations.merged_attempts(held.attempts, (attempt,)))
        self._ask(self._calls.note(self._fence, held))
        self._held = held
        return held

    def will_void(self, attempt_id: str) -> None:
        """See the port."""
        self._ask(self._calls.void(self._fence, attempt_id))

    def commit(self, reservation: Reservation, sale: Sale, at: datetime) -> Order:
        """See the port. The receipt's number is the next one of the worker's lane.

        What was not reserved, since nothing is to be charged for it, is first: there may be too little of it.
        """
        if self._held is None:
            self.reserve(reservation)
        jobs, lane = self._jobs, self._shop.lane
        held = changed(reservation, id=reservation_id(self._calls.order), lane=lane, state="committed")
        claims = operations.needs(held.taken)
        with jobs.numbering:
            while True:
                number = jobs.next_number()
                receipt = f"{lane}-Q{self._shop.who.fence}-{number}"
                order = Order(
                    id=held.order,
                    receipt=receipt,
                    reservation=held.id,
                    lane=lane,
                    at=at,
                    sale=changed(sale, receipt=receipt),
                )
                answer = self._ask(self._calls.commit(self._fence, lane, order, claims, number))
                if answer[0] != b"number":
                    break
                jobs.numbered(int(answer[1]))
            jobs.numbered(number)
        return order

    def release(
        self, reservation_id: str, kept: Records | None = None, *, expect: Records | None = None
    ) -> Reservation:
        """See the port. It is given back with the job's end, in one step: until then it is held."""
        return changed(self._open(reservation_id), state="released")

    def end(self, how: Ending) -> None:
        """See the port."""
        self._ask(self._calls.end(self._fence, self._shop.lane, how))

    def stick(self, words: Message) -> None:
        """See the port."""
        self._ask(self._calls.stick(self._fence, words))

    def reservation(self, reservation_id: str) -> Reservation | None:
        """See the port."""
        return self._held if self._held is not None and self._held.id == reservation_id else None

    def unreadable(self, table: str, key: str) -> Message:
        """See the port."""
        return self._shop.unreadable(table, key)

    def prepare(self) -> tuple[Message, ...]:
        """See the port."""
        return self._shop.prepare()

    def expire(self, now: datetime) -> tuple[Reservation, ...]:
        """See the port."""
        return self._shop.expire(now)

    def close_day(self, label: str, orders: int | None = None) -> str | None:
        """See the port."""
        return self._shop.close_day(label, orders)

    def get(self, table: str, key: str) -> Document | None:
        """See the port."""
        return self._shop.get(table, key)

    def write(self, records: Records, *, expect: Records | None = None) -> bool:
        """See the port."""
        return self._shop.write(records, expect=expect)

    def load(self, tables: Mapping[str, Mapping[str, Document]], counters: Mapping[str, int]) -> None:
        """See the port."""
        self._shop.load(tables, counters)

    @property
    def last_step(self) -> int | None:
        """See the port: the server numbers no steps."""
        return None

    @property
    def trouble(self) -> Message:
        """See the port."""
        return self._shop.trouble

    def take_notices(self) -> tuple[Message, ...]:
        """See the port."""
        return self._shop.take_notices()

    def close(self) -> None:
        """See the port: the shop stays open."""

    def _hold(self, held: Reservation, claims: Claims) -> list[Any]:
        """Take hold of all claims or none: what the server answers."""
        return self._ask(self._calls.reserve(self._fence, self._shop.lane, held, claims))

    def _ask(self, call: Call) -> list[Any]:
        try:
            return self._jobs.ask(call)
        except TillError as error:
            self.is_lost = self.is_lost or error.code == "job_lost"
            raise

    def _open(self, reservation_id: str) -> Reservation:
        if self._held is None or self._held.id != reservation_id:
            raise LookupError(reservation_id)
        return self._held


class NewJobStore(ServerJobStore):
    """Implements `JobStore` for a job that seems to be new: it is taken up by `reserve`, see `new_job`."""

    def __init__(self, jobs: Jobs, calls: JobCalls, job: Job, request: CheckoutRequest, tries: int) -> None:
        super().__init__(jobs, calls, Begun(request))
        self._job, self._request, self._tries = job, request, tries

    def end(self, how: Ending) -> None:
        """See the port."""
        if not self._fence:
            raise Taken(self._jobs.begin(self._job, self._request, again=False))
        super().end(how)

    def _hold(self, held: Reservation, claims: Claims) -> list[Any]:
        if self._fence:
            return super()._hold(held, claims)
        jobs, job, request = self._jobs, self._job, self._request
        call = self._calls.begin_reserve(self._shop.lane, job.request, request, self._tries, held, claims)
        answer = self._ask(call)
        if answer[0] not in (b"reserved", b"short"):
            raise Taken(jobs.begun(job, request, answer))
        self._fence = int(answer[-1])
        return answer
