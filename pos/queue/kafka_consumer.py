"""A worker in the group that reads a topic of Kafka. Imported late, as `kafka_client` is."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from pos.domain.checkout_request import order_named
from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.queue_ports import Job
from pos.domain.terminal_text import clean
from pos.queue.kafka_client import SHOP, Line, is_error
from pos.queue.kafka_inquiry import GROUP, Inquiry
from pos.queue.kafka_progress import Progress, Taken, read_note

SHORTEST_SESSION: Final = timedelta(seconds=6)
_MILLISECOND: Final = timedelta(milliseconds=1)
_AHEAD: Final = 4096
"""KiB that are read ahead."""
_LONGEST_FETCH: Final = 20
"""Milliseconds that a broker may keep a request to read if there is nothing: until it answers, what else the worker is
to read from that broker is not asked for, such as a partition that has just become its own.
"""
LONGEST_NAME: Final = 64
"""Characters of a shop's name that are shown of a message."""
SOON: Final = 0.05
"""Seconds after which the broker is told at the latest of what is done, by a worker that asks for more: all that was
done in between in one message. What a worker had not told when it was killed comes again, and is found to be over.
"""


class Reader:
    """A member of the group, which it joins when it is first asked for a job."""

    def __init__(self, line: Line, inquiry: Inquiry) -> None:
        """For a cluster, which is asked when something is; `inquiry` tells whether it answers at all.

        Raises TillError `queue_away`.
        """
        self._line = line
        self._inquiry = inquiry
        self._topic = line.address.topic
        self._wait = line.options.timeout
        self._lease = line.options.lease.total_seconds()
        options = line.options
        lease = round(options.lease / _MILLISECOND)
        session = round((options.session or max(options.lease / 3, SHORTEST_SESSION)) / _MILLISECOND)
        self._parts: dict[int, Progress] = {}
        self._ready: deque[Taken] = deque()
        self._joined = self._paused = False
        self._foreign: TillError | None = None
        """Why nothing is taken any more."""
        self._told = 0.0
        """When the broker was told last of what is done, by the monotonic clock."""
        with line.asking():
            self._consumer = Consumer(
                line.configuration(
                    group_id=GROUP,
                    enable_auto_commit=False,
                    enable_auto_offset_store=False,
                    auto_offset_reset="earliest",
                    allow_auto_create_topics=True,
                    # Only what another worker gets is taken away from one that comes or goes.
                    partition_assignment_strategy="cooperative-sticky",
                    session_timeout_ms=session,
                    heartbeat_interval_ms=session // 10,
                    max_poll_interval_ms=max(lease, session),
                    queued_max_messages_kbytes=_AHEAD,
                    fetch_wait_max_ms=_LONGEST_FETCH,
                )
                | {"on_commit": self._answered}
            )

    def take(self, most: int, seconds: float) -> Sequence[Job]:
        """See the port."""
        if most < 1:
            return ()
        end = time.monotonic() + seconds
        with self._line.asking():
            self._join()
            self._take_back()
            found = self._found(most, end)
            if not found and (self._line.is_troubled or not self._has_jobs()):
                # Whoever is told that there is nothing may rely on it.
                self._inquiry.reach()
        # In between a partition may have become another worker's.
        found = [each for each in found if self._is_mine(each)]
        for each in found:
            each.signed = time.monotonic()
        return [each.job() for each in found]

    def keep(self, jobs: Sequence[Job]) -> None:
        """See the port."""
        with self._line.asking():
            if self._joined:
                if self._ready and not self._paused:
                    # A worker that takes nothing must ask the group all the same, and gets no more by it.
                    self._consumer.pause(self._consumer.assignment())
                    self._paused = True
                self._read(0)
                for each in _taken(jobs):
                    each.signed = time.monotonic()
                self._tell()
            self._inquiry.reach()

    def done(self, jobs: Sequence[Job]) -> None:
        """See the port; what is not this worker's any more comes to the other one as well.

        Nobody is waited for: see `SOON`.
        """
        mine = [each for each in _taken(jobs) if self._is_mine(each)]
        for each in mine:
            each.progress.end(each)
        if mine:
            with self._line.asking():
                self._tell_soon()

    def settle(self) -> None:
        """Wait until the broker knows all that is done."""
        parts = [each for each in self._parts.values() if each.dirty or each.underway]
        if parts:
            # Else librdkafka waits for a broker that is away until the group takes this worker for dead.
            self._inquiry.reach()
            with self._line.asking():
                self._settle(parts)

    def give_back(self, jobs: Sequence[Job]) -> None:
        """See the port."""
        for each in _taken(jobs):
            if self._is_mine(each) and each.signed is not None:
                self._again(each)
        self._inquiry.reach()

    def close(self) -> None:
        """See the port: what was not done is another worker's at once."""
        with suppress(TillError):
            self.settle()
        self._parts.clear()
        # librdkafka may wait for a broker that is away until it is back, however long that is.
        leaving = threading.Thread(target=self._leave, daemon=True)
        leaving.start()
        leaving.join(self._wait)

    def _leave(self) -> None:
        with suppress(KafkaException, RuntimeError):
            self._consumer.close()

    def _join(self) -> None:
        if not self._joined:
            self._inquiry.partitions()
            self._consumer.subscribe(
                [self._topic], on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost
            )
            self._joined = True
        elif self._paused:
            self._consumer.resume(self._consumer.assignment())
            self._paused = False

    def _found(self, most: int, end: float) -> list[Taken]:
        """What is there, waited for until then by the monotonic clock if there is nothing."""
        found: list[Taken] = []
        try:
            while True:
                if self._foreign is not None:
                    raise self._foreign
                soon = self._tell_soon()
                while self._ready and len(found) < most:
                    found.append(self._ready.popleft())
                left = 0.0 if found else max(end - time.monotonic(), 0)
                if len(found) == most or (not self._read(min(left, soon)) and not left):
                    return found
        except Exception:
            # Nobody has been handed it yet.
            self._ready.extendleft(reversed(found))
            raise

    def _read(self, seconds: float) -> bool:
        """Whether something came within so many seconds; it may have been no job."""
        message = self._consumer.poll(seconds)
        if message is None:
            return False
        if (error := message.error()) is not None:
            if error.code() not in _HARMLESS:
                raise self._line.away(error)
            return True
        self._line.answered()
        self._hear(message)
        return True

    def _hear(self, message: Message) -> None:
        if self._foreign is None and (shop := _shop(message)) and self._line.shop not in ("", shop):
            self._foreign = self._not_ours(shop)
        if self._foreign is not None:
            # It and those behind it do not count as read, so that a worker of their own shop gets them.
            return
        number, offset = message.partition(), message.offset()
        progress = self._parts.get(-1 if number is None else number)
        if progress is None or offset is None:
            return
        value = message.value()
        request = value.encode() if isinstance(value, str) else value or b""
        if (taken := progress.take(offset, _order(message.key(), request), request)) is not None:
            self._ready.append(taken)
        elif progress.offset > offset:
            progress.dirty = True

    def _not_ours(self, shop: str) -> TillError:
        text = lazy(
            "Topic {topic} has orders of the shop {theirs}, and this is a worker of the shop {ours}: nothing more is "
            "taken. Give each shop a topic of its own, see {setting}.",
            topic=self._topic,
            theirs=clean(shop)[:LONGEST_NAME],
            ours=self._line.shop,
            setting="queue.address",
        )
        return TillError("settings_invalid", text)

    def _take_back(self) -> None:
        """Hand out again what nobody gives a sign for: else nothing behind it would ever count."""
        late = time.monotonic() - self._lease
        for progress in self._parts.values():
            for each in list(progress.open.values()):
                if each.signed is not None and each.signed < late:
                    self._again(each)

    def _again(self, taken: Taken) -> None:
        taken.again, taken.signed = True, None
        self._ready.append(taken)

    def _is_mine(self, taken: Taken) -> bool:
        return self._parts.get(taken.progress.number) is taken.progress

    def _has_jobs(self) -> bool:
        """Whether jobs of this worker are being worked on."""
        return any(each.signed is not None for part in self._parts.values() for each in part.open.values())

    def _tell_soon(self) -> float:
        """Tell the broker what is done, unless it was told a moment ago; in how many seconds to ask again."""
        if not any(each.dirty for each in self._parts.values()):
            return self._wait
        if (left := self._told + SOON - time.monotonic()) > 0:
            return left
        self._tell()
        return SOON

    def _tell(self) -> None:
        """Tell the broker what is done by now, in one message; see `_answered`."""
        parts = [each for each in self._parts.values() if each.dirty and not each.underway]
        if not parts:
            return
        if self._line.is_troubled:
            # Who is away is not told more than librdkafka keeps.
            self._inquiry.reach()
        self._consumer.commit(offsets=self._done(parts), asynchronous=True)
        self._told = time.monotonic()
        for each in parts:
            each.dirty, each.underway = False, True

    def _answered(self, error: KafkaError | None, partitions: list[TopicPartition]) -> None:
        """The broker has answered what it was told, or has not: then it is told once more."""
        for each in partitions:
            if (part := self._parts.get(each.partition)) is not None:
                part.underway = False
                # An error of librdkafka cannot be compared with None.
                part.dirty = part.dirty or error is not None or each.error is not None

    def _settle(self, parts: Sequence[Progress]) -> None:
        """Tell the broker what is done in these, and wait until it knows."""
        try:
            told = self._consumer.commit(offsets=self._done(parts), asynchronous=False)
        except KafkaException as error:
            if is_error(error, *_NOT_NOW):
                return
            raise
        for each, answer in zip(parts, told, strict=False):
            each.dirty = answer.error is not None
        self._line.answered()

    def _done(self, parts: Sequence[Progress]) -> list[TopicPartition]:
        return [TopicPartition(self._topic, each.number, each.offset, each.note) for each in parts]

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        committed = partitions
        # Without an answer nothing is known to be done: it comes once more.
        with suppress(KafkaException):
            committed = consumer.committed(partitions, timeout=self._wait)
        for each in committed:
            offset = max(each.offset, 0)
            self._parts[each.partition] = Progress(each.partition, offset, read_note(each.metadata, offset))

    def _revoked(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        parts = [self._parts[each.partition] for each in partitions if each.partition in self._parts]
        if parts := [each for each in parts if each.dirty or each.underway]:
            with suppress(KafkaException):
                self._settle(parts)
        self._lost(_consumer, partitions)

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        for each in partitions:
            self._parts.pop(each.partition, None)
        self._ready = deque(each for each in self._ready if self._is_mine(each))


def _order(key: str | bytes | None, request: bytes) -> str:
    """The order of a message. Another program need not name it as the key, and may write whatever it likes there."""
    order = key.decode("ascii", "replace") if isinstance(key, bytes) else key or ""
    return order_named(order, request)


def _shop(message: Message) -> str:
    """Which shop a message says that it is for; empty if none: another program need not say so."""
    said = dict(message.headers() or ()).get(SHOP) or ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _taken(jobs: Sequence[Job]) -> Iterator[Taken]:
    for each in jobs:
        assert isinstance(each.handle, Taken)
        yield each.handle


_HARMLESS: Final = (KafkaError._PARTITION_EOF, KafkaError._MAX_POLL_EXCEEDED, KafkaError._AUTO_OFFSET_RESET)
_NOT_NOW: Final = (
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError._NO_OFFSET,
    KafkaError._ASSIGNMENT_LOST,
)
"""The group is being divided anew: what is still this worker's is told with the next one."""
