"""How counters stand as a till knows them: as the server said last, and what of the till's own it has not got yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock

StreamId = tuple[int, int]
"""Where in the stream of changes something was so: later is greater."""
Count = tuple[int, int]
"""On hand, and held."""
Effects = Mapping[str, Count]
"""By how much a step changes counters: on hand, and held."""


class Counts:
    """Counters in memory. Any thread may ask; nobody waits for a disk or a server meanwhile."""

    def __init__(self) -> None:
        self._said: dict[str, Count] = {}
        self._as_of: dict[str, StreamId] = {}
        """What the server said later than all counters as a whole."""
        self._since: StreamId = (0, 0)
        """Where in the stream it said all of them."""
        self._own: dict[str, Count] = {}
        self._changed: set[str] = set()
        self._lock = Lock()

    def count(self, name: str) -> Count:
        """How a counter stands; one never heard of stands at 0."""
        with self._lock:
            on_hand, held = self._said.get(name, (0, 0))
            own = self._own.get(name)
        return (on_hand, held) if own is None else (on_hand + own[0], held + own[1])

    def knows(self, name: str) -> bool:
        """Whether the server has this counter, or something of the till's own is about it."""
        with self._lock:
            return name in self._said or name in self._own

    def names(self) -> tuple[str, ...]:
        """The counters that the server has, or that something of the till's own is about."""
        with self._lock:
            return tuple(dict.fromkeys((*self._said, *self._own)))

    def begin(self, said: Mapping[str, Count], own: Iterable[Effects], at: StreamId = (0, 0)) -> None:
        """Take what the server says of all counters at a place of the stream, without these steps of the till."""
        with self._lock:
            self._changed |= {name for name in {*said, *self._said} if said.get(name) != self._said.get(name)}
            self._said, self._as_of, self._own, self._since = dict(said), {}, {}, at
            for each in own:
                self._add(each, 1)

    def hear(self, at: StreamId, said: Iterable[tuple[str, int, int]], delivered: Effects | None = None) -> None:
        """Take what the server said at a place of the stream, unless it has said something newer.

        `delivered` is what of the till's own is in it from now on.
        """
        with self._lock:
            for name, on_hand, held in said:
                if at >= self._as_of.get(name, self._since):
                    self._said[name], self._as_of[name] = (on_hand, held), at
                    self._changed.add(name)
            if delivered:
                self._add(delivered, -1)

    def add(self, effects: Effects) -> None:
        """Count what the till has done and the server has not heard of yet."""
        with self._lock:
            self._add(effects, 1)

    def own(self, effects: Iterable[Effects]) -> None:
        """Count these steps, and no others, as the till's own."""
        with self._lock:
            self._own = {}
            for each in effects:
                self._add(each, 1)

    def take_changed(self) -> dict[str, Count | None]:
        """What the server has said since this was asked last, by counter; None: it has it no more."""
        with self._lock:
            changed, self._changed = self._changed, set()
            return {name: self._said.get(name) for name in changed}

    def _add(self, effects: Effects, sign: int) -> None:
        for name, (on_hand, held) in effects.items():
            before = self._own.get(name, (0, 0))
            after = before[0] + sign * on_hand, before[1] + sign * held
            if after == (0, 0):
                self._own.pop(name, None)
            else:
                self._own[name] = after


def added(*each: Effects) -> dict[str, Count]:
    """Several effects as one."""
    total: dict[str, Count] = {}
    for effects in each:
        for name, (on_hand, held) in effects.items():
            before = total.get(name, (0, 0))
            total[name] = before[0] + on_hand, before[1] + held
    return total
