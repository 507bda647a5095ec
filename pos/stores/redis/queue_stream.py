"""The queue between checkout and payment as a stream on a server, read by its workers as one group.

Imported late, as `client` is. An entry is what a program wrote into it by XADD: `request` is a checkout request. An
entry whose job is at its end is deleted, so that the stream's length is the queue's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex
from typing import Any, Final

from pos.domain.checkout_request import order_named
from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.queue_ports import LEASE, Job
from pos.stores.address import SERVER
from pos.stores.records import FAULTS
from pos.stores.redis.address import ServerAddress, server_address
from pos.stores.redis.away import Answered, Moved, ServerAway, Untrusted
from pos.stores.redis.caution import Caution
from pos.stores.redis.client import Client, Command, Reply
from pos.stores.redis.keys import Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.resp import text_of

GROUP: Final = "workers"
NOBODY: Final = "nobody"
"""The consumer that has what was given back. Nobody reads as it."""
LOOK: Final = 0.25
"""Seconds after which the jobs of dead workers are looked for once more: while new ones come, or are waited for."""
GIVEN_BACK: Final = round(timedelta(days=1) / timedelta(milliseconds=1))
"""For so many milliseconds it seems to lie there already: longer than any lease."""
ROUNDS: Final = 10
"""So often a server is asked for the jobs of dead workers at once; it looks at ten for each one that is wanted."""
BEGINNING: Final = b"0-0"


def queue_address(text: str, shop: ServerAddress) -> ServerAddress:
    """Where a shop's queue is: at an address as somebody wrote it, which need not name the shop; empty: at its server.

    Raises ValueError, with a message that repeats nothing of it, for one that is none or names another shop.
    """
    if not text:
        return shop
    found = server_address(text if "?" in text else f"{text}?shop={shop.shop}")
    if found.shop != shop.shop:
        raise ValueError(lazy("a shop's queue bears its name: {example}", example=f"{SERVER}://HOST?shop={shop.shop}"))
    return found


class StreamQueue:
    """Implements `JobQueue`."""

    def __init__(self, address: ServerAddress, options: ServerOptions, *, lease: timedelta = LEASE) -> None:
        """The queue of a shop at an address. It is asked when it is first used."""
        self.name = address.name
        self.consumer = token_hex(8)
        """What the group calls it: no other worker is called so."""
        self._address = address
        self._options = options
        self._lease = round(lease / timedelta(milliseconds=1))
        self._key = Keys(address.shop).queue
        self._client = Client(address, options, name="queue")
        self._looked_to = BEGINNING
        self._look_at = 0.0
        """When to look for the jobs of dead workers, by the monotonic clock, even if there are new ones."""
        self._caution = Caution(options)
        self._reads = self._trusted = False

    def send(self, order: str, request: bytes) -> None:
        """See the port; it is with as many replicas as the options say, on a server that a till would trust."""
        with self._asking():
            if not self._trusted:
                self._caution.look(self._client)
                self._trusted = True
            self._ask("XADD", self._key, "*", "order", order, "request", request)
            if (wanted := self._options.replicas) > 0:
                wait = self._options.timeout
                if int(self._ask("WAIT", wanted, round(wait * 1000), seconds=wait)) < wanted:
                    raise ServerAway(lazy("the server at {place} has too few replicas", place=self._client.place))

    def take(self, most: int, seconds: float) -> Sequence[Job]:
        """See the port."""
        if most < 1:
            return ()
        end = time.monotonic() + seconds
        with self._asking():
            if time.monotonic() < self._look_at and (jobs := self._new(most, 0)):
                return jobs
        while True:
            left = end - time.monotonic()
            with self._asking():
                # What was taken over is handed out at once: waiting for more could lose the answer.
                jobs = self._taken_over(most) or self._new(most, min(left, LOOK))
            if jobs or left <= LOOK:
                return jobs

    def keep(self, jobs: Sequence[Job]) -> None:
        """See the port."""
        with self._asking():
            if mine := self._mine(jobs):
                self._ask("XCLAIM", self._key, GROUP, self.consumer, 0, *mine, "JUSTID")

    def done(self, *jobs: Job) -> None:
        """See the port."""
        ids = [_id_of(job) for job in jobs]
        with self._asking():
            # In this order: of what is deleted alone nothing is handed out, and the group forgets it by itself.
            self._ask_each((("XDEL", self._key, *ids), ("XACK", self._key, GROUP, *ids)))

    def give_back(self, jobs: Sequence[Job]) -> None:
        """See the port."""
        with self._asking():
            if mine := self._mine(jobs):
                self._ask("XCLAIM", self._key, GROUP, NOBODY, 0, *mine, "IDLE", GIVEN_BACK, "JUSTID")

    def depth(self) -> int:
        """See the port."""
        with self._asking():
            return int(self._ask("XLEN", self._key))

    def close(self) -> None:
        """See the port."""
        if self._reads:
            # What a consumer has taken would go with it.
            with suppress(TillError), self._asking():
                if self._ask("XPENDING", self._key, GROUP, "-", "+", 1, self.consumer) == []:
                    self._ask("XGROUP", "DELCONSUMER", self._key, GROUP, self.consumer)
        self._client.close()

    def _taken_over(self, most: int) -> list[Job]:
        """Jobs that nobody has given a sign for, in their order from where the last look ended."""
        whole = self._looked_to == BEGINNING
        for _round in range(ROUNDS):
            self._looked_to, entries = self._ask_group(
                "XAUTOCLAIM", self._key, GROUP, self.consumer, self._lease, self._looked_to, "COUNT", most
            )[:2]
            # An older server tells of what is deleted.
            if jobs := [_job(entry, again=True) for entry in entries if entry is not None and entry[1] is not None]:
                return jobs
            if self._looked_to == BEGINNING:
                if whole:
                    self._look_at = time.monotonic() + LOOK
                    break
                whole = True
        return []

    def _new(self, most: int, seconds: float) -> list[Job]:
        wait: Command = ("BLOCK", max(round(seconds * 1000), 1)) if seconds > 0 else ()
        found = self._ask_group(
            "XREADGROUP",
            "GROUP",
            GROUP,
            self.consumer,
            "COUNT",
            most,
            *wait,
            "STREAMS",
            self._key,
            ">",
            seconds=seconds,
        )
        return [_job(entry, again=False) for entry in found[0][1]] if found else []

    def _mine(self, jobs: Sequence[Job]) -> list[bytes]:
        """The ids of the jobs among these that no other worker has taken over."""
        asked: list[Command] = [
            ("XPENDING", self._key, GROUP, each, each, 1, self.consumer) for each in map(_id_of, jobs)
        ]
        try:
            return [answer[0][0] for answer in self._ask_each(asked) if answer] if asked else []
        except Answered as error:
            if error.word == "NOGROUP":
                return []
            raise

    def _ask_group(self, *command: str | bytes | int, seconds: float = 0) -> Reply:
        """The answer to a command that needs the group, which is made where there is none: of all that is there."""
        self._reads = True
        try:
            return self._ask(*command, seconds=seconds)
        except Answered as error:
            if error.word != "NOGROUP":
                raise
        try:
            self._ask("XGROUP", "CREATE", self._key, GROUP, 0, "MKSTREAM")
        except Answered as error:
            if error.word != "BUSYGROUP":
                raise
        return self._ask(*command, seconds=seconds)

    def _ask(self, *command: str | bytes | int, seconds: float = 0) -> Reply:
        try:
            return self._told(command, seconds)
        except Moved as error:
            self._follow(error)
            return self._told(command, seconds)

    def _told(self, command: Command, seconds: float) -> Reply:
        if seconds > 0:
            return self._client.wait_for(*command, seconds=seconds)
        return self._client.ask(*command)

    def _ask_each(self, commands: Sequence[Command]) -> list[Reply]:
        try:
            return self._client.ask_each(commands)
        except Moved as error:
            self._follow(error)
            return self._client.ask_each(commands)

    def _follow(self, moved: Moved) -> None:
        self._client = Client(replace(self._address, host=moved.host, port=moved.port), self._options, name="queue")

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Within it the server is asked: what it does not answer, or badly, is a TillError `queue_away`."""
        try:
            yield
        except Untrusted as error:
            raise TillError("queue_away", error.message) from None
        except ServerAway as error:
            reason = error.reason
            if isinstance(error, Answered) and error.word == "WRONGTYPE":
                reason = lazy("what the server keeps under {key} is not a shop's", key=self._key)
            raise TillError("queue_away", lazy("The queue is away: {reason}.", reason=reason)) from None
        except FAULTS:
            self._client.close()
            text = lazy("What the server at {place} answers is not understood.", place=self._client.place)
            raise TillError("queue_away", text) from None


def _id_of(job: Job) -> bytes:
    assert isinstance(job.handle, bytes)
    return job.handle


def _job(entry: Any, *, again: bool) -> Job:
    """A job from what anybody may have written into the stream."""
    name, words = entry
    fields: dict[bytes, bytes] = dict(zip(words[::2], words[1::2], strict=True))
    request, order = fields.get(b"request", b""), text_of(fields.get(b"order", b""))
    return Job(order_named(order, request), request, name, again)
