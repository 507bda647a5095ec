"""The palette: whatever can be done now, and every product, ticket and receipt, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Horizontal
from textual.widget import Widget

from pos.domain.i18n import N_, _, plural
from pos.domain.terminal_text import width
from screens.kit.availability import NOTHING, Subject
from screens.kit.empty import NOTHING_FITS
from screens.kit.input.scanning import SHORTEST_SUFFIX, resolve
from screens.kit.listing import as_guess, marked
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.search_screen import SearchListScreen
from screens.palette.receipts import PaletteReceipts
from screens.palette.search import ACTIONS, GOODS, HELD, ORDERS, SECTIONS, PaletteEntry, PaletteSearch
from screens.render.panel import Panel
from screens.render.parts import part
from screens.render.rows import BLANK, Piece, Row, left, right, row, sentence
from screens.render.tags import PlaceTag

if TYPE_CHECKING:
    from pos.domain.sale import Sale

TITLE: Final = N_("What can be done")
NAME: Final = 30
"""How wide a name is at most on a terminal of 80 columns, and how much more on a wider one."""
AWAITED: Final = "…"
"""Shown for what the archive is still asked for."""
ABOUT: Final = 76
"""How wide the words about an entry are at most: further away the eye loses the line."""


class PaletteScreen(SearchListScreen, OpenTillScreen):
    """Type, choose, Enter: it is done on the screen below. A scan goes there as if the palette were not open."""

    KIND: ClassVar[str] = "palette"
    CSS_PATH = "screen.tcss"
    LIST = "page"

    def __init__(self, about: str, subject: Subject = NOTHING) -> None:
        super().__init__(subject)
        self._about = about
        self._found: tuple[tuple[str, Sale | None], tuple[PaletteEntry, ...]] | None = None
        self._asking = False
        """Whether the archive is being asked."""

    def body(self) -> Sequence[Widget]:
        """The line, and what it finds."""
        return (
            self.line_panel(),
            Horizontal(
                Panel(self._page, "page", frame="rim", title=_(TITLE)),
                Panel(self._detail, "detail", frame="rim"),
                id="body",
            ),
        )

    @cached_property
    def _receipts(self) -> PaletteReceipts | None:
        return PaletteReceipts(self.host.till) if self._about in GOODS else None

    @cached_property
    def _finder(self) -> PaletteSearch:
        return PaletteSearch(self.host, self._about, self._receipts)

    def on_mount(self) -> None:
        """Ask for the receipts."""
        super().on_mount()
        self._look_up()

    def watch_typed(self) -> None:
        """Draw what was typed, and ask for what it may mean."""
        super().watch_typed()
        self._look_up()

    @property
    def asking(self) -> bool:
        """Whether the archive is being asked for receipts."""
        return self._asking

    def _look_up(self) -> None:
        """Ask the archive for what is typed; while it is being asked, that waits, and only the last text is asked."""
        if self.is_running and not self._asking and not self._is_known(self.typed):
            self._asking = True
            asked: Callable[[], Awaitable[None]] = self._ask
            self.run_worker(asked, name="receipts", exit_on_error=True)

    async def _ask(self) -> None:
        from pos.domain.errors import TillError

        try:
            while self._receipts is not None and not self._is_known(typed := self.typed):
                try:
                    await self._receipts.look_up(typed.strip())
                except TillError as error:
                    self.host.refuse(error)
                self._fill_in()
        finally:
            self._asking = False

    def _is_known(self, typed: str) -> bool:
        """Whether the archive has nothing to add to what is found for a text."""
        return self._receipts is None or self._receipts.knows(typed.strip())

    def _fill_in(self) -> None:
        """Show what the archive has answered; what an arrow or a click has chosen stays chosen, wherever it is now."""
        before = self.listed_keys
        self._found = None
        found = self.listed_keys
        if found != before or not found:
            self.redraw_typing()

    def _when_known(self, typed: str, act: Callable[[], None]) -> None:
        """Do something once the archive has said what it knows of a text; keys wait for that."""
        receipts = self._receipts
        if receipts is None or self._is_known(typed):
            act()
            return

        def answered(_answer: None) -> None:
            if self.in_front:
                self._fill_in()
                act()

        self.host.wait_for(lambda: receipts.look_up(typed.strip()), answered)

    @property
    def entries(self) -> tuple[PaletteEntry, ...]:
        """What fits; looked up once for what was typed and how the ticket stands."""
        key = (self.typed.strip(), self.host.sale)
        if self._found is None or self._found[0][0] != key[0] or self._found[0][1] is not key[1]:
            self._found = (key, self._finder.find(key[0]))
        return self._found[1]

    @property
    def listed_keys(self) -> Sequence[object]:
        """What the entries that fit stand for."""
        return [entry.meant for entry in self.entries]

    @property
    def chosen(self) -> PaletteEntry | None:
        """The entry that Enter means."""
        entries = self.entries
        return entries[self.index] if entries else None

    def submit(self, text: str) -> None:
        """Do what is chosen, or say why it cannot be done now; what was typed for it stays then."""
        if self._is_code(text):
            self.hand_down(text)
            return
        self.typed = text
        entry = self.chosen
        if self.pointed or (entry is not None and not entry.guess and not entry.off):
            # Whatever receipts are still found come behind it.
            self._do_chosen()
        else:
            self._when_known(text, self._do_chosen)

    def _do_chosen(self) -> None:
        entry = self.chosen
        if entry is None:
            self.tell_nothing_fits()
        elif not self.may_take():
            return
        elif entry.off:
            self.host.say(entry.off, "bad")
        else:
            self.app.pop_screen()
            entry.do(self.host)

    @property
    def guessed(self) -> bool:
        """Whether the entries only come near to what is typed."""
        entries = self.entries
        return bool(entries) and entries[0].guess

    def scan(self, hand: str, code: str) -> None:
        """A scan is for the ticket, unless it is the whole number of a receipt or of a ticket that is set aside."""
        if self.host.is_code(code):
            self.hand_down(code, hand)
        else:
            self._when_known(code, lambda: self._open_scanned(code, hand))

    def _open_scanned(self, code: str, hand: str) -> None:
        named = [
            entry for entry in self._finder.find(code) if entry.section in (HELD, ORDERS) and code in entry.text.split()
        ]
        if len(named) != 1 or named[0].off:
            self.hand_down(code, hand)
        else:
            self.app.pop_screen()
            named[0].do(self.host)

    def _is_code(self, text: str) -> bool:
        """Whether a scan came in, which is no choice: the code of a product, as long as a barcode."""
        is_known = self.host.till.catalog.is_known
        scan = resolve(text, is_known, lambda: None)
        code = scan.line.rpartition("*")[2] if scan is not None else ""
        return len(code) >= SHORTEST_SUFFIX and code.isdecimal() and is_known(code)

    @property
    def hint(self) -> str:
        """All that is to be said about the chosen entry."""
        entry = self.chosen
        if entry is None:
            return ""
        return entry.off or (entry.about if entry.section == ACTIONS else f"{entry.text} · {entry.about}")

    def dress(self) -> None:
        """Caption the line and the list: how much was found, and what Enter does."""
        super().dress()
        title = _("Do what? Type a part of its name")
        self.panel("line").caption(title, _("↑↓ choose · ⏎ do it · Esc back"))
        many = len(self.entries)
        found = plural("{count} found", "{count} found", many) if many or self._is_known(self.typed) else AWAITED
        self.panel("page").caption(_(TITLE), found)
        entry, detail = self.chosen, self.panel("detail")
        if entry is not None:
            from screens.palette.detail import enter_does

            detail.caption(_("Chosen"), enter_does(entry))
        else:
            detail.caption("")

    def _detail(self, columns: int, lines: int) -> Sequence[Row]:
        from screens.palette.detail import detail_rows

        entry, host = self.chosen, self.host
        return part(detail_rows(host.till, host.cap, entry, columns), lines, 0) if entry is not None else ()

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        entries = self.entries
        if not entries:
            return sentence(_(NOTHING_FITS) if self._is_known(self.typed) else AWAITED, columns)
        widths = (
            min(max(width(entry.text) for entry in entries) + 1, NAME + max(columns - 80, 0) // 4),
            max(width(entry.state) for entry in entries),
            max(width(entry.end) for entry in entries),
        )
        rows: list[Row] = []
        section, at, picked = "", self.index, self.picked
        focus = 0
        for number, entry in enumerate(entries):
            if entry.shown_in != section:
                rows += [*([BLANK] if section else []), row(Piece(_(section := entry.shown_in), "strong"))]
            if number == at:
                focus = len(rows)
            rows.append(self._entry(entry, columns, widths, number, chosen=number == picked))
        return part(rows, lines, focus)

    def _entry(
        self, entry: PaletteEntry, columns: int, widths: tuple[int, int, int], number: int, *, chosen: bool
    ) -> Row:
        name, states, ends = widths
        typed = "" if entry.guess else self.typed.strip()
        kind = "faint" if entry.off else ""
        room = min(max(columns - 4 - name - 1 - states - 1 - ends - 1, 0), ABOUT)
        pieces = (
            Piece(f"  {SECTIONS[entry.shown_in]} ", "faint"),
            *marked(as_guess(entry.text, guess=entry.guess), typed, name, kind),
            Piece(" "),
            left(entry.off or entry.about, room, "faint"),
            Piece(" "),
            right(entry.state, states, entry.kind),
            Piece(" "),
            right(entry.end, ends, kind or ("key" if entry.section == ACTIONS else "")),
        )
        about = entry.off or entry.about
        tip = f"{entry.text} · {about}" if about else entry.text
        return Row(pieces, "chosen" if chosen else "", PlaceTag(number, tip))
