"""What stands where no ticket was begun: how the last sale was paid, its change, and the tickets that are set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import _
from pos.domain.tenders import paid_with
from pos.domain.terminal_text import clean, width
from screens.kit.listing import goods_text
from screens.kit.part_paid_age import age_text
from screens.render.blocks import HEIGHT, fitting
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row, wrapped
from screens.ticket.payments import paid_text, taken
from screens.ticket.rows import BIG, LABELS, NOTHING_YET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pos.domain.catalog import Product
    from pos.domain.sale import Sale
    from pos.till.parking import HeldTicket
    from screens.kit.values import Formatting

NAME: Final = 16
"""How wide the name of a ticket that is set aside is at most, so that its goods are seen beside it."""
AGES: Final = 8


class Waiting(NamedTuple):
    """What the empty ticket shows: the last sale, None if there was none, and the tickets that are set aside."""

    sale: Sale | None
    held: Sequence[HeldTicket]
    products: Mapping[str, Product]


def waiting_rows(waiting: Waiting, wording: Formatting, columns: int, lines: int) -> list[Row]:
    """The last sale in a sentence, then as many tickets that are set aside as there is room for."""
    rows = [row(Piece(line, "faint")) for line in wrapped(_sentence(waiting.sale, wording), columns)]
    if waiting.held:
        rows += [BLANK, *held_rows(waiting, wording, columns, max(lines - len(rows) - 1, 1))]
    return rows[:lines]


def _sentence(sale: Sale | None, wording: Formatting) -> str:
    if sale is None:
        return _(NOTHING_YET)
    facts = {"receipt": sale.receipt or "", "key": wording.cap("reprint")}
    return _("Last receipt: {receipt} · {key} shows it again", **facts)


def held_rows(waiting: Waiting, wording: Formatting, columns: int, lines: int) -> list[Row]:
    """A head, and a row for each ticket that is set aside: name, age, first item, total; how many more there are."""
    held = waiting.held
    shown = held if len(held) < lines else held[: max(lines - 2, 0)]
    names = min(max((width(clean(ticket.name)) for ticket in shown), default=0), NAME)
    totals = [wording.money(ticket.total) if ticket.total is not None else "" for ticket in shown]
    amount = max(map(width, totals), default=0)
    head = apart(
        (Piece(_("Set aside") if shown else f"{_('Set aside')} · {len(held)}", "strong"),),
        (Piece(_("{key} takes one up", key=wording.cap("recall")), "faint"),),
        columns,
    )
    rows = [head]
    for ticket, total in zip(shown, totals, strict=True):
        room = max(columns - 2 - names - 1 - AGES - 2 - amount - 1, 0)
        rows.append(
            Row(
                (
                    Piece("! " if ticket.unpaid else "  ", "bad"),
                    left(clean(ticket.name), names),
                    Piece(" "),
                    right(age_text(ticket.at, wording.now) or _("now"), AGES, "faint"),
                    Piece("  "),
                    left(goods_text(ticket, waiting.products), room, "faint"),
                    Piece(" "),
                    right(total, amount),
                )
            )
        )
    if len(shown) < len(held):
        rows.append(row(Piece("  " + _("↓ {count} more", count=len(held) - len(shown)), "faint")))
    return rows


def last_sale_rows(sale: Sale, wording: Formatting, columns: int, lines: int) -> list[Row]:
    """The change of a paid sale in big digits, or that nothing was due back; beside it what was paid and how."""
    if not sale.change:
        return _beside(sale, wording, [row(Piece(paid_text(sale), "good+strong"))], columns, lines)
    title = Piece(_("CHANGE"), "faint")
    amount = wording.money(sale.change)
    if lines < BIG:
        told = f"{_('Last sale')} · {title.text}"
        start = Piece(told, "faint") if width(f"{told} {amount}") <= columns else title
        return [apart((start,), (Piece(f" {amount}", "digits"),), columns)]
    digits = fitting(amount, wording.symbol, columns - LABELS - 2, large=lines > HEIGHT)
    if len(digits) < HEIGHT:
        digits = fitting(amount, wording.symbol, columns - 4, large=False)
    large = [row(title), *digits][:lines] if lines > BIG else list(digits)
    return _beside(sale, wording, large, columns, lines)


def _beside(sale: Sale, wording: Formatting, large: Sequence[Row], columns: int, lines: int) -> list[Row]:
    label = min(columns - max(line.width for line in large) - 2, LABELS)
    facts = [(_("Total"), wording.money(sale.total))]
    facts += [(paid_with(payment), wording.money(payment.given)) for payment in taken(sale)]
    rows = []
    for index in range(min(max(len(facts), len(large)), lines)):
        start: tuple[Piece, ...] = ()
        if index < len(facts) and label > width(facts[index][1]) + 6:
            name, amount = facts[index]
            start = (left(name, label - width(amount) - 1, "faint"), Piece(" "), Piece(amount, "faint"))
        rows.append(apart(start, large[index].pieces if index < len(large) else (), columns))
    return rows
