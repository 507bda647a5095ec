"""Those who ask for a checkout: each at its time, and again until it is known that it is in the queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from pos.domain.cart import Cart, CartLine
from pos.domain.checkout_request import CheckoutRequest
from pos.domain.errors import TillError
from pos.domain.ports import CardToken
from pos.domain.queue_ports import JobQueue, QueuedOrders
from pos.simulate.arrivals import Buyer

THREADS: Final = 6
"""So many ask at once."""
AGAIN: Final = 0.2
"""Seconds after which one asks again that got no answer."""
MOST: Final = 1_000_000
"""How long the queue may be: in a simulation nobody is sent away by it."""
Opened = Callable[[], tuple[QueuedOrders, JobQueue]]
"""Opens the way to the queue."""


class Senders:
    """Send requests in threads, each buyer's at the moment at which they come, counted from `begin`."""

    def __init__(self, opened: Opened, request: Callable[[Buyer], CheckoutRequest], begin: float) -> None:
        """`begin` is a moment of `time.monotonic`."""
        self._opened, self._request, self._begin = opened, request, begin
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.asked: dict[str, float] = {}
        """When each began to ask, by the order's id, in seconds since 1970."""
        self.taken: set[str] = set()
        """The orders that are known to be in the queue."""
        self.faults: list[TillError] = []
        """What was refused for good."""
        self._threads: list[threading.Thread] = []

    def send(self, buyers: Sequence[Buyer]) -> None:
        """Begin to send these."""
        coming = iter(buyers)
        self._threads = [
            threading.Thread(target=self._work, args=(coming,), name=f"buyers-{number}", daemon=True)
            for number in range(min(THREADS, len(buyers)))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def done(self) -> bool:
        """Whether all have asked."""
        return not any(thread.is_alive() for thread in self._threads)

    def close(self) -> None:
        """Ask no more."""
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _work(self, coming: Iterator[Buyer]) -> None:
        orders, queue = self._opened()
        try:
            while (buyer := self._next(coming)) is not None:
                if self._ended.wait(max(self._begin + buyer.at - time.monotonic(), 0)):
                    return
                self._ask(buyer, orders, queue)
        finally:
            orders.close()
            queue.close()

    def _next(self, coming: Iterator[Buyer]) -> Buyer | None:
        with self._lock:
            return next(coming, None)

    def _ask(self, buyer: Buyer, orders: QueuedOrders, queue: JobQueue) -> None:
        """Ask until it is known that it is in the queue: told again, it is the same order."""
        request = self._request(buyer)
        self.asked[buyer.order] = time.time()
        while not self._ended.is_set():
            try:
                orders.enqueue(request, queue, MOST)
            except TillError as error:
                if error.code not in ("server_away", "queue_away", "queue_full"):
                    self.faults.append(error)
                    return
                self._ended.wait(AGAIN)
                continue
            self.taken.add(buyer.order)
            return


def request_of(buyer: Buyer, sku: str, price: int, answer: str) -> CheckoutRequest:
    """The request of one who wants one unit at this price, in cents, and is told by `answer` what became of it."""
    line = CartLine(line=1, sku=sku, quantity=Decimal(1))
    return CheckoutRequest(
        order=buyer.order,
        lane="web",
        cart=Cart(lines=(line,), last_line=1, latest=1),
        total=price,
        currency="USD",
        card=CardToken(token=token_of(buyer), brand="visa", last4="4242"),
        at=datetime.now(UTC),
        answer=answer,
    )


def token_of(buyer: Buyer) -> str:
    """The token of a buyer's card: the same one if they come again."""
    return f"tok-{buyer.order.partition('.')[0]}"
