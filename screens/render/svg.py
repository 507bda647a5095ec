"""Pictures of a screen: SVG that can be read, also of what a terminal would draw in colours of its own."""

from __future__ import annotations

from copy import copy
from itertools import chain
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.terminal_theme import TerminalTheme
from textual.color import Color

from pos.domain.terminal_text import UNSURE, width

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from textual.strip import Strip

LIGHT: Final = TerminalTheme(
    (251, 250, 247),
    (28, 28, 28),
    [(28, 28, 28), (170, 30, 70), (27, 115, 58), (133, 84, 0), (31, 100, 165), (122, 62, 157), (0, 105, 130),
     (216, 220, 224)],
    [(90, 90, 90), (150, 60, 0), (20, 100, 50), (120, 75, 0), (20, 90, 160), (140, 40, 140), (0, 95, 120),
     (255, 255, 255)],
)  # fmt: skip
"""What the sixteen colours of a light terminal look like in a picture: each can be read on its ground."""


DARK: Final = TerminalTheme(
    (18, 18, 18),
    (228, 228, 228),
    [(18, 18, 18), (224, 108, 140), (138, 215, 162), (255, 180, 84), (28, 58, 102), (200, 150, 220), (100, 190, 215),
     (200, 200, 200)],
    [(140, 140, 140), (255, 130, 150), (160, 235, 180), (255, 205, 120), (120, 175, 240), (225, 170, 240),
     (140, 220, 240), (255, 255, 255)],
)  # fmt: skip
"""The same of a dark one; what is blue is a ground, on which all others can be read."""


def grounded(theme: TerminalTheme, ground: str, ink: str) -> TerminalTheme:
    """The same sixteen colours on another ground, and with another colour of what has none of its own."""
    changed = copy(theme)
    changed.background_color, changed.foreground_color = (ColorTriplet(*Color.parse(one).rgb) for one in (ground, ink))
    return changed


def aligned(lines: Iterable[Iterable[Strip]]) -> Iterator[Segment]:
    """Lines piece by piece, widened where Textual takes a text for narrower than it was laid out for."""
    for number, line in enumerate(lines):
        if number:
            yield Segment.line()
        for segment in chain.from_iterable(line):
            if UNSURE.search(segment.text):
                yield Segment(UNSURE.sub(_widened, segment.text), segment.style)
            else:
                yield segment


def _widened(found: re.Match[str]) -> str:
    return found[0] + " " * (width(found[0]) - cell_len(found[0]))
