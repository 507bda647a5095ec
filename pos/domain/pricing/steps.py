"""The steps that look at one line or at all of them: unit prices, manual discounts, membership."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from pos.domain.cart import ManualDiscount
from pos.domain.catalog import Product, has_begun, has_ended
from pos.domain.money import divide, percent_of
from pos.domain.pricing.working_ticket import WorkingLine, WorkingTicket
from pos.domain.reasons import Reason, manual_amount, manual_percent, percent_off

LINE_DISCOUNT: Final = "line_discount"
TICKET_DISCOUNT: Final = "ticket_discount"
MEMBERSHIP: Final = "membership"


def unit_prices(ticket: WorkingTicket) -> None:
    """The typed price, or the sale price if it is in force, or the list price; times the quantity, rounded."""
    for line in ticket.lines:
        typed = line.entry.price
        line.unit_price = catalog_price(line.product, ticket.local) if typed is None else typed
        units, parts = line.entry.quantity.as_integer_ratio()
        line.subtotal = line.left = line.free = divide(line.unit_price * units, parts)
        if not line.product.weighed:
            line.free_units = units // parts


def catalog_price(product: Product, local: datetime) -> int:
    """A product's unit price at a moment in the shop's zone: its sale price from start to end, else its list price."""
    if product.sale_price is None or not has_begun(product.sale_starts, local) or has_ended(product.sale_ends, local):
        return product.price
    return product.sale_price


def line_discounts(ticket: WorkingTicket) -> None:
    """What the cashier takes off single lines, each rounded by itself."""
    taken: dict[Reason, list[tuple[WorkingLine, int]]] = {}
    for line in ticket.lines:
        if line.entry.discount is not None:
            amount_of, reason = _manual(line.entry.discount)
            amount = amount_of(line.left)
            line.lower(amount)
            taken.setdefault(reason, []).append((line, amount))
    for reason, parts in taken.items():
        lines, amounts = zip(*parts, strict=True)
        ticket.note(lines, amounts, LINE_DISCOUNT, None, reason)


def ticket_discount(ticket: WorkingTicket) -> None:
    """What the cashier takes off the whole ticket."""
    if ticket.cart.discount is not None:
        amount_of, reason = _manual(ticket.cart.discount)
        ticket.spread(ticket.lines, amount_of, TICKET_DISCOUNT, None, reason)


def membership(ticket: WorkingTicket) -> None:
    """The member's percentage off everything that is left."""
    number = ticket.cart.member
    member = ticket.rules.members.get(number) if number is not None else None
    if member is not None and member.discount:
        reason = percent_off(code="member_percent", percent=member.discount)
        ticket.spread(ticket.lines, partial(percent_of, percent=member.discount), MEMBERSHIP, number, reason)


def _manual(discount: ManualDiscount) -> tuple[Callable[[int], int], Reason]:
    """How much a manual discount takes off a sum, and its reason."""
    why, percent, amount = discount.reason or None, discount.percent, discount.amount or 0
    if percent is not None:
        return partial(percent_of, percent=percent), manual_percent(code="manual_percent", percent=percent, why=why)
    return lambda left: min(amount, left), manual_amount(code="manual_amount", amount=amount, why=why)
