"""What is shown after an error of the program itself: that the ticket is safe, what to do, and where the report lies.

It draws itself with next to nothing of what the other screens use, since that may be what is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.reactive import var
from textual.widget import Widget

from pos.domain.i18n import N_, _, plural
from pos.domain.terminal_text import width
from screens.kit.base_screen import TillScreen
from screens.render.panel import Panel
from screens.render.rows import BLANK, Piece, Row, row, wrapped
from screens.terminal.keys import Key, Scanned

if TYPE_CHECKING:
    from pos.crash_report import CrashReport

Saved = Literal["", "saving", "safe", "lost"]
SCANNED: Final = N_("What was scanned or typed had no effect: press Enter alone to go on.")
CLOSING: Final = N_("The till closes as soon as the payment has ended.")


class CrashScreen(TillScreen):
    """A calm page about a fault of the program. Enter starts the screens again on the same till."""

    KIND: ClassVar[str] = "crash"
    CSS_PATH = "crash.tcss"

    saved: var[Saved] = var("", init=False)
    """What is known of the ticket: nothing to save, being written down, written down, or not."""
    told: var[str] = var("", init=False)
    """What the last key brought about."""

    def __init__(self, report: CrashReport, *, lost: str = "") -> None:
        super().__init__()
        self._report = report
        self._lost = lost
        self._typed = 0

    def body(self) -> Sequence[Widget]:
        """One panel in the middle."""
        return (Panel(self._message, "crash", frame="bad", title=_("Something went wrong in the till")),)

    def compose(self) -> ComposeResult:
        """The body alone."""
        yield from self.body()

    def on_mount(self) -> None:
        """Draw when something becomes known."""
        for name in ("saved", "told"):
            self.watch(self, name, self.redraw, init=False)
        self.watch(self.app, "working", self.redraw, init=False)
        self.redraw()

    def _draw(self) -> None:
        self._stale = False
        if self.is_current:
            for panel in self.query(Panel):
                panel.draw()

    def lose(self, reason: str) -> None:
        """Tell why the ticket could not be written down."""
        self._lost, self.saved = reason, "lost"

    def plain_text(self) -> str:
        """The report, to be copied."""
        return self._report.text

    def take(self, key: Key) -> None:
        """Enter goes on, Ctrl+Q leaves, C copies. A scan is no answer: its Enter does not count."""
        if key.name in ("ctrl+q", self.host.keymap.key("quit")):
            if self.host.working:
                self.told = _(CLOSING)
            self.host.leave()
        elif key.name == "ctrl+c" or (not self._typed and key.name.lower() == "c"):
            self.host.copy()
            self.told = _("The report was copied.")
        elif key.name == "enter" and not self._typed:
            self.host.start_again()
        elif key.name == "enter":
            self._typed, self.told = 0, _(SCANNED)
        elif key.char is not None:
            self._typed += 1

    def holds(self, key: Key) -> bool:
        """A letter acts, unless a scan begins with it."""
        return key.char is not None

    def scanned(self, scan: Scanned) -> None:
        """Say that a scan does nothing here: it answers no question."""
        self._typed, self.told = 0, _(SCANNED)

    def _message(self, columns: int, lines: int) -> Sequence[Row]:
        rows = [BLANK]
        for kind, mark, text in self._sentences():
            rows += [
                row(Piece(f" {mark if not index else ' '} ", kind), Piece(line))
                for index, line in enumerate(wrapped(text, columns - 3))
            ]
            rows.append(BLANK)
        keys = (
            (_("Enter"), _("goes on with the till")),
            (self.host.cap("quit"), _("closes it")),
            ("C", _("copies the report")),
        )
        told = [row(Piece(f"   {line}", "warn")) for line in wrapped(self.told, columns - 3)]
        end = [*told, *([BLANK] if told else []), *_flowing(keys, columns)]
        while len(rows) + len(end) > lines and BLANK in rows:
            rows.remove(BLANK)
        return [*rows[: max(lines - len(end), 0)], *end]

    @property
    def _whose(self) -> str:
        if place := self._report.place:
            return _("This is a fault of {place}, and none of yours.", place=place)
        return _("This is a fault of the program, and none of yours.")

    def _sentences(self) -> Iterator[tuple[str, str, str]]:
        """Kind, mark and text of what is to be known."""
        yield "bad", "✗", self._whose
        sale = self.host.current
        if self.saved == "lost":
            yield "bad", "✗", _("The ticket could not be written down: {reason}", reason=self._lost)
        elif self.saved == "saving":
            yield "warn", "◌", _("The ticket is being written down.")
        elif self.saved == "safe" and sale is not None and sale.lines:
            many = sale.items
            yield (
                "good",
                "✓",
                plural(
                    "Ticket {ticket} is safe: {count} item is written down.",
                    "Ticket {ticket} is safe: {count} items are written down.",
                    many,
                    ticket=sale.called,
                ),
            )
        elif self.saved == "safe":
            yield "good", "✓", _("Everything that was sold is written down.")
        if self.host.working:
            yield "warn", "◌", _("A payment is under way. It goes on by itself, and nothing is charged twice.")
        error, path, reason = self._report.error, self._report.path, self._report.reason
        if path is not None:
            yield "faint", "·", _("{error}: the report is in {path}", error=error, path=path)
        else:
            yield "faint", "·", _("{error}: the report could not be written: {reason}", error=error, reason=reason)


def _flowing(keys: Sequence[tuple[str, str]], columns: int) -> list[Row]:
    """Keys with what they do, in as few rows as they take."""
    rows: list[list[Piece]] = [[]]
    used = 0
    for cap, what in keys:
        pieces = [Piece(f"   {cap}", "key"), Piece(f" {what}")]
        wide = sum(width(piece.text) for piece in pieces)
        if rows[-1] and used + wide > columns:
            rows.append([])
            used = 0
        rows[-1] += pieces
        used += wide
    return [row(*pieces) for pieces in rows]
