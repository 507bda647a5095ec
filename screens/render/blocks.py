"""Amounts in digits five lines high, for where there is room."""

from __future__ import annotations

from typing import Final

from pos.domain.i18n import current_language
from screens.render.digits import big
from screens.render.rows import Piece, Row

HEIGHT: Final = 5
_DOTS: Final = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# .## ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ".": ". . . . #",
    ",": ". . . # #",
    "’": "# # . . .",
    "-": "... ... ### ... ...",
    "−": "... ... ### ... ...",
    " ": ". . . . .",
}
"""Each character's lines; a dot is drawn two columns wide, since a terminal's cell is twice as high as wide."""


def blocks(amount: str, symbol: str = "", kind: str = "digits") -> tuple[Row, ...]:
    """An amount as the locale writes it, in five rows; the currency's symbol is smaller, or left out if it has no form.

    A character that has no large form is left out.
    """
    glyphs = [_DOTS[char].split() for char in amount.replace("\u00a0", " ").replace("\u202f", " ") if char in _DOTS]
    drawn = ["  ".join(glyph[line].replace("#", "██").replace(".", "  ") for glyph in glyphs) for line in range(HEIGHT)]
    sign = [line.text for line in big("", symbol)]
    if sign[0]:
        signs = [*sign, *(" " * len(sign[0]) for _line in range(HEIGHT - len(sign)))]
        pairs = zip(signs, drawn, strict=True)
        first = current_language().locale_format.symbol_first
        drawn = [f"{small}  {large}" if first else f"{large}  {small}" for small, large in pairs]
    return tuple(Row((Piece(line, kind),)) for line in drawn)


def fitting(amount: str, symbol: str, columns: int, *, large: bool = True) -> tuple[Row, ...]:
    """An amount in the largest digits that fit, five rows high at most if `large`, else three.

    Where there is too little room, the symbol is left out first, then the amount is a row of plain digits.
    """
    drawn = [blocks(amount, symbol)] if large else []
    drawn += [big(amount, symbol), big(amount)]
    return next((rows for rows in drawn if rows[0].width <= columns), (Row((Piece(amount, "digits"),)),))
