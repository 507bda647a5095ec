"""A receipt as plain text: the paper's contents without its control codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pos.domain.catalog import Shop
from pos.domain.i18n import N_, Language, _, current_language, moment_text, number_text, percent_text, wording
from pos.domain.money import format_money
from pos.domain.reason_text import reason_text
from pos.domain.reservations import Order
from pos.domain.sale import Payment, Sale, SaleLine
from pos.domain.tenders import tender_of
from pos.domain.terminal_text import clean, fit, width
from pos.domain.time_zones import shop_zone

NARROWEST: Final = 24
"""The fewest columns in which a receipt can be set."""

LINE_DISCOUNT: Final = "line_discount"
"""The pricing step whose discounts are told at their line; the others stand once, below all lines."""


def receipt_text(
    order: Order,
    shop: Shop,
    *,
    width: int = 42,
    exponent: int = 2,
    training: bool = False,
    language: Language | None = None,
) -> str:
    """The receipt of `order`, a text of lines at most `width` columns wide, each ended by a line feed.

    It is in `language`, None being the one in use. Amounts have `exponent` decimals. The right column adds up: lines to
    the subtotal; less discounts, with tax where it is added, to the total; with cash rounding to what was paid. All
    figures are the order's own; of the shop only the name and the zone are taken. One of `training` says at both ends
    that it is none. Raises ValueError if `width` is below `NARROWEST`.
    """
    if width < NARROWEST:
        raise ValueError(f"a receipt needs at least {NARROWEST} columns")
    with wording(language or current_language()):
        return "".join(f"{line}\n" for line in _Receipt(order, shop, width, exponent, training=training).lines())


class _Receipt:
    def __init__(self, order: Order, shop: Shop, width: int, exponent: int, *, training: bool) -> None:
        self._order, self._sale, self._shop = order, order.sale, shop
        self._width, self._exponent, self._training = width, exponent, training

    def lines(self) -> Iterator[str]:
        rule = "-" * self._width
        if self._training:
            yield from (*self._no_receipt(), "")
        yield from self._head()
        yield rule
        for line in self._sale.lines:
            yield from self._line(line)
        yield rule
        yield from self._totals(self._sale)
        yield rule
        for payment in self._sale.payments:
            if payment.state == "captured":
                yield from self._payment(payment)
        yield ""
        yield from self._centred(_("Thank you!"))
        if self._training:
            yield from ("", *self._no_receipt())

    def _no_receipt(self) -> Iterator[str]:
        yield from self._centred(_("*** TRAINING ***"))
        yield from self._centred(_("This is no receipt: nothing was sold."))

    def _head(self) -> Iterator[str]:
        at = self._order.at.astimezone(shop_zone(self._shop.timezone))
        yield from self._centred(self._shop.name)
        yield ""
        number, ticket = clean(self._order.receipt), clean(self._sale.ticket)
        yield from self._row(_("Receipt {number}", number=number), moment_text(at, "stamp"))
        yield from self._row(_("Ticket {ticket}", ticket=ticket), "")
        if self._sale.member is not None:
            name = clean(self._sale.member_name or self._sale.member)
            yield from self._row(_("Member {name}", name=name), "")

    def _line(self, line: SaleLine) -> Iterator[str]:
        yield from self._row(clean(line.name) or clean(line.sku), self._money(line.subtotal))
        price, unit, reduced = self._money(line.unit_price), clean(line.unit), line.unit_price < line.list_price
        if reduced:
            price_of = N_("{price} (was {old})") if line.unit == "each" else N_("{price}/{unit} (was {old})")
            price = _(price_of, price=price, unit=unit, old=self._money(line.list_price))
        elif line.unit != "each":
            price = f"{price}/{unit}"
        if line.unit != "each":
            yield from self._wrapped(f"{number_text(line.quantity)} {unit} × {price}", indent=2)
        elif line.quantity != 1 or reduced:
            yield from self._wrapped(f"{number_text(line.quantity)} × {price}", indent=2)
        for discount in line.discounts:
            if discount.step == LINE_DISCOUNT:
                why = clean(reason_text(discount, self._money))
                yield from self._wrapped(f"{why}: {self._money(-discount.amount)}", indent=2)

    def _totals(self, sale: Sale) -> Iterator[str]:
        yield from self._row(_("Subtotal"), self._money(sale.subtotal))
        for discount in sale.discounts:
            label = _("Line discounts") if discount.step == LINE_DISCOUNT else clean(reason_text(discount, self._money))
            yield from self._row(label, self._money(-discount.amount))
        if not sale.tax_inclusive:
            yield from self._taxes(sale, N_("Tax {tax} {percent} on {amount}"))
        yield from self._row(_("TOTAL {currency}", currency=clean(sale.currency)), self._money(sale.total))
        if sale.tax_inclusive:
            yield from self._taxes(sale, N_("incl. {tax} {percent} on {amount}"))
        if sale.cash_rounding:
            yield from self._row(_("Cash rounding"), self._money(sale.cash_rounding))

    def _taxes(self, sale: Sale, text: str) -> Iterator[str]:
        for tax in sale.taxes:
            label = _(text, tax=clean(tax.name), percent=percent_text(tax.rate), amount=self._money(tax.net))
            yield from self._whole_row(label, self._money(tax.tax))

    def _payment(self, payment: Payment) -> Iterator[str]:
        given = payment.amount if payment.tendered is None else payment.tendered
        yield from self._row(self._paid_with(payment), self._money(given))
        if payment.change:
            yield from self._row(_("Change"), self._money(payment.change))

    def _paid_with(self, payment: Payment) -> str:
        label = clean(payment.brand or _(tender_of(payment).label)).upper()
        return f"{label} ••{clean(payment.last4)}" if payment.last4 else label

    def _money(self, amount: int) -> str:
        return format_money(amount, self._exponent)

    def _row(self, label: str, amount: str) -> Iterator[str]:
        """A label and, at the right edge, an amount, which is never cut: the label is, or it stands alone."""
        if not amount:
            yield fit(label.rstrip(), self._width)
        elif len(amount) + 8 > self._width:
            yield fit(label.rstrip(), self._width)
            yield from self._wrapped(amount)
        else:
            label = fit(label, self._width - len(amount) - 1)
            yield label + " " * (self._width - width(label) - len(amount)) + amount

    def _whole_row(self, label: str, amount: str) -> Iterator[str]:
        """A label that holds an amount too, over as many lines as both need to be whole."""
        if width(label) + 1 + len(amount) <= self._width:
            yield from self._row(label, amount)
        else:
            yield from self._wrapped(label)
            yield " " * (self._width - len(amount)) + amount

    def _centred(self, text: str) -> Iterator[str]:
        for line in self._wrapped(clean(text)):
            yield " " * ((self._width - width(line)) // 2) + line

    def _wrapped(self, text: str, indent: int = 0) -> Iterator[str]:
        """Text over as many lines as it takes, broken at blanks, or anywhere in a word that is wider than a line."""
        room, line = self._width - indent, ""
        for word in text.split(" "):
            if line and width(line) + 1 + width(word) > room:
                yield " " * indent + line
                line = word
            else:
                line = f"{line} {word}" if line else word
            while width(line) > room:
                head = _beginning(line, room)
                yield " " * indent + head
                line = line[len(head) :]
        if line:
            yield " " * indent + line


def _beginning(text: str, columns: int) -> str:
    """As much of the beginning of `text` as fits into `columns`."""
    end = 0
    while end < len(text) and width(text[: end + 1]) <= columns:
        end += 1
    return text[:end]
