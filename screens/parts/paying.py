"""The payment as rows: what is due, what was typed, what is going on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.text import clean, width
from screens.acting.tenders import is_code
from screens.drawing.digits import big
from screens.drawing.panel import window
from screens.drawing.rows import BLANK, Piece, Row, apart, boxed, left, right, row, squeezed, tail, wrapped
from screens.parts.line import keys_wait, message_rows, shown
from screens.parts.ticket import figures, quantity_text

if TYPE_CHECKING:
    from pos.domain.sale import Payment, Sale
    from screens.host import Host
    from screens.payment import Trouble

FIGURE: Final = 24


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
    rows.append(row(Piece("TOTAL DUE" if not sale.paid else "STILL DUE", "strong")))
    digits = big(app.money(sale.due), app.symbol)
    pad = " " * max((min(columns, FIGURE + 12) - digits[0].width) // 2, 0)
    rows += [row(Piece(pad), *line.pieces) for line in digits]
    rows += _figures(app, sale)
    rows += [_payment_row(app, payment, columns) for payment in sale.payments if payment.state == "captured"][-4:]
    rows.append(BLANK)
    if app.working:
        rows += _waiting(app, desk, columns)
    elif desk.trouble is not None and desk.trouble.kind == "unknown":
        rows += _trouble(desk.trouble, columns)
    else:
        rows += [*_entry(app, desk, sale, columns), BLANK]
        rows += _trouble(desk.trouble, columns) if desk.trouble is not None else message_rows(app, columns)
    return squeezed(rows, lines)


def _figures(app: Host, sale: Sale) -> list[Row]:
    found = [("Total", sale.total), ("Paid", sale.paid)]
    if sale.cash_due != sale.due:
        found.append(("In cash", sale.cash_due))
    return [row(left(label, FIGURE - width(app.money(amount))), Piece(app.money(amount))) for label, amount in found]


def _payment_row(app: Host, payment: Payment, columns: int) -> Row:
    return apart(
        (Piece("  ✓ ", "good"), Piece(how_paid(payment))), (Piece(app.money(payment.amount)),), min(FIGURE, columns)
    )


def how_paid(payment: Payment) -> str:
    """Cash, or the card as it may be shown."""
    return "cash" if payment.tender == "cash" else f"{clean(payment.brand or 'card')} ••{clean(payment.last4 or '')}"


def _typed(app: Host, typed: str, columns: int) -> Row:
    """What is typed: an amount, a command, or digits too long for an amount, of which only the last four are shown."""
    text, label, hint = shown(app, typed), "Amount", "⏎ takes it as cash" if typed else ""
    if typed.startswith("/"):
        label, hint = "Command", ""
    elif is_code(typed) and text != typed:
        label, hint = "Card", "K charges it"
    elif is_code(typed):
        text, label, hint = f"••••{typed[-4:]}", "Number", f"{len(typed)} digits"
    field = (left(label, 8, "faint"), Piece(tail(text, columns - 10 - width(hint)), "strong"), Piece(" ", "cursor"))
    return apart(field, (Piece(hint, "faint"),), columns)


def _entry(app: Host, desk: Desk, sale: Sale, columns: int) -> list[Row]:
    keys = [Piece("C", "key"), Piece(" Cash    ")]
    if sale.due:
        keys += [Piece("K", "key"), Piece(" Card    ")]
    else:
        keys += [Piece("⏎", "key"), Piece(" finish, nothing is due")]
    if sale.state == "part_paid":
        keys += [Piece("A", "key"), Piece(" Abandon")]
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
    what = f"The card is being charged{dots}" if charging else f"One moment{dots}"
    inside = [row(what)]
    if app.notice is not None:
        inside.append(row(Piece(app.notice.text)))
    rows = boxed("PLEASE WAIT", inside, columns, "accent")
    if charging:
        rows.append(row(Piece("Esc", "key"), " Cancel the charge"))
    if app.kept_keys:
        rows.append(row(Piece(f"{keys_wait(len(app.kept_keys))} for the end of it.", "faint")))
    return rows


def _trouble(trouble: Trouble, columns: int) -> list[Row]:
    kind = "accent" if trouble.kind == "leaving" else "bad"
    inside = [row(line) for line in wrapped(trouble.text, columns - 4)]
    if trouble.dropped:
        many = "1 key" if trouble.dropped == 1 else f"{trouble.dropped} keys"
        inside += [row(Piece(line, "faint")) for line in wrapped(f"{many} typed meanwhile had no effect.", columns - 4)]
    mark = "! " if kind == "accent" else "✗ "
    rows = boxed(mark + trouble.title, inside, columns, kind)
    if kind == "bad":
        rows = [Row(line.pieces, "alarm") for line in rows]
    return [*rows, _ways(trouble)]


def _ways(trouble: Trouble) -> Row:
    ways = {
        "declined": (("R", "Try again"), ("C", "Take cash"), ("Esc", "Back")),
        "ticket": (("Esc", "Back to the ticket"),),
        "leaving": (("A", "Give it back"), ("Esc", "Stay")),
        "unknown": (("⏎", "Next ticket"), ("F9", "Checks")),
    }[trouble.kind]
    pieces = [piece for key, text in ways for piece in (Piece(key, "key"), Piece(f" {text}"), Piece("   "))]
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
    total = apart((Piece("Total", "strong"),), (Piece(app.money(sale.total), "strong"),), columns)
    return [*rows, BLANK, *totals, row(Piece("─" * columns, "faint")), total]
