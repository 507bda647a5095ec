"""What was sold: how much, what was taken off and why, the tax of each rate, and what it comes to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, percent_text
from pos.reports.report import Cells, Counted, Money, Report, sign

if TYPE_CHECKING:
    from pos.domain.catalog import Shop
    from pos.domain.reservations import Order

KINDS: Final = {
    "manual_percent": N_("Percentages by hand"),
    "manual_amount": N_("Amounts by hand"),
    "coupon_percent": N_("Coupons, percentages"),
    "coupon_amount": N_("Coupons, amounts"),
    "buy_x_get_y": N_("Coupons, buy and get"),
    "member_percent": N_("Members"),
    "told": N_("Other discounts"),
}
"""What people call the kinds of reasons for which something is taken off; an earlier version only told a sentence."""


Rate = tuple[Decimal, bool]
"""A tax's rate in percent, and whether it is contained in the prices."""


@dataclass(frozen=True, slots=True)
class Discounts:
    """What was taken off for reasons of one kind: a reason's code."""

    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class Taxed:
    """The tax of one rate, in percent, added to prices or contained in them; `net` is what it is on."""

    name: str
    rate: Decimal
    included: bool
    net: int
    tax: int


@dataclass(frozen=True, slots=True)
class Sales(Counted):
    """What orders come to, as a `Sale` names it; what was given back is taken off, and `returns` says how often.

    Less `discount_total`, with the tax that is not included, `subtotal` is `total`; with the cash rounding that is
    `paid`.
    """

    orders: int
    returns: int
    items: int
    subtotal: int
    discounts: tuple[Discounts, ...]
    discount_total: int
    taxes: tuple[Taxed, ...]
    tax: int
    total: int
    cash_rounding: int
    paid: int

    def rows(self, money: Money) -> Iterator[Cells]:
        """See `Counted`. The column adds up, as it does on a receipt."""
        yield _("Orders"), str(self.orders)
        if self.returns:
            yield _("Returns"), str(self.returns)
        yield _("Items"), str(self.items)
        yield _("Subtotal"), money(self.subtotal)
        for each in self.discounts:
            yield _(KINDS.get(each.kind, each.kind)), money(-each.amount)
        yield from self._taxes(money, N_("Tax {tax} {percent} on {amount}"), included=False)
        yield _("Total"), money(self.total)
        yield from self._taxes(money, N_("incl. {tax} {percent} on {amount}"), included=True)
        if self.cash_rounding:
            yield _("Cash rounding"), money(self.cash_rounding)
        yield _("Paid"), money(self.paid)

    def _taxes(self, money: Money, text: str, *, included: bool) -> Iterator[Cells]:
        for each in self.taxes:
            if each.included == included:
                yield _(text, tax=each.name, percent=percent_text(each.rate), amount=money(each.net)), money(each.tax)


def count(orders: Iterable[Order], _shop: Shop) -> Sales:
    """What orders come to."""
    sums, discounts = Counter[str](), Counter[str]()
    names: dict[Rate, dict[str, None]] = {}
    net, tax = Counter[Rate](), Counter[Rate]()
    for order in orders:
        sale, times = order.sale, sign(order)
        sums["orders" if times > 0 else "returns"] += 1
        sums["items"] += times * sale.items
        sums["total"] += times * sale.total
        sums["cash_rounding"] += times * sale.cash_rounding
        for line in sale.lines:
            sums["subtotal"] += times * line.subtotal
            for discount in line.discounts:
                discounts[discount.reason.code] += times * discount.amount
            if line.tax_rate is not None:
                rate = line.tax_rate, sale.tax_inclusive
                names.setdefault(rate, {})[line.tax_name or ""] = None
                net[rate] += times * line.net
                tax[rate] += times * line.tax
    kinds = (*KINDS, *sorted(discounts.keys() - KINDS.keys()))
    return Sales(
        orders=sums["orders"],
        returns=sums["returns"],
        items=sums["items"],
        subtotal=sums["subtotal"],
        discounts=tuple(Discounts(kind, discounts[kind]) for kind in kinds if discounts[kind]),
        discount_total=discounts.total(),
        taxes=tuple(Taxed(" + ".join(names[rate]), *rate, net=net[rate], tax=tax[rate]) for rate in sorted(names)),
        tax=tax.total(),
        total=sums["total"],
        cash_rounding=sums["cash_rounding"],
        paid=sums["total"] + sums["cash_rounding"],
    )


REPORT: Final = Report("day", N_("Sales"), count)
