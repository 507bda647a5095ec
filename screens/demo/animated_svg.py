"""A film as one picture that moves by itself, for pages that play no recordings: an SVG without any script.

A line of the terminal that looks the same for a while is drawn once, and is shown and hidden at its times.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich.color import Color
from rich.style import Style

from pos.domain.terminal_text import width

if TYPE_CHECKING:
    from rich.segment import Segment
    from rich.terminal_theme import TerminalTheme
    from textual.strip import Strip

    from screens.demo.recording import Film

CELL: Final = 9.65
"""How wide a character is, in pixels."""
LINE: Final = 20
"""How high a line is."""
SIZE: Final = 16
"""Of the letters."""
EDGE: Final = 12
FIRST: Final = 0.4
"""Seconds until something happens."""
LAST: Final = 3.0
"""Seconds that the last moment stands before it begins anew."""

DEFAULT: Final = Color.default()

Span = tuple[float, float]


def animated(film: Film) -> str:
    """A film as one SVG whose frames are shown by CSS, for ever, without a script."""
    lines = film.size[1]
    starts = _starts(film)
    whole = starts[-1] + LAST
    spans: list[Span] = list(zip(starts, [*starts[1:], whole], strict=True))
    classes: dict[Style, str] = {}
    body: list[str] = []
    for line in range(lines):
        seen = _variants(zip((shot.rows[line] for shot in film.shots), spans, strict=True))
        for row, times in seen:
            drawn = "".join(_runs(row, classes, film.colors))
            body.append(f'<g transform="translate(0 {line * LINE})">{_timed(drawn, times, whole)}</g>')
    return "\n".join((*_head(film, classes), *body, "</svg>", ""))


def _starts(film: Film) -> list[float]:
    """When each moment begins. The first key is typed at once: whoever sees a page scroll by sees that it moves."""
    typed = next((shot.frame.at for shot in film.shots if shot.frame.key), 0.0)
    return [max(shot.frame.at - typed + FIRST, 0.0) for shot in film.shots]


def _head(film: Film, classes: dict[Style, str]) -> Iterator[str]:
    columns, lines = film.size
    wide, high = columns * CELL + 2 * EDGE, lines * LINE + 2 * EDGE
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-EDGE} {-EDGE} {wide:g} {high}" role="img">'
    yield f"<title>{escape(film.flow.title)}</title>"
    yield "<style>"
    yield f"text{{font:{SIZE}px 'Fira Code','DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}}"
    for style, name in classes.items():
        yield f".{name}{{{_css(style, film.colors)}}}"
    yield "</style>"
    ground = film.colors.background_color.hex
    yield f'<rect x="{-EDGE}" y="{-EDGE}" width="{wide:g}" height="{high}" rx="8" fill="{ground}"/>'


def _variants(rows: Iterable[tuple[Strip, Span]]) -> list[tuple[Strip, list[Span]]]:
    """Each look of a line, with the times at which it has that look."""
    found: list[tuple[Strip, list[Span]]] = []
    for row, (begin, end) in rows:
        if end <= begin:
            continue
        times = next((times for known, times in found if known == row), None)
        if times is None:
            found.append((row, [(begin, end)]))
        elif times[-1][1] == begin:
            times[-1] = (times[-1][0], end)
        else:
            times.append((begin, end))
    return found


def _timed(drawn: str, times: Sequence[Span], whole: float) -> str:
    if times == [(0.0, whole)]:
        return drawn
    changes = [(0.0, False)] if times[0][0] > 0 else []
    for begin, end in times:
        changes += [(begin, True), (end, False)]
    changes = [change for change in changes if change[0] < whole]
    keys = ";".join(f"{moment / whole:.5g}" for moment, _ in changes)
    values = ";".join("visible" if seen else "hidden" for _, seen in changes)
    begins = "visible" if changes[0][1] else "hidden"
    return (
        f'<g visibility="{begins}">{drawn}<animate attributeName="visibility" calcMode="discrete" '
        f'dur="{whole:g}s" repeatCount="indefinite" keyTimes="{keys}" values="{values}"/></g>'
    )


def _runs(row: Strip, classes: dict[Style, str], colors: TerminalTheme) -> Iterator[str]:
    """The pieces of a line that look alike, each with its ground."""
    column = 0
    for style, segments in groupby(row, key=_look):
        text = "".join(segment.text for segment in segments)
        cells = width(text)
        x, wide = column * CELL, cells * CELL
        _ink, ground = _painted(style, colors)
        if ground != colors.background_color.hex:
            yield f'<rect x="{x:g}" width="{wide:.5g}" height="{LINE + 0.5}" fill="{ground}"/>'
        if text.strip():
            name = classes.setdefault(style, f"c{len(classes)}")
            place = f'x="{x:g}" y="{LINE - 5}" textLength="{wide:.5g}"'
            yield f'<text {place} class="{name}">{escape(text, quote=False)}</text>'
        column += cells


def _look(segment: Segment) -> Style:
    return segment.style or Style.null()


def _css(style: Style, colors: TerminalTheme) -> str:
    told = [f"fill:{_painted(style, colors)[0]}"]
    told += ["font-weight:bold"] if style.bold else []
    told += ["font-style:italic"] if style.italic else []
    told += ["text-decoration:underline"] if style.underline else []
    told += ["opacity:.6"] if style.dim else []
    return ";".join(told)


def _painted(style: Style, colors: TerminalTheme) -> tuple[str, str]:
    """The colours of the letters and of what is behind them."""
    ink = (style.color or DEFAULT).get_truecolor(colors).hex
    ground = (style.bgcolor or DEFAULT).get_truecolor(colors, foreground=False).hex
    return (ground, ink) if style.reverse else (ink, ground)
