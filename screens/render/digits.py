"""Amounts in digits three lines high."""

from __future__ import annotations

from typing import Final

from pos.domain.i18n import current_language
from screens.render.rows import Piece, Row

_GLYPHS: Final[dict[str, tuple[str, str, str]]] = {
    "0": ("┏━┓", "┃ ┃", "┗━┛"),
    "1": ("╺┓ ", " ┃ ", "╺┻╸"),
    "2": ("╺━┓", "┏━┛", "┗━╸"),
    "3": ("╺━┓", " ━┫", "╺━┛"),
    "4": ("╻ ╻", "┗━┫", "  ╹"),
    "5": ("┏━╸", "┗━┓", "╺━┛"),
    "6": ("┏━╸", "┣━┓", "┗━┛"),
    "7": ("╺━┓", "  ┃", "  ╹"),
    "8": ("┏━┓", "┣━┫", "┗━┛"),
    "9": ("┏━┓", "┗━┫", "╺━┛"),
    "$": ("╭╫╮", "╰╫╮", "╰╫╯"),
    "£": ("╭─╮", "╪═ ", "┷━╸"),
    "€": ("╭─╮", "╪═ ", "╰─╯"),
    "¥": ("╲ ╱", "╶╫╴", "╶╫╴"),
    ".": (" ", " ", "▪"),
    ",": (" ", " ", "╻"),
    "’": ("╹", " ", " "),
    "-": ("   ", "╺━╸", "   "),
    " ": (" ", " ", " "),
}


def big(amount: str, symbol: str = "", kind: str = "digits") -> tuple[Row, Row, Row]:
    """An amount as the locale writes it in three rows, with the currency's symbol if it has a large form."""
    text = current_language().locale_format.with_symbol(amount, symbol if symbol in _GLYPHS else "")
    glyphs = [_GLYPHS[char] for char in text if char in _GLYPHS]
    first, second, third = (Row((Piece("".join(glyph[line] for glyph in glyphs), kind),)) for line in range(3))
    return first, second, third
