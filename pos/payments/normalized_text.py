"""A text as a person reads it: what a card's number is looked for in, however it is spelled."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pos.domain.terminal_text import ESCAPES, SEQUENCE, is_unseen

_WRITTEN_OUT: Final = re.compile(r"\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|[abefnrtv0])")
"""A character that cannot be seen as a `repr` or JSON writes it."""


@dataclass(frozen=True, slots=True)
class NormalizedText:
    """What is read of a text, and where in the text each character of it stands.

    Digits of any script are 0 to 9, letters are small, and any blanks are one; what cannot be seen is not there.
    """

    text: str
    places: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the text a part of the reading begins and ends, signs that cannot be seen within it included."""
        return self.places[start], self.places[end - 1] + 1


def readings(text: str) -> tuple[NormalizedText, ...]:
    """The ways to read a text: one reader obeys a terminal's sequences, all or the short ones, and another does not."""
    written_out = _of(_WRITTEN_OUT, text)
    hidden = (frozenset[int](), written_out | _of(SEQUENCE, text), written_out | _of(ESCAPES, text))
    return tuple(_read(text, each) for each in dict.fromkeys(hidden))


def _of(pattern: re.Pattern[str], text: str) -> frozenset[int]:
    """The places in a text that a pattern finds."""
    return frozenset(place for found in pattern.finditer(text) for place in range(*found.span()))


def _read(text: str, hidden: frozenset[int]) -> NormalizedText:
    read: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        sign = "" if place in hidden else _sign(char)
        if sign and not (sign == " " and read and read[-1] == " "):
            read.append(sign)
            places.append(place)
    return NormalizedText("".join(read), tuple(places))


@lru_cache(4096)
def _sign(char: str) -> str:
    """What a character is read as: one character, or none."""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if char.isspace():
        return " "
    if is_unseen(char) or unicodedata.category(char).startswith("M"):
        return ""
    plain = unicodedata.normalize("NFKC", char).casefold()
    return plain if len(plain) == 1 else char
