"""What is typed in pieces, on whatever screens: a card's data on a slow line looks like a hand's, then like a scan."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from screens.terminal.keys import Key, Scanned

TRACK_STARTS: Final = "%;ö+"
"""What a card's track starts with, the last two on keyboards of other languages."""
TRACK_ENDS: Final = "?_"
"""What ends a card's track. A German keyboard makes the second of the first."""
TRACK_SIGNS: Final = f"^&=´{TRACK_ENDS}"
"""What ends a field of a track, too: what comes behind it is no hand's any longer."""
LONGEST: Final = 400
"""Characters: more than all tracks of a card have (ISO/IEC 7813: 79, 40 and 107)."""

_BEGINNING: Final = re.compile(r"[%;ö]|\d{6}")
"""A track's start, or so many digits that they may be a number's."""
_TRACK: Final = re.compile(r"[%;ö+^&=´]", re.IGNORECASE)
"""What only a track has of what is typed digit by digit."""


class SwipePhase(Enum):
    """How far a swipe is that was told of already, and whose keys may still come."""

    NONE = auto()
    WITHIN = auto()
    """Its track goes on."""
    ENDED = auto()
    """Its track has ended: another may follow, or Enter."""


def swipe_after(text: str) -> SwipePhase:
    """How far a swipe is whose keys so far end with a text."""
    return SwipePhase.ENDED if text.endswith(tuple(TRACK_ENDS)) else SwipePhase.WITHIN


def is_of(swipe: SwipePhase, key: Key) -> bool:
    """Whether a key belongs to a swipe that was told of, so that no screen may take it: letters of it may act."""
    if isinstance(key, Scanned):
        return False
    if swipe is SwipePhase.WITHIN:
        return key.char is not None or key.name in ("enter", "backspace")
    return swipe is SwipePhase.ENDED and key.name == "enter"


def scan_is_of(swipe: SwipePhase, scan: Scanned) -> bool:
    """The same of a scan, unless it is a code of the shop."""
    more = scan.text.startswith(tuple(TRACK_STARTS)) or scan.text.endswith(tuple(TRACK_ENDS))
    return swipe is SwipePhase.WITHIN or (swipe is SwipePhase.ENDED and more)


def begins_card(written: str) -> bool:
    """Whether what was typed before a swipe may be its own beginning, and no search or quantity."""
    return _BEGINNING.search(written) is not None


def before(written: str, scan: Scanned) -> str:
    """What was typed before a scan."""
    return written[: max(len(written) - scan.typed, 0)]


def written_after(written: str, key: Key) -> str:
    """What was typed in one go, one key or scan later: Enter ends it, and every other key that types nothing.

    Only a track that was begun goes on over those: it is a machine's, which knows of no screens.
    """
    if isinstance(key, Scanned):
        return "" if key.ended else (before(written, key) + key.text)[-LONGEST:]
    if key.name == "backspace":
        return written[:-1]
    if key.char is None:
        return written if key.name != "enter" and _TRACK.search(written) else ""
    return (written + key.char)[-LONGEST:]
