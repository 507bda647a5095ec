"""The one widget that everything is drawn with: rows in a frame, of which only those that changed are painted again.

The frame is drawn here and not by Textual, which would paint the whole box again for each new word in its edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from pos.domain.terminal_text import clean, fit, legible, width
from screens.render.rows import BLANK, Piece, Row
from screens.render.themes import STYLES
from screens.render.watermark import watermarked
from screens.terminal.internals.drawing import Remembering
from screens.terminal.internals.errors import ErrorBoundary

if TYPE_CHECKING:
    from screens.render.tags import Tag


LONGEST_TIP = 200
"""Columns of what hovering tells: more would hide the screen."""


CHOSEN = "chosen"
"""The kind of a row that is chosen."""
PICK = "pick"
"""The kind of a piece that is chosen among others of its row."""
MARK = "▸"
"""What stands before a chosen row, so that it is not told by colour alone."""

DOT = " · "
"""What stands between the parts of a title."""

UNFRAMED = 2
"""A box of so many lines has no frame."""


class Drawing(Protocol):
    """Makes the rows for a box of so many columns and lines."""

    def __call__(self, columns: int, lines: int, /) -> Sequence[Row]:
        """The rows; fewer than `lines` leave the rest empty, more are not seen."""
        ...


class TooltipScreen(Protocol):
    """The screen that a panel is on, as far as the pointer is concerned."""

    def tip(self, tag: Tag) -> str:
        """What hovering over something tells; empty: nothing."""
        ...


class Marking(Protocol):
    """The app that a panel is in, as far as what stands behind its rows is concerned."""

    @property
    def watermark(self) -> str:
        """A word to be repeated where there is nothing to show; empty: none."""
        ...


class Panel(ErrorBoundary, Remembering, can_focus=False):
    """Draws what a function says. It holds nothing of the sale and takes no keys.

    `frame` is the kind of its frame's lines, such as `rim` or `accent`; without one, or in two lines, it has no frame.
    Of a style sheet it takes size, place and colours, and no border, padding or opacity.
    """

    ALLOW_SELECT = False

    def __init__(
        self,
        drawing: Drawing,
        name: str | None = None,
        *,
        classes: str | None = None,
        title: str = "",
        frame: str = "",
    ) -> None:
        super().__init__(id=name, classes=classes)
        self.frame = frame
        self._drawing = drawing
        self._title, self._note = title, ""
        self._edges = ("", "", "")
        self._rows: Sequence[Row] = ()
        self._drawn_for: tuple[int, int] | None = None
        self._kinds: dict[tuple[str, str], Style] = {}
        self._tip = ""
        self._painted: dict[int, Strip] = {}

    def draw(self) -> None:
        """Ask for the rows again and paint those that differ."""
        columns, lines = self.size
        if not columns or not lines:
            return
        old, edges, drawn_for = self._rows, self._edges, self._drawn_for
        self._make(columns, lines)
        frame = self._edges[0]
        if drawn_for != self._drawn_for or edges[0] != frame:
            self.refresh()
            return
        top = 1 if frame else 0
        changed = [y + top for y in range(lines - 2 * top) if _at(old, y) != _at(self._rows, y)]
        if frame:
            changed += [y for y, index in ((0, 1), (lines - 1, 2)) if edges[index] != self._edges[index]]
        if changed:
            self.refresh(*(Region(0, y, columns, 1) for y in changed))

    def caption(self, title: str, note: str = "") -> None:
        """What stands in the frame when it is drawn next: a title at the top left, a note at the bottom right."""
        self._title, self._note = title, note

    def shows_chosen(self) -> bool:
        """Whether what is chosen, a row or a piece, is among the rows that there is room for on the screen."""
        columns, lines = self.room
        most = min(lines, self.screen.size.height - self.region.y - (self.size.height - lines) // 2)
        rows = self._drawing(columns, lines)[:most] if columns > 0 and most > 0 else ()
        return any(row.kind == CHOSEN or any(piece.kind == PICK for piece in row.pieces) for row in rows)

    def tag_at(self, x: int, y: int) -> Tag | None:
        """What a click there means, by the rows that are seen; the frame means nothing."""
        columns, lines = self.size
        if not self._edges[0]:
            return _at(self._rows, y).tag_at(x)
        inside = 2 <= x < columns - 2 and 1 <= y < lines - 1
        return _at(self._rows, y - 1).tag_at(x - 2) if inside else None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Tell more about what is pointed at."""
        tag = self.tag_at(event.x, event.y)
        tip = cast("TooltipScreen", self.screen).tip(tag) if tag is not None else ""
        tip = fit(clean(tip), LONGEST_TIP)
        if tip != self._tip:
            self._tip = tip
            self.tooltip = Content(tip) if tip else None

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size."""
        event.stop()
        self.draw()

    def notify_style_update(self) -> None:
        """Forget the colours when the theme or a class changed."""
        super().notify_style_update()
        self._kinds.clear()
        self._painted.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, each painted once until it changes. Textual's own way would look for borders and the like."""
        columns, lines = self.size
        if self._drawn_for != (columns, lines):
            self._make(columns, lines)
        missing = [y for y in crop.line_range if y not in self._painted]
        if missing:
            filters, background = self.get_line_filters(), self.background_colors[1]
            for y in missing:
                strip = self.render_line(y)
                for line_filter in filters:
                    strip = strip.apply_filter(line_filter, background)
                self._painted[y] = strip
        strips = [self._painted[y] for y in crop.line_range]
        start, end = crop.column_span
        return strips if (start, end) == (0, columns) else [strip.crop(start, end) for strip in strips]

    def forget(self, regions: Sequence[Region]) -> None:
        """Forget the lines that were painted there."""
        if regions:
            for region in regions:
                for y in region.line_range:
                    self._painted.pop(y, None)
        else:
            self._painted.clear()

    def render_line(self, y: int) -> Strip:
        """One line as Textual wants it."""
        columns, lines = self.size
        if self._drawn_for != (columns, lines):
            self._make(columns, lines)
        drawn = self._framed(y, columns, lines) if self._edges[0] else _at(self._rows, y).cropped(columns)
        if not drawn.text.isprintable():
            # Nothing that a terminal obeys is ever drawn, whoever forgot to clean it.
            drawn = drawn._replace(pieces=tuple(piece._replace(text=legible(piece.text)) for piece in drawn.pieces))
        segments = [Segment(piece.text, self._style(piece.kind, drawn.kind)) for piece in drawn.pieces if piece.text]
        return Strip(segments, drawn.width).adjust_cell_length(columns, self._style("", drawn.kind))

    def _make(self, columns: int, lines: int) -> None:
        frame = self.frame if lines > UNFRAMED else ""
        if self._drawn_for != (columns, lines):
            self._drawn_for = (columns, lines)
            self._painted.clear()
        self._edges = (frame, self._title, self._note)
        inside = self._inside(columns, lines)
        self._rows = self._drawing(*inside)
        if frame and (word := cast("Marking", self.app).watermark):
            self._rows = watermarked(self._rows, word, *inside)

    @property
    def room(self) -> tuple[int, int]:
        """Columns and lines that there are for rows, within the frame."""
        return self._inside(*self.size)

    def _inside(self, columns: int, lines: int) -> tuple[int, int]:
        """How many columns and lines of a box its frame leaves."""
        return (columns - 4, lines - 2) if self.frame and lines > UNFRAMED else (columns, lines)

    def _framed(self, y: int, columns: int, lines: int) -> Row:
        frame, title, note = self._edges
        if y == 0:
            # The mark tells of the refusal where there is no colour.
            text = f"✗ {title}" if frame == "refused" else title
            return _edge("╭╮", text, frame if frame in ("accent", "bad", "refused") else "strong", frame, columns)
        if y == lines - 1:
            return _edge("╰╯", note, "faint+alarm" if frame == "refused" else "faint", frame, columns, at_end=True)
        line, side = _at(self._rows, y - 1).cropped(columns - 4), Piece("│", frame)
        inside = (Piece(piece.text, _both(piece.kind, line.kind)) for piece in line.pieces)
        pad = Piece(" " * (columns - 3 - line.width), line.kind)
        return Row((side, Piece(MARK if line.kind == CHOSEN else " ", line.kind), *inside, pad, side))

    def _style(self, kind: str, whole: str) -> Style:
        if (kind, whole) not in self._kinds:
            style = self.visual_style
            for name in (whole, *kind.split("+")):
                if STYLES[name]:
                    style += self.app.stylesheet.parse_style(STYLES[name])
            self._kinds[kind, whole] = style.rich_style
        return self._kinds[kind, whole]


