"""The ticket and its totals as rows: pure functions of the sale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import N_, _, number_text, percent_text, plural
from pos.domain.terminal_text import clean, fit, width
from screens.render.blocks import HEIGHT, fitting
from screens.render.parts import Part, part
from screens.render.rows import BLANK, Piece, Row, apart, left, right, row, sentence, uncut, wrapped
from screens.render.tags import LineTag

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from pos.domain.catalog import Product
    from pos.domain.sale import Discount, Sale, SaleLine

Money = Callable[[int], str]

NOTHING_YET: Final = N_("Nothing is on this ticket yet: scan, type a name, or → to browse.")

QUANTITY = 8
AMOUNT = 9
BIG = 3
"""Lines that big digits take."""
NARROW = 36
"""Below so many columns a ticket's quantities take what they need, and no more."""
UNIT_PRICE = 11
LABELS = 34
"""Columns that the figures beside the total take, where there is room."""


class TicketStyle(NamedTuple):
    """What a ticket's rows are drawn with besides the sale."""

    money: Money
    products: Mapping[str, Product]
    wide: bool = False
    quiet: bool = False
    """Whether something else is chosen meanwhile, so that the chosen line is not marked."""
    touched: int | None = None
    """The number of the line that lights up for a moment; None: none does."""


def quantity_text(line: SaleLine) -> str:
    """How many, or how much with its unit."""
    number = number_text(line.quantity)
    return number if line.unit == "each" else f"{number} {clean(line.unit)}"


def price_text(line: SaleLine, money: Money) -> str:
    """The unit price, per unit for weighed goods."""
    price = money(line.unit_price)
    return price if line.unit == "each" else f"{price}/{clean(line.unit)}"


def price_reason(line: SaleLine, style: TicketStyle, *, on_sale: str, changed: str) -> str | None:
    """Why the unit price is not the list price, in one of two texts, whose `{price}` is the list price."""
    if line.unit_price == line.list_price:
        return None
    product = style.products.get(line.sku)
    reduced = product is not None and product.sale_price == line.unit_price < line.list_price
    return _(on_sale if reduced else changed, price=style.money(line.list_price))


def ticket_rows(sale: Sale, chosen: int | None, style: TicketStyle, columns: int, lines: int) -> Part:
    """As much of the ticket as fits, the chosen line always in sight."""
    from pos.domain.reason_text import reason_text

    rows: list[Row] = []
    focus = None
    kind = "kept" if style.quiet else "chosen"
    alone = particular(sale)
    indent = QUANTITY if columns >= NARROW else max((width(quantity_text(line)) for line in sale.lines), default=1)
    widths = _figure_widths(sale, style, columns)
    room = columns - indent - 2
    for line in sale.lines:
        if line.line == chosen:
            focus = len(rows)
        drawn = _line_row(line, style, room, indent, widths, kind if line.line == chosen else "")
        rows.append(lit(drawn) if line.line == style.touched else drawn)
        rows += [
            Row((Piece(" " * (indent + 2)), *told.pieces), tag=LineTag(line.line, uncut(reason + off, room)))
            for reason, off in _reasons(line, style, alone)
            for told in reason_rows(reason, off, room, "faint")
        ]
    rows += [
        row(left(f"· {clean(coupon.code)}: {clean(reason_text(coupon, style.money))}", columns, "warn"))
        for coupon in sale.coupons
        if not coupon.amount
    ]
    if not rows:
        return Part(tuple(sentence(_(NOTHING_YET), columns)))
    return part(rows, lines, focus)


def lit(drawn: Row) -> Row:
    """A row that lights up."""
    return drawn._replace(pieces=tuple(piece._replace(kind="touched") for piece in drawn.pieces))


def _figure_widths(sale: Sale, style: TicketStyle, columns: int) -> tuple[int, int]:
    """Columns of the unit prices and of the amounts: what is wider than usual has room for one digit more at once.

    So a column stays where it is while a ticket grows.
    """
    prices = [width(price_text(line, style.money)) for line in sale.lines] if style.wide else []
    amounts = [width(style.money(line.subtotal)) for line in sale.lines]
    spare = 1 if columns >= NARROW else 0
    least = (UNIT_PRICE if style.wide else 0, AMOUNT if spare else 0)
    price, amount = (
        usual if usual > longest else longest + 1 + spare
        for usual, longest in zip(least, (max(prices, default=-1), max(amounts, default=0)), strict=True)
    )
    return price, amount


def _line_row(line: SaleLine, style: TicketStyle, columns: int, indent: int, widths: tuple[int, int], kind: str) -> Row:
    """A line, its name and figures over so many columns."""
    price, amount = widths
    room = columns - price - amount
    name = clean(line.name)
    return Row(
        (
            right(quantity_text(line), indent),
            Piece("  "),
            left(name, room),
            *((right(price_text(line, style.money), price),) if price else ()),
            right(style.money(line.subtotal), amount),
        ),
        kind,
        LineTag(line.line, uncut(name, room)),
    )


