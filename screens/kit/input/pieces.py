"""What is typed in pieces, on whatever screen: a card's data on a slow line looks like a hand's, then like a scan."""

from __future__ import annotations

import re
from typing import Final

from screens.terminal.keys import Key, Scanned

TRACK_ENDS: Final = "?_"
"""What ends a card's track. A German keyboard makes the second of the first."""
LONGEST: Final = 400
"""Characters: more than all tracks of a card have (ISO/IEC 7813: 79, 40 and 107)."""

_BEGINNING = re.compile(r"[%;ö]|\d{6}")
"""A track's start, or so many digits that they may be a number's."""


def begins_card(written: str) -> bool:
    """Whether what was typed before a swipe may be its own beginning, and no search or quantity."""
    return _BEGINNING.search(written) is not None


def written_after(written: str, key: Key) -> str:
    """What was typed in one go, one key or scan later: Enter and every other key that types nothing end it."""
    if isinstance(key, Scanned):
        return (written + key.text)[-LONGEST:] if not key.ended else ""
    if key.name == "backspace":
        return written[:-1]
    return (written + key.char)[-LONGEST:] if key.char is not None else ""
