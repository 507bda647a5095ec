"""Text from outside, made safe for a terminal or a printer, and measured in columns."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ESCAPES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[\]P^_X][^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)?|\x1b[ -/]*[0-~]"
)
"""Terminal control sequences (ECMA-48): CSI, strings such as OSC up to their end, and two-character ones."""

_SELECTORS: Final = dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
"""Variation selectors: they change how wide a terminal draws the character before them."""


def clean(text: str) -> str:
    """An untrusted name as it may be drawn: one line of printable characters, blanks collapsed.

    Terminal sequences, controls, bidi overrides, zero-width and other invisible characters go; all that remains has
    the width that `width` says. Cleaning twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept = (
        char if char.isprintable() else " " if char.isspace() else ""
        for char in _ESCAPES.sub("", text).translate(_SELECTORS)
    )
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def width(text: str) -> int:
    """How many columns cleaned text takes: wide East Asian characters and emoji two, combining marks none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def fit(text: str, columns: int) -> str:
    """Text cut to at most `columns`, with an ellipsis where something was cut."""
    if width(text) <= columns:
        return text
    taken = 0
    for index, char in enumerate(text):
        taken += _cells(char)
        if taken > columns - 1:
            return text[:index].rstrip() + "…" if columns > 0 else ""
    return text


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
