"""Time and ids as the world gives them, and as tests and frozen runs want them: the ports `Clock` and `Ids`."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from datetime import UTC, datetime, timedelta

from pos.domain.timed_ids import RANDOM_BITS, timed_id


class SystemClock:
    """The computer's clock, in UTC."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Let `seconds` pass; other tasks go on meanwhile."""
        await asyncio.sleep(seconds)


class FrozenClock:
    """A clock that stands at `now` until it is told to sleep or to advance.

    Raises ValueError if `now` does not know its zone.
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a frozen clock needs a moment that knows its zone")
        self._now = now

    def now(self) -> datetime:
        """The moment at which the clock stands, in the zone it was given."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`; a clock never goes back, so a negative number changes nothing."""
        self._now += timedelta(seconds=max(seconds, 0))

    async def sleep(self, seconds: float) -> None:
        """Move on by `seconds` at once; other tasks get their turn, so that they can cancel or void meanwhile."""
        self.advance(seconds)
        await asyncio.sleep(0)


class RandomIds:
    """Ids that nobody can guess: a kind, a hyphen and characters that are safe in a URL."""

    def new(self, kind: str, at: datetime | None = None) -> str:
        """A new id such as `tok-mFZ0aXq3…`, with 96 random bits; with a moment, as `timed_id` makes it."""
        if at is None:
            return f"{kind}-{secrets.token_urlsafe(12)}"
        return timed_id(kind, at, secrets.randbits(RANDOM_BITS))


class SequentialIds:
    """Ids that a test can foretell: `order-1`, `order-2`, `tok-1` …, counted by kind, whatever the moment."""

    def __init__(self) -> None:
        self._last: Counter[str] = Counter()

    def new(self, kind: str, at: datetime | None = None) -> str:
        """The next id of this kind."""
        self._last[kind] += 1
        return f"{kind}-{self._last[kind]}"
