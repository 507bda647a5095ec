"""What the pipeline has found out, as the immutable value that everyone else sees."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pos.domain.model import trusted
from pos.domain.pricing.working_ticket import WorkingLine, WorkingTicket
from pos.domain.sale import Discount, Priced, SaleLine, TaxTotal

_discount: Final = trusted(Discount)
_priced: Final = trusted(Priced)
_sale_line: Final = trusted(SaleLine)
_tax_total: Final = trusted(TaxTotal)


def result(ticket: WorkingTicket) -> Priced:
    """The priced lines with their sums; discounts are summed by step and code in the pipeline's order."""
    inclusive = ticket.rules.shop.tax_inclusive
    lines = tuple(_line(line, inclusive=inclusive) for line in ticket.lines)
    discounts = tuple(
        _discount(step=step, code=code, amount=amount, reason=reason)
        for (step, code), (amount, reason) in ticket.totals.items()
    )
    return _priced(
        lines=lines,
        subtotal=ticket.subtotal,
        discounts=discounts,
        discount_total=sum(discount.amount for discount in discounts),
        taxes=_taxes(lines),
        tax=sum(line.tax for line in lines),
        tax_inclusive=inclusive,
        total=sum(line.total for line in lines),
        coupons=tuple(ticket.coupons),
    )


def _line(line: WorkingLine, *, inclusive: bool) -> SaleLine:
    product, tax = line.product, line.tax
    return _sale_line(
        line=line.entry.line,
        sku=product.sku,
        name=product.name,
        quantity=line.entry.quantity,
        unit=product.unit,
        list_price=product.price,
        unit_price=line.unit_price,
        subtotal=line.subtotal,
        discounts=tuple(line.discounts),
        net=line.left - line.tax_amount if inclusive else line.left,
        tax=line.tax_amount,
        total=line.left if inclusive else line.left + line.tax_amount,
        tax_name=tax.name if tax is not None else None,
        tax_rate=tax.rate if tax is not None else None,
    )


def _taxes(lines: tuple[SaleLine, ...]) -> tuple[TaxTotal, ...]:
    """The tax of each rate over all lines, under the names of all its taxes, in the order of their first lines."""
    rates: dict[Decimal, list[SaleLine]] = {}
    for line in lines:
        if line.tax_rate is not None:
            rates.setdefault(line.tax_rate, []).append(line)
    return tuple(_summed(rate, taxed) for rate, taxed in rates.items())


def _summed(rate: Decimal, lines: list[SaleLine]) -> TaxTotal:
    return _tax_total(
        name=" + ".join(dict.fromkeys(line.tax_name for line in lines if line.tax_name is not None)),
        rate=rate,
        net=sum(line.net for line in lines),
        tax=sum(line.tax for line in lines),
    )
