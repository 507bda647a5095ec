"""Watching a tape: on and off, at a pace, and step by step in both directions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from screens.demo.tape import Frame, Tape

PACES: Final = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
NOW: Final = 1e-6
"""A moment that is too short to be seen."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Where somebody is who watches: at a moment, in seconds of the tape."""

    tape: Tape
    moment: float = 0.0
    playing: bool = True
    pace: float = 1.0

    @property
    def frame(self) -> Frame | None:
        """The frame that is seen at this moment; None before the first."""
        index = self.tape.seen_at(self.moment)
        return None if index is None else self.tape.frames[index]

    @property
    def step(self) -> int:
        """The line of the flow that is played, -1 before the first."""
        return self.frame.step if self.frame is not None else -1

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to come."""
        return self.tape.complete and self.moment >= self.tape.length

    def passed(self, seconds: float) -> Playback:
        """So many seconds later; what is not on the tape yet is waited for."""
        if not self.playing or not self.tape.frames:
            return self
        moment = min(self.moment + seconds * self.pace, self.tape.length)
        ended = self.tape.complete and moment >= self.tape.length
        return replace(self, moment=moment, playing=not ended)

    def toggled(self) -> Playback:
        """Paused, or going on; from the beginning at the end."""
        if self.ended:
            return replace(self, moment=0.0, playing=True)
        return replace(self, playing=not self.playing)

    def faster(self, by: int) -> Playback:
        """The next faster pace (1) or slower one (-1)."""
        at = PACES.index(self.pace) + by
        return replace(self, pace=PACES[min(max(at, 0), len(PACES) - 1)])

    def on(self, tape: Tape) -> Playback | None:
        """The same moment on a tape of the same flow at another size; None if that has not come so far, or never will.

        What is told takes other times in other sizes: it is the same line, and as much of it.
        """
        step, found = self.step, None
        if self.ended and tape.complete and (tape.failure is None or self.tape.failure is not None):
            found = tape.length
        elif not self.tape.frames:
            found = self.moment
        elif not self.ended:
            found = _same_moment(self.moment, self.tape.bounds(step), tape.bounds(step))
        if found is None or (found > tape.length and not tape.complete):
            return None
        return replace(self, tape=tape, moment=min(found, tape.length))

    def forward(self) -> Playback:
        """Paused at the end of this line, or of the next if this one is done."""
        here = self.tape.end_of(self.step)
        if here is not None and self.moment < here - NOW:
            return replace(self, moment=here, playing=False)
        following = next((frame.step for frame in self.tape.frames if frame.step > self.step), None)
        end = self.tape.end_of(following) if following is not None else None
        return replace(self, moment=end if end is not None else self.tape.length, playing=False)

    def back(self) -> Playback:
        """Paused where this line begins, or the one before it if it has just begun."""
        step = self.step
        start = self.tape.start_of(step) or 0.0
        if self.moment <= start + NOW:
            step = max((frame.step for frame in self.tape.frames if frame.step < step), default=step)
            start = self.tape.start_of(step) or 0.0
        return replace(self, moment=start, playing=False)


def _same_moment(moment: float, here: tuple[float, ...], there: tuple[float, ...]) -> float | None:
    """A moment between two bounds of a line as the one between the same bounds of the same line on another tape."""
    passed = sum(bound <= moment + NOW for bound in here)
    if not passed or len(there) < min(passed + 1, len(here)):
        return None
    before = here[passed - 1]
    if moment <= before + NOW:
        return there[passed - 1]
    if passed == len(here):
        return there[passed - 1] + moment - before
    share = (moment - before) / (here[passed] - before)
    return there[passed - 1] + share * (there[passed] - there[passed - 1])
