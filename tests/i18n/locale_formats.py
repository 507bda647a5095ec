"""How some locales write, by hand: what tests expect then stays true when the locales' data changes in Babel.

`test_locales` holds the program to Babel's data itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

import pos.locales
from pos.domain.locale_format import LocaleFormat, Style

WEEKDAYS: Final = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
MONTHS: Final = ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez.")


def german_moment(moment: date, style: Style) -> str:
    """A moment as a German reads it."""
    time = f"{moment:%H:%M:%S}" if isinstance(moment, datetime) else ""
    match style:
        case "header":
            day = f"{WEEKDAYS[moment.weekday()]}., {moment.day}. {MONTHS[moment.month - 1]}"
            return f"{day} {time[:5]}"
        case "stamp":
            return f"{moment:%d.%m.%Y} {time[:5]}"
        case "clock":
            return time[:5]
        case "seconds":
            return time
        case "day":
            return f"{moment:%d.%m.%Y}"


GERMAN: Final = LocaleFormat(decimal=",", group=".", symbol_first=False, symbol_apart=True, moment=german_moment)
SWISS: Final = LocaleFormat(group="’", percent="{number}%", symbol_apart=True, moment=german_moment)
FRENCH: Final = LocaleFormat(decimal=",", group=" ", symbol_first=False, symbol_apart=True)
INDIAN: Final = LocaleFormat(far=2, percent="{number}%")

SHAPES: Final[Mapping[str, LocaleFormat]] = {
    "de": GERMAN,
    "de_DE": GERMAN,
    "de_CH": SWISS,
    "fr_FR": FRENCH,
    "en_IN": INDIAN,
}

babels_shape_of: Final = pos.locales.locale_format_of
"""How Babel says that a locale writes."""


def written_by_hand(name: str) -> LocaleFormat:
    """A locale's marks: those of this file if there are any, else Babel's."""
    return SHAPES.get(name) or babels_shape_of(name)
