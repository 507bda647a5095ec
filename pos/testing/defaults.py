"""When and where a test takes place if it does not say: the moment, the sizes of the terminal, its theme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

NOW: Final = datetime(2025, 11, 22, 19, 3, tzinfo=UTC)
"""The moment at which a test's clock stands."""

SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "small": (60, 18),
    "80x24": (80, 24),
    "120x30": (120, 30),
    "160x50": (160, 50),
}
"""Columns and lines by name; the three that Tillkey is designed for, and one that is too small."""

SIZE: Final = "80x24"
THEME: Final = "tillkey-dark"


def size_of(size: str | tuple[int, int]) -> tuple[int, int]:
    """Columns and lines of a size by its name, as `100x40`, or as they are. Raises ValueError for anything else."""
    if not isinstance(size, str):
        return size
    if size in SIZES:
        return SIZES[size]
    columns, _, lines = size.partition("x")
    if not (columns.isdecimal() and lines.isdecimal()):
        raise ValueError(f"{size!r} is no size: say one of {', '.join(SIZES)}, or such as 100x40")
    return int(columns), int(lines)


def size_name(size: str | tuple[int, int]) -> str:
    """What a size is called in the name of a picture."""
    return size if isinstance(size, str) else f"{size[0]}x{size[1]}"
