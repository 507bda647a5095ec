"""Text from outside, made safe for a terminal or a printer, and measured in columns."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_SEQUENCE: Final = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
_STRING: Final = r"\x1b[\]P^_X][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)?"
SEQUENCE: Final = re.compile(_SEQUENCE)
"""A terminal's control sequence with its parameters (ECMA-48 CSI)."""
ESCAPES: Final = re.compile(rf"{_SEQUENCE}|{_STRING}|\x1b[ -/]*[0-~]")
"""All that a terminal obeys (ECMA-48): CSI, strings such as OSC up to their end, and two-character ones."""

_WHOLE: Final = re.compile(rf"{_SEQUENCE}|\x1b[\]P^_X][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)")
"""Those of them that have an end: one without it must not swallow the sentence around it."""

_DROPPED: Final = dict.fromkeys(
    (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x1F3FB, 0x1F400), 0x115F, 0x1160, 0x3164, 0xFFA0)
)
"""Variation selectors and skin tones, which change how wide a terminal draws what is before them; Hangul's fillers."""

_JOINING: Final = (("\u1160", "\u11ff"), ("\ud7b0", "\ud7fb"))
"""Vowels and ends of Hangul syllables, drawn into the syllable that they end."""

_WIDE: Final = (
    ("\u2630", "\u2637"), ("\u268a", "\u268f"), ("\u4dc0", "\u4dff"), ("\U0001d300", "\U0001d356"),
    ("\U0001d360", "\U0001d376"), ("\u3248", "\u324f"), ("\U0001f1e6", "\U0001f1ff"),
)  # fmt: skip
"""Signs that Unicode 16 made wide, after the tables of some Pythons; and those that only some terminals draw wide."""

_SURE: Final = (
    "\x00-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2193"
    "\u2500-\u25fc\u2713-\u2718"
)
UNSURE: Final = re.compile(f"[^{_SURE}]+")
"""Finds what some terminal may draw narrower or wider than `width` says: all but letters and signs of the west."""

_NUMBER: Final = re.compile(r"(?<!\d)[-−+]?\d+(?:(?:[.,'’ \u00a0\u202f]\d{2,3})+(?:[.,]\d+)?|[.,]\d+)")
"""An amount as any locale writes it: a number with decimals, or in groups."""

MARKS: Final = 4
"""How many marks may be stacked on a character. More would be drawn over the lines above and below."""


@lru_cache(4096)
def clean(text: str) -> str:
    """An untrusted name as it may be drawn: one line of printable characters, blanks collapsed.

    Terminal sequences, controls, bidi overrides, zero-width and other invisible characters go, and so do marks that
    stand on nothing or are piled up; all that remains has the width that `width` says. Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        char if char.isprintable() else " " if char.isspace() else ""
        for char in ESCAPES.sub("", text).translate(_DROPPED)
    )
    return " ".join(_unpiled(unicodedata.normalize("NFC", "".join(kept))).split())


def legible(line: str) -> str:
    """A line as it may be printed, whatever names are in it: what a terminal would obey or hides goes, columns stay.

    A part of a name that is no text, such as a byte that is no UTF-8, is a question mark.
    """
    if line.isprintable():
        return line
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else "?"
        if "\ud800" <= char <= "\udfff"
        else " "
        if char.isspace()
        else ""
        for char in _WHOLE.sub("", line)
    )


@lru_cache(8192)
def width(text: str) -> int:
    """How many columns cleaned text takes at most: wide East Asian characters and emoji two, combining marks none.

    Terminals do not agree on the spacing marks of Indic and other scripts: what some draw in a column of its own counts
    as one, so that nothing beside it is ever pushed away.
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def fit(text: str, columns: int) -> str:
    """Text cut to at most `columns`, with an ellipsis where something was cut.

    An amount that stands behind other text stays whole or goes: a part of it would be read as another one.
    """
    if width(text) <= columns:
        return text
    taken = 0
    for index, char in enumerate(text):
        taken += _cells(char)
        if taken > columns - 1:
            while index and _is_mark(text[index]):
                index -= 1
            return text[: _outside_number(text, index)].rstrip() + "…" if columns > 0 else ""
    return text


def is_unseen(char: str) -> bool:
    """Whether `clean` takes a character away: it cannot be seen, and is no blank."""
    return ord(char) in _DROPPED or not (char.isprintable() or char.isspace())


def _outside_number(text: str, index: int) -> int:
    """Where to cut a text instead of inside a number: before that, unless nothing else would be left."""
    number = next((found for found in _NUMBER.finditer(text) if found.start() < index < found.end()), None)
    return number.start() if number is not None and text[: number.start()].strip() else index


def _unpiled(text: str) -> str:
    """Text without marks at its start or after a blank, and with so many on a character at most."""
    kept: list[str] = []
    marks = MARKS
    for char in text:
        marks = marks + 1 if _is_mark(char) else MARKS if char == " " else 0
        if marks <= MARKS or char == " ":
            kept.append(char)
    return "".join(kept)


def _is_mark(char: str) -> bool:
    """Whether a character is drawn onto or around the one before it."""
    return unicodedata.category(char).startswith("M") or any(first <= char <= last for first, last in _JOINING)


def _cells(char: str) -> int:
    if char < "\u0300":
        return 1
    if unicodedata.category(char) in ("Mn", "Me") or any(first <= char <= last for first, last in _JOINING):
        return 0
    wide = unicodedata.east_asian_width(char) in "WF" or any(first <= char <= last for first, last in _WIDE)
    return 2 if wide else 1
