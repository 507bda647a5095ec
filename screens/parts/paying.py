"""The payment as rows: what is due, what was typed, what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.text import clean, width
from pos.domain.words import N_, _, plural
from screens.drawing.blocks import blocks
from screens.drawing.digits import big
from screens.drawing.panel import window
from screens.drawing.rows import BLANK, Piece, Row, apart, boxed, left, right, row, squeezed, wrapped
from screens.drawing.tags import Act, Pressed
from screens.parts.line import message_rows
from screens.parts.tendering import CHOICES, Desk, entry_rows, ways_row
from screens.parts.ticket import figures, quantity_text

if TYPE_CHECKING:
    from pos.domain.sale import Payment, Sale
    from screens.host import Host
    from screens.payment import Trouble

FIGURE: Final = 24
WAYS: Final = {
    "declined": ((Act("again"), N_("Try again")), (Act("cash"), N_("Take cash")), (Act("back"), N_("Back"))),
    "ticket": ((Act("back"), N_("Back to the ticket")),),
    "leaving": ((Act("abandon"), N_("Give it back")), (Act("back"), N_("Stay"))),
    "unknown": ((Pressed("enter"), N_("Next ticket")), (Act("checks"), N_("Checks"))),
}
"""What can be done about a trouble, and what it does then."""


class Plan(NamedTuple):
    """How much of the payment is shown: the sum's digits, the figures below it, how many payments, the choices."""

    lines: int
    """From how many lines on it is tried."""
    large: bool = False
    listed: bool = False
    payments: int = 4
    figures: bool = True
    digits: bool = True


PLANS: Final = (
    Plan(34, large=True, listed=True),
    Plan(24, listed=True),
    *(Plan(0, payments=many) for many in (4, 3, 2, 1, 0)),
    Plan(0, payments=0, figures=False),
    Plan(0, payments=0, figures=False, digits=False),
)
"""From what the most room is needed for to the least; what was due and what went wrong is always seen."""


def paying_rows(app: Host, desk: Desk, columns: int, lines: int) -> Sequence[Row]:
    """The left side of the payment screen: as much as there is room for, choices one below the other in a high one."""
    sale = app.sale
    rows: list[Row] = []
    for plan in PLANS if sale is not None else ():
        assert sale is not None
        if lines >= plan.lines:
            rows = _rows(app, desk, sale, columns, plan)
            if sum(line != BLANK for line in rows) <= lines:
                break
    return squeezed(rows, lines)


def _rows(app: Host, desk: Desk, sale: Sale, columns: int, plan: Plan) -> list[Row]:
    wide = min(columns, CHOICES if plan.listed else FIGURE)
    captured = [payment for payment in sale.payments if payment.state == "captured"]
    rows = [BLANK, *_sum(app, sale, columns, plan)]
    if plan.figures:
        rows += _figures(app, sale, wide)
    rows += [_payment_row(app, payment, wide) for payment in captured[max(len(captured) - plan.payments, 0) :]]
    rows.append(BLANK)
    if app.working:
        rows += _waiting(app, desk, columns)
    elif desk.trouble is not None and desk.trouble.kind == "unknown":
        rows += _trouble(app, desk.trouble, columns)
    else:
        rows += [*entry_rows(app, desk, sale, columns, listed=plan.listed), BLANK]
        rows += _trouble(app, desk.trouble, columns) if desk.trouble is not None else message_rows(app, columns)
    return rows


def _sum(app: Host, sale: Sale, columns: int, plan: Plan) -> list[Row]:
    title = Piece(_("TOTAL DUE") if not sale.paid else _("STILL DUE"), "strong")
    if not plan.digits:
        return [apart((title,), (Piece(app.money(sale.due), "digits"),), columns)]
    around = [BLANK] if plan.large else []
    digits = sum_rows(app, sale.due, columns, large=plan.large, centred=FIGURE + 12)
    return [row(title), *around, *digits, *around]


