"""Payments without an answer: which tickets they are of, and what the till does about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Horizontal
from textual.widget import Widget

from pos.domain.words import N_, _, moment_text, plural
from screens.drawing.panel import Panel, window
from screens.drawing.rows import BLANK, Piece, Row, apart, row, wrapped
from screens.drawing.tags import Place
from screens.parts.inspector import Inspector
from screens.parts.line import message_rows
from screens.parts.paying import how_paid, summary_rows
from screens.scrolling import PageScreen

if TYPE_CHECKING:
    from pos.domain.holds import Reservation
    from pos.till.recovery import Found

ABOUT: Final = N_(
    "The gateway is asked again every few seconds. What was charged becomes a sale with its receipt; "
    "what was not is cancelled for good, and its ticket can be paid again. Do not charge these cards again."
)
NOTHING: Final = N_("No payment is being checked. Every card payment was answered.")
STATES: Final = {
    "pending": N_("asked, no answer yet"),
    "unknown": N_("no answer"),
    "captured": N_("charged"),
    "declined": N_("declined"),
    "voided": N_("cancelled"),
    "refunded": N_("given back"),
}


class ChecksScreen(PageScreen):
    """The list; Enter asks the gateway now."""

    KIND: ClassVar[str] = "checks"
    CSS_PATH = "checks.tcss"

    def body(self) -> Sequence[Widget]:
        """The list; beside it, where there is room, the chosen ticket and what happened."""
        return (
            Horizontal(
                Panel(self._page, "page", frame="accent"),
                Panel(self._ticket, "summary", frame="rim"),
                Inspector(self, "inspector", edits=False),
                id="body",
            ),
        )

    @property
    def _found(self) -> tuple[Reservation, ...]:
        till = self.host.till
        return till.checking() if till is not None else ()

    @property
    def last(self) -> int:
        """The last payment."""
        return max(len(self._found) - 1, 0)

    def choose(self) -> None:
        """Ask now."""
        till = self.host.till
        assert till is not None
        if till.checking():
            self.host.begin(till.recover(), self._asked)
        else:
            self.back()

    def _asked(self, found: tuple[Found, ...]) -> None:
        still = sum(ending.outcome == "unknown" for ending in found)
        if still:
            self.host.say(_("Still no answer. It is asked again in a moment."))
        else:
            self.host.say(_("Every payment is answered now."), "good")

    def dress(self) -> None:
        """Captions, and what is seen beside the list: nothing if it is empty."""
        found, chosen = self._found, self._chosen
        self.set_class(not found, "-empty")
        key = self.host.cap("back")
        note = _("⏎ ask now · {key} back", key=key) if found else _("{key} back", key=key)
        self.panel("page").caption(_("Payments being checked"), note)
        title = _("Ticket {ticket}", ticket=chosen.sale.ticket) if chosen is not None else ""
        items = chosen.sale.items if chosen is not None else 0
        self.panel("summary").caption(title, plural("{count} item", "{count} items", items))
        self.panel("inspector").caption(_("What happened"))

    @property
    def _chosen(self) -> Reservation | None:
        found = self._found
        return found[min(self.index, len(found) - 1)] if found else None

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        """The payments around the chosen one, and below them what the till does about them."""
        found = self._found
        about = [row(Piece(line, "faint")) for line in wrapped(_(ABOUT if found else NOTHING), columns)]
        below = [*about, BLANK, *message_rows(self.host, columns)]
        rows: list[Row] = []
        focus = 0
        for number, reservation in enumerate(found):
            chosen = number == min(self.index, len(found) - 1) and len(found) > 1
            focus = len(rows) if chosen else focus
            rows += [*self._entry(reservation, number, columns, chosen=chosen), BLANK]
        room = max(lines - 1 - len(below), 1)
        first = window(len(rows), room, focus if len(rows) > room else 0)
        return [BLANK, *rows[first : first + room], *below][:lines]

    def _ticket(self, columns: int, lines: int) -> Sequence[Row]:
        chosen = self._chosen
        return summary_rows(self.host, chosen.sale if chosen is not None else None, columns, lines)

    def _entry(self, reservation: Reservation, number: int, columns: int, *, chosen: bool) -> list[Row]:
        sale, money = reservation.sale, self.host.money
        at = reservation.created.astimezone(self.host.now.tzinfo)
        head = apart(
            (
                Piece("◐ ", "warn"),
                Piece(_("Ticket {ticket}", ticket=sale.ticket), "strong"),
                Piece("  " + _("since {time}", time=moment_text(at, "clock")), "faint"),
            ),
            (Piece(money(sale.total), "strong"),),
            columns,
            "chosen" if chosen else "",
            Place(number),
        )
        attempts = []
        for attempt in reservation.attempts:
            card = attempt.tender == "card" and not attempt.last4
            paid = _("card in the reader") if card else how_paid(attempt)
            text = f"    {paid}: {_(STATES[attempt.state])}"
            attempts.append(apart((Piece(text),), (Piece(money(attempt.amount)),), columns, tag=Place(number)))
        return [head, *attempts]
