"""The app of the customer's display: it listens to a till and shows it. It has no keys but the one that ends it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception_only
from typing import TYPE_CHECKING, Any, Final

from textual.app import ComposeResult
from textual.reactive import var
from textual.screen import Screen

from pos.domain.i18n import _
from pos.domain.terminal_text import clean
from screens.display.money_format import MoneyFormat
from screens.display.pages import centred, closed_rows, thanks_rows, welcome_rows
from screens.kit.theming import Themed
from screens.kit.till_listener import Channel, TillListener, speak_as
from screens.render.panel import Panel
from screens.render.rows import Piece, Row, apart, row
from screens.render.watermark import watermarked

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.ipc.listener import Heard
    from pos.settings.model import Settings
    from screens.display.state import DisplayState, Face

BARE: Final = ("closed", "welcome", "thanks")
"""Faces that name the shop themselves, or need no name."""


class DisplayScreen(Screen[None]):
    """A bar and a page."""

    AUTO_FOCUS = ""

    @property
    def display_app(self) -> DisplayApp:
        """The display's app, whose type Textual does not know."""
        app = self.app
        assert isinstance(app, DisplayApp)
        return app

    def compose(self) -> ComposeResult:
        """The bar above, and the page."""
        yield Panel(self._bar, "bar", classes="bar")
        yield Panel(self._page, "page")

    def on_mount(self) -> None:
        """Draw whenever what is shown changes."""
        self.watch(self.app, "shown", self._redraw, init=False)

    def _redraw(self, *_: Any) -> None:
        for panel in self.query(Panel):
            panel.draw()

    def _bar(self, columns: int, lines: int) -> Sequence[Row]:
        return (self.display_app.bar_row(columns),)

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        return self.display_app.drawn_rows(columns, lines)


class DisplayApp(Themed):
    """Shows the customer what the till at a socket tells, and thanks them. It only listens.

    `channel` finds the socket, in a thread, after `settings` were read there; `now` is the clock by which thanks end;
    `wanted` says which till is waited for, until there was one. With `live=False` time passes only by `tick`.
    """

    TITLE = "Tillkey"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False

    shown: var[tuple[DisplayState, Face] | None] = var(None, init=False)
    """What is known of the till, and what is shown of it now; None until it is known whether one is open."""

    def __init__(
        self,
        channel: Channel,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        settings: Callable[[], Settings] | None = None,
        wanted: str = "",
        live: bool = True,
    ) -> None:
        super().__init__()
        self.failure: Exception | None = None
        """Why nothing can be shown; the app has ended then."""
        self.reports: Path | None = None
        """Where reports of errors are written; None: where the platform keeps logs."""
        self.wanted = wanted
        self._now = now
        self._listener = TillListener(channel, settings, adopt=self._adopt, hear=self._heard, fail=self._fail)
        self._live = live
        self._look = MoneyFormat()
        self._reported: set[str] = set()

    def get_default_screen(self) -> Screen[None]:
        """The one screen of a display."""
        return DisplayScreen()

    def on_mount(self) -> None:
        """Listen once the first frame is out."""
        self.call_after_refresh(self._begin)
        if self._live:
            self.set_interval(1, self.tick)

    def _begin(self) -> None:
        listening: Callable[[], Awaitable[None]] = self._listener.listen
        self.run_worker(listening, name="listen", exit_on_error=True)

    def action_help_quit(self) -> None:
        """Ctrl+C does nothing: a customer is not told of keys."""

    def tick(self) -> None:
        """Let what is shown follow the clock."""
        if self.view is not None:
            self._show(self.view)

    def _show(self, view: DisplayState) -> None:
        self.shown = view, view.face(self._now())

    @property
    def view(self) -> DisplayState | None:
        """What is known of the till."""
        return self.shown[0] if self.shown is not None else None

    @property
    def face(self) -> Face:
        """Which page is shown; `closed` until something was heard."""
        return self.shown[1] if self.shown is not None else "closed"

    def _adopt(self, settings: Settings) -> None:
        self.wear(settings.screen.theme, settings.screen.themes)

    def _fail(self, error: TillError) -> None:
        self.failure = error
        self.exit(1)

    def _heard(self, message: Heard) -> None:
        try:
            self.hear(message)
        except Exception as error:
            self._report(error)

    def hear(self, message: Heard) -> None:
        """Show what the till tells."""
        from pos.domain.i18n import current_language
        from pos.ipc.messages import FullState
        from pos.locales import symbol_of
        from screens.display.state import DisplayState

        if isinstance(message, FullState):
            hello = message.hello
            speak_as(hello)
            self._look = MoneyFormat(hello.exponent, symbol_of(hello.currency, current_language()))
            self.training = message.hello.training
        self._show((self.view or DisplayState()).heard(message, self._now()))

    def bar_row(self, columns: int) -> Row:
        """The shop's name while a ticket is shown; the till's at the right."""
        hello = self.view.hello if self.view is not None else None
        if hello is None:
            return Row()
        shop = "" if self.face in BARE else clean(hello.shop).upper()
        mark = [Piece(f" {self.watermark} ", "pick"), Piece("  ·  ")] if self.watermark else []
        end = [*mark, Piece(_("till {lane}", lane=clean(hello.lane)) + " ")]
        return apart((Piece(" "), Piece(shop, "strong")), end, columns)

    def drawn_rows(self, columns: int, lines: int) -> Sequence[Row]:
        """The page; a few calm words if it cannot be drawn. A customer reads no traceback."""
        try:
            return self.page_rows(columns, lines)
        except Exception as error:
            self._report(error)
            return centred([row(Piece(_("One moment, please."), "strong"))], columns, lines)

    def _report(self, error: Exception) -> None:
        """Write a report of an error of the program, of each kind one."""
        from pos.crash_report import report_folder, write_report

        kind = "".join(format_exception_only(error))
        if kind not in self._reported:
            self._reported.add(kind)
            write_report(error, self._now(), None, (), self.reports or report_folder())

    def page_rows(self, columns: int, lines: int) -> Sequence[Row]:
        """The page of this moment, for so many columns and lines."""
        from screens.display.ticket import TicketPage, ticket_page

        view = self.view
        if view is None:
            return ()
        shop = view.hello.shop if view.hello is not None else ""
        if view.sale is not None and self.face not in BARE:
            page = TicketPage(view.sale, view.newest, self.face, self.watermark)
            return ticket_page(page, self._look, columns, lines)
        if self.face == "closed":
            rows = closed_rows(shop, "" if shop else self.wanted, columns, lines)
        elif self.face == "thanks" and view.sale is not None:
            rows = thanks_rows(view.sale, self._look, columns, lines)
        else:
            rows = welcome_rows(shop, columns, lines)
        return watermarked(rows, self.watermark, columns, lines) if self.watermark else rows
