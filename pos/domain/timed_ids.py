"""Ids that carry the moment at which they were made, in the layout of a UUID of version 7 (RFC 9562, 5.7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

RANDOM_BITS: Final = 80
"""How many random bits an id is made of; eleven of them give way to the layout."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_FREE: Final = 0x03FF_1FFF_FFFF_F3FF_FFFF
_FIXED: Final = 0x7C00_A000_0000_0C00_0000
"""Version and variant; and three digits are letters, so that nothing that hides cards takes an id for a card number."""
_TIMED: Final = re.compile(r"[^-]+-([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def timed_id(kind: str, at: datetime, random: int) -> str:
    """An id such as `order-019cd5b2-7e00-7c41-a2b9-03d5c8f01e77` from its kind, moment and random bits.

    A moment before 1970 is kept as 1970. Such ids sort by their moment, to the millisecond.
    """
    milliseconds = max((at - _EPOCH) // _MILLISECOND, 0)
    digits = f"{milliseconds << RANDOM_BITS | random & _FREE | _FIXED:032x}"
    return "-".join((kind, digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def made_at(timed: str) -> datetime | None:
    """The moment that an id carries, None if it carries none: what a clock said, be it right or wrong."""
    found = _TIMED.fullmatch(timed)
    try:
        return _EPOCH + int(found[1] + found[2], 16) * _MILLISECOND if found is not None else None
    except OverflowError:
        return None
