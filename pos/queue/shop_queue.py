"""A shop's queue as its tills have it: what the shop knows of the orders, and the engine that delivers them."""

from __future__ import annotations

from threading import Lock

from pos.domain.checkout_request import CheckoutRequest, QueuedOrder
from pos.domain.queue_options import QueueOptions
from pos.domain.queue_ports import JobQueue, QueuedOrders, QueuedShop
from pos.queue.engines import job_queue


class ShopQueue:
    """Implements `CheckoutQueue` for a shop on a server. Nothing is connected to before it is first asked."""

    def __init__(self, location: QueuedShop, options: QueueOptions) -> None:
        """`options` say where the engine is, and how many may be pending."""
        self._location, self._options = location, options
        self._orders: QueuedOrders | None = None
        self._engine: JobQueue | None = None
        self._opening = Lock()

    def require(self) -> None:
        """See the port."""
        self._opened()

    def enqueue(self, request: CheckoutRequest) -> QueuedOrder:
        """See the port."""
        return self._known().enqueue(request, self._opened(), self._options.most)

    def find(self, order: str) -> QueuedOrder | None:
        """See the port."""
        return self._known().find(order)

    def expire(self, order: str) -> QueuedOrder | None:
        """See the port."""
        return self._known().expire(order)

    def close(self) -> None:
        """See the port."""
        for each in (self._engine, self._orders):
            if each is not None:
                each.close()

    def _known(self) -> QueuedOrders:
        if self._orders is None:
            self._orders = self._location.queued_orders()
        return self._orders

    def _opened(self) -> JobQueue:
        with self._opening:
            if self._engine is None:
                self._engine = job_queue(self._location, self._options.address, self._options.kafka)
            return self._engine
