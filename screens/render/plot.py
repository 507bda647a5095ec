"""Figures as bars of block characters, an eighth of a line at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from screens.render.rows import Piece, Row

EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
WIDEST: Final = 4
"""Columns of a bar at most: a wider one is a wall."""


def bars(
    values: Sequence[int], labels: Sequence[str], columns: int, lines: int, marked: int | None = None
) -> list[Row]:
    """Values side by side as bars on a row of labels, the greatest as high as there is room.

    What is there is seen, however little it is; below zero is none. The bar at the index `marked` stands out, the
    others are dim. As many bars as there is room for in so many columns, the last ones.
    """
    each = min(max(columns // max(len(values), 1), 2), WIDEST + 1)
    many = min(len(values), columns // each)
    first = len(values) - many
    most, height = max((*values, 1)), max(lines - 1, 1)
    eighths = [0 if value <= 0 else max(value * height * 8 // most, 1) for value in values[first:]]
    rows = [
        Row(
            tuple(
                Piece(EIGHTHS[min(max(high - below * 8, 0), 8)] * (each - 1) + " ", _kind(first + at, marked))
                for at, high in enumerate(eighths)
            )
        )
        for below in reversed(range(height))
    ]
    names = (Piece(label[: each - 1].ljust(each), _kind(first + at, marked)) for at, label in enumerate(labels[first:]))
    return [*rows, Row(tuple(names))]


def _kind(at: int, marked: int | None) -> str:
    return "strong" if at == marked else "faint"