def _reasons(line: SaleLine, style: TicketStyle, alone: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Why a line costs less than it says, and how much that takes off where the words do not tell it."""
    from pos.domain.reason_text import reason_text

    changed = price_reason(line, style, on_sale=N_("on sale, was {price}"), changed=N_("price changed, was {price}"))
    if changed is not None:
        yield changed, ""
    for discount in line.discounts:
        if discount.amount and (discount.step == "line_discount" or discount.code in alone):
            yield clean(reason_text(discount, style.money)), f"  −{style.money(discount.amount)}"


def reason_rows(reason: str, off: str, columns: int, kind: str = "good") -> list[Row]:
    """A reason over as many rows as its words take; before an amount, which is whole, it is cut to one row.

    The amount stands at the right, in the column of the lines' amounts.
    """
    if not off:
        return [row(left(line, columns, kind)) for line in wrapped(reason, columns)]
    told = fit(reason, max(columns - width(off), 0))
    if told != reason and told[:-1].isdigit():
        # The beginning of a number is another number.
        told = "…"
    return [apart((Piece(told, kind),), (Piece(off, kind),), columns)]


def particular(sale: Sale) -> frozenset[str]:
    """The coupons that lie on some lines only: they are told there."""
    codes = Counter(discount.code for line in sale.lines for discount in line.discounts if discount.step == "coupon")
    return frozenset(code for code, many in codes.items() if code is not None and many < len(sale.lines))


class Figure(NamedTuple):
    """One row of the totals; `amount` is in minor units."""

    label: str
    amount: int


def figures(sale: Sale, money: Money) -> list[Figure]:
    """Subtotal, discounts and taxes, one row each."""
    taxes = [Figure(tax_label(tax.name, tax.rate, incl=sale.tax_inclusive), tax.tax) for tax in sale.taxes]
    return [
        Figure(_("Subtotal"), sale.subtotal),
        *(Figure(_discount_label(discount, money), -discount.amount) for discount in sale.discounts),
        *taxes,
    ]


def condensed(found: Sequence[Figure], sale: Sale, lines: int) -> list[Figure]:
    """The same in at most so many rows: taxes first, then discounts in one."""
    rows = list(found)
    if len(rows) > lines and len(sale.taxes) > 1:
        rows = [*rows[: -len(sale.taxes)], _whole_tax(sale)]
    if len(rows) > lines and len(sale.discounts) > 1:
        rest = rows[1 + len(sale.discounts) :]
        rows = [
            rows[0],
            Figure(plural("{count} discount", "{count} discounts", len(sale.discounts)), -sale.discount_total),
            *rest,
        ]
    return rows[:lines]


def _whole_tax(sale: Sale) -> Figure:
    return Figure(_("Tax incl.") if sale.tax_inclusive else _("Tax"), sale.tax)


def totals_rows(sale: Sale, money: Money, symbol: str, columns: int, lines: int) -> list[Row]:
    """The figures at the left, the total in big digits at the right."""
    title = _("TOTAL DUE") if not sale.paid else _("STILL DUE")
    if lines < BIG:
        amount = f" {money(sale.due)}"
        told = "  ".join((title, _("{amount} paid", amount=money(sale.paid)))) if sale.paid else title
        told = told if width(f"{told}{amount}") <= columns else title
        return [apart((Piece(told, "faint"),), (Piece(amount, "digits"),), columns)]
    large: Sequence[Row] = fitting(money(sale.due), symbol, columns - LABELS - 2, large=lines > HEIGHT)
    if len(large) < HEIGHT:
        large = fitting(money(sale.due), symbol, columns - 4, large=False)
    room = max(columns - large[0].width - 2, 0)
    label = min(room, LABELS)
    rows = []
    paid = [Figure(_("Paid"), sale.paid)] if sale.paid else []
    for figure in [*_beside(sale, money, label, lines - len(paid)), *paid]:
        amount = money(figure.amount).replace("-", "−")
        rows.append(
            (left(figure.label, max(label - width(amount) - 1, 0)), Piece(" "), Piece(amount))
            if label > width(amount) + 6
            else ()
        )
    big_rows = [row(Piece(title, "faint")), *large][:lines] if lines > 3 else list(large)
    drawn = []
    for index in range(max(len(rows), len(big_rows))):
        start = rows[index] if index < len(rows) else ()
        end = big_rows[index].pieces if index < len(big_rows) else ()
        drawn.append(apart(start, end, columns) if end else Row(start))
    return drawn or [BLANK]


def _beside(sale: Sale, money: Money, columns: int, lines: int) -> list[Figure]:
    """The figures in so many lines, with the taxes in one if a tax's name would be cut."""
    found = figures(sale, money)
    taxes = found[len(found) - len(sale.taxes) :]
    cut = any(width(tax.label) + 1 + width(money(tax.amount)) > columns for tax in taxes)
    if cut and len(taxes) == 1:
        found[-1] = _whole_tax(sale)
    return condensed(found, sale, min(lines, len(found) - (cut and len(taxes) > 1)))


def _discount_label(discount: Discount, money: Money) -> str:
    from pos.domain.reason_text import reason_text

    if discount.step == "line_discount":
        return _("Line discounts")
    if discount.step == "coupon" and discount.code:
        return _("Coupon {code}", code=clean(discount.code))
    if discount.step == "ticket_discount":
        return _("Ticket, {reason}", reason=clean(reason_text(discount, money)))
    return clean(reason_text(discount, money))


def tax_label(name: str, rate: Decimal, *, incl: bool = False) -> str:
    """A tax with its rate, and whether the prices have it in them."""
    named = {"name": clean(name), "rate": percent_text(rate)}
    return _("Tax {name} {rate} incl.", **named) if incl else _("Tax {name} {rate}", **named)
