"""What a shop's server knows of the checkouts that are queued, for whoever asks for one and whoever looks after all."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pos.domain.checkout_request import CheckoutRequest, QueuedOrder, differences, request_of, written
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.queue_ports import Ending, JobQueue, QueueFigures
from pos.stores.records import FAULTS
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.answers import refusal
from pos.stores.redis.client import Client
from pos.stores.redis.delivery import Call
from pos.stores.redis.job_calls import JobCalls, reservation_id, sent
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.resp import fields_of, text_of
from pos.stores.redis.standing import asking

LOOK: Final = 0.1
"""Seconds after which it is looked again whether a checkout is over."""
SHORTEST_WAIT: Final = 1
LONGEST_WAIT: Final = 60
"""Seconds that whoever finds the queue full is told to wait: a tenth of what the oldest has waited."""


class ServerQueuedOrders:
    """Implements `QueuedOrders`. To be used by one thread at a time."""

    def __init__(self, address: ServerAddress, options: ServerOptions) -> None:
        """Nothing is asked yet."""
        self._address, self._options, self._keys = address, options, Keys(address.shop)
        self._client = Client(address, options, name="queued")
        self._sent: list[str] = []
        """Orders that a queue at another place has acknowledged, and the shop does not know that yet."""

    def enqueue(self, request: CheckoutRequest, queue: JobQueue, most: int) -> QueuedOrder:
        """See the port."""
        within = self._is_here(queue)
        call = self._calls(request.order).enqueue(request, most, within=within)
        with asking(self._client.place):
            *_noted, answer = self._client.call_each([*self._notes(), call])
            match answer[0]:
                case b"ok":
                    place, since = int(answer[1]), _moment(text_of(answer[2]))
                    found = QueuedOrder(
                        order=request.order, state="pending", since=since, place=place, lane=request.lane,
                        ticket=request.name,
                    )  # fmt: skip
                    there = within
                case b"known":
                    self._require_same(request)
                    found, there = self._found(request.order), answer[2] == b"1" or answer[1] != b"pending"
                case b"full":
                    raise self._full(int(answer[1]))
                case _:
                    raise refusal(answer)
        if not there:
            self._send(request.order, written(request), queue)
        return found

    def find(self, order: str) -> QueuedOrder | None:
        """See the port."""
        with self._asked():
            fields = fields_of(self._client.ask("HGETALL", self._keys.job(order)))
            if "state" not in fields:
                return None
            rank = None
            if fields["state"] == "pending":
                rank = self._client.ask("ZRANK", self._keys.queued, order)
            return _queued(order, fields, None if rank is None else int(rank) + 1)

    def expire(self, order: str) -> QueuedOrder | None:
        """See the port."""
        with self._asked():
            answers = text_of(self._client.ask("HGET", self._keys.job(order), "answer") or b"")
            how = Ending("expired", lazy("It was not begun in time. Nothing was charged."))
            answer = self._client.call(*self._calls(order, answers or None).end(None, "", how))
            if answer[0] not in (b"ok", b"lost"):
                raise refusal(answer)
        return self.find(order)

    def wait(self, order: str, seconds: float) -> QueuedOrder | None:
        """See the port."""
        until = time.monotonic() + seconds
        while True:
            found = self.find(order)
            left = until - time.monotonic()
            if (found is not None and found.is_over) or left <= 0:
                return found
            time.sleep(min(LOOK, left))

    def figures(self) -> QueueFigures:
        """See the port."""
        keys = self._keys
        with self._asked():
            pending, first, stuck, ended, now = self._client.ask_each(
                [
                    ("ZCARD", keys.queued),
                    ("ZRANGE", keys.queued, 0, 0, "WITHSCORES"),
                    ("ZCARD", keys.stuck),
                    ("HGETALL", keys.queue_ended),
                    ("TIME",),
                ]
            )
            since = float(first[1]) / 1000 if first else float(now[0])
            oldest = timedelta(seconds=max(0.0, float(now[0]) + float(now[1]) / 1e6 - since)) if first else timedelta()
            counts = {state: int(many) for state, many in fields_of(ended).items()}
            return QueueFigures(pending=int(pending), oldest=oldest, stuck=int(stuck), ended=counts)

    def stuck(self) -> Sequence[QueuedOrder]:
        """See the port."""
        with self._asked():
            names = [text_of(each) for each in self._client.ask("ZRANGE", self._keys.stuck, 0, -1)]
            found = self._client.ask_each([("HGETALL", self._keys.job(name)) for name in names]) if names else []
            each = [(name, fields_of(fields)) for name, fields in zip(names, found, strict=True)]
            return [_stuck(name, fields) for name, fields in each if "state" in fields]

    def retry(self, order: str, queue: JobQueue) -> bool:
        """See the port."""
        within = self._is_here(queue)
        with self._asked():
            answer = self._client.call(*self._calls(order).retry(within=within))
            if answer[0] == b"lost":
                return False
            if answer[0] != b"ok":
                raise refusal(answer)
        if not within:
            queue.send(order, answer[1])
            # At once: of what was begun before it is not noted later, see `job_sent`.
            with self._asked():
                self._client.ask("HSET", self._keys.job(order), "sent", 1)
        return True

    def drop(self, order: str) -> bool:
        """See the port."""
        with self._asked():
            fields = fields_of(self._client.ask("HGETALL", self._keys.job(order)))
            if fields.get("state") != "stuck":
                return False
            (document,) = self._client.ask("HMGET", self._keys.reservation(reservation_id(order)), "document")
            if document is not None and _is_open(json.loads(document)):
                text = lazy("Order {order}: nobody knows yet what became of its payment. Try it again.", order=order)
                raise TillError("payment_unknown", text)
            how = Ending("refused", lazy("It was given up."))
            answer = self._client.call(*self._calls(order, fields.get("answer") or None).end(None, "", how))
            if answer[0] not in (b"ok", b"lost"):
                raise refusal(answer)
            return bool(answer[0] == b"ok")

    def close(self) -> None:
        """See the port."""
        # What is not noted is sent once more by a worker.
        with suppress(TillError), self._asked():
            pass
        self._client.close()

    def _send(self, order: str, request: bytes, queue: JobQueue) -> None:
        """Put one that is registered into a queue at another place.

        That it is there is noted with whatever the server is told next: nobody waits for a note, and without one a
        worker sends it again, after `UNSENT`, which is harmless. So it is with one order at most.
        """
        queue.send(order, request)
        self._sent.append(order)

    def _notes(self) -> list[Call]:
        """What the server is to be told of orders that are in their queue; it is tried once."""
        orders, self._sent = self._sent, []
        return [sent(self._keys, orders)] if orders else []

    def _found(self, order: str) -> QueuedOrder:
        return self.find(order) or QueuedOrder(order=order, state="pending")

    def _require_same(self, request: CheckoutRequest) -> None:
        """Raises TillError `request_differs` if something else was asked for first by this order's id."""
        first = self._client.ask("HGET", self._keys.job(request.order), "request")
        try:
            differs = () if first is None else differences(request_of(first), request)
        except TillError:
            # Nobody can read it, and it is stuck: how it stands says so.
            return
        if differs:
            text = N_(
                "Order {order} was asked for before, and differs in {fields}. What was asked for first counts, nothing "
                "of this one is charged. See what became of it: {command}."
            )
            fields = ", ".join(differs)
            told = lazy(text, order=request.order, fields=fields, command=f"pos order {request.order}")
            raise TillError("request_differs", told, differs=fields)

    def _full(self, waiting: int) -> TillError:
        """The queue is full, with for how long to wait."""
        wait = min(max(round(self.figures().oldest.total_seconds() / 10), SHORTEST_WAIT), LONGEST_WAIT)
        text = N_("{count} checkouts are waiting: no other one is taken now. Try again in {seconds} s.")
        return TillError("queue_full", lazy(text, count=waiting, seconds=wait), wait=wait)

    def _is_here(self, queue: JobQueue) -> bool:
        """Whether a queue is the stream beside what is known of its checkouts."""
        return queue.name == self._address.name

    def _calls(self, order: str, answers: str | None = None) -> JobCalls:
        return JobCalls(self._keys, self._options, order, answers)

    @contextmanager
    def _asked(self) -> Iterator[None]:
        with asking(self._client.place):
            if notes := self._notes():
                self._client.call_each(notes)
            yield


