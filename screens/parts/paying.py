"""The payment as rows: what is due, what was typed, what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.text import clean, width
from pos.domain.words import N_, _, plural
from screens.acting.tenders import is_code
from screens.drawing.digits import big
from screens.drawing.panel import window
from screens.drawing.rows import BLANK, Piece, Row, apart, boxed, left, right, row, squeezed, tail, wrapped
from screens.parts.line import message_rows, shown
from screens.parts.ticket import figures, quantity_text

if TYPE_CHECKING:
    from pos.domain.sale import Payment, Sale
    from screens.host import Host
    from screens.payment import Trouble

FIGURE: Final = 24
WAYS: Final = {
    "declined": (("again", N_("Try again")), ("cash", N_("Take cash")), ("back", N_("Back"))),
    "ticket": (("back", N_("Back to the ticket")),),
    "leaving": (("abandon", N_("Give it back")), ("back", N_("Stay"))),
    "unknown": (("", N_("Next ticket")), ("checks", N_("Checks"))),
}
"""What can be done about a trouble: actions, none for Enter, and what they do then."""


class Desk(NamedTuple):
    """What the payment screen is showing besides the sale."""

    typed: str
    quick: int | None
    tenders: tuple[int, ...]
    waited: int
    trouble: Trouble | None


def paying_rows(app: Host, desk: Desk, columns: int, lines: int) -> Sequence[Row]:
    """The left side of the payment screen."""
    sale = app.sale
    if sale is None:
        return ()
    rows = [BLANK]
    rows.append(row(Piece(_("TOTAL DUE") if not sale.paid else _("STILL DUE"), "strong")))
    digits = big(app.money(sale.due), app.symbol)
    pad = " " * max((min(columns, FIGURE + 12) - digits[0].width) // 2, 0)
    rows += [row(Piece(pad), *line.pieces) for line in digits]
    rows += _figures(app, sale)
    rows += [_payment_row(app, payment, columns) for payment in sale.payments if payment.state == "captured"][-4:]
    rows.append(BLANK)
    if app.working:
        rows += _waiting(app, desk, columns)
    elif desk.trouble is not None and desk.trouble.kind == "unknown":
        rows += _trouble(app, desk.trouble, columns)
    else:
        rows += [*_entry(app, desk, sale, columns), BLANK]
        rows += _trouble(app, desk.trouble, columns) if desk.trouble is not None else message_rows(app, columns)
    return squeezed(rows, lines)


def _figures(app: Host, sale: Sale) -> list[Row]:
    found = [(_("Total"), sale.total), (_("Paid"), sale.paid)]
    if sale.cash_due != sale.due:
        found.append((_("In cash"), sale.cash_due))
    return [row(left(label, FIGURE - width(app.money(amount))), Piece(app.money(amount))) for label, amount in found]


def _payment_row(app: Host, payment: Payment, columns: int) -> Row:
    return apart(
        (Piece("  ✓ ", "good"), Piece(how_paid(payment))), (Piece(app.money(payment.amount)),), min(FIGURE, columns)
    )


def how_paid(payment: Payment) -> str:
    """Cash, or the card as it may be shown."""
    if payment.tender == "cash":
        return _("cash")
    return f"{clean(payment.brand or _('card'))} ••{clean(payment.last4 or '')}"


def _typed(app: Host, typed: str, columns: int) -> Row:
    """What is typed: an amount, a command, or digits too long for an amount, of which only the last four are shown."""
    text, label, hint = shown(app, typed), _("Amount"), _("⏎ takes it as cash") if typed else ""
    if typed.startswith("/"):
        label, hint = _("Command"), ""
    elif is_code(typed) and text != typed:
        label, hint = _("Card"), _("{key} charges it", key=app.cap("card"))
    elif is_code(typed):
        hint = plural("{count} digit", "{count} digits", len(typed))
        text, label = f"••••{typed[-4:]}", _("Number")
    field = (left(label, 8, "faint"), Piece(tail(text, columns - 10 - width(hint)), "strong"), Piece(" ", "cursor"))
    return apart(field, (Piece(hint, "faint"),), columns)


def _entry(app: Host, desk: Desk, sale: Sale, columns: int) -> list[Row]:
    keys = [Piece(app.cap("cash"), "key"), Piece(f" {_('Cash')}    ")]
    if sale.due:
        keys += [Piece(app.cap("card"), "key"), Piece(f" {_('Card')}    ")]
    else:
        keys += [Piece("⏎", "key"), Piece(f" {_('finish, nothing is due')}")]
    if sale.state == "part_paid":
        keys += [Piece(app.cap("abandon"), "key"), Piece(f" {_('Abandon')}")]
    return [_typed(app, desk.typed, columns), BLANK, Row(tuple(keys)), _quick(app, desk, columns)]


def _quick(app: Host, desk: Desk, columns: int) -> Row:
    """The quick tenders: the chosen one stands in a box of colour and between marks."""
    if not desk.tenders:
        return BLANK
    pieces = [Piece("↑↓", "key"), Piece(" ")]
    used = 3
    for index, tender in enumerate(desk.tenders):
        text = app.money(tender)
        text = f"▸{text}◂" if index == desk.quick else f" {text} "
        used += width(text)
        if used > columns:
            break
        pieces.append(Piece(text, "pick" if index == desk.quick else ""))
    return Row(tuple(pieces))


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
    return [*rows, _ways(app, trouble)]


def _ways(app: Host, trouble: Trouble) -> Row:
    pieces = [
        piece
        for action, text in WAYS[trouble.kind]
        for piece in (Piece(app.cap(action) if action else "⏎", "key"), Piece(f" {_(text)}"), Piece("   "))
    ]
    return Row(tuple(pieces[:-1]))


def summary_rows(app: Host, columns: int, lines: int) -> list[Row]:
    """The ticket in short, with its totals at the end."""
    sale = app.sale
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
