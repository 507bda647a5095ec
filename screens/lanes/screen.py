"""Every till of a shop with many, as it said last: what it sold, what is open there, and what it has to deliver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from pos.domain.i18n import N_, _, moment_text
from pos.domain.terminal_text import width
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import Fitting, fitting
from screens.kit.listing import marked
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.search_screen import SearchListScreen
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


class LanesScreen(SearchListScreen, OpenTillScreen):
    """The list; it is asked for anew each second, beside the keys."""

    KIND: ClassVar[str] = "lanes"
    CSS_PATH = "screen.tcss"
    LIST = "page"

    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[LaneStatus] | None = None
        """The tills as the server said last; None as long as it has said nothing."""
        self._fault = ""
        """Why the server could not be asked, the last time."""
        self._asking = False

    def body(self) -> Sequence[Widget]:
        """The line, and the list."""
        return (self.line_panel(), Panel(self._page, "page", frame="rim"))

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
    def fitting(self) -> Fitting:
        """The tills that fit what is typed, by their names, else by how they are and where."""
        found = self._found or ()
        names = {each.lane: each.lane for each in found}
        return fitting(self.typed, names, {each.lane: f"{each.lane} {each.words} {each.host}" for each in found})

    @property
    def listed_keys(self) -> Sequence[str]:
        """The names of the tills that fit."""
        return self.fitting.keys

    @property
    def listed(self) -> Sequence[LaneStatus]:
        """The tills that fit what is typed."""
        keys = frozenset(self.listed_keys)
        return [each for each in self._found or () if each.lane in keys]

    def submit(self, text: str) -> None:
        """Enter: back. A code that was typed is for the screen below."""
        if self._is_scan(text):
            self.hand_down(text)
        else:
            self.leave()

    @property
    def hint(self) -> str:
        """What there is no room for in the list."""
        listed = self.listed
        return self._about(listed[self.index]) if listed else ""

    def dress(self) -> None:
        """The captions: how a till is found, how many there are, and the way back."""
        super().dress()
        back = _("{key} back", key=self.host.cap("back"))
        self.panel("line").caption(_("Which till? Type a part of its name"), _("↑↓ choose · {back}", back=back))
        self.panel("page").caption(_("All tills"), self.count_note(len(self._found or ())))

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        """The tills around the chosen one, and below them why the server could not be asked."""
        found, listed, index = self._found, self.listed, self.index
        below = [BLANK, row(Piece("✗ ", "bad"), Piece(self._fault, "bad"))] if self._fault else []
        if not found:
            nobody = N_("No till has opened this shop yet: each that does stands here.")
            words = _("The server is being asked…") if found is None else _(nobody)
            above = [] if self._fault else [*sentence(words, columns), BLANK]
            return [*above, *below[1:]][:lines]
        if not listed:
            return [*sentence(_(NOTHING_FITS), columns), *below]
        room = max(lines - 1 - len(below), 1)

        def drawn(number: int, status: LaneStatus) -> Row:
            return self._entry(status, number, columns, chosen=number == index)

        return part_of(listed, room, index, drawn).within([self._headings(columns)], below)

    def _headings(self, columns: int) -> Row:
        figures = [_("to deliver"), _("open"), _("ending soon")]
        sold = [Piece(_("last sale") + "  ", "faint")] if columns >= WIDE else []
        return apart(
            (Piece("  " + _("till"), "faint"),), (*sold, *(right(text, FIGURE, "faint") for text in figures)), columns
        )

    def _entry(self, status: LaneStatus, number: int, columns: int, *, chosen: bool) -> Row:
        mark, kind = MARKS[status.state]
        typed = self.typed
        name, words = (
            marked(text, typed, width(text), look) for text, look in ((status.lane, "strong"), (status.words, kind))
        )
        head = (Piece(f"{mark} ", kind), *name, Piece("  "), *words)
        figures = (status.outbox, status.unresolved, status.expiring)
        sold = [Piece(self._at(status) + "  ")] if columns >= WIDE else []
        cells = (*sold, *(right(str(figure), FIGURE, "warn" if figure else "faint") for figure in figures))
        return apart(head, cells, columns, "chosen" if chosen else "", PlaceTag(number))

    def _about(self, status: LaneStatus) -> str:
        told = [_("last sale {time}", time=self._at(status))] if self.host.size.width < WIDE + 4 else []
        told += [_("version {version}", version=status.version), _("on {host}", host=status.host)]
        told.append(_("number {fence}", fence=status.fence))
        if status.taken_by and status.state != "taken_over":
            told.append(_("taken over by {by}", by=status.taken_by))
        return " · ".join(told)

    def _at(self, status: LaneStatus) -> str:
        sold = status.last_sale
        return "–" if sold is None else moment_text(sold.astimezone(self.host.now.tzinfo), "stamp")
