"""What a worker of the queue tells of itself to Prometheus, over HTTP on this machine alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from pos.domain.checkout_request import QueuedOrder
from pos.domain.errors import TillError
from pos.domain.queue_ports import QueuedOrders, QueueFigures
from pos.metrics import Served
from pos.queue.worker import QueueWorker

FRESH: Final = 1.0
"""Seconds for which the queue's figures are not asked for again."""


class WorkerMetrics(Served):
    """One worker's, and the queue's as this worker sees it."""

    def __init__(self, worker: QueueWorker, lane: str, orders: QueuedOrders, port: int) -> None:
        """Serve on a port of this machine; 0 takes a free one. Raises OSError, ImportError."""
        from prometheus_client import CollectorRegistry, Counter, Gauge

        kept = CollectorRegistry()
        self._lane, self._orders = lane, orders
        self._figures: QueueFigures | None = None
        self._asked = -FRESH

        def gauge(name: str, text: str, now: Callable[[], float]) -> None:
            Gauge(f"tillkey_{name}", text, ("lane",), registry=kept).labels(lane=lane).set_function(now)

        self._ended = Counter(
            "tillkey_jobs", "Queued checkouts that came to an end here.", ("lane", "state"), registry=kept
        )
        gauge("jobs_active", "Queued checkouts that are being worked on here.", lambda: float(worker.active))
        gauge("queue_pending", "Queued checkouts that are pending.", lambda: self._known("pending"))
        gauge("queue_stuck", "Queued checkouts that failed too often.", lambda: self._known("stuck"))
        gauge("queue_oldest_seconds", "For how long the oldest has waited.", lambda: self._known("oldest"))
        self._serve(kept, port)

    def ended(self, order: QueuedOrder) -> None:
        """Count what came to an end."""
        self._ended.labels(lane=self._lane, state=order.state).inc()

    def _known(self, name: str) -> float:
        """One of the queue's figures; what was known last while the server is away."""
        if time.monotonic() - self._asked >= FRESH:
            self._asked = time.monotonic()
            with suppress(TillError):
                self._figures = self._orders.figures()
        if (known := self._figures) is None:
            return 0.0
        return known.oldest.total_seconds() if name == "oldest" else float(getattr(known, name))
