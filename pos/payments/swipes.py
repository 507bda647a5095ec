"""What a card's magnetic stripe, or a reader of it, types (ISO/IEC 7813 and 4909, and what readers make of them)."""

from __future__ import annotations

import re
from typing import Final

from pos.domain.card_numbers import card_number

_ENDS: Final = r"[\^&]"
"""What ends a field of track 1; `&` is what a German keyboard makes of the key, as `ö`, `´` and `_` of others."""
_NUMBER: Final = r"[0-9][0-9* ]{7,26}"
"""A card's number on track 1: some have blanks between its groups, and encrypting readers stars."""

_SWIPE: Final = re.compile(
    rf"%[a-z]{_NUMBER}{_ENDS}"
    rf"|b?{_NUMBER}\^[^\^]{{0,40}}\^"
    r"|\^[^\^]{2,40}\^ ?[0-9]{4}"
    r"|[;ö+][0-9*]{12,21}[=´]"
    r"|(?<![0-9a-z])(?P<bare>[0-9]{12,19})[=´d](?=[0-9=]{4})"
    r"|[=´][0-9]{10,}[?_](?![0-9])"
    rf"|{_ENDS} ?[0-9]{{7}}[^?_]{{0,60}}[?_](?=[;ö+]|\Z)"
    r"|(?<![0-9a-f])(?P<block>02[0-9a-f]{60,}03)(?![0-9a-f])"
)
"""Track 1, with its start or without; its end; tracks 2 and 3; their end; a block of an encrypting reader."""


def swipe_in(text: str) -> tuple[int, int] | None:
    """Where in a reading (`pos.payments.normalized_text`) a swipe begins and ends; None if there is none.

    It ends with the last track's end sentinel and what an encrypting reader writes behind it; one that has none ends
    with the text.
    """
    for found in _SWIPE.finditer(text):
        if _means_swipe(found):
            last = text.rfind("?", found.end() - 1)
            blank = text.find(" ", last) if last >= 0 else -1
            return found.start(), blank if blank >= 0 else len(text)
    return None


def _means_swipe(found: re.Match[str]) -> bool:
    if (number := found["bare"]) is not None:
        return card_number(number) is not None
    return found["block"] is None or _is_block(found["block"])


_AROUND: Final = 6
"""Bytes of such a block besides what its length counts: start, length, two check sums and end."""


def _is_block(text: str) -> bool:
    """Whether hexadecimal digits are a block as encrypting readers send it: 02, its length (low byte first), …, 03."""
    length = int(text[4:6] + text[2:4], 16)
    return len(text) == 2 * (length + _AROUND)
