"""Words and amounts in large letters made of dots, at several sizes, for what is read from some steps away."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from pos.domain.i18n import current_language
from screens.render.rows import Piece, Row

_DOTS: Final = {
    "A": ".##. #..# #### #..# #..#",
    "B": "###. #..# ###. #..# ###.",
    "C": ".### #... #... #... .###",
    "D": "###. #..# #..# #..# ###.",
    "E": "#### #... ###. #... ####",
    "F": "#### #... ###. #... #...",
    "G": ".### #... #.## #..# .###",
    "H": "#..# #..# #### #..# #..#",
    "I": "### .#. .#. .#. ###",
    "J": "..## ...# ...# #..# .##.",
    "K": "#..# #.#. ##.. #.#. #..#",
    "L": "#... #... #... #... ####",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#..# ##.# #.## #..# #..#",
    "O": ".##. #..# #..# #..# .##.",
    "P": "###. #..# ###. #... #...",
    "Q": ".##. #..# #..# #.#. .#.#",
    "R": "###. #..# ###. #.#. #..#",
    "S": ".### #... .##. ...# ###.",
    "T": "##### ..#.. ..#.. ..#.. ..#..",
    "U": "#..# #..# #..# #..# .##.",
    "V": "#...# #...# .#.#. .#.#. ..#..",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#...# .#.#. ..#.. .#.#. #...#",
    "Y": "#...# .#.#. ..#.. ..#.. ..#..",
    "Z": "#### ...# .##. #... ####",
    "Ä": "#..# .##. #..# #### #..#",
    "Ö": "#..# .##. #..# #..# .##.",
    "Ü": "#..# .... #..# #..# .##.",
    "Ø": ".##. #..# #.## ##.# .##.",
    "Æ": ".#### #.#.. ##### #.#.. #.###",
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
    "$": ".#### #.#.. .###. ..#.# ####.",
    "€": "..### .#... ####. .#... ..###",
    "£": "..##. .#... ###.. .#... #####",
    "¥": "#...# .#.#. ##### ..#.. ..#..",
    ".": ". . . . #",
    ",": ". . . # #",
    ":": ". # . # .",
    "!": "# # # . #",
    "?": "### ..# .## ... .#.",
    "'": "# # . . .",
    "’": "# # . . .",
    "-": "... ... ### ... ...",
    "–": "... ... ### ... ...",
    "−": "... ... ### ... ...",
    "+": "... .#. ### .#. ...",
    "/": "..# ..# .#. #.. #..",
    "&": ".#.. #.#. .#.. #.#. .#.#",
    " ": ".. .. .. .. ..",
}
"""Each character's five lines of dots."""
_HALVES: Final = {"##": "█", "#.": "▀", ".#": "▄", "..": " "}
HEIGHTS: Final = (3, 5, 10)
"""How many lines each size takes."""


def letters(text: str, size: int, kind: str = "digits") -> tuple[Row, ...]:
    """Text in large letters: a dot is half a cell high at size 0, two cells wide at 1, four wide and two high at 2.

    Nothing if a character has no large form. An accent that has none is left out.
    """
    return tuple(Row((Piece(line, kind),)) for line in _lines(text, size))


def largest_sum(number: str, symbol: str, columns: int, lines: int, *, up_to: int = 2) -> tuple[Row, ...]:
    """An amount as the locale writes it in the largest size that fits, the currency's symbol one size smaller.

    Without the symbol if it has no large form; nothing if the amount has none, or no size fits.
    """
    for size in range(up_to, -1, -1):
        found = _sum_lines(number, symbol, size) if HEIGHTS[size] <= lines else ()
        if found and len(found[0]) <= columns:
            return tuple(Row((Piece(line, "digits"),)) for line in found)
    return ()


def _sum_lines(number: str, symbol: str, size: int) -> tuple[str, ...]:
    digits, sign = _lines(number, size), _lines(symbol, max(size - 1, 0))
    if not digits or not sign:
        return digits
    signs = (*sign, *[" " * len(sign[0])] * (len(digits) - len(sign)))
    gap = " " * max(2 * size, 1)
    first = current_language().locale_format.symbol_first
    return tuple(f"{one}{gap}{two}" for one, two in zip(*((signs, digits) if first else (digits, signs)), strict=True))


@lru_cache(64)
def _lines(text: str, size: int) -> tuple[str, ...]:
    glyphs = [_glyph(char) for char in text.upper()]
    if not glyphs or not all(glyphs):
        return ()
    dots = [".".join(glyph[line] for glyph in glyphs) for line in range(5)]
    if not size:
        pairs = zip(dots[::2], (*dots[1::2], "." * len(dots[0])), strict=True)
        return tuple("".join(_HALVES[top + low] for top, low in zip(*pair, strict=True)) for pair in pairs)
    wide = [line.replace("#", "█" * 2 * size).replace(".", " " * 2 * size) for line in dots]
    return tuple(line for line in wide for _ in range(size))


def _glyph(char: str) -> list[str]:
    """The lines of a character, or of what remains of it without its accents."""
    found = _DOTS.get(char) or _DOTS.get(unicodedata.normalize("NFD", char)[:1], "")
    return found.split()
