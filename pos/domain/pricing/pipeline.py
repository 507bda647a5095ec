"""The pipeline as data, and the function that runs a cart through it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pos.domain.cart import Cart
from pos.domain.catalog import Rules
from pos.domain.pricing.coupons import coupons
from pos.domain.pricing.result import result
from pos.domain.pricing.steps import line_discounts, membership, ticket_discount, unit_prices
from pos.domain.pricing.tax import taxes
from pos.domain.pricing.working_ticket import Step, WorkingLine, WorkingTicket
from pos.domain.sale import Priced
from pos.domain.time_zones import shop_zone

PIPELINE: Final[tuple[Step, ...]] = (unit_prices, line_discounts, coupons, ticket_discount, membership, taxes)
"""The steps in their order. What the shop offers by itself goes before the manual line discounts."""


def price(cart: Cart, rules: Rules, now: datetime) -> Priced:
    """The price of a cart at a moment (aware of its zone): lines, discounts, taxes and totals in minor units.

    Every SKU of the cart is in `rules.products`, and every tax of theirs in `rules.taxes`.
    """
    lines = [WorkingLine(entry, rules.products[entry.sku]) for entry in cart.lines]
    ticket = WorkingTicket(cart, rules, now.astimezone(shop_zone(rules.shop.timezone)), lines)
    for step in PIPELINE:
        step(ticket)
    return result(ticket)
