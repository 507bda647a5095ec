"""Every till of a shop with many, as it said last: what it sold, what is open there, and what it has to deliver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from pos.domain.i18n import N_, _, moment_text
from screens.kit.line import message_rows
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.page_screen import PageScreen
from screens.render.panel import Panel
from screens.render.parts import part_of
from screens.render.rows import BLANK, Piece, Row, apart, right, row, sentence
from screens.render.tags import PlaceTag

if TYPE_CHECKING:
    from pos.domain.lane_status import LaneStatus

MARKS: Final = {"selling": ("●", "good"), "silent": ("✗", "bad"), "taken_over": ("◑", "warn"), "closed": ("○", "faint")}
FIGURE: Final = 13
"""Columns of a figure under its heading."""
WIDE: Final = 100
"""From how many columns on there is room for when a till sold last."""


class LanesScreen(PageScreen, OpenTillScreen):
    """The list; it is asked for anew each second, beside the keys."""

    KIND: ClassVar[str] = "lanes"
    CSS_PATH = "screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[LaneStatus] | None = None
        """The tills as the server said last; None as long as it has said nothing."""
        self._fault = ""
        """Why the server could not be asked, the last time."""
        self._asking = False

    def body(self) -> Sequence[Widget]:
        """The list."""
        return (Panel(self._page, "page", frame="accent"),)

    def on_mount(self) -> None:
        """Begin to ask."""
        super().on_mount()
        self.ask_server()
        if self.host.live:
            self.set_interval(1, self.ask_server)

    def ask_server(self) -> None:
        """Ask the server how the tills are, unless it is being asked."""
        if not self._asking:
            self._asking = True
            begun: Callable[[], Awaitable[None]] = self._ask
            self.run_worker(begun, name="lanes", exit_on_error=True)

    async def _ask(self) -> None:
        from pos.domain.errors import TillError

        try:
            self._found, self._fault = await self.host.till.lanes(), ""
        except TillError as error:
            self._fault = error.message
        finally:
            self._asking = False
        self.redraw()

    @property
    def last(self) -> int:
        """The index of the last till in the list."""
        return max(len(self._found or ()) - 1, 0)

    def dress(self) -> None:
        """The caption: how many tills there are, and the way back."""
        self.panel("page").caption(_("All tills"), _("{key} back", key=self.host.cap("back")))

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        """The tills around the chosen one, and more of that one below."""
        found = self._found
        below = message_rows(self.host.notice, columns)
        if self._fault:
            below = [row(Piece("✗ ", "bad"), Piece(self._fault, "bad")), *below]
        if not found:
            nobody = N_("No till has opened this shop yet: each that does stands here.")
            words = _("The server is being asked…") if found is None else _(nobody)
            above = [] if self._fault else [*sentence(words, columns), BLANK]
            return [BLANK, *above, *below][:lines]
        index = min(self.index, len(found) - 1)
        below = [BLANK, *self._about(found[index], columns), *([BLANK, *below] if below else [])]
        room = max(lines - 2 - len(below), 1)

        def drawn(number: int, status: LaneStatus) -> Row:
            return self._entry(status, number, columns, chosen=number == index)

        return part_of(found, room, index, drawn).within([self._headings(columns)], below)

    def _headings(self, columns: int) -> Row:
        figures = [_("to deliver"), _("open"), _("ending soon")]
        sold = [Piece(_("last sale") + "  ", "faint")] if columns >= WIDE else []
        return apart(
            (Piece("  " + _("till"), "faint"),), (*sold, *(right(text, FIGURE, "faint") for text in figures)), columns
        )

    def _entry(self, status: LaneStatus, number: int, columns: int, *, chosen: bool) -> Row:
        mark, kind = MARKS[status.state]
        head = (Piece(f"{mark} ", kind), Piece(status.lane, "strong"), Piece(f"  {status.words}", kind))
        figures = (status.outbox, status.unresolved, status.expiring)
        sold = [Piece(self._at(status) + "  ")] if columns >= WIDE else []
        cells = (*sold, *(right(str(figure), FIGURE, "warn" if figure else "faint") for figure in figures))
        return apart(head, cells, columns, "chosen" if chosen else "", PlaceTag(number))

    def _about(self, status: LaneStatus, columns: int) -> Sequence[Row]:
        """What there is no room for in the list."""
        told = [_("last sale {time}", time=self._at(status))] if columns < WIDE else []
        told += [_("version {version}", version=status.version), _("on {host}", host=status.host)]
        told.append(_("number {fence}", fence=status.fence))
        if status.taken_by and status.state != "taken_over":
            told.append(_("taken over by {by}", by=status.taken_by))
        return (row(Piece(" · ".join(told), "faint")),)

    def _at(self, status: LaneStatus) -> str:
        sold = status.last_sale
        return "–" if sold is None else moment_text(sold.astimezone(self.host.now.tzinfo), "stamp")
