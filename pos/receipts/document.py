"""What stands on a receipt, from the order that it is of."""

from __future__ import annotations

from collections.abc import Iterator

from pos.domain.catalog import Shop
from pos.domain.i18n import N_, Language, _, current_language, moment_text, number_text, percent_text, wording
from pos.domain.money import format_money
from pos.domain.reason_text import reason_text
from pos.domain.receipt_document import Amount, Figure, FigureKind, Item, ReceiptDocument
from pos.domain.reservations import Order
from pos.domain.sale import Discount, Payment, Sale, SaleLine
from pos.domain.tenders import paid_with
from pos.domain.terminal_text import clean
from pos.domain.time_zones import shop_zone

LINE_DISCOUNT = "line_discount"
"""The pricing step whose discounts are told at their line; the others stand once, in the totals."""


def receipt_document(
    order: Order,
    shop: Shop,
    *,
    exponent: int = 2,
    copy: bool = False,
    training: bool = False,
    language: Language | None = None,
) -> ReceiptDocument:
    """The receipt of `order` in `language`, None being the one in use. Amounts have `exponent` decimals.

    All figures are the order's own; of the shop only the name and the zone are taken. A `copy` and one of `training`
    say at both ends what they are.
    """
    with wording(language or current_language()):
        return _Wording(exponent).document(order, shop, copy=copy, training=training)


class _Wording:
    """Says what stands on a receipt, in the language in use."""

    def __init__(self, exponent: int) -> None:
        self._exponent = exponent

    def document(self, order: Order, shop: Shop, *, copy: bool, training: bool) -> ReceiptDocument:
        sale, number = order.sale, clean(order.receipt)
        at = order.at.astimezone(shop_zone(shop.timezone))
        return ReceiptDocument(
            order=order.id,
            number=number,
            at=at,
            copy=copy,
            training=training,
            currency=clean(sale.currency),
            marks=tuple(_marks(copy=copy, training=training)),
            shop=clean(shop.name),
            title=_("Receipt {number}", number=number).rstrip(),
            moment=moment_text(at, "stamp"),
            details=tuple(_details(sale)),
            items=tuple(map(self._item, sale.lines)),
            totals=tuple(self._totals(sale)),
            payments=tuple(figure for payment in sale.standing for figure in self._payment(payment)),
            thanks=_("Thank you!"),
            barcode=number if number.isascii() else "",
        )

    def _item(self, line: SaleLine) -> Item:
        told = (discount for discount in line.discounts if discount.step == LINE_DISCOUNT)
        return Item(
            clean(line.name) or clean(line.sku),
            self._amount(line.subtotal),
            self._quantity(line),
            tuple(self._discount(discount, self._reason(discount)) for discount in told),
        )

    def _quantity(self, line: SaleLine) -> str:
        price, unit, reduced = self._text(line.unit_price), clean(line.unit), line.unit_price < line.list_price
        weighed, number = line.unit != "each", number_text(line.quantity)
        if reduced:
            text = N_("{price}/{unit} (was {old})") if weighed else N_("{price} (was {old})")
            price = _(text, price=price, unit=unit, old=self._text(line.list_price))
        elif weighed:
            price = f"{price}/{unit}"
        if weighed:
            return f"{number} {unit} × {price}"
        return f"{number} × {price}" if line.quantity != 1 or reduced else ""

    def _totals(self, sale: Sale) -> Iterator[Figure]:
        yield self._figure("subtotal", _("Subtotal"), sale.subtotal)
        for discount in sale.discounts:
            lines = discount.step == LINE_DISCOUNT
            yield self._discount(discount, _("Line discounts") if lines else self._reason(discount))
        if not sale.tax_inclusive:
            yield from self._taxes(sale, "tax", N_("Tax {tax} {percent} on {amount}"))
        yield self._figure("total", _("TOTAL {currency}", currency=clean(sale.currency)), sale.total)
        if sale.tax_inclusive:
            yield from self._taxes(sale, "tax_included", N_("incl. {tax} {percent} on {amount}"))
        if sale.cash_rounding:
            yield self._figure("rounding", _("Cash rounding"), sale.cash_rounding)

    def _taxes(self, sale: Sale, kind: FigureKind, text: str) -> Iterator[Figure]:
        for tax in sale.taxes:
            label = _(text, tax=clean(tax.name), percent=percent_text(tax.rate), amount=self._text(tax.net))
            yield self._figure(kind, label, tax.tax)

    def _payment(self, payment: Payment) -> Iterator[Figure]:
        yield self._figure("tender", paid_with(payment), payment.given)
        if payment.change:
            yield self._figure("change", _("Change"), payment.change)

    def _discount(self, discount: Discount, label: str) -> Figure:
        return self._figure("discount", label, -discount.amount)

    def _reason(self, discount: Discount) -> str:
        return clean(reason_text(discount, self._text))

    def _figure(self, kind: FigureKind, label: str, minor: int) -> Figure:
        return Figure(kind, label, self._amount(minor))

    def _amount(self, minor: int) -> Amount:
        return Amount(minor, self._text(minor))

    def _text(self, minor: int) -> str:
        return format_money(minor, self._exponent)


def _marks(*, copy: bool, training: bool) -> Iterator[str]:
    if training:
        yield _("*** TRAINING ***")
        yield _("This is no receipt: nothing was sold.")
    if copy:
        yield _("*** COPY ***")


def _details(sale: Sale) -> Iterator[str]:
    yield _("Ticket {ticket}", ticket=sale.called).rstrip()
    if sale.member is not None:
        yield _("Member {name}", name=clean(sale.member_name or sale.member)).rstrip()
