"""What is told beside the sale: at the right of the keys' bar, or in lines of its own above them. It hides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.terminal_text import width
from screens.render.rows import Piece, Row, left, row, wrapped
from screens.render.sizes import SMALL

if TYPE_CHECKING:
    from textual.geometry import Size

    from screens.kit.prompts import Notice

KEYS: Final = 30
"""Columns that are left for the keys at least beside what is told."""
MOST: Final = 2
"""Lines above the keys that it takes at most, so that a ticket keeps its last ones."""
KINDS: Final = {"bad": "told+bad", "good": "told+good", "faint": "told"}


def lines_above(remark: Notice | None, size: Size) -> int:
    """How many lines above the keys it takes on a terminal of this size; none if it fits beside them.

    Where a total is one line itself, the keys give way to it.
    """
    if remark is None or size.height < SMALL or _short(remark, size.width) is not None:
        return 0
    return min(len(_lines(remark, size.width)), MOST)


def beside_keys(remark: Notice | None, size: Size) -> tuple[Piece, ...]:
    """What stands at the right of the keys: the remark, if it is short enough, or if there is no line above them."""
    if remark is None or lines_above(remark, size):
        return ()
    text = _short(remark, size.width) or f" {_lines(remark, size.width)[0]} "
    return (Piece(text, KINDS[remark.kind]),)


def above_keys(remark: Notice | None, size: Size) -> list[Row]:
    """The remark over the whole width, in as many lines as `lines_above` says; what is more ends with an ellipsis."""
    many = lines_above(remark, size)
    if remark is None or not many:
        return []
    told = _lines(remark, size.width)
    shown = [*told[: many - 1], " ".join(told[many - 1 :])]
    return [row(left(f" {line}", size.width, KINDS[remark.kind])) for line in shown]


def _short(remark: Notice, columns: int) -> str | None:
    """The remark as it stands beside the keys; None if there is no room for both."""
    text = f" {remark.mark}{remark.text} "
    return text if width(text) <= columns - KEYS else None


def _lines(remark: Notice, columns: int) -> list[str]:
    return wrapped(remark.mark + remark.text, max(columns - 2, 1)) or [""]
