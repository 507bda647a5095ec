"""How names and codes are written down, and which of them are one: those that look alike, in whatever case."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""What cannot be seen, besides the format characters."""
CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Finds controls, ends of lines, what turns the direction of writing, and half characters."""
_BLANKS: Final = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+")
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2212\ufe63"
_APOSTROPHES: Final = "\u2018\u2019\u02bc"
_ALIKE: Final = str.maketrans({"\u0131": "i", **dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_APOSTROPHES, "'")})
"""The i without a dot, as capitals do not tell it from the other one; dashes and apostrophes of word processors."""
_DOTTED: Final = "i\u0307"
"""What the Turkish capital with a dot becomes."""


def spelled(text: str) -> str:
    """A name or a code as it is kept: composed (NFC), one blank between words and none around, nothing unseen.

    Control characters inside it stay, for whoever refuses them, and so does a text that has nothing to be seen.
    """
    return _seen(text) or text


def kept_name(text: str) -> str:
    """What people call a thing, as it is kept: composed, one blank between words, and all that its script needs.

    Joiners that cannot be seen shape Persian words and emoji; nothing is found or told apart by such a name.
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip() or text


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen in a text."""
    return not _seen(text)


def folded(text: str) -> str:
    """What names and codes that look alike have in common: in capitals, however the blanks, dots and dashes are typed.

    ß is SS, and the Turkish letters ı and İ are both I. Folding twice changes nothing.
    """
    if text.isascii():
        return spelled(text).upper()
    text = spelled(text)
    small = unicodedata.normalize("NFC", text.casefold()).replace(_DOTTED, "i").translate(_ALIKE)
    return unicodedata.normalize("NFC", small.upper())


def _seen(text: str) -> str:
    if text.isascii():
        return (_BLANKS.sub(" ", text) if "  " in text else text).strip()
    kept = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _UNSEEN.sub("", kept))).strip()
