"""Pictures of the screen as SVG, read back as lines, and how two of them differ."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

__tracebackhide__ = True

MOST_LINES: Final = 60
"""How many differing lines are told."""

_TEXT: Final = re.compile(
    r'<text class="terminal-(r\d+)" x="([\d.]+)" y="[\d.]+" textLength="([\d.]+)" '
    r'clip-path="url\(#terminal-line-(\d+)\)">([^<]*)</text>'
)
_STYLE: Final = re.compile(r"\.terminal-(r\d+) \{ ([^}]*) \}")
_GROUND: Final = re.compile(r'<rect fill="(#\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="24\.65"')
CELL: Final = 12.2
"""How wide a cell is drawn, in pixels."""
LINE: Final = 24.4


def lines_of(picture: str) -> list[str]:
    """The text of a picture, line by line, without the blanks at the ends."""
    cells: dict[int, list[tuple[int, str]]] = {}
    for _, x, _, line, text in _TEXT.findall(picture):
        cells.setdefault(int(line), []).append((round(float(x) / CELL), html.unescape(text).replace("\xa0", " ")))
    lines = []
    for number in range(max(cells, default=-1) + 1):
        drawn = ""
        for column, text in sorted(cells.get(number, [])):
            drawn += " " * (column - _cells(drawn)) + text
        lines.append(drawn.rstrip())
    return lines


def difference(expected: str, actual: str) -> str:
    """What a reader of a log has to know: the lines that differ, else those whose colours do."""
    before, after = lines_of(expected), lines_of(actual)
    told = [
        f"{number:>4} {sign} {line}"
        for number, (old, new) in enumerate(zip_longest(before, after, fillvalue=None), start=1)
        if old != new
        for sign, line in (("-", old), ("+", new))
        if line is not None
    ]
    if told:
        more = [f"     … and {len(told) - MOST_LINES} more"] if len(told) > MOST_LINES else []
        return "\n".join(("Line, - as it was, + as it is now:", *told[:MOST_LINES], *more))
    colours = sorted({line for line, _ in set(_looks(expected)) ^ set(_looks(actual))})
    if not colours:
        return "The text and its colours are the same; the pictures differ in how they are drawn."
    shown = [f"{line + 1:>4}   {after[line] if line < len(after) else ''}" for line in colours[:MOST_LINES]]
    return "\n".join(("The text is the same. The colours of these lines are not:", *shown))


def _looks(picture: str) -> Iterator[tuple[int, tuple[object, ...]]]:
    """What each piece of a line looks like."""
    styles = dict(_STYLE.findall(picture))
    for name, x, length, line, text in _TEXT.findall(picture):
        yield int(line), (x, length, text, styles.get(name))
    for fill, x, y, width in _GROUND.findall(picture):
        yield round((float(y) - 1.5) / LINE), (x, width, fill)


def _cells(text: str) -> int:
    from pos.domain.terminal_text import width

    return width(text)
