"""What a till tells of itself to Prometheus, over HTTP on this machine alone. The names are in the manual.

The library is imported when metrics are asked for; without it, or where the port is taken, the till sells all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pos.domain.message import NOTHING, Message, lazy, words_of

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.domain.sale import Sale
    from pos.till.till import Till

Kind = TypeVar("Kind", bound="Served")

HERE: Final = "127.0.0.1"
INSTALL: Final = "pip install 'tillkey[lanes]'"
RESERVE_STEPS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds: the bounds of the histogram of reservations."""


class Served:
    """Metrics, served from when they are made until `close`. Nothing is counted before."""

    port: int
    """The port that they are served on."""

    def close(self) -> None:
        """Serve no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, kept: CollectorRegistry, port: int) -> None:
        """Serve on a port of this machine; 0 takes a free one. Raises OSError."""
        from prometheus_client import start_http_server

        self._server, self._thread = start_http_server(port, addr=HERE, registry=kept)
        self.port = self._server.server_port


class Metrics(Served):
    """One till's."""

    def __init__(self, till: Till, port: int) -> None:
        """Serve on a port of this machine; 0 takes a free one. Raises OSError, ImportError."""
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._till = till
        kept = CollectorRegistry()
        lane = {"lane": till.lane}

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"tillkey_{name}", text, ("lane", *labels), registry=kept)

        def gauge(name: str, text: str, now: Callable[[], float]) -> None:
            made = Gauge(f"tillkey_{name}", text, ("lane",), registry=kept).labels(**lane)
            made.set_function(now)

        self._sales = counter("sales", "Sales that became an order.").labels(**lane)
        self._declines = counter("declines", "Card payments that were declined.").labels(**lane)
        self._refused = counter("refused", "Steps that were refused, by the code of the error.", "code")
        reserving = Histogram(
            "tillkey_reserve_seconds", "How long a reservation took.", ("lane",), buckets=RESERVE_STEPS, registry=kept
        )
        self._reserving = reserving.labels(**lane)
        gauge("open_payments", "Payments of this lane that are not at their end.", lambda: len(till.checking()))
        if till.server is not None:
            gauge("undelivered", "Steps that the server has not heard of.", lambda: self._standing.undelivered)
            gauge("server_up", "Whether the server can be used.", lambda: float(self._standing.state == "there"))
            gauge("server_answer_age_seconds", "Since the server answered last.", lambda: self._standing.silent_for)
        self._serve(kept, port)
        till.subscribe(self._happened)

    def refused(self, error: TillError) -> None:
        """Count what could not be done."""
        self._refused.labels(lane=self._till.lane, code=error.code).inc()

    @property
    def _standing(self) -> Any:
        return self._till.server

    def _happened(self, _sale: Sale, event: Event | None) -> None:
        if event is None:
            return
        match event.event:
            case "committed":
                self._sales.inc()
            case "declined":
                self._declines.inc()
            case "reserved" if event.written is not None:
                self._reserving.observe((event.written.durable - event.written.begun).total_seconds())


def serve_metrics(till: Till, port: int | None) -> tuple[Metrics | None, Message]:
    """What serves a till's metrics, if a port is named; and why it does not, in a sentence."""
    return served(lambda port: Metrics(till, port), port)


def served(make: Callable[[int], Kind], port: int | None) -> tuple[Kind | None, Message]:
    """What serves metrics, made for a port if one is named; and why it does not, in a sentence."""
    if port is None:
        return None, NOTHING
    try:
        return make(port), NOTHING
    except ImportError:
        return None, lazy("There are no metrics, for what serves them is missing: {command}", command=INSTALL)
    except (OSError, OverflowError) as error:
        reason = words_of(error)
        return None, lazy("There are no metrics on port {port}: {reason}.", port=port, reason=reason)
