"""The time of a demo: it stands until whoever plays it lets it go on, so that each run is like the last."""

from __future__ import annotations

import asyncio
import heapq
from datetime import datetime, timedelta
from itertools import count
from typing import Final

TIMEOUT: Final = 15.0
"""Seconds after which a till of a demo gives an answer of the bank up."""


class VirtualTime:
    """One time for all tills of a demo. Raises ValueError if its beginning does not know its zone."""

    def __init__(self, begin: datetime) -> None:
        if begin.tzinfo is None:
            raise ValueError("a demo begins at a moment that knows its zone")
        self._begin = begin
        self.elapsed = 0.0
        """Seconds since the beginning."""
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None], VirtualClock]] = []

    def now(self) -> datetime:
        """The moment at which the demo is."""
        return self._begin + timedelta(seconds=self.elapsed)

    def clock(self) -> VirtualClock:
        """A clock for one till, which tells whether that till waits."""
        return VirtualClock(self)

    @property
    def due(self) -> float | None:
        """In how many seconds the next who sleeps has slept enough; None if nobody sleeps."""
        self._forget_gone()
        return max(self._sleepers[0][0] - self.elapsed, 0.0) if self._sleepers else None

    def advance(self, seconds: float) -> None:
        """Let time pass; who has slept enough by then goes on."""
        self.elapsed += seconds
        while self._sleepers and self._sleepers[0][0] <= self.elapsed + 1e-9:
            _, _, sleeper, _ = heapq.heappop(self._sleepers)
            if not sleeper.done():
                sleeper.set_result(None)

    def is_awaited_by(self, clock: VirtualClock) -> bool:
        """Whether somebody sleeps on this clock."""
        self._forget_gone()
        return any(owner is clock for _, _, _, owner in self._sleepers)

    async def sleep(self, seconds: float, clock: VirtualClock) -> None:
        """Wait until so many seconds have passed."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.elapsed + seconds, next(self._order), sleeper, clock))
        await sleeper

    def _forget_gone(self) -> None:
        if any(sleeper.done() for _, _, sleeper, _ in self._sleepers):
            self._sleepers = [item for item in self._sleepers if not item[2].done()]
            heapq.heapify(self._sleepers)


class VirtualClock:
    """The port `Clock` for one till of a demo."""

    def __init__(self, time: VirtualTime) -> None:
        self._time = time

    def now(self) -> datetime:
        """The moment at which the demo is."""
        return self._time.now()

    async def sleep(self, seconds: float) -> None:
        """Wait until the demo has gone on by so many seconds."""
        await self._time.sleep(seconds, self)

    @property
    def awaited(self) -> bool:
        """Whether somebody sleeps on it."""
        return self._time.is_awaited_by(self)
