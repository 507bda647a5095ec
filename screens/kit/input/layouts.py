"""What a scanner types that takes the till for a machine with another keyboard: the same keys, other characters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pos.domain.codes import is_gtin
from pos.domain.i18n import N_

_ROWS: Final = {
    N_("French"): "&é\"'(-è_çà",
    N_("Belgian"): "&é\"'(§è!çà",
    N_("Czech"): "+ěščřžýáíé",
    N_("Slovak"): "+ľščťžýáíé",
}
"""What the keys of 1 to 9 and 0 type alone, by the layout."""
_DIGITS: Final = "1234567890"
_SWAPPED: Final = {
    N_("German"): ("zyZYß-'+", "yzYZ-/+]"),
    N_("French"): ("qwazQWAZ,;", "azqwAZQWm,"),
}
"""Letters and signs that two layouts have in each other's places."""

_LAYOUTS: Final[tuple[tuple[str, Mapping[int, int | str]], ...]] = (
    *((name, str.maketrans(row, _DIGITS)) for name, row in _ROWS.items()),
    *((name, str.maketrans(typed, meant)) for name, (typed, meant) in _SWAPPED.items()),
)


def misread_as(text: str, is_known: Callable[[str], bool]) -> str | None:
    """The keyboard layout that makes a code of a text, as a text to be translated; None: no layout does."""
    for name, layout in _LAYOUTS:
        meant = text.translate(layout)
        if meant != text and (is_known(meant) or is_gtin(meant)):
            return name
    return None
