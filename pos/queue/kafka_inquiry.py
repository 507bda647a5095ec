"""What is asked of a cluster of Kafka by whoever is no member of the group. Imported late, as `kafka_client` is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from pos.queue.kafka_client import Line
from pos.queue.kafka_progress import read_note

GROUP: Final = "tillkey-workers"
"""What the workers are called as one."""
PAUSE: Final = 0.1
"""Seconds until a topic is looked for once more that was just being made."""


class Inquiry:
    """A connection of its own: on that of a worker answers wait behind those that come when something is sent.

    Methods raise TillError `queue_away`.
    """

    def __init__(self, line: Line) -> None:
        """For a cluster, which is asked when something is."""
        self._line = line
        self._topic = line.address.topic
        self._wait = line.options.timeout
        with line.asking():
            self._consumer = Consumer(
                line.configuration(group_id=GROUP, enable_auto_commit=False, allow_auto_create_topics=True)
            )

    def reach(self) -> None:
        """Hear whether the cluster answers."""
        self._serve()
        with self._asking():
            self._consumer.list_topics(self._topic, timeout=self._wait)
            self._line.answered()

    def partitions(self) -> list[int]:
        """The numbers of the topic's partitions; a broker that makes it because it is asked for needs a moment."""
        end = time.monotonic() + self._wait
        with self._asking():
            while True:
                self._serve()
                topic = self._consumer.list_topics(self._topic, timeout=self._wait).topics[self._topic]
                if topic.error is None and topic.partitions:
                    self._line.answered()
                    return list(topic.partitions)
                if time.monotonic() >= end or (topic.error is not None and topic.error.code() not in _BEING_MADE):
                    raise self._line.away(topic.error)
                time.sleep(PAUSE)

    def depth(self) -> int:
        """How many messages are not done."""
        parts = [TopicPartition(self._topic, number) for number in self.partitions()]
        count = 0
        with self._asking():
            for each in self._consumer.committed(parts, timeout=self._wait):
                first, end = self._consumer.get_watermark_offsets(each, timeout=self._wait)
                offset = each.offset if each.offset >= 0 else first
                done = sum(1 for behind in read_note(each.metadata, offset) if behind < end)
                count += max(end - max(offset, first) - done, 0)
            self._line.answered()
        return count

    def close(self) -> None:
        """Give the connection back."""
        with suppress(KafkaException, RuntimeError):
            self._consumer.close()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except KafkaException as error:
            # Why nobody answers is told beside the error.
            self._serve()
            raise self._line.away(error) from None

    def _serve(self) -> None:
        """Hear what librdkafka has to say by itself, such as why nobody answers."""
        self._consumer.poll(0)


_BEING_MADE: Final = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.LEADER_NOT_AVAILABLE)
