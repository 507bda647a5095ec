"""How much a discount that is typed at the till can take off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.domain.sale import Sale

BEFORE: Final = ("line_discount", "coupon")
"""The steps of a price that come before the discount on the whole ticket."""


def discountable(sale: Sale | None, line: int | None) -> int | None:
    """What a line comes to before any discount, in minor units, or what the ticket does before its own, for no line.

    None if there is nothing to take anything off.
    """
    if sale is None or not sale.lines:
        return None
    if line is not None:
        return next((each.subtotal for each in sale.lines if each.line == line), None)
    return sale.subtotal - sum(discount.amount for discount in sale.discounts if discount.step in BEFORE)
