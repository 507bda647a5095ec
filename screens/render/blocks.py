"""Amounts in digits five lines high, for where there is room."""

from __future__ import annotations

from typing import Final

from screens.render.digits import big, with_sign
from screens.render.rows import Piece, Row

HEIGHT: Final = 5
_DOTS: Final = {
    "0": "### #.# #.# #.# ###",
    "1": "##. .#. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# ..# ..#",
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
_NARROW_ONE: Final = ("███  ", " ██  ", " ██  ", " ██  ", "█████")
"""The one digit whose stem stands where narrow digits have their single column."""


def blocks(amount: str, symbol: str = "", kind: str = "digits", *, narrow: bool = False) -> tuple[Row, ...]:
    """An amount as the locale writes it, in five rows, with the currency's symbol in plain letters at its side.

    A character that has no large form is left out. `narrow` digits are five columns wide in the place of six, and
    closer together.
    """
    glyphs = [_lines(char, narrow=narrow) for char in amount.replace("\u00a0", " ").replace("\u202f", " ")]
    gap = " " if narrow else "  "
    drawn = [gap.join(glyph[line] for glyph in glyphs if glyph) for line in range(HEIGHT)]
    return with_sign(drawn, symbol, kind)


def fitting(amount: str, symbol: str, columns: int, *, large: bool = True) -> tuple[Row, ...]:
    """An amount in the largest digits that fit, five rows high at most if `large`, else three.

    Where there is too little room, the symbol is left out last, then the amount is a row of plain digits.
    """
    drawn = [blocks(amount, symbol), blocks(amount, symbol, narrow=True)] if large else []
    drawn += [big(amount, symbol), big(amount)]
    return next((rows for rows in drawn if rows[0].width <= columns), (Row((Piece(amount, "digits"),)),))


def _lines(char: str, *, narrow: bool) -> tuple[str, ...]:
    """A character's five lines; none if it has no large form."""
    if narrow and char == "1":
        return _NARROW_ONE
    dots = _DOTS.get(char, "").split()
    return tuple(
        "".join(_dot(dot, at, narrow=narrow and len(line) > 1) for at, dot in enumerate(line)) for line in dots
    )


def _dot(dot: str, at: int, *, narrow: bool) -> str:
    return ("█" if dot == "#" else " ") * (1 if narrow and at == 1 else 2)
