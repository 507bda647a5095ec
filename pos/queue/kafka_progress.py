"""How far one worker has come in a partition of a topic: what it was handed, and what of it is done."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pos.domain.queue_ports import Job

LONGEST: Final = 4000
"""Characters of what is noted beside an offset; brokers take 4096 bytes."""
WIDEST: Final = 10_000
"""So many offsets in a row that are noted as done are believed."""
_RUN: Final = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


@dataclass(eq=False, slots=True)
class Taken:
    """A message of a partition that this worker has: its job, and when it last gave a sign for it, in seconds."""

    progress: Progress
    offset: int
    order: str
    request: bytes
    again: bool = False
    signed: float | None = None
    """None while it waits to be handed out."""

    def job(self) -> Job:
        """It, as it is handed out."""
        # Whoever had the partition before may have handed it out as well.
        return Job(self.order, self.request, self, self.again or None)


@dataclass(eq=False, slots=True)
class Progress:
    """A partition for as long as it is this worker's.

    Only what is done from the beginning on without a gap counts for the broker. What is done behind a gap is noted
    beside it, so that whoever has the partition next does not hand it out once more.
    """

    number: int
    seen: int
    """What is before it has come, or was done when the partition was given to this worker."""
    done: set[int] = field(default_factory=set)
    """What is known to be done behind a gap."""
    open: dict[int, Taken] = field(default_factory=dict)
    """What has come and is not done."""
    dirty: bool = False
    """Whether more is done than the broker was told."""
    underway: bool = False
    """Whether it was told, and has not answered yet."""

    def take(self, offset: int, order: str, request: bytes) -> Taken | None:
        """A message came; None if it is known to be done."""
        if offset < self.seen:
            # The topic was made anew: it counts from the beginning.
            self.done.clear()
        self.seen = offset + 1
        if offset in self.done:
            return None
        taken = self.open[offset] = Taken(self, offset, order, request)
        return taken

    def end(self, taken: Taken) -> None:
        """A message is done; told twice it is done as well."""
        if self.open.pop(taken.offset, None) is not None:
            self.done.add(taken.offset)
        self.dirty = True

    @property
    def offset(self) -> int:
        """What is before it is done, without a gap."""
        if self.open:
            return min(self.open)
        offset = self.seen
        while offset in self.done:
            offset += 1
        return offset

    @property
    def note(self) -> str:
        """What is done behind a gap, as distances from `offset`: `2,5-9`. What is too long for a broker is left out."""
        offset, note = self.offset, ""
        self.done = {each for each in self.done if each > offset or each >= self.seen}
        for first, last in _runs(each - offset for each in self.done if each > offset):
            run = f"{first}" if first == last else f"{first}-{last}"
            if len(note) + 1 + len(run) > LONGEST:
                break
            note += f",{run}" if note else run
        return note


def read_note(note: str | None, offset: int) -> set[int]:
    """Which offsets are noted as done beside an offset. What is no such note says nothing."""
    done: set[int] = set()
    for run in (note or "")[: LONGEST + 1].split(","):
        if (found := _RUN.fullmatch(run)) is not None:
            first, last = int(found[1]), int(found[2] or found[1])
            if first > 0 and last - first < WIDEST:
                done.update(range(offset + first, offset + last + 1))
    return done


def _runs(offsets: Iterable[int]) -> Iterable[tuple[int, int]]:
    """The first and the last of each row of offsets without a gap."""
    first = last = -1
    for each in sorted(offsets):
        if first >= 0 and each == last + 1:
            last = each
            continue
        if first >= 0:
            yield first, last
        first = last = each
    if first >= 0:
        yield first, last
