"""The last step: tax on what is left, rounded per line or per order, added to the price or contained in it."""

from __future__ import annotations

from pos.domain.catalog import Tax
from pos.domain.money import divide, share
from pos.domain.pricing.ticket import Line, Ticket


def taxes(ticket: Ticket) -> None:
    """Set each line's tax and amount of tax. Goods without a tax stay untaxed."""
    shop = ticket.rules.shop
    for name, lines in _by_tax(ticket.lines).items():
        tax = ticket.rules.taxes[name]
        left = [line.left for line in lines]
        if shop.tax_scope == "order":
            amounts = share(tax_of(sum(left), tax, inclusive=shop.tax_inclusive), left)
        else:
            amounts = tuple(tax_of(amount, tax, inclusive=shop.tax_inclusive) for amount in left)
        for line, amount in zip(lines, amounts, strict=True):
            line.tax, line.tax_amount = tax, amount


def tax_of(amount: int, tax: Tax, *, inclusive: bool) -> int:
    """The tax on an amount, or the tax that an amount contains, in minor units, rounded half up."""
    rate, parts = tax.rate.as_integer_ratio()
    return divide(amount * rate, 100 * parts + (rate if inclusive else 0))


def _by_tax(lines: list[Line]) -> dict[str, list[Line]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        if line.product.tax is not None:
            groups.setdefault(line.product.tax, []).append(line)
    return groups
