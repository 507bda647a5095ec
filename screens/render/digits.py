"""Amounts in digits three lines high."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pos.domain.i18n import current_language
from pos.domain.terminal_text import width
from screens.render.rows import Piece, Row

HEIGHT: Final = 3
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
    ".": (" ", " ", "▪"),
    ",": (" ", " ", "╻"),
    "’": ("╹", " ", " "),
    "-": ("   ", "╺━╸", "   "),
    " ": (" ", " ", " "),
}


def big(amount: str, symbol: str = "", kind: str = "digits") -> tuple[Row, ...]:
    """An amount as the locale writes it in three rows, with the currency's symbol in plain letters at its side."""
    glyphs = [_GLYPHS[char] for char in amount.replace("\u00a0", " ").replace("\u202f", " ") if char in _GLYPHS]
    return with_sign(["".join(glyph[line] for glyph in glyphs) for line in range(HEIGHT)], symbol, kind)


def with_sign(drawn: Sequence[str], symbol: str, kind: str) -> tuple[Row, ...]:
    """Lines of large digits with a currency's symbol beside the first, on the side where the locale has it.

    It is in plain letters: one drawn of thin lines would be of another weight than the digits.
    """
    if not symbol:
        return tuple(Row((Piece(line, kind),)) for line in drawn)
    first = current_language().locale_format.symbol_first
    signs = [symbol, *(" " * width(symbol) for _line in drawn[1:])]
    pairs = zip(signs, drawn, strict=True)
    return tuple(Row((Piece(f"{sign} {line}" if first else f"{line} {sign}", kind),)) for sign, line in pairs)
