"""Payments and a ticket in short, as several screens draw them: an amount in large digits, how it was paid, totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, plural
from pos.domain.tenders import instrument, tender_of
from pos.domain.terminal_text import clean, width
from screens.render.blocks import fitting
from screens.render.parts import window
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row
from screens.ticket.rows import condensed, figures, quantity_text

if TYPE_CHECKING:
    from pos.domain.sale import Payment, Sale
    from pos.till.till import Till
    from screens.kit.values import Formatting
    from screens.ticket.rows import Figure, Money

WIDEST: Final = 56
"""So many columns at most, so that an amount is never far from its label."""
ENDING: Final = 3
"""Lines of a ticket in short besides its lines and figures: a blank one, a rule and the total."""


def sum_rows(wording: Formatting, title: str, amount: int, columns: int, *, large: bool) -> list[Row]:
    """An amount in the largest digits that fit at the right, five lines high only if that is wanted.

    Its title stands beside the first line, or above it where both do not fit.
    """
    digits = fitting(wording.money(amount), wording.symbol, columns, large=large)
    first = Piece(title, "strong")
    beside = width(title) + 2 + digits[0].width <= columns
    rows = [apart((first,) if beside and not index else (), line.pieces, columns) for index, line in enumerate(digits)]
    return rows if beside else [row(first), *rows]


def queued_text(till: Till, ticket: str) -> str:
    """That a ticket is in the queue, and at which place; empty if the queue has not answered: that is told by itself.

    What has come to its end meanwhile is told by itself, too.
    """
    found = next((each for each in till.queued() if each.kept.ticket == ticket), None)
    if found is None or found.said is None:
        return ""
    if found.place is None:
        return _("Ticket {ticket} is queued. Serve the next customer.", ticket=found.kept.sale.called)
    text = N_("Ticket {ticket} is queued, place {place}. Serve the next customer.")
    return _(text, ticket=found.kept.sale.called, place=found.place)


def how_paid(payment: Payment) -> str:
    """Cash, or the card as it may be shown."""
    return clean(str(instrument(payment)))


def paid_text(sale: Sale) -> str:
    """That a sale is paid, and how, which stands in the place of its change where nothing was due back."""
    how = " · ".join(dict.fromkeys(how_paid(payment) for payment in taken(sale)))
    return " · ".join(filter(None, (_("PAID"), how)))


def taken(sale: Sale) -> list[Payment]:
    """The payments of a sale that came in."""
    return [payment for payment in sale.payments if payment.state == "captured"]


def summary_rows(sale: Sale | None, money: Money, columns: int, lines: int) -> list[Row]:
    """A ticket in short, with its totals at the end."""
    if sale is None:
        return []
    found = _figures_within(sale, money, max(lines - len(sale.lines) - ENDING, lines // 4))
    totals = [
        apart((Piece(figure.label, "faint"),), (Piece(money(figure.amount).replace("-", "−")),), columns)
        for figure in found
    ]
    room = max(lines - len(totals) - ENDING, 1)
    above = len(sale.lines) - room + 1 if len(sale.lines) > room > 1 else 0
    first = above or window(len(sale.lines), room, None)
    shown_lines = sale.lines[first : first + room]
    amount = max((width(money(line.subtotal)) for line in shown_lines), default=0) + 1
    quantity = max((width(quantity_text(line)) for line in shown_lines), default=0)
    rows = [
        Row(
            (
                right(quantity_text(line), quantity),
                Piece("  "),
                left(clean(line.name), columns - quantity - amount - 2),
                right(money(line.subtotal), amount),
            )
        )
        for line in shown_lines
    ]
    if above:
        rows.insert(0, row(Piece(plural("… {count} line above", "… {count} lines above", above), "faint")))
    total = apart((Piece(_("Total"), "strong"),), (Piece(money(sale.total), "strong"),), columns)
    return [*rows, *([BLANK] if totals else []), *totals, row(Piece("─" * columns, "faint")), total]


def _figures_within(sale: Sale, money: Money, lines: int) -> Sequence[Figure]:
    """The totals' figures in so many lines: all, else discounts and taxes in one each, else none."""
    found = figures(sale, money)
    fewest = 1 + min(len(sale.discounts), 1) + min(len(sale.taxes), 1)
    return condensed(found, sale, lines) if lines >= fewest else ()


def last_card(sale: Sale | None) -> str:
    """The card that was tried last, as it may be shown; empty if that is not known."""
    payments = sale.payments if sale is not None else ()
    cards = [payment for payment in payments if tender_of(payment).behind == "gateway"]
    return f"{cards[-1].brand} ••{cards[-1].last4}" if cards and cards[-1].last4 else ""
