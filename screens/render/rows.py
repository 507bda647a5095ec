"""Rows of text as they are drawn: pieces with a kind, laid out in columns. Plain values, made by pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from pos.domain.terminal_text import clean, fit, width
from screens.render.tags import Tag


class Piece(NamedTuple):
    """Some text, what kind it is, a name in `themes.STYLES`, and what a click on it means."""

    text: str
    kind: str = ""
    tag: Tag | None = None


class Row(NamedTuple):
    """One line of a panel. `kind` colours the whole line, such as a chosen one; `tag` is for a click anywhere on it."""

    pieces: tuple[Piece, ...] = ()
    kind: str = ""
    tag: Tag | None = None

    @property
    def text(self) -> str:
        """The row without its kinds."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def width(self) -> int:
        """How many columns it takes."""
        return sum(width(piece.text) for piece in self.pieces)

    def cropped(self, columns: int) -> Row:
        """The row, cut with an ellipsis if it is wider than so many columns."""
        return self if self.width <= columns else apart(self.pieces, (), columns, self.kind, self.tag)

    def tag_at(self, column: int) -> Tag | None:
        """What a click on a column means: what its piece says, else what the row does."""
        for piece in self.pieces:
            column -= width(piece.text)
            if column < 0:
                return piece.tag or self.tag
        return self.tag


BLANK = Row()


def row(*pieces: Piece | str, kind: str = "", tag: Tag | None = None) -> Row:
    """A row from pieces or plain strings."""
    return Row(tuple(piece if isinstance(piece, Piece) else Piece(piece) for piece in pieces), kind, tag)


def uncut(text: str, columns: int) -> str:
    """The whole of a text that does not fit into so many columns, for a tip; empty if it fits."""
    return text if width(text) > columns else ""


def left(text: str, columns: int, kind: str = "", tag: Tag | None = None) -> Piece:
    """Text at the left of so many columns, cut with an ellipsis if it is longer."""
    text = fit(text, columns)
    return Piece(text + " " * (columns - width(text)), kind, tag)


def right(text: str, columns: int, kind: str = "", tag: Tag | None = None) -> Piece:
    """Text at the right of so many columns, cut with an ellipsis if it is longer."""
    text = fit(text, columns)
    return Piece(" " * (columns - width(text)) + text, kind, tag)


def tail(text: str, columns: int) -> str:
    """The end of a text that is typed, after an ellipsis if it is longer than so many columns."""
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[1:]
    return f"…{text}"


def apart(start: Iterable[Piece], end: Iterable[Piece], columns: int, kind: str = "", tag: Tag | None = None) -> Row:
    """Pieces at both edges of a row; what stands at the right is kept whole, and nothing follows what is cut."""
    first, last = list(start), tuple(end)
    room = columns - sum(width(piece.text) for piece in last)
    taken = 0
    kept: list[Piece] = []
    for piece in first:
        text = fit(piece.text, max(room - taken, 0))
        kept.append(Piece(text, piece.kind, piece.tag))
        taken += width(text)
        if text != piece.text:
            break
    return Row((*kept, Piece(" " * max(room - taken, 0)), *last), kind, tag)


_BLANK: Final = re.compile(r"(?<!\d) | (?!\d{3}(?!\d))")
"""Where a text may be broken: at a blank, unless that parts the groups of a number."""
LONGEST = 2000
"""Columns after which a text is cut before it is laid out: nobody reads more, and a name may be anything."""


def wrapped(text: str, columns: int) -> list[str]:
    """Cleaned text over as many lines as it takes, broken at blanks where there are any."""
    lines, line = [], ""
    for word in _BLANK.split(fit(clean(text), LONGEST)):
        while width(word) > columns > 1:
            head = fit(word, columns).rstrip("…") or word[:1]
            lines.append(f"{line} {head}".strip() if width(line) + width(head) < columns else line or head)
            if lines[-1] == line:
                line = ""
                continue
            word, line = word[len(head) :], ""
        if line and width(line) + 1 + width(word) > columns:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line] if line else lines


def sentence(text: str, columns: int, kind: str = "faint") -> list[Row]:
    """A text as rows, over as many lines as it takes: such as what stands where there is nothing to show."""
    return [row(Piece(line, kind)) for line in wrapped(text, columns)]


def squeezed(rows: list[Row], lines: int) -> list[Row]:
    """Rows without as many of their blank ones as must go for all others to be seen."""
    too_many = len(rows) - lines
    kept = []
    for line in rows:
        if line == BLANK and too_many > 0:
            too_many -= 1
        else:
            kept.append(line)
    return kept


def boxed(title: str, rows: Iterable[Row], columns: int, kind: str) -> list[Row]:
    """Rows in a drawn box with a title in its upper edge."""
    name = fit(f" {title} ", columns - 4) if title else ""
    top = row(Piece("╭─", kind), Piece(name, f"{kind}-strong" if kind == "bad" else kind))
    top = Row((*top.pieces, Piece("─" * (columns - top.width - 1) + "╮", kind)))
    inside = [
        Row((Piece("│ ", kind), *line.pieces, Piece(" " * (columns - 4 - line.width)), Piece(" │", kind)), tag=line.tag)
        for line in rows
    ]
    return [top, *inside, row(Piece("╰" + "─" * (columns - 2) + "╯", kind))]
