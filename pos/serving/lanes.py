"""Which browser has which lane. A shop's store has one, as one process writes it; throw-away stores have more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos.serving.process import TillProcess


class LaneSession:
    """A lane in the hands of one session, since a moment, and the till that runs there."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.till: TillProcess | None = None
        self.turn = asyncio.Lock()
        """Held while one till ends and the next begins."""


class Lanes:
    """So many lanes, each to one session. `now` is the clock that says since when."""

    def __init__(self, count: int, now: Callable[[], datetime]) -> None:
        self.count = count
        self._now = now
        self._places: dict[str, LaneSession] = {}

    def take(self, session: str) -> LaneSession | None:
        """The lane that the session has or gets; None if others have all of them."""
        if session not in self._places and len(self._places) < self.count:
            self._places[session] = LaneSession(self._now())
        return self._places.get(session)

    def has_room(self, session: str) -> bool:
        """Whether a session that asks now gets a lane: its own, or a free one."""
        return session in self._places or len(self._places) < self.count

    def leave(self, session: str) -> None:
        """Give a session's lane back."""
        self._places.pop(session, None)

    def till_of(self, session: str) -> TillProcess | None:
        """The till that runs in a session's lane, None if it has no lane or no till runs there."""
        place = self._places.get(session)
        return place.till if place is not None else None

    @property
    def since(self) -> datetime | None:
        """Since when the first of the lanes is taken."""
        return min((place.since for place in self._places.values()), default=None)

    @property
    def tills(self) -> list[TillProcess]:
        """Every till that runs."""
        return [place.till for place in self._places.values() if place.till is not None]
