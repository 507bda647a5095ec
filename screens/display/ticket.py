"""The ticket on the customer's display: its lines, the newest in view, and below them what is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import N_, _, plural
from pos.domain.tenders import tender_of
from pos.domain.terminal_text import clean, width
from screens.display.money_format import MoneyFormat
from screens.display.state import Face
from screens.render.letters import HEIGHTS
from screens.render.panel import CHOSEN, MARK
from screens.render.parts import Part, part
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row, wrapped
from screens.render.tags import LineTag
from screens.render.watermark import watermarked
from screens.ticket.rows import condensed, figures, particular, price_text, quantity_text, reason_rows

if TYPE_CHECKING:
    from pos.domain.sale import Sale, SaleLine

WIDEST: Final = 116
"""Columns that a ticket takes at most: further apart, a name and its price are not read as one line."""
NARROW: Final = 60
"""Below so many columns there is no margin, and quantities take what they need."""
PRICED: Final = 76
"""From how many columns on each line tells its unit price."""
WORDS: Final = 24
"""Columns that must be left for words beside the amount, or they stand above it."""
LABELS: Final = 34
"""Columns that figures beside the amount take at most."""
SPEECH: Final = 44
"""And those of what is told of a payment."""
AIRY: Final = 20
"""From how many lines on the first one is left free, and the digits are larger."""

TOLD: Final[dict[Face, tuple[str, str, str]]] = {
    "charging": ("▸", "strong", N_("Please follow the card reader.")),
    "declined": (
        "✗",
        "warn",
        N_("This card payment did not go through. Nothing was taken for it. Please try again, or pay another way."),
    ),
    "checking": ("◐", "warn", N_("Your card payment is being checked. One moment, please.")),
    "queued": ("◔", "strong", N_("Your card will be charged in a moment. Your receipt follows.")),
}
"""What is told of a payment: a sign, its kind, the words. Why a card was declined is nobody else's business."""


class TicketPage(NamedTuple):
    """What a ticket's page shows: the sale, the line that was touched last, and a word for where nothing stands."""

    sale: Sale
    newest: int | None
    face: Face
    watermark: str = ""


