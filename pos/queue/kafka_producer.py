"""Who sends to a topic of Kafka. Imported late, as `kafka_client` is."""

from __future__ import annotations

from confluent_kafka import KafkaError, KafkaException, Producer

from pos.queue.kafka_client import SHOP, Line


class Sender:
    """An idempotent producer: what librdkafka sends again by itself is there once.

    After an error it is not used again.
    """

    def __init__(self, line: Line) -> None:
        """For a cluster, which is asked when the first request is sent. Raises TillError `queue_away`."""
        self._line = line
        self._headers: dict[str, str | bytes | None] = {SHOP: line.shop} if line.shop else {}
        wait = round(line.options.timeout * 1000)
        try:
            self._producer = Producer(
                line.configuration(
                    enable_idempotence=True, acks="all", linger_ms=0, message_timeout_ms=wait, request_timeout_ms=wait
                )
            )
        except KafkaException as error:
            raise line.away(error) from None

    def send(self, order: str, request: bytes) -> None:
        """Send a request, keyed by its order, and wait until all replicas in sync have it. Raises TillError
        `queue_away`.
        """
        reports: list[KafkaError | None] = []
        try:
            self._producer.produce(
                self._line.address.topic,
                value=request,
                key=order.encode(),
                headers=self._headers,
                on_delivery=lambda error, _message: reports.append(error),
            )
            # It is given up by itself first, which says why.
            self._producer.flush(self._line.options.timeout + 1)
        except (KafkaException, BufferError) as error:
            raise self._line.away(error) from None
        # An error of librdkafka cannot be compared with None.
        if not reports or reports[0] is not None:
            raise self._line.away(reports[0] if reports else None)
        self._line.answered()

    def close(self) -> None:
        """Give the connection back. What was not sent is not sent any more."""
        self._producer.purge()
        self._producer.flush(0)