def sum_rows(app: Host, amount: int, columns: int, *, large: bool, centred: int = 0) -> list[Row]:
    """An amount in large digits, five lines high if they fit and are wanted, else three."""
    if large:
        high = blocks(app.money(amount), app.symbol)
        if high[0].width <= columns:
            return list(high)
    digits = big(app.money(amount), app.symbol)
    pad = " " * max((min(columns, centred) - digits[0].width) // 2, 0)
    return [row(Piece(pad), *line.pieces) for line in digits]


def _figures(app: Host, sale: Sale, columns: int) -> list[Row]:
    found = [(_("Total"), sale.total), (_("Paid"), sale.paid)]
    if sale.cash_due != sale.due:
        found.append((_("In cash"), sale.cash_due))
    return [apart((Piece(label),), (Piece(app.money(amount)),), columns) for label, amount in found]


def _payment_row(app: Host, payment: Payment, columns: int) -> Row:
    return apart((Piece("  ✓ ", "good"), Piece(how_paid(payment))), (Piece(app.money(payment.amount)),), columns)


def how_paid(payment: Payment) -> str:
    """Cash, or the card as it may be shown."""
    if payment.tender == "cash":
        return _("cash")
    return f"{clean(payment.brand or _('card'))} ••{clean(payment.last4 or '')}"


def _waiting(app: Host, desk: Desk, columns: int) -> list[Row]:
    sale = app.sale
    charging = sale is not None and sale.state == "charging"
    dots = "." * (1 + desk.waited % 3)
    inside = [row((_("The card is being charged") if charging else _("One moment")) + dots)]
    if app.notice is not None:
        inside.append(row(Piece(app.notice.text)))
    rows = boxed(_("PLEASE WAIT"), inside, columns, "accent")
    if charging:
        rows.append(row(Piece(app.cap("back"), "key"), f" {_('Cancel the charge')}"))
    if app.kept_keys:
        many = len(app.kept_keys)
        kept = plural("{count} key waits for the end of it.", "{count} keys wait for the end of it.", many)
        rows.append(row(Piece(kept, "faint")))
    return rows


def _trouble(app: Host, trouble: Trouble, columns: int) -> list[Row]:
    kind = "accent" if trouble.kind == "leaving" else "bad"
    inside = [row(line) for line in wrapped(trouble.text, columns - 4)]
    if trouble.dropped:
        many = trouble.dropped
        text = plural("{count} key typed meanwhile had no effect.", "{count} keys typed meanwhile had no effect.", many)
        inside += [row(Piece(line, "faint")) for line in wrapped(text, columns - 4)]
    mark = "! " if kind == "accent" else "✗ "
    rows = boxed(mark + trouble.title, inside, columns, kind)
    if kind == "bad":
        rows = [Row(line.pieces, "alarm") for line in rows]
    return [*rows, ways_row(app, [(tag, _(text)) for tag, text in WAYS[trouble.kind]])]


def summary_rows(app: Host, sale: Sale | None, columns: int, lines: int) -> list[Row]:
    """A ticket in short, with its totals at the end."""
    if sale is None:
        return []
    totals = [
        apart((Piece(figure.label, "faint"),), (Piece(app.money(figure.amount).replace("-", "−")),), columns)
        for figure in figures(sale)
    ]
    room = max(lines - len(totals) - 3, 1)
    first = window(len(sale.lines), room, None)
    shown_lines = sale.lines[first : first + room]
    amount = max((width(app.money(line.subtotal)) for line in shown_lines), default=0) + 1
    quantity = max((width(quantity_text(line)) for line in shown_lines), default=0)
    rows = [
        Row(
            (
                right(quantity_text(line), quantity),
                Piece("  "),
                left(clean(line.name), columns - quantity - amount - 2),
                right(app.money(line.subtotal), amount),
            )
        )
        for line in shown_lines
    ]
    total = apart((Piece(_("Total"), "strong"),), (Piece(app.money(sale.total), "strong"),), columns)
    return [*rows, BLANK, *totals, row(Piece("─" * columns, "faint")), total]
