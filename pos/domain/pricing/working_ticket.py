"""The working copy of a cart while it is being priced: it lives within one call and is never seen outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Final

from pos.domain.cart import Cart, CartLine
from pos.domain.catalog import Goods, Product, Rules, Tax
from pos.domain.model import trusted
from pos.domain.money import share
from pos.domain.reasons import SEVERAL, Reason
from pos.domain.sale import Discount, SaleCoupon

_discount: Final = trusted(Discount)


@dataclass(slots=True, eq=False)
class WorkingLine:
    """One line on its way through the pipeline. Amounts in minor units; `left` is what no step took off yet.

    `free_units` are the pieces that no buy-X-get-Y has used yet, and `free` is their part of what is left.
    """

    entry: CartLine
    product: Product
    unit_price: int = 0
    subtotal: int = 0
    left: int = 0
    free_units: int = 0
    free: int | Fraction = 0
    discounts: list[Discount] = field(default_factory=list)
    tax: Tax | None = None
    tax_amount: int = 0

    def lower(self, amount: int) -> None:
        """Take `amount` off all that is left, off used and unused pieces alike in proportion."""
        if self.free == self.left:
            self.free -= amount
        elif self.free:
            self.free *= Fraction(self.left - amount, self.left)
        self.left -= amount

    def use(self, units: int, worth: int, scale: int, discount: int) -> None:
        """Use up free pieces, worth `worth / scale` each, and take `discount` off them."""
        self.left -= discount
        self.free_units -= units
        if not self.free_units:
            self.free = 0
        elif (free := self.free - Fraction(units * worth, scale)) < self.left:
            self.free = free
        else:
            self.free = self.left


@dataclass(slots=True, eq=False)
class WorkingTicket:
    """A cart with its lines and with what each step has taken off so far, by step and code.

    `local` is the moment of the price in the shop's zone.
    """

    cart: Cart
    rules: Rules
    local: datetime
    lines: list[WorkingLine]
    totals: dict[tuple[str, str | None], tuple[int, Reason]] = field(default_factory=dict)
    coupons: list[SaleCoupon] = field(default_factory=list)

    @property
    def subtotal(self) -> int:
        """The sum after sale prices, before anything is taken off."""
        return sum(line.subtotal for line in self.lines)

    def spread(
        self, lines: Sequence[WorkingLine], amount_of: Callable[[int], int], step: str, code: str | None, reason: Reason
    ) -> int:
        """Take an amount off some lines: computed on the sum of what is left, split by what is left of each.

        Returns what was taken off, never more than there was.
        """
        left = [line.left for line in lines]
        whole = sum(left)
        amount = min(amount_of(whole), whole)
        parts = share(amount, left)
        for line, part in zip(lines, parts, strict=True):
            line.lower(part)
        self.note(lines, parts, step, code, reason)
        return amount

    def note(
        self, lines: Sequence[WorkingLine], parts: Sequence[int], step: str, code: str | None, reason: Reason
    ) -> None:
        """Leave amount, code and reason of a step on the lines it has lowered. Nothing is no discount."""
        for line, part in zip(lines, parts, strict=True):
            if part:
                line.discounts.append(_discount(step=step, code=code, amount=part, reason=reason))
        if amount := sum(parts):
            before, known = self.totals.get((step, code), (0, reason))
            self.totals[step, code] = before + amount, known if known == reason else SEVERAL


def eligible(lines: list[WorkingLine], goods: Goods) -> list[WorkingLine]:
    """The lines of a coupon's goods."""
    among = goods.among()
    return lines if goods.all else [line for line in lines if among(line.product)]


Step = Callable[[WorkingTicket], None]
"""One step of the pipeline: it reads the ticket as the steps before have left it, and moves it on."""
