"""A worker in the group that reads a topic of Kafka. Imported late, as `kafka_client` is."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from pos.domain.checkout_request import order_named
from pos.domain.errors import TillError
from pos.domain.queue_ports import Job
from pos.queue.kafka_client import Line, is_error
from pos.queue.kafka_inquiry import GROUP, Inquiry
from pos.queue.kafka_progress import Progress, Taken, read_note

SHORTEST_SESSION: Final = 6000
"""Milliseconds; brokers accept no shorter one unless they are told to (`group.min.session.timeout.ms`)."""
_AHEAD: Final = 4096
"""KiB that are read ahead."""


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
        lease = round(line.options.lease / timedelta(milliseconds=1))
        session = max(lease // 3, SHORTEST_SESSION)
        self._parts: dict[int, Progress] = {}
        self._ready: deque[Taken] = deque()
        self._joined = self._paused = False
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
                )
            )

    def take(self, most: int, seconds: float) -> Sequence[Job]:
        """See the port."""
        if most < 1:
            return ()
        end = time.monotonic() + seconds
        with self._line.asking():
            self._join()
            self._tell(self._parts.values())
            self._take_back()
            found: list[Taken] = []
            while True:
                while self._ready and len(found) < most:
                    found.append(self._ready.popleft())
                left = 0.0 if found else end - time.monotonic()
                if len(found) == most or (not self._read(max(left, 0)) and left <= 0):
                    break
            if not found:
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
                self._tell(self._parts.values())
            self._inquiry.reach()

    def done(self, job: Job) -> None:
        """See the port; what is not this worker's any more comes to the other one as well."""
        for each in _taken((job,)):
            if self._is_mine(each):
                each.progress.end(each)
                # Else librdkafka waits for a broker that is away until the group takes this worker for dead.
                self._inquiry.reach()
                with self._line.asking():
                    self._tell((each.progress,))

    def give_back(self, jobs: Sequence[Job]) -> None:
        """See the port."""
        for each in _taken(jobs):
            if self._is_mine(each) and each.signed is not None:
                self._again(each)
        self._inquiry.reach()

    def close(self) -> None:
        """See the port: what was not done is another worker's at once."""
        with suppress(TillError, KafkaException), self._line.asking():
            self._tell(self._parts.values())
        self._parts.clear()
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

    def _tell(self, parts: Iterable[Progress]) -> None:
        """Tell the broker what is done, and wait until it knows."""
        parts = [each for each in parts if each.dirty]
        if not parts:
            return
        if self._line.is_troubled:
            # Who is away is not waited for as long as librdkafka waits.
            self._inquiry.reach()
        offsets = [TopicPartition(self._topic, each.number, each.offset, each.note) for each in parts]
        try:
            told = self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            if is_error(error, *_NOT_NOW):
                return
            raise
        for each, answer in zip(parts, told, strict=False):
            if answer.error is None:
                each.dirty = False
        self._line.answered()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        committed = partitions
        # Without an answer nothing is known to be done: it comes once more.
        with suppress(KafkaException):
            committed = consumer.committed(partitions, timeout=self._wait)
        for each in committed:
            offset = max(each.offset, 0)
            self._parts[each.partition] = Progress(each.partition, offset, read_note(each.metadata, offset))

    def _revoked(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        with suppress(KafkaException):
            self._tell(self._parts[each.partition] for each in partitions if each.partition in self._parts)
        self._lost(_consumer, partitions)

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        for each in partitions:
            self._parts.pop(each.partition, None)
        self._ready = deque(each for each in self._ready if self._is_mine(each))


def _order(key: str | bytes | None, request: bytes) -> str:
    """The order of a message. Another program need not name it as the key, and may write whatever it likes there."""
    order = key.decode("ascii", "replace") if isinstance(key, bytes) else key or ""
    return order_named(order, request)


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
