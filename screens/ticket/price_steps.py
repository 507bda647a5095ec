"""A line's price step by step, and the table of all lines, as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _
from pos.domain.terminal_text import clean, width
from screens.render.parts import Part, window
from screens.render.rows import Piece, Row, apart, left, right, row, uncut, wrapped
from screens.render.tags import LineTag
from screens.ticket.rows import NARROW, Money, TicketStyle, figures, price_reason, price_text, quantity_text, tax_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pos.domain.sale import Sale, SaleLine

COLUMNS: Final = {N_("price"): 10, N_("discount"): 9, N_("net"): 9, N_("tax"): 8, N_("total"): 10}
"""The table's figures by their heads, and how wide they are at least."""
FEW: Final = (("price", "discount", "total"), ("price", "total"), ("total",))
"""What stands in a narrow table, and in ever narrower ones; the rest is among the steps below it."""
HEADED: Final = 2
"""A table of fewer lines has no head."""
SHORTEST_NAME: Final = 12
QUANTITY: Final = 9


def table_rows(sale: Sale, chosen: int | None, style: TicketStyle, columns: int, lines: int) -> Part:
    """A head, and one row for each line with all that its total is made of."""
    at = next((index for index, line in enumerate(sale.lines) if line.line == chosen), None)
    room = lines - 1 if lines >= HEADED else lines
    first = window(len(sale.lines), room, at)
    shown = sale.lines[first : first + room]
    values = [_values(line, style.money) for line in shown]
    wide = {
        title: max(least, width(_(title)) + 1, *(width(value[title]) + 1 for value in values))
        for title, least in COLUMNS.items()
    }
    quantity = QUANTITY if columns >= NARROW else max(map(width, (_("qty"), *map(quantity_text, shown))))
    for few in FEW:
        if columns - quantity - 2 - sum(wide.values()) < SHORTEST_NAME:
            wide = {title: wide[title] for title in few}
    name = max(columns - quantity - 2 - sum(wide.values()), 0)
    titles = (right(_(title), room, "faint") for title, room in wide.items())
    rows = [
        Row((right(_("qty"), quantity, "faint"), Piece("  "), left(_("item"), name, "faint"), *titles)),
        *(
            Row(
                (
                    right(quantity_text(line), quantity),
                    Piece("  "),
                    left(clean(line.name), name),
                    *(right(value[title], room) for title, room in wide.items()),
                ),
                "chosen" if line.line == chosen else "",
                LineTag(line.line, uncut(clean(line.name), name)),
            )
            for line, value in zip(shown, values, strict=True)
        ),
    ]
    many = len(sale.lines)
    drawn = Part(tuple(rows[1:]), first, many - first - len(shown), first, many, room)
    return drawn if lines < HEADED else drawn.within(rows[:1], ())


def _values(line: SaleLine, money: Money) -> dict[str, str]:
    off = sum(discount.amount for discount in line.discounts)
    return {
        "price": price_text(line, money),
        "discount": f"−{money(off)}" if off else "",
        "net": money(line.net),
        "tax": money(line.tax),
        "total": money(line.total),
    }


def chosen_title(line: SaleLine | None) -> str:
    """The name of the chosen line."""
    return clean(line.name) if line is not None else _("Price")


def chosen_rows(line: SaleLine, style: TicketStyle, columns: int, lines: int) -> Sequence[Row]:
    """The chosen line step by step; where there is no room for all steps, the total is still seen."""
    return ended(step_rows(line, style, columns), lines, 1)


def ended(rows: Sequence[Row], lines: int, last: int) -> Sequence[Row]:
    """As many rows as fit, so many of the last ones always among them."""
    if len(rows) <= lines:
        return rows
    shown = [*rows[: max(lines - last, 0)], *rows[-last:]][-max(lines, 1) :]
    return Part(tuple(shown), below=len(rows) - len(shown))


def step_rows(line: SaleLine, style: TicketStyle, columns: int) -> list[Row]:
    """One line's price from the list price to the total, each step with its reason and amount."""
    from pos.domain.reason_text import reason_text

    money = style.money
    unit = "" if line.unit == "each" else f"/{clean(line.unit)}"
    rows = [_step(_("List price"), f"{money(line.list_price)}{unit}", columns)]
    reason = price_reason(line, style, on_sale=N_("On sale, was {price}"), changed=N_("Price changed, was {price}"))
    if reason is not None:
        rows += _steps(reason, f"{money(line.unit_price)}{unit}", columns, "good")
    rows.append(_step(f"× {quantity_text(line)}", money(line.subtotal), columns))
    rows += [
        _step(clean(reason_text(discount, money)), f"−{money(discount.amount)}", columns, "good")
        for discount in line.discounts
        if discount.amount
    ]
    rows.append(_step(_("Net, without tax"), money(line.net), columns))
    if line.tax_name is not None and line.tax_rate is not None:
        rows.append(_step(tax_label(line.tax_name, line.tax_rate), money(line.tax), columns))
    else:
        rows.append(_step(_("No tax"), money(line.tax), columns))
    rows.append(_step(_("Total"), money(line.total), columns, "strong"))
    return rows


def sum_rows(sale: Sale, money: Money, columns: int) -> list[Row]:
    """The ticket's totals with every discount and every tax."""
    rows = [_step(figure.label, money(figure.amount).replace("-", "−"), columns) for figure in figures(sale, money)]
    rows.append(row(Piece("─" * columns, "faint")))
    rows.append(_step(_("Total"), money(sale.total), columns, "strong"))
    if sale.cash_due != sale.due:
        rows.append(_step(_("In cash"), money(sale.cash_due), columns, "faint"))
    return rows


def _steps(label: str, amount: str, columns: int, kind: str) -> list[Row]:
    """A step whose words tell an amount too: over as many rows as both need to be whole."""
    *above, last = wrapped(label, columns)
    if width(last) + 1 + width(amount) > columns:
        above, last = [*above, last], ""
    return [*(row(Piece(line, kind)) for line in above), _step(last, amount, columns, kind)]


def _step(label: str, amount: str, columns: int, kind: str = "") -> Row:
    return apart((Piece(label, kind),), (Piece(" " + amount, kind),), columns)
