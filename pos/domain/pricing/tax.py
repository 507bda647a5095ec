"""The last step: tax on what is left, rounded per line or per order and rate, added to the price or contained in it."""

from __future__ import annotations

from decimal import Decimal

from pos.domain.money import divide, share
from pos.domain.pricing.working_ticket import WorkingLine, WorkingTicket


def taxes(ticket: WorkingTicket) -> None:
    """Set each line's tax and amount of tax. Goods without a tax stay untaxed."""
    shop = ticket.rules.shop
    for rate, lines in _by_rate(ticket).items():
        left = [line.left for line in lines]
        if shop.tax_scope == "order":
            amounts = share(tax_of(sum(left), rate, inclusive=shop.tax_inclusive), left)
        else:
            amounts = tuple(tax_of(amount, rate, inclusive=shop.tax_inclusive) for amount in left)
        for line, amount in zip(lines, amounts, strict=True):
            line.tax_amount = amount


def tax_of(amount: int, rate: Decimal, *, inclusive: bool) -> int:
    """The tax of a rate in percent on an amount, or contained in it; minor units, rounded half up."""
    percent, parts = rate.as_integer_ratio()
    return divide(amount * percent, 100 * parts + (percent if inclusive else 0))


def _by_rate(ticket: WorkingTicket) -> dict[Decimal, list[WorkingLine]]:
    """The taxed lines by their rate; taxes of several names may share one."""
    groups: dict[Decimal, list[WorkingLine]] = {}
    for line in ticket.lines:
        if line.product.tax is not None:
            line.tax = ticket.rules.taxes[line.product.tax]
            groups.setdefault(line.tax.rate, []).append(line)
    return groups