def ticket_page(page: TicketPage, amounts: MoneyFormat, columns: int, lines: int) -> list[Row]:
    """The whole page, from its first line to its last."""
    sale = page.sale
    margin = 0 if columns < NARROW else 2
    inner = min(columns - 2 * margin, WIDEST)
    side = " " * ((columns - inner) // 2)
    below = sum_rows(sale, page.face, amounts, inner, lines)
    free = [BLANK] if lines >= AIRY else []
    room = max(lines - len(free) - len(below) - 1, 1)
    seen = line_rows(sale, page.newest, amounts, inner, room)
    above: Sequence[Row] = watermarked(seen, page.watermark, inner, room) if page.watermark else seen
    items = plural("{count} item", "{count} items", sale.items)
    if seen.more:
        items = f"{seen.more} · {items}"
    rule = row(Piece("─" * max(inner - width(items) - 3, 0), "rim"), Piece(f" {items} ", "faint"), Piece("─", "rim"))
    filled = [*free, *above, *[BLANK] * (room - len(above)), rule, *below]
    return [Row((Piece(side, line.kind), *line.pieces), line.kind) if line.pieces else line for line in filled]


def line_rows(sale: Sale, newest: int | None, amounts: MoneyFormat, columns: int, lines: int) -> Part:
    """As much of the ticket as fits: the newest line is seen, else the last one."""
    rows: list[Row] = []
    focus = None
    alone = particular(sale)
    quantity = max((width(quantity_text(line)) for line in sale.lines), default=1)
    quantity = max(quantity, 1 if columns < NARROW else 7)
    amount = max((width(amounts.money(line.subtotal)) for line in sale.lines), default=0) + (
        3 if columns >= PRICED else 1
    )
    for line in sale.lines:
        if line.line == newest:
            focus = len(rows)
        drawn = _line(line, amounts, columns, quantity, amount, marked=line.line == newest)
        rows.append(drawn._replace(tag=LineTag(line.line)))
        indent = " " * (quantity + 4)
        rows += [
            Row((Piece(indent), *told.pieces), tag=LineTag(line.line))
            for reason, off in _reasons(line, amounts, alone)
            for told in reason_rows(reason, off, columns - len(indent) - 1)
        ]
    return part(rows, lines, focus)


def _line(line: SaleLine, amounts: MoneyFormat, columns: int, quantity: int, amount: int, *, marked: bool) -> Row:
    unit = price_text(line, amounts.money) if columns >= PRICED else ""
    name = max(columns - quantity - amount - 5 - (width(unit) + 1 if unit else 0), 1)
    return Row(
        (
            Piece(MARK if marked else " "),
            right(quantity_text(line), quantity + 1),
            Piece("  "),
            left(clean(line.name), name),
            Piece(f" {unit}" if unit else "", "" if marked else "faint"),
            right(amounts.money(line.subtotal), amount),
            Piece(" "),
        ),
        CHOSEN if marked else "",
    )


def _reasons(line: SaleLine, amounts: MoneyFormat, alone: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Why a line costs less than it says elsewhere, and how much that takes off where the words do not tell it."""
    from pos.domain.reason_text import reason_text

    if line.unit_price < line.list_price:
        yield _("reduced, was {price}", price=amounts.money(line.list_price)), ""
    for discount in line.discounts:
        if discount.amount and (discount.step == "line_discount" or discount.code in alone):
            yield clean(reason_text(discount, amounts.money)), f"  −{amounts.money(discount.amount)}"


def sum_rows(sale: Sale, face: Face, amounts: MoneyFormat, columns: int, lines: int) -> list[Row]:
    """What is due in the largest digits for which there is room, and beside it how it comes about or what to do."""
    title, amount = _due(sale, face)
    # At least half of the page is left to the lines.
    size = 2 if lines >= 4 * HEIGHTS[2] else 1 if lines >= AIRY else 0
    large = amounts.large(amount, columns - 2, HEIGHTS[size], up_to=size)
    block = [row(Piece(title, "faint")), *large]
    room = columns - max(line.width for line in block) - 4
    beside = _beside(sale, face, amounts, room, len(block)) if room >= WORDS else []
    above = [] if room >= WORDS else _told_rows(face, columns - 2)
    rows = []
    for index, end in enumerate(block):
        start = beside[index].pieces if index < len(beside) else ()
        rows.append(apart((Piece(" "), *start), (*end.pieces, Piece(" ")), columns))
    return [*above, *rows]


def _due(sale: Sale, face: Face) -> tuple[str, int]:
    """What the amount is, and the amount."""
    if face in ("charging", "checking"):
        return str(tender_of(sale.payments[-1]).said(N_("by {tender}"))).upper(), sale.payments[-1].amount
    return (_("STILL TO PAY") if sale.paid else _("TO PAY")), sale.due


def _beside(sale: Sale, face: Face, amounts: MoneyFormat, columns: int, lines: int) -> list[Row]:
    """Words beside the amount, in so many lines."""
    told = _told_rows(face, min(columns, SPEECH))
    if told:
        return told
    label = min(columns, LABELS)
    cash = [(_("In cash"), sale.cash_due)] if sale.cash_due != sale.due else []
    room = lines - len(cash)
    if sale.paid:
        paid = [(str((tender := tender_of(payment)).said(tender.paid)), -payment.amount) for payment in sale.standing]
        found = [(_("Total"), sale.total), *(paid if len(paid) < room else [(_("Paid"), -sale.paid)])]
    else:
        found = [(figure.label, figure.amount) for figure in condensed(figures(sale, amounts.money), sale, room)]
    return [apart((Piece(name),), (Piece(" " + amounts.money(figure)),), label) for name, figure in (*found, *cash)]


def _told_rows(face: Face, columns: int) -> list[Row]:
    if face not in TOLD:
        return []
    sign, kind, text = TOLD[face]
    first, *rest = wrapped(_(text), max(columns - 2, 8))
    return [row(Piece(f"{sign} ", kind), Piece(first, "strong")), *(row("  ", Piece(line, "strong")) for line in rest)]
