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


@dataclass(frozen=True, slots=True)
class Layout:
    """How large each till is, in columns and lines, and whether all of them are seen at once."""

    till: tuple[int, int]
    beside: bool


def layout(columns: int, lines: int, tills: int) -> Layout:
    """The parts of a terminal of this size for so many tills."""
    if tills == 1:
        return Layout((columns, max(lines - BARS, 1)), beside=True)
    beside = columns >= SIDE_BY_SIDE
    width = (columns - (tills - 1)) // tills if beside else columns
    return Layout((width, max(lines - BARS - SHARED, 1)), beside)
