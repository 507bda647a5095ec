"""Values over time as blocks of characters, each an eighth of a line high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BLOCKS: Final = " ▁▂▃▄▅▆▇█"


def area(values: Sequence[float], columns: int, lines: int, top: float | None = None) -> list[str]:
    """The area below a curve, in so many lines of so many columns; values are spread evenly over the columns.

    A value of `top` (none: the largest one) fills all lines; whatever is more than nothing is seen.
    """
    highest = max(values, default=0.0) if top is None else top
    heights = [_height(value, highest, lines) for value in spread(values, columns)]
    return [
        "".join(BLOCKS[min(max(height - 8 * line, 0), 8)] for height in heights) for line in range(lines - 1, -1, -1)
    ]


def spread(values: Sequence[float], columns: int) -> list[float]:
    """So many values, taken from these at even distances, or repeated; nothing for no values."""
    if not values:
        return [0.0] * columns
    if columns == 1:
        return [values[-1]]
    last = len(values) - 1
    return [values[round(column * last / (columns - 1))] for column in range(columns)]


def _height(value: float, highest: float, lines: int) -> int:
    """Eighths of a line."""
    if value <= 0 or highest <= 0:
        return 0
    return min(max(round(value / highest * lines * 8), 1), lines * 8)
