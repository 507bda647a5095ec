"""The screen of a demo: its tills as they are on the tape, or live, with the bars below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol, cast

from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from pos.demo.flows import named_short
from pos.domain.i18n import N_, _
from pos.domain.terminal_text import width
from screens.demo.bars import caption_row, controls_row, names_row, queue_row, stock_row, yours_row
from screens.demo.layout import layout
from screens.render.panel import Panel
from screens.render.rows import Row

if TYPE_CHECKING:
    from pos.demo.flows import Flow
    from screens.demo.playback import Playback
    from screens.demo.takeover import Takeover
    from screens.demo.tape import Frame, Pane
    from screens.render.tags import Tag


DARK: Final = {"off": N_("⚡ NO POWER"), "closed": N_("TILL CLOSED")}
"""What stands in the place of a till that is not running."""


class DemoHost(Protocol):
    """What the stage may know of the app that plays on it."""

    flow: Flow
    takeover: Takeover | None

    @property
    def playback(self) -> Playback | None:
        """Where whoever watches is."""
        ...

    @property
    def seen(self) -> tuple[tuple[Pane, ...], str]:
        """The tills as they are seen now, and which of them acts."""
        ...

    @property
    def size(self) -> Size:
        """The terminal's."""
        ...


class TillPanes(Widget, can_focus=False):
    """The screens of the tills, as they were drawn."""

    _usual = Style.null()
    """The colours where no till is drawn."""

    @property
    def demo(self) -> DemoHost:
        """The app that plays, as this widget may know it."""
        return cast("DemoHost", self.app)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, all in the same colours."""
        self._usual = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line of the tills that are seen, side by side, or of the one that acts."""
        demo = self.demo
        panes, active = demo.seen
        if not panes:
            return Strip.blank(self.size.width, self._usual)
        shown = layout(demo.size.width, demo.size.height, len(panes), queued=demo.flow.has_workers)
        if not shown.beside:
            panes = tuple(pane for pane in panes if pane.lane == active)
        strips: list[Strip] = []
        for pane in panes:
            if strips:
                strips.append(Strip([Segment("│", self._usual)], 1))
            strips.append(self._line(pane, y, shown.till[0]))
        return Strip.join(strips).adjust_cell_length(self.size.width, self._usual)

    def _line(self, pane: Pane, y: int, columns: int) -> Strip:
        if pane.rows is None:
            text = _(DARK[pane.doing]) if y == self.size.height // 2 else ""
            before = max(columns - width(text), 0) // 2
            strong = self._usual + Style(bold=True)
            return Strip([Segment(" " * before + text, strong)]).adjust_cell_length(columns, self._usual)
        if y >= len(pane.rows):
            return Strip.blank(columns, self._usual)
        return pane.rows[y].adjust_cell_length(columns, self._usual)


class DemoScreen(Screen[None]):
    """All of a demo that is seen."""

    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """The tills, and the bars."""
        yield Panel(self._names, "names", classes="bar")
        yield TillPanes(id="tills")
        yield Panel(self._stock, "stock", classes="bar")
        yield Panel(self._queue, "queue", classes="bar")
        yield Panel(self._caption, "caption", classes="bar")
        yield Panel(self._controls, "controls", classes="bar")

    @property
    def demo(self) -> DemoHost:
        """The app that plays, as this screen may know it."""
        return cast("DemoHost", self.app)

    @property
    def frame(self) -> Frame | None:
        """What is seen of the tape."""
        return self.demo.playback.frame if self.demo.playback is not None else None

    def tip(self, _tag: Tag) -> str:
        """Nothing is told of what is pointed at."""
        return ""

    def on_mount(self) -> None:
        """Lay the bars out for the flow."""
        self._lay_out()

    def redraw(self) -> None:
        """Draw what differs."""
        if not self.is_mounted:
            return
        self._lay_out()
        for panel in self.query(Panel):
            panel.draw()
        self.query_one(TillPanes).refresh()

    def _lay_out(self) -> None:
        self.set_class(len(self.demo.flow.lanes) > 1, "-several")
        self.set_class(self.demo.flow.has_workers, "-queued")

    def on_screen_resume(self) -> None:
        """Draw again after the menu was in front."""
        self.redraw()

    def _names(self, columns: int, _lines: int) -> Sequence[Row]:
        panes, active = self.demo.seen
        beside = layout(columns, self.app.size.height, len(self.demo.flow.lanes)).beside
        return (names_row(panes, active, columns, beside=beside),)

    def _stock(self, columns: int, _lines: int) -> Sequence[Row]:
        takeover = self.demo.takeover
        stock = takeover.director.stock if takeover is not None else self.frame.stock if self.frame is not None else ()
        return (stock_row(stock, columns),)

    def _queue(self, columns: int, _lines: int) -> Sequence[Row]:
        takeover = self.demo.takeover
        if takeover is not None and (workers := takeover.director.shop.workers) is not None:
            return (queue_row(workers.standing, columns),)
        return (queue_row(self.frame.queue if self.frame is not None else None, columns),)

    def _caption(self, columns: int, _lines: int) -> Sequence[Row]:
        demo, playback = self.demo, self.demo.playback
        if demo.takeover is not None:
            return (yours_row(demo.flow, columns, ready=demo.takeover.ready),)
        failure = playback.tape.failure if playback is not None and playback.ended else None
        return (caption_row(self.frame, named_short(failure) if failure is not None else "", columns),)

    def _controls(self, columns: int, _lines: int) -> Sequence[Row]:
        demo, playback = self.demo, self.demo.playback
        if playback is None:
            return ()
        return (controls_row(demo.flow, playback, columns, watched=demo.takeover is None),)
