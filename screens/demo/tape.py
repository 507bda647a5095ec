"""What a demo showed, moment by moment: it can be watched at any pace, forwards and backwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.strip import Strip

    from pos.demo.workers import QueueStanding
    from pos.domain.errors import TillError
    from pos.domain.events import CounterMove


@dataclass(frozen=True, slots=True)
class Pane:
    """What one till shows, line by line; `rows` is None while the till is not running.

    `doing` is what it does by itself: nothing or `charging`; or why it is not running: `off` (no power) or `closed`.
    """

    lane: str
    rows: tuple[Strip, ...] | None = field(repr=False)
    doing: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment: when, in seconds since the beginning, on which line of the flow, and all that is seen."""

    at: float
    step: int
    caption: str
    key: str
    panes: tuple[Pane, ...]
    active: str
    stock: tuple[CounterMove, ...] = ()
    """The counters that were moved last, at any till."""
    queue: QueueStanding | None = None
    """How the queue of a flow with workers stands."""
    snap: str = ""
    """The name under which a picture of it is kept."""

    @property
    def look(self) -> tuple[object, ...]:
        """All by which two moments differ for whoever watches."""
        return self.panes, self.caption, self.key, self.step, self.queue


@dataclass
class Tape:
    """The frames in order. It is watched while it is still being made."""

    frames: list[Frame] = field(default_factory=list, repr=False)
    complete: bool = False
    failure: TillError | None = None
    """Why the flow did not come to its end."""

    @property
    def length(self) -> float:
        """Seconds up to the last frame."""
        return self.frames[-1].at if self.frames else 0.0

    def add(self, frame: Frame) -> None:
        """Keep a frame; lines that have not changed are kept once."""
        if self.frames:
            before = {pane.lane: pane for pane in self.frames[-1].panes}
            frame = replace(frame, panes=tuple(_shared(pane, before.get(pane.lane)) for pane in frame.panes))
        self.frames.append(frame)

    def seen_at(self, moment: float) -> int | None:
        """Which frame is seen so many seconds after the beginning; None if there is none yet."""
        found = bisect_right(self.frames, moment, key=lambda frame: frame.at) - 1
        return max(found, 0) if self.frames else None

    def start_of(self, step: int) -> float | None:
        """When a line of the flow begins; None if it was not reached."""
        return next((frame.at for frame in self.frames if frame.step >= step), None)

    def end_of(self, step: int) -> float | None:
        """When a line of the flow is done; None if it was not reached."""
        last = [frame.at for frame in self.frames if frame.step <= step]
        reached = self.complete or (bool(self.frames) and self.frames[-1].step > step)
        return last[-1] if last and reached else None

    def bounds(self, step: int) -> tuple[float, ...]:
        """When a line of the flow begins, when it is done, and when the next one begins, as far as that is known."""
        times = self.start_of(step), self.end_of(step), self.start_of(step + 1)
        known = tuple(takewhile(lambda at: at is not None, times))
        return (*(at for at in known if at is not None), *((self.length,) if self.complete and len(known) == 2 else ()))


def _shared(pane: Pane, before: Pane | None) -> Pane:
    if before is None or before.rows is None or pane.rows is None or len(before.rows) != len(pane.rows):
        return pane
    rows: Sequence[Strip] = [old if old == new else new for old, new in zip(before.rows, pane.rows, strict=True)]
    same = before.doing == pane.doing and all(map(_is, rows, before.rows))
    return before if same else Pane(pane.lane, tuple(rows), pane.doing)


def _is(one: object, other: object) -> bool:
    return one is other