def _at(rows: Sequence[Row], y: int) -> Row:
    return rows[y] if y < len(rows) else BLANK


def _both(kind: str, whole: str) -> str:
    """A piece's kind on top of its row's."""
    return f"{whole}+{kind}" if kind and whole else kind or whole


def _edge(corners: str, text: str, kind: str, frame: str, columns: int, *, at_end: bool = False) -> Row:
    """The upper or lower edge of a frame, with some text near its start or its end.

    Where a title has no room its first parts go, as the last one tells most: an amount, or a ticket's number.
    """
    text = clean(text)
    while not at_end and width(text) > columns - 6 and DOT in text:
        text = text.partition(DOT)[2]
    text = fit(text, columns - 6)
    if not text:
        return Row((Piece(corners[0] + "─" * (columns - 2) + corners[1], frame),))
    line = "─" * (columns - width(text) - 5)
    start, end = (line, "─") if at_end else ("─", line)
    return Row((Piece(f"{corners[0]}{start} ", frame), Piece(text, kind), Piece(f" {end}{corners[1]}", frame)))


def window(total: int, shown: int, focus: int | None) -> int:
    """The first line to show of `total`, so that the line in focus is seen; without one, the end is."""
    last = max(total - shown, 0)
    return last if focus is None else min(max(focus - shown // 2, 0), last)
