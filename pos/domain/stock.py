"""Stock in the store's whole numbers: pieces, or thousandths of the unit for weighed goods."""

from __future__ import annotations

from decimal import Decimal

from pos.domain.catalog import Product

THOUSANDTHS = 1000


def counted(quantity: Decimal, product: Product) -> int:
    """A quantity as its counter has it: pieces, or thousandths of the unit for weighed goods."""
    return int(quantity * THOUSANDTHS) if product.weighed else int(quantity)


def uncounted(amount: int, product: Product) -> Decimal:
    """What a stock counter's amount is in pieces or in the product's unit."""
    return Decimal(amount) / THOUSANDTHS if product.weighed else Decimal(amount)
