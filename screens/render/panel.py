"""The one widget that everything is drawn with: rows on a surface, of which only those that changed are painted again.

Surface, title and gaps are drawn here and not by Textual, which would paint all of it again for each new word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip

from pos.domain.terminal_text import clean, fit, legible, width
from screens.render.edges import BOXED, FOCUSED, box_edge, heading
from screens.render.parts import Part
from screens.render.rows import BLANK, Piece, Row, apart
from screens.render.themes import STYLES
from screens.render.watermark import watermarked
from screens.terminal.internals.drawing import Remembering
from screens.terminal.internals.errors import ErrorBoundary

if TYPE_CHECKING:
    from textual.widget import Widget

    from screens.render.tags import Tag


LONGEST_TIP = 200
"""Columns of what hovering tells: more would hide the screen."""


CHOSEN = "chosen"
"""The kind of a row that is chosen."""
PICK = "pick"
"""The kind of a piece that is chosen among others of its row."""
MARK = "▸"
"""What stands before a chosen row, so that it is not told by colour alone."""
THUMB = "▐"
"""What stands at the right of the rows that are seen, as far down as they are among all of them."""

LEAST_BESIDE = 30
"""Columns that there must be for a row and how much is not seen beside it."""
UNFRAMED = 1
"""A surface of so many lines has no title, and a box none of one more."""


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

    @property
    def shadeless(self) -> bool:
        """Whether surfaces look like what is behind them, so that lines part them."""
        ...


class Edges(NamedTuple):
    """What is around a panel's rows: the kind of its edge, title, note, and the gaps that are kept free of it.

    `more` tells how much is not seen, in words and in few columns, and `thumb` is from which line to before which.
    """

    frame: str = ""
    title: str = ""
    note: str = ""
    more: tuple[str, str] = ("", "")
    below: bool = False
    beside: bool = False
    thumb: tuple[int, int] = (0, 0)


class Panel(ErrorBoundary, Remembering, can_focus=False):
    """Draws what a function says. It holds nothing of the sale and takes no keys.

    `frame` is the kind of its edge: `rim` for a surface whose title is its first row, `accent` for one that has the
    keyboard, told by a bar at its left, `bad` for a box that must be acknowledged; without one, or in one line, it is
    rows and no more. `raised` lifts the surface; `gap` is whether a row is left free below it, None: wherever another
    panel follows. Of a style sheet it takes size, place and colours, and no border, padding or opacity.
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
        raised: bool = False,
        gap: bool | None = None,
    ) -> None:
        super().__init__(id=name, classes=classes)
        self.frame = frame
        self._ground, self._gap = "raised" if raised else "surface", gap
        self._drawing = drawing
        self._title, self._note = title, ""
        self._note_tag: Tag | None = None
        self._edges = Edges()
        self._rows: Sequence[Row] = ()
        self._drawn_for: tuple[int, int] | None = None
        self._kinds: dict[tuple[str, str], Style] = {}
        self._tip = ""
        self._painted: dict[int, Strip] = {}
        self._bar: Widget | None = None
        """The keys' bar at the end of its screen; None until it is looked for, and where there is none."""

    def draw(self) -> None:
        """Ask for the rows again and paint those that differ."""
        columns, lines = self.size
        if not columns or not lines:
            return
        old, edges, drawn_for = self._rows, self._edges, self._drawn_for
        self._make(columns, lines)
        now = self._edges
        if drawn_for != self._drawn_for or edges[0] != now.frame or edges[4:] != now[4:]:
            self.refresh()
            return
        top = 1 if now.frame else 0
        changed = [y + top for y in range(lines - top) if _at(old, y) != _at(self._rows, y)]
        if top and edges != now:
            changed += [0, lines - 1] if now.frame in BOXED else [0]
        if changed:
            self.refresh(*(Region(0, y, columns, 1) for y in changed))

    def caption(self, title: str, note: str = "", tag: Tag | None = None) -> None:
        """What stands in the first row when it is drawn next: a title at the left, a note at the right.

        `tag` is what a click on the note means.
        """
        self._title, self._note, self._note_tag = title, note, tag

    def shows_chosen(self) -> bool:
        """Whether what is chosen, a row or a piece, is among the rows that there is room for on the screen."""
        columns, lines = self.room
        most = min(lines, self.screen.size.height - self.region.y - (1 if self._edges.frame else 0))
        rows = self._drawing(columns, lines)[:most] if columns > 0 and most > 0 else ()
        return any(row.kind == CHOSEN or any(piece.kind == PICK for piece in row.pieces) for row in rows)

    def tag_at(self, x: int, y: int) -> Tag | None:
        """What a click there means, by the rows that are seen; title and gaps mean nothing."""
        columns = self.size.width
        if not self._edges.frame:
            return _at(self._rows, y).tag_at(x)
        if y == 0:
            return self._note_tag if columns - 2 - width(self._edges.note) <= x < columns - 2 else None
        inside = 2 <= x < columns - 2 and y <= self.room[1]
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
        drawn = self._framed(y, columns, lines) if self._edges.frame else _at(self._rows, y).cropped(columns)
        if not drawn.text.isprintable():
            # Nothing that a terminal obeys is ever drawn, whoever forgot to clean it.
            drawn = drawn._replace(pieces=tuple(piece._replace(text=legible(piece.text)) for piece in drawn.pieces))
        segments = [Segment(piece.text, self._style(piece.kind, drawn.kind)) for piece in drawn.pieces if piece.text]
        return Strip(segments, drawn.width).adjust_cell_length(columns, self._style("", drawn.kind))

    def _make(self, columns: int, lines: int) -> None:
        frame = self.frame if lines > self._unframed else ""
        if self._drawn_for != (columns, lines):
            self._drawn_for = (columns, lines)
            self._painted.clear()
        inside = self._inside(columns, lines)
        drawn = self._drawing(*inside)
        self._rows = drawn[: inside[1]]
        seen = drawn if isinstance(drawn, Part) else Part(())
        self._edges = Edges(frame, self._title, self._note, (seen.more, seen.more_short), *self._gaps(), seen.thumb)
        if not frame and seen.total > seen.room and self._rows:
            self._rows = [*self._rows[:-1], _with_more(self._rows[-1], seen.more_short, columns)]
        if frame and (word := cast("Marking", self.app).watermark):
            self._rows = watermarked(self._rows, word, *inside)

    @property
    def room(self) -> tuple[int, int]:
        """Columns and lines that there are for rows, within title, padding and gaps."""
        return self._inside(*self.size)

    def _inside(self, columns: int, lines: int) -> tuple[int, int]:
        """How many columns and lines of a box its edge leaves."""
        if not self.frame or lines <= self._unframed:
            return columns, lines
        below = self.frame in BOXED or self._gaps()[0]
        return columns - 4, lines - (2 if below else 1)

    @property
    def _unframed(self) -> int:
        return UNFRAMED + (self.frame in BOXED)

    def _gaps(self) -> tuple[bool, bool]:
        """Whether a row below and a column beside are left free: not where the screen or the keys' bar begins."""
        size, region = self.screen.size, self.region
        if self._bar is None:
            self._bar = next(iter(self.screen.query("#footer")), None)
        # Where the bar stands now, as this panel does: both are laid out at once.
        end = self._bar.region.y if self._bar is not None else size.height - 1
        below = region.bottom < end if self._gap is None else self._gap
        return below, region.right < size.width

    def _framed(self, y: int, columns: int, lines: int) -> Row:
        frame, title, note, more, below, beside, thumb = self._edges
        if frame in BOXED:
            return self._boxed(y, columns, lines)
        shadeless = cast("Marking", self.app).shadeless
        if below and y == lines - 1:
            return Row((Piece(" " * columns, "gap"),))
        gap = Piece("│" if shadeless else " ", "gap+rim")
        start = Piece("▌" if frame in FOCUSED else " ", FOCUSED.get(frame, ""))
        if y == 0:
            if not title and not note and not more[0]:
                # What has no title is parted from what is above it.
                return Row((Piece("─" * columns, "gap+rim") if shadeless else Piece(" " * columns, "gap"),))
            told = heading(title, note, frame, columns - 2, ruled=shadeless, more=more)
            return Row((start, *told, gap if beside else Piece(" ")))
        line = _at(self._rows, y - 1).cropped(columns - 4)
        inside = (Piece(piece.text, _both(piece.kind, line.kind)) for piece in line.pieces)
        start = Piece(start.text, _both(start.kind, line.kind))
        pad = [Piece(" " * (columns - 3 - line.width), line.kind)]
        if thumb[0] <= y - 1 < thumb[1]:
            pad = [Piece(" " * (columns - 4 - line.width), line.kind), Piece(THUMB, _both("faint", line.kind))]
        end = gap if beside else Piece(" ", line.kind)
        return Row((start, Piece(MARK if line.kind == CHOSEN else " ", line.kind), *inside, *pad, end))

    def _boxed(self, y: int, columns: int, lines: int) -> Row:
        """A line of what must be acknowledged, which has a frame all around."""
        frame, title, note = self._edges[:3]
        if y == 0:
            return box_edge("╭╮", title, frame, frame, columns)
        if y == lines - 1:
            return box_edge("╰╯", note, "faint", frame, columns, at_end=True)
        line, side = _at(self._rows, y - 1).cropped(columns - 4), Piece("│", frame)
        inside = (Piece(piece.text, _both(piece.kind, line.kind)) for piece in line.pieces)
        pad = Piece(" " * (columns - 3 - line.width), line.kind)
        return Row((side, Piece(MARK if line.kind == CHOSEN else " ", line.kind), *inside, pad, side))

    def _style(self, kind: str, whole: str) -> Style:
        if (kind, whole) not in self._kinds:
            style = self.visual_style
            ground = self._ground if self.frame else ""
            for name in (ground, whole, *kind.split("+")):
                if STYLES[name]:
                    style += self.app.stylesheet.parse_style(STYLES[name])
            self._kinds[kind, whole] = style.rich_style
        return self._kinds[kind, whole]


def _at(rows: Sequence[Row], y: int) -> Row:
    return rows[y] if y < len(rows) else BLANK


def _both(kind: str, whole: str) -> str:
    """A piece's kind on top of its row's."""
    return f"{whole}+{kind}" if kind and whole else kind or whole


def _with_more(line: Row, more: str, columns: int) -> Row:
    """A row with how much is not seen at its right end, where there is no title that tells it, but room for both."""
    if columns < LEAST_BESIDE:
        return line
    return apart(line.pieces, (Piece(f" {more}"),), columns, line.kind, line.tag)
