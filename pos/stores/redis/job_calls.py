"""What the server is asked and told of checkouts that are queued, as calls of functions/queue.lua."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pos.domain.checkout_request import CheckoutRequest, written
from pos.domain.message import Message
from pos.domain.message_json import message_data
from pos.domain.queue_ports import Ending
from pos.domain.reservations import Order, Reservation
from pos.stores import codec
from pos.stores.redis.delivery import DAY, Call
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.outbox import Claims

TWICE: Final = 5_000
"""Within so many milliseconds one that is handed out anew was in the queue twice: nobody is taken for dead yet."""


def reservation_id(order: str) -> str:
    """The id of the one reservation that a queued checkout makes: no ticket's at a till is called so."""
    return f"queued:{order}"


@dataclass(frozen=True, slots=True)
class JobCalls:
    """The calls about one checkout, by its order's id; `answers` is the stream that is told what became of it."""

    keys: Keys
    options: ServerOptions
    order: str
    answers: str | None = None

    def enqueue(self, request: CheckoutRequest, most: int, *, within: bool) -> Call:
        """Register it, unless so many are pending; `within` the same step it is put into the stream."""
        keys = self.keys
        args: tuple[str | bytes | int, ...] = (self.order, written(request), most, int(within), *_named(request))
        return "enqueue", (self._job, keys.queued, keys.queue), args

    def begin(self, worker: str, request: bytes, named: CheckoutRequest, *, again: bool, counted: bool = True) -> Call:
        """Take it up for a worker, by its lane; `again` if whoever had it has failed, or is dead: which may count."""
        keys = self.keys
        of = self._job, keys.queued, keys.reservation(self._id), keys.order(self.order)
        return "begin", of, (self.order, worker, request, int(again) if counted else 2, TWICE, *_named(named))

    def begin_reserve(
        self, worker: str, request: bytes, named: CheckoutRequest, tries: int, held: Reservation, claims: Claims
    ) -> Call:
        """Take it up as a new one that was begun so many times at most, and take hold of all claims or none."""
        keys = self.keys
        counters = keys.on_hand, keys.held, keys.queue_open, keys.changes
        of = self._job, keys.queued, keys.reservation(self._id), keys.order(self.order), *counters
        begin: tuple[str | bytes | int, ...] = (self.order, worker, request, 0, TWICE)
        reserve = tries, self._id, json.dumps(claims), codec.body(held)
        return "begin_reserve", of, (*begin, *reserve, *_named(named))

    def reserve(self, fence: int, lane: str, reservation: Reservation, claims: Claims) -> Call:
        """Take hold of all claims or none."""
        keys = self.keys
        of = self._job, keys.reservation(self._id), keys.on_hand, keys.held, keys.queue_open, keys.changes
        return "job_reserve", of, (self.order, fence, lane, self._id, json.dumps(claims), codec.body(reservation))

    def note(self, fence: int, reservation: Reservation) -> Call:
        """What is newly known of its attempts."""
        return "job_note", (self._job, self.keys.reservation(self._id)), (self.order, fence, codec.body(reservation))

    def void(self, fence: int, attempt: str) -> Call:
        """One of its attempts is about to be made void."""
        return "job_void", (self._job, self.keys.reservation(self._id)), (self.order, fence, attempt)

    def commit(self, fence: int, lane: str, order: Order, claims: Claims, number: int) -> Call:
        """It is paid: the order, with that receipt number of the lane's."""
        keys = self.keys
        of_order = keys.order(order.id), keys.receipt(order.receipt), keys.orders, keys.lane(lane), keys.events
        said = int(self.answers is not None)
        args = (self.order, fence, lane, self._id, json.dumps(claims), codec.body(order), self._kept, order.receipt)
        head = *self._held, keys.queued, keys.queue_ended
        return (
            "job_commit",
            (*head, *of_order, self._told),
            (*args, number, said, order.sale.total, order.at.isoformat()),
        )

    def end(self, fence: int | None, lane: str, how: Ending) -> Call:
        """It has come to an end without an order; no `fence`: it was stuck, or has expired unbegun."""
        keys = self.keys
        fields: dict[str, str | int] = {"words": _words(how.words)}
        if how.decline_code is not None:
            fields["decline_code"] = how.decline_code
        if how.total is not None:
            fields["total"] = how.total
        if how.short:
            fields["short"] = json.dumps([each.model_dump(mode="json") for each in how.short])
        said = int(self.answers is not None)
        args = (self.order, "" if fence is None else fence, lane, self._id, self._kept, said, how.state)
        of = *self._held, keys.queued, keys.queue_ended, keys.stuck, self._told
        return "job_end", of, (*args, *(part for pair in fields.items() for part in pair))

    def stick(self, fence: int | None, words: Message) -> Call:
        """It has failed too often; no `fence`: nobody can read it."""
        keys = self.keys
        args = (self.order, "" if fence is None else fence, int(self.answers is not None), _words(words))
        return "job_stick", (self._job, keys.queued, keys.stuck, self._told), args

    def retry(self, *, within: bool) -> Call:
        """One that is stuck waits its turn again; `within` the same step it is put into the stream."""
        keys = self.keys
        return "job_retry", (self._job, keys.queued, keys.stuck, keys.queue), (self.order, int(within))

    @property
    def _job(self) -> str:
        return self.keys.job(self.order)

    @property
    def _id(self) -> str:
        return reservation_id(self.order)

    @property
    def _held(self) -> tuple[str, ...]:
        keys = self.keys
        return self._job, keys.reservation(self._id), keys.on_hand, keys.held, keys.queue_open, keys.changes

    @property
    def _told(self) -> str:
        # A key of its own for what nobody asks for: every one is declared, and all lie in one slot.
        return self._job if self.answers is None else self.keys.answers(self.answers)

    @property
    def _kept(self) -> int:
        return self.options.order_days * DAY


def sent(keys: Keys, orders: Sequence[str]) -> Call:
    """These are in their queue, which is at another place."""
    return "job_sent", tuple(map(keys.job, orders)), ()


def _named(request: CheckoutRequest) -> tuple[str, ...]:
    """Who asks, as fields and values."""
    return ("lane", request.lane, "ticket", request.name, "answer", request.answer or "")


def _words(words: Message) -> str:
    return json.dumps(message_data(words))
