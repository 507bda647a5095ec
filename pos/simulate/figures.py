"""How a simulation stands: counts, latencies, and how both came about."""

from __future__ import annotations

import math
from bisect import insort
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Final

KEPT: Final = 240
"""So many moments are kept of a run for its plots; of a longer one, every second of them goes."""


class Latencies:
    """How long each took, in seconds: those of all and of the last ones."""

    def __init__(self, last: int = 500) -> None:
        """`last` is how many count as the last ones."""
        self._all: list[float] = []
        self._recent: list[float] = []
        self._last = last

    def add(self, seconds: float) -> None:
        """One more."""
        insort(self._all, seconds)
        self._recent = [*self._recent[1 - self._last :], seconds]

    def quantile(self, share: float) -> float | None:
        """So large a share of all took no longer than this; None of none."""
        return quantile(self._all, share)

    def summary(self) -> dict[str, float | None]:
        """Of all: what half, and what 99 of 100, did not exceed, and the longest."""
        return {"p50": self.quantile(0.5), "p99": self.quantile(0.99), "longest": self.quantile(1)}

    def recently(self, share: float) -> float | None:
        """The same of the last ones."""
        return quantile(sorted(self._recent), share)


def quantile(ascending: list[float], share: float) -> float | None:
    """The smallest of these values that is at least as large as this share of them; None of none."""
    if not ascending:
        return None
    return ascending[max(math.ceil(share * len(ascending)) - 1, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How it stands at a moment, `seconds` after the beginning.

    `ended` counts what came to an end, by how. `p50` and `p99` are seconds from the request to its end, of the last
    ones. `workers` is how many are alive.
    """

    seconds: float
    units: int
    """What there was to be sold in the beginning."""
    stock: int
    held: int = 0
    asked: int = 0
    """How many requests were made."""
    expected: int = 0
    """How many will be made."""
    queue: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    p50: float | None = None
    p99: float | None = None
    workers: int = 0

    @property
    def sold(self) -> int:
        """How many were paid."""
        return self.ended["paid"]

    @property
    def declined(self) -> int:
        """How many cards were declined."""
        return self.ended["declined"]

    @property
    def refused(self) -> int:
        """How many were told that nothing was left, or got no further for another reason."""
        return sum(self.ended.values()) - self.sold - self.declined

    def as_json(self) -> dict[str, Any]:
        """As programs read it; seconds with three decimals."""
        return {
            "seconds": round(self.seconds, 3),
            "units": self.units,
            "stock": self.stock,
            "held": self.held,
            "asked": self.asked,
            "expected": self.expected,
            "queue": self.queue,
            "sold": self.sold,
            "declined": self.declined,
            "refused": self.refused,
            "ended": dict(sorted(self.ended.items())),
            "latency": {"p50": _rounded(self.p50), "p99": _rounded(self.p99)},
            "workers": self.workers,
        }


@dataclass(frozen=True, slots=True)
class History:
    """How the figures came about: some moments of the run, about evenly apart, the last one last."""

    moments: tuple[Figures, ...] = ()
    apart: float = 0.0
    """Seconds from one to the next, at least."""

    def with_moment(self, now: Figures) -> History:
        """The same with one more moment, which takes the last one's place if that is too near."""
        before = self.moments
        if len(before) > 1 and now.seconds - before[-2].seconds < self.apart:
            before = before[:-1]
        told = replace(self, moments=(*before, now))
        return told if len(told.moments) <= KEPT else _thinned(told)


def _thinned(history: History) -> History:
    first, last = history.moments[0], history.moments[-1]
    apart = max(2 * (last.seconds - first.seconds) / KEPT, history.apart)
    kept = [first]
    for each in history.moments[1:-1]:
        if each.seconds - kept[-1].seconds >= apart:
            kept.append(each)
    return History((*kept, last), apart)


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
