"""Rows of which there are more than are seen: the part that is, and how much there is above and below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar, overload

from pos.domain.i18n import _
from screens.render.rows import Row
from screens.render.tags import HitTag, LineTag, PlaceTag, Tag

T = TypeVar("T")

LEAST_THUMB: Final = 3
"""Lines from which on a thumb tells where the part is."""


@dataclass(frozen=True, slots=True)
class Part(Sequence[Row]):
    """Rows as they are drawn, some of which are a part of more.

    `above` and `below` are how many entries are not seen there. The part has `room` lines from the line `at` on, and
    begins with the row `first` of `total`.
    """

    rows: tuple[Row, ...]
    above: int = 0
    below: int = 0
    first: int = 0
    total: int = 0
    room: int = 0
    at: int = 0

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """A row, or some of them as they are drawn."""
        return self.rows[index]

    def __len__(self) -> int:
        """How many rows are drawn."""
        return len(self.rows)

    def within(self, before: Sequence[Row], after: Sequence[Row]) -> Part:
        """The same with rows above and below it that are always seen."""
        return replace(self, rows=(*before, *self.rows, *after), at=self.at + len(before))

    @property
    def more(self) -> str:
        """How many entries are not seen, in words; empty if all are."""
        told = [_("↑ {count} more", count=self.above)] if self.above else []
        return "  ".join([*told, *([_("↓ {count} more", count=self.below)] if self.below else [])])

    @property
    def more_short(self) -> str:
        """The same in as few columns as tell it."""
        return " ".join(f"{sign}{many}" for sign, many in (("↑", self.above), ("↓", self.below)) if many)

    @property
    def thumb(self) -> tuple[int, int]:
        """The first line of the thumb, and the one after its last; the same one if there is none."""
        if self.total <= self.room or self.room < LEAST_THUMB:
            return 0, 0
        long = max(self.room * self.room // self.total, 1)
        way, last = self.room - long, self.total - self.room
        start = 0 if not self.first else way if self.first >= last else min(max(self.first * way // last, 1), way - 1)
        return self.at + start, self.at + start + long


def window(total: int, shown: int, focus: int | None) -> int:
    """The first line to show of `total`, so that the line in focus is seen; without one, the end is."""
    last = max(total - shown, 0)
    return last if focus is None else min(max(focus - shown // 2, 0), last)


def part(rows: Sequence[Row], lines: int, focus: int | None, *, beyond: int = 0) -> Part:
    """As many rows as there are lines, around the one in focus; `beyond` are entries that are not among the rows."""
    return part_from(rows, window(len(rows), lines, focus), lines, beyond=beyond)


def part_from(rows: Sequence[Row], first: int, lines: int, *, beyond: int = 0) -> Part:
    """As many rows as there are lines from the first on. What is not seen is counted by entries, else by rows."""
    shown = tuple(rows[first : first + lines])
    seen = _entries(shown)
    above, below = (_entries(hidden) - seen for hidden in (rows[:first], rows[first + lines :]))
    if not seen:
        above, below = set(range(first)), set(range(max(len(rows) - first - lines, 0)))
    return Part(shown, len(above), len(below) + beyond, first, len(rows) + beyond, lines)


def part_of(entries: Sequence[T], lines: int, focus: int | None, draw: Callable[[int, T], Row]) -> Part:
    """The same of entries of one row each, of which only those that are seen are drawn, each with its place."""
    first = window(len(entries), lines, focus)
    rows = tuple(draw(place, entry) for place, entry in enumerate(entries[first : first + lines], start=first))
    return Part(rows, first, len(entries) - first - len(rows), first, len(entries), lines)


def _entries(rows: Iterable[Row]) -> set[object]:
    """The entries that rows belong to."""
    return {meant for line in rows if (meant := _meant(line.tag)) is not None}


def _meant(tag: Tag | None) -> object:
    match tag:
        case LineTag(number=entry) | PlaceTag(index=entry) | HitTag(key=entry):
            return entry
        case _other:
            return None
