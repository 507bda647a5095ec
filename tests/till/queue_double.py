"""A shop's queue in memory, as the port says that one behaves; a test says what becomes of its orders."""

from __future__ import annotations

from threading import Lock
from typing import Any

from pos.domain.checkout_request import CheckoutRequest, QueuedOrder
from pos.domain.errors import TillError
from pos.domain.message import lazy, verbatim
from pos.domain.model import changed


class QueueDouble:
    """Keeps each order once, whatever is told twice, and counts what was asked.

    `away` is the code with which it cannot be reached, for a `reason`, `heard` says that it has heard all the same,
    `most` how many may be pending.
    """

    def __init__(self) -> None:
        self.orders: dict[str, QueuedOrder] = {}
        self.requests: list[CheckoutRequest] = []
        """Everything that was told, in order."""
        self.begun: set[str] = set()
        """The orders that a worker has begun."""
        self.unusable = ""
        """What is wrong with the settings, if they name no queue."""
        self.away = ""
        self.reason = "Nobody answers."
        self.heard = False
        self.most = 100
        self.closed = False
        self._lock = Lock()

    def require(self) -> None:
        """See the port."""
        if self.unusable:
            raise TillError("settings_invalid", verbatim(self.unusable))

    def enqueue(self, request: CheckoutRequest) -> QueuedOrder:
        """See the port."""
        with self._lock:
            if not self.away or self.heard:
                self._take(request)
            self._reach()
            return self.orders[request.order]

    def find(self, order: str) -> QueuedOrder | None:
        """See the port."""
        with self._lock:
            self._reach()
            return self.orders.get(order)

    def expire(self, order: str) -> QueuedOrder | None:
        """See the port."""
        with self._lock:
            self._reach()
            found = self.orders.get(order)
            if found is not None and order not in self.begun and not found.is_over:
                found = self.orders[order] = changed(found, place=None, state="expired")
            return found

    def close(self) -> None:
        """See the port."""
        self.closed = True

    @property
    def pending(self) -> list[QueuedOrder]:
        """What has not come to its end."""
        return [each for each in self.orders.values() if not each.is_over]

    def ends(self, ticket: str, **how: Any) -> None:
        """Let the order of a ticket come to its end."""
        (order,) = (each.order for each in self.requests if each.ticket == ticket and each.order in self.orders)
        self.orders[order] = changed(self.orders[order], place=None, **how)

    def _take(self, request: CheckoutRequest) -> None:
        if request.order in self.orders:
            return
        if len(self.pending) >= self.most:
            raise TillError("queue_full", lazy("Wait {wait} seconds.", wait=7), wait=7)
        self.requests.append(request)
        place = len(self.pending) + 1
        self.orders[request.order] = QueuedOrder(
            order=request.order,
            state="pending",
            since=request.at,
            place=place,
            lane=request.lane,
            ticket=request.ticket,
        )

    def _reach(self) -> None:
        if self.away:
            raise TillError(self.away, verbatim(self.reason))
