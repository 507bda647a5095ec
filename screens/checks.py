"""Payments without an answer: which tickets they are of, and what the till does about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from pos.domain.words import N_, _, moment_text
from screens.drawing.panel import Panel
from screens.drawing.rows import BLANK, Piece, Row, apart, row, wrapped
from screens.parts.line import message_rows
from screens.parts.paying import how_paid
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

    def body(self) -> Sequence[Widget]:
        """One page."""
        return (Panel(self._page, "page", frame="accent"),)

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
        """Captions."""
        some = self.host.till is not None and self.host.till.checking()
        key = self.host.cap("back")
        note = _("⏎ ask now · {key} back", key=key) if some else _("{key} back", key=key)
        self.query_one("#page", Panel).caption(_("Payments being checked"), note)

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        till = self.host.till
        checking = till.checking() if till is not None else ()
        rows = [BLANK]
        for reservation in checking:
            rows += [*self._entry(reservation, columns), BLANK]
        about = _(ABOUT if checking else NOTHING)
        rows += [row(Piece(line, "faint")) for line in wrapped(about, columns)]
        return [*rows, BLANK, *message_rows(self.host, columns)][:lines]

    def _entry(self, reservation: Reservation, columns: int) -> list[Row]:
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
        )
        attempts = []
        for attempt in reservation.attempts:
            card = attempt.tender == "card" and not attempt.last4
            text = f"    {_('card in the reader') if card else how_paid(attempt)}: {_(STATES[attempt.state])}"
            attempts.append(apart((Piece(text),), (Piece(money(attempt.amount)),), columns))
        return [head, *attempts]
