"""The edges of panels: a title with its note in the first row of a surface, and the lines of a box."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pos.domain.terminal_text import clean, fit, width
from screens.render.rows import Piece, Row

DOT: Final = " · "
"""What stands between the parts of a title."""
BOXED: Final = frozenset(("bad",))
"""The kinds of edges that are a frame all around: of what must be acknowledged."""
FOCUSED: Final[Mapping[str, str]] = {"accent": "focus", "refused": "bad"}
"""The kinds of edges with a bar at the left, for what has the keyboard, and what kind that bar is."""
LEAST_RULE: Final = 2
"""Columns of a rule from a title to its note."""


def shortened(title: str, columns: int) -> str:
    """A title in so many columns: its first parts go, as the last one tells most, an amount, or a ticket's number."""
    title = clean(title)
    while width(title) > columns and DOT in title:
        title = title.partition(DOT)[2]
    return fit(title, columns)


def heading(
    title: str, note: str, frame: str, columns: int, *, ruled: bool, more: tuple[str, str] = ("", "")
) -> tuple[Piece, ...]:
    """The first row of a surface between its left and right column: the title, and the note at the right.

    `ruled` draws a line between the two, where no shade tells a surface. `more` tells how much is not seen, in words
    and in signs: it stands before the note, in words if there is room, and the title gives way to the signs. A note
    gives way to both, its last parts first, and is never cut.
    """
    least = width(more[1]) + LEAST_RULE if more[1] else 0
    # The mark tells of the refusal where there is no colour.
    title = shortened(f"✗ {title}" if frame == "refused" else title, max(columns - 2 - least, 0))
    room = columns - 2 - width(title) - (LEAST_RULE if title else 0)
    told = more[0] if width(more[0]) <= room else more[1]
    note = clean(note)
    if note and told:
        note = f"{DOT}{note}"
    while note and width(told) + width(note) > room:
        note = note.rpartition(DOT)[0]
    end = width(told) + width(note)
    between = columns - 2 - width(title) - end
    line = "─" * (between - (1 if title else 0) - (1 if end else 0)) if ruled else ""
    filled = f"{' ' if title and line else ''}{line}{' ' if end and line else ''}" if line else " " * between
    alarm = "alarm" if frame == "refused" else ""
    kind = "refused" if frame == "refused" else "strong"
    return (
        Piece(" ", alarm),
        Piece(title, kind),
        Piece(filled, "refused" if frame == "refused" else "rim"),
        Piece(told, alarm),
        Piece(note, "faint+alarm" if frame == "refused" else "faint"),
        Piece(" ", alarm),
    )


def box_edge(corners: str, text: str, kind: str, frame: str, columns: int, *, at_end: bool = False) -> Row:
    """The upper or lower edge of a box, with some text near its start or its end."""
    text = fit(clean(text), columns - 6) if at_end else shortened(text, columns - 6)
    if not text:
        return Row((Piece(corners[0] + "─" * (columns - 2) + corners[1], frame),))
    line = "─" * (columns - width(text) - 5)
    start, end = (line, "─") if at_end else ("─", line)
    return Row((Piece(f"{corners[0]}{start} ", frame), Piece(text, kind), Piece(f" {end}{corners[1]}", frame)))