def _is_open(reservation: dict[str, Any]) -> bool:
    return any(attempt.get("state") in ("pending", "unknown", "captured") for attempt in reservation["attempts"])


def _moment(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)


def _stuck(order: str, fields: dict[str, str]) -> QueuedOrder:
    """One that is stuck. What another program made of it must not hide the others."""
    try:
        return _queued(order, fields, None)
    except FAULTS:
        return QueuedOrder(order=order, state="stuck", words=lazy("What is kept of it is not understood."))


def _queued(order: str, fields: dict[str, str], place: int | None) -> QueuedOrder:
    """What a HASH says of a checkout. Raises what `FAULTS` names for one that says nothing of the kind."""
    said: dict[str, Any] = {
        "order": order,
        "state": fields["state"],
        "place": place,
        "lane": fields.get("lane", ""),
        "ticket": fields.get("ticket", ""),
        "worker": fields.get("worker", ""),
        "tries": int(fields.get("tries", 0)),
    }
    said |= {name: _moment(fields[name]) for name in ("since", "ended") if name in fields}
    said |= {name: fields[name] for name in ("receipt", "decline_code") if name in fields}
    if "total" in fields:
        said["total"] = int(fields["total"])
    said |= {name: json.loads(fields[name]) for name in ("short", "words") if name in fields}
    return QueuedOrder.model_validate(said)
