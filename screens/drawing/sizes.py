"""The sizes that screens are designed for, as classes that style sheets ask for."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size

WIDTHS: Final = ((0, "-narrow"), (80, "-normal"), (110, "-wide"), (150, "-huge"))
"""A screen has the class of the widest that it reaches, in columns."""
HEIGHTS: Final = ((0, "-short"), (24, "-tall"), (44, "-high"))
"""And the one of its lines."""
ROOMY: Final = (150, 44)
"""`-huge` and `-high`: there is room for everything, the inspector stands open."""


def size_classes(size: Size) -> dict[str, bool]:
    """Every class of sizes, and whether a screen of this size has it."""
    return _classes(size.width, WIDTHS) | _classes(size.height, HEIGHTS)


def is_roomy(size: Size) -> bool:
    """Whether everything can be seen at once."""
    return size.width >= ROOMY[0] and size.height >= ROOMY[1]


def _classes(length: int, points: tuple[tuple[int, str], ...]) -> dict[str, bool]:
    reached = max(point for point in points if length >= point[0])
    return {point[1]: point is reached for point in points}
