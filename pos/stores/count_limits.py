"""How large the counts of a shop are, and whether a value from outside is one."""

from __future__ import annotations

from typing import Final, TypeGuard

HIGHEST: Final = 10**12 - 1
"""The highest number of a step or a receipt that files and their names have room for."""
MEASURE: Final = 10**11
"""The highest that a shop comes to: with a higher one, a store would be well until there is no room for the next."""


def is_count(value: object, highest: int = HIGHEST) -> TypeGuard[int]:
    """Whether a value from a file is a whole number from 0."""
    return type(value) is int and 0 <= value <= highest
