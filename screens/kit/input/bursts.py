"""Scans and hands told apart: by when keys came, what they say, and what was written in one piece with them.

- Keys that follow one another within `BURST` seconds are one burst. Hands are slower over more than two keys.
- A burst that ends in Enter is a scan. So is one that does not, if it is a code of the shop or has more than digits.
- One digit or two and Enter may be hands that roll: no shop's codes are as short, unless they are in its catalog.
- What follows an action's key in one piece, such as F12, was written ahead, since no scanner has such keys: the screen
  that is in front by then says how much of it means something there. A code of the shop is a scan there too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from screens.terminal.keys import Key

BURST: Final = 0.05
"""Seconds: keys that follow one another so closely are one burst, and were written before anybody saw an answer."""

_ROLLED: Final = re.compile(r"[\d.,]{1,2}")
_NUMBER: Final = re.compile(r"[\d.,]+")
_SCANNERS: Final = ("enter", "escape")
"""Keys that a scan may follow at once: another scan's end, or a hand's Escape."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Printable keys that came as one: what they type, whether Enter ended them, and the key before them, if any."""

    text: str
    ended: bool
    after: str = ""

    @property
    def ahead(self) -> bool:
        """Whether it was written in one piece with an action's key before it."""
        return bool(self.after) and self.after not in _SCANNERS


class ScanContext(Protocol):
    """What is to be known of the shop and of the screen in front, to tell scans from hands."""

    def holds(self, key: Key) -> bool:
        """Whether a printable key would act at once, so that it has to be known first whether a scan begins with it."""
        ...

    def is_code(self, text: str) -> bool:
        """Whether a text is a code of the shop, with or without a quantity before it."""
        ...

    def meant(self, burst: Burst) -> int:
        """How many of a burst's keys, from its first on, were written for the screen in front and are no scan."""
        ...

    def held(self) -> bool:
        """Keys are held until a pause tells that nothing follows them: tell of the pause; whether that will be done."""
        ...


def linked(first: Key | None, second: Key, within: float) -> bool:
    """Whether two keys belong to one burst."""
    if first is None or first.by_hand or second.by_hand or first.at is None or second.at is None:
        return False
    return second.follows or second.at - first.at < within


def of_hands(burst: Burst, scan_context: ScanContext) -> int:
    """How many of a burst's keys, from its first on, are a hand's; the others are a scan."""
    text = burst.text
    if len(text) == 1 and not burst.ended:
        return 1
    if scan_context.is_code(text):
        return 0
    if meant := scan_context.meant(burst):
        return meant
    plain = _ROLLED if burst.ended else _NUMBER
    return len(text) if plain.fullmatch(text) else 0
