"""The sizes that screens are designed for, as classes that style sheets ask for."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size

WIDE: Final = 110
"""From so many columns on there is room beside a ticket."""
WIDTHS: Final = ((0, "-narrow"), (80, "-normal"), (WIDE, "-wide"), (150, "-huge"))
"""A screen has the class of the widest that it reaches, in columns."""
HEIGHTS: Final = ((0, "-short"), (24, "-tall"), (44, "-high"))
"""And the one of its lines."""
SMALL: Final = 16
"""Below so many lines a screen is `-small`: the total takes one line instead of big digits."""
TINY: Final = 10
"""Below so many it is `-tiny` too: there are no frames left."""
ROOMY: Final = (150, 44)
"""`-huge` and `-high`: there is room for everything, the inspector stands open."""


def size_classes(size: Size) -> dict[str, bool]:
    """Every class of sizes, and whether a screen of this size has it."""
    low = {"-small": size.height < SMALL, "-tiny": is_tiny(size)}
    return _classes(size.width, WIDTHS) | _classes(size.height, HEIGHTS) | low


def is_tiny(size: Size) -> bool:
    """Whether there are too few lines even for frames."""
    return size.height < TINY


def is_roomy(size: Size) -> bool:
    """Whether everything can be seen at once."""
    return size.width >= ROOMY[0] and size.height >= ROOMY[1]


def _classes(length: int, points: tuple[tuple[int, str], ...]) -> dict[str, bool]:
    reached = max(point for point in points if length >= point[0])
    return {point[1]: point is reached for point in points}
