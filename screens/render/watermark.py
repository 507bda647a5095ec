"""A word that is repeated faintly where a panel has nothing to show, so that a picture of any screen tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pos.domain.terminal_text import width
from screens.render.rows import BLANK, Piece, Row, row

LEAST: Final = 4
"""Free lines without which nothing is repeated: what is said there comes and goes."""
EVERY: Final = 3
"""Lines from one to the next."""
GAP: Final = 8
"""Columns from one to the next."""


def watermarked(rows: Sequence[Row], word: str, columns: int, lines: int) -> Sequence[Row]:
    """Rows with the word in the lines below them, spread out and in a place of its own whatever stands above."""
    used = next((at for at in range(min(len(rows), lines), 0, -1) if rows[at - 1] != BLANK), 0)
    spread = " ".join(word)
    if lines - used < LEAST or width(spread) > columns:
        return rows
    return [*rows[:used], BLANK, *(_marked(spread, columns, at) for at in range(used + 1, lines - 1))]


def _marked(spread: str, columns: int, line: int) -> Row:
    """One line of the pattern; where there are several in a line, every second line is moved by half a step."""
    number, rest = divmod(line - 1, EVERY)
    if rest:
        return BLANK
    step = width(spread) + GAP
    many = max((columns + GAP) // step, 1)
    left = max((columns - many * step + GAP) // 2, 0)
    if number % 2 and many > 1:
        many, left = many - (left + step // 2 + many * step - GAP > columns), left + step // 2
    return row(" " * left, Piece((" " * GAP).join([spread] * many), "rim"))
