"""What a large terminal has room for beside a ticket: the stock of what is on it, and what was sold today."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _, plural
from pos.domain.terminal_text import clean, width
from screens.kit.listing import amount_text
from screens.render.plot import bars
from screens.render.rows import BLANK, Piece, Row, apart, left, row, sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos.domain.sale import Sale
    from pos.till.catalog import Catalog
    from pos.till.day_so_far import DayFigures
    from screens.kit.values import Formatting

COLUMNS: Final = 150
LINES: Final = 40
"""From this size on there is room for it."""
TENDERS: Final = 3
"""Rows of tenders at most; the least of them are one row then."""
OPENS: Final = 8
LEAST_HOURS: Final = 12
"""The plot's first hour if nothing was sold before it, and its hours at least: no bar moves with each that begins."""


def has_room(columns: int, lines: int) -> bool:
    """Whether a terminal of this size has room for it."""
    return columns >= COLUMNS and lines >= LINES


def stock_rows(sale: Sale | None, catalog: Catalog, columns: int, lines: int) -> list[Row]:
    """What is on hand of the goods on a ticket, and what is left of it once that is sold; low ones first, and marked.

    Of the others those that came last. Goods that are not counted are left out.
    """
    wanted: dict[str, Decimal] = {}
    for line in reversed(sale.lines if sale is not None else ()):
        wanted[line.sku] = wanted.get(line.sku, Decimal(0)) + line.quantity
    low: list[Row] = []
    enough: list[Row] = []
    for sku, quantity in wanted.items():
        product = catalog.products.get(sku)
        stock = catalog.availability(product) if product is not None else None
        if product is None or stock is None or stock.free is None:
            continue
        rest = stock.free - quantity
        is_low = rest <= 0 or (product.low_stock is not None and rest <= product.low_stock)
        mark, kind = (_("none left"), "bad") if rest <= 0 else (_("low"), "strong")
        figures = f"{amount_text(stock.free)} → {amount_text(rest)}"
        end = [Piece(f"  {mark}", kind)] if is_low else []
        end.append(Piece(f"  {figures}", kind if is_low else ""))
        room = columns - sum(width(piece.text) for piece in end)
        (low if is_low else enough).append(Row((left(clean(product.name), room), *end)))
    found = [*low, *enough]
    if not found:
        return sentence(_("The shop keeps no stock of what is on this ticket."), columns)
    if len(found) > lines:
        more = _("↓ {count} more", count=len(found) - lines + 1)
        found = [*found[: max(lines - 1, 0)], row(Piece(more, "faint"))]
    return found


def today_note(today: DayFigures | None, wording: Formatting) -> str:
    """How many sales there were today and what they came to; empty while nobody knows, or there was none."""
    if today is None or not today.orders:
        return ""
    many = plural("{count} sale", "{count} sales", today.orders)
    return f"{many} · {wording.money(today.total)}"


def today_rows(today: DayFigures | None, wording: Formatting, columns: int, lines: int) -> list[Row]:
    """What was taken today by tender, and a plot of what was sold in each hour until now."""
    if today is None:
        return sentence(_("Today's sales are being looked up…"), columns)
    if not today.orders:
        text = _("Nothing was sold today yet: each sale counts here, by tender and by hour.")
        return sentence(text, columns)
    tenders = [apart((Piece(name, "faint"),), (Piece(amount),), columns) for name, amount in _tenders(today, wording)]
    hour = wording.now.hour
    sold = [at for at, amount in enumerate(today.hours) if amount > 0]
    last = max([hour, *sold])
    first = min([hour, *sold, OPENS])
    last = max(last, first + LEAST_HOURS - 1)
    shown = range(first, last + 1)
    names = [f"{at:02}" for at in shown]
    plot = bars([today.hours[at] for at in shown], names, columns, lines - len(tenders) - 2, hour - first)
    best = max(shown, key=lambda at: today.hours[at])
    about = _("By hour, most at {hour}: {amount}", hour=f"{best:02}", amount=wording.money(today.hours[best]))
    return [*tenders, BLANK, row(Piece(about, "faint")), *plot]


def _tenders(today: DayFigures, wording: Formatting) -> Sequence[tuple[str, str]]:
    """The tenders with what stayed of each, the greatest first, the least in one where they are many."""
    from pos.domain.tenders import tender_named

    found = sorted(today.tenders, key=lambda each: -each[2])
    named = [
        (" ".join((tender_named(name).named, *([clean(brand)] if brand else []))), sum_) for name, brand, sum_ in found
    ]
    if len(named) > TENDERS:
        rest = named[TENDERS - 1 :]
        named = [*named[: TENDERS - 1], (_("{count} others", count=len(rest)), sum(amount for _name, amount in rest))]
    return [(name, wording.money(amount).replace("-", "−")) for name, amount in named]
