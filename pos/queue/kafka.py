"""The queue between checkout and payment as a topic of Kafka, for a shop that has a cluster of it.

The key of a message is its order, so that what is asked for one order stays in its order. A partition is one worker's
at a time: of more workers than the topic has partitions some have nothing to do. The topic belongs to one shop.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pos.domain.errors import TillError
from pos.domain.kafka_options import KafkaOptions
from pos.domain.message import lazy
from pos.domain.queue_ports import Job
from pos.queue.kafka_address import KafkaAddress, kafka_address

if TYPE_CHECKING:
    from pos.queue.kafka_client import Line
    from pos.queue.kafka_consumer import Reader
    from pos.queue.kafka_inquiry import Inquiry
    from pos.queue.kafka_producer import Sender


class KafkaQueue:
    """Implements `JobQueue`, with these limits of Kafka.

    Offsets are committed soon after `done`, for each partition as far as all before them is done, and before a
    partition becomes another worker's; what is done behind a gap is noted beside the offset. What is given back, or for
    which no sign was given in time, is handed out again by this worker itself, first, and by others once it has closed:
    Kafka takes no single message back. `Job.again` is known of what this worker has had alone. How long a message
    outlives its broker is the cluster's own: `send` returns when all replicas in sync have it.
    """

    def __init__(self, address: KafkaAddress, options: KafkaOptions, shop: str = "") -> None:
        """The queue at a topic, of a shop with this name. The cluster is asked when it is first used."""
        self.name = address.name
        self._address = address
        self._options = options
        self._shop = shop
        self._told: Line | None = None
        self._sender: Sender | None = None
        self._reader: Reader | None = None
        self._inquiry: Inquiry | None = None

    @classmethod
    def at(cls, address: str, options: KafkaOptions, shop: str = "") -> KafkaQueue:
        """The queue at an address as somebody wrote it. Each message names the shop, if it has a name here, and one
        that names another shop is not taken.

        Raises ValueError for one that is none, TillError `queue_away` without what speaks to Kafka, and
        `settings_invalid` for a password that everybody on the way could read.
        """
        found = kafka_address(address)
        if find_spec("confluent_kafka") is None:
            text = lazy("What speaks to Kafka is missing: {command}", command="pip install 'tillkey[queue]'")
            raise TillError("queue_away", text)
        if options.user and options.mechanism == "PLAIN" and not options.tls:
            text = lazy(
                "By PLAIN the password goes to Kafka as it is: set {setting} to {value}, or another {other}.",
                setting="queue.kafka_tls",
                value="tls",
                other="queue.kafka_mechanism",
            )
            raise TillError("settings_invalid", text)
        return cls(found, options, shop)

    def send(self, order: str, request: bytes) -> None:
        """See the port."""
        if self._sender is None:
            from pos.queue.kafka_producer import Sender

            self._sender = Sender(self._line())
        try:
            self._sender.send(order, request)
        except TillError:
            sender, self._sender = self._sender, None
            sender.close()
            raise

    def take(self, most: int, seconds: float) -> Sequence[Job]:
        """See the port. Raises TillError `settings_invalid` as well, from when another shop's order was found on."""
        return self._reading().take(most, seconds)

    def keep(self, jobs: Sequence[Job]) -> None:
        """See the port."""
        self._reading().keep(jobs)

    def done(self, *jobs: Job) -> None:
        """See the port."""
        self._reading().done(jobs)

    def give_back(self, jobs: Sequence[Job]) -> None:
        """See the port: to this worker itself, as long as it is not closed."""
        self._reading().give_back(jobs)

    def depth(self) -> int:
        """See the port; all that is done here is known to the cluster first."""
        if self._reader is not None:
            self._reader.settle()
        return self._inquiring().depth()

    def close(self) -> None:
        """See the port: what was not done is another worker's at once."""
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()
        inquiry, self._inquiry = self._inquiry, None
        if inquiry is not None:
            inquiry.close()

    def _reading(self) -> Reader:
        if self._reader is None:
            from pos.queue.kafka_consumer import Reader

            self._reader = Reader(self._line(), self._inquiring())
        return self._reader

    def _inquiring(self) -> Inquiry:
        if self._inquiry is None:
            from pos.queue.kafka_inquiry import Inquiry

            self._inquiry = Inquiry(self._line())
        return self._inquiry

    def _line(self) -> Line:
        if self._told is None:
            from pos.queue.kafka_client import Line

            self._told = Line(self._address, self._options, self._shop)
        return self._told
