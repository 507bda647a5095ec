"""What Enter on the scan line means. A pure decision over what is typed, what is known and what is chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

SHORTEST_SUFFIX: Final = 8
SIGNS: Final = "+-"
"""What changes the chosen line by one, if it stands alone."""
_TIMES = re.compile(r"([+-]?(?=[^*]*\d)[\d.,'’\s]+\*)\s*(.*)", re.DOTALL)
"""A quantity as any locale writes it, and what is multiplied."""
_ENDING = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """A typed line: the quantity with its `*`, as typed, and the rest."""

    times: str
    rest: str

    @property
    def searched(self) -> str:
        """What is searched for: nothing without a letter, which may be a scan or a quantity on its way."""
        return self.rest if len(self.rest) > 1 and any(map(str.isalpha, self.rest)) else ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What to add: a line of the till's language, and what was typed before a scan and is dropped.

    `chosen`: it is no code that was typed, but the hit that is chosen for it.
    """

    line: str
    dropped: str = ""
    chosen: bool = field(default=False, compare=False)


def split(text: str) -> TypedLine:
    """A typed line in its two parts."""
    times = _TIMES.fullmatch(text.strip())
    return TypedLine("".join(times[1].split()), times[2].strip()) if times else TypedLine("", text.strip())


def resolve(text: str, is_known: Callable[[str], bool], chosen: Callable[[], str | None]) -> Scan | None:
    """What Enter adds, in the till's order: an exact code, a scan at the end of other text, the chosen hit.

    `chosen` gives the SKU of the chosen hit; it is not asked for bare digits, nor for a known code. None: there is
    nothing to add, only a quantity that waits for its code.
    """
    entry = split(text)
    if not entry.rest:
        return None
    if is_known(entry.rest):
        return Scan(entry.times + entry.rest)
    if entry.rest.isdecimal():
        return Scan(entry.times + entry.rest)
    ending = _ENDING.search(entry.rest)
    if ending is not None:
        digits = ending.group()
        for start in range(len(digits) - SHORTEST_SUFFIX + 1):
            if is_known(digits[start:]):
                return Scan(digits[start:], entry.times + entry.rest[: -len(digits[start:])])
    hit = chosen() if entry.searched and entry.rest[0] not in SIGNS else None
    return Scan(entry.times + (hit or entry.rest), chosen=hit is not None)


def scanned(hand: str, code: str, is_known: Callable[[str], bool]) -> Scan | None:
    """What a scan adds, `hand` being what was typed before it; None: it is no code, and adds nothing.

    A quantity with its `*` counts for it, a search is dropped; bare digits are never a quantity, and spoil the code.
    """
    before, entry = split(hand), split(code)
    if hand and is_known(split(hand + code).rest):
        return Scan(hand + code)
    if not is_known(entry.rest):
        scan = resolve(code, is_known, lambda: None)
        return Scan(scan.line, hand + scan.dropped) if scan is not None and scan.dropped else None
    if hand.isdecimal():
        return None
    if before.times and not before.rest and not entry.times:
        return Scan(before.times + entry.rest)
    return Scan(entry.times + entry.rest, hand)


def hand_of(typed: str, code: str) -> str:
    """What of a typed line a hand has typed, and no scan: the rest is the scan's beginning."""
    ends = (many for many in range(min(len(typed), len(code)), 0, -1) if typed.endswith(code[:many]))
    return typed[: len(typed) - next(ends, 0)]
