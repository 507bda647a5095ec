"""Where the parts of a demo are drawn: its tills side by side, or the one that acts, and the bars below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIDE_BY_SIDE: Final = 120
"""From so many columns on two tills are drawn beside each other."""
BARS: Final = 2
"""The lines of caption and controls."""
SHARED: Final = 2
"""With several tills: a line with their names, and one with the stock that they share."""

QUEUE: Final = 1
"""The line with the queue and its workers, in a flow that has some."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How large each till is, in columns and lines, and whether all of them are seen at once."""

    till: tuple[int, int]
    beside: bool


def layout(columns: int, lines: int, tills: int, *, queued: bool = False) -> Layout:
    """The parts of a terminal of this size for so many tills; `queued` says that their queue is drawn, too."""
    below = BARS + (QUEUE if queued else 0)
    if tills == 1:
        return Layout((columns, max(lines - below, 1)), beside=True)
    beside = columns >= SIDE_BY_SIDE
    width = (columns - (tills - 1)) // tills if beside else columns
    return Layout((width, max(lines - below - SHARED, 1)), beside)
