"""What the cashier has entered: lines, codes and manual changes. Prices are worked out from it, never kept in it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from pydantic import Field

from pos.domain.catalog import Percentage, Price
from pos.domain.model import Quantity, Value

LONGEST_NAME: Final = 100
"""Characters of a ticket's name, so that a list shows it and a line with `recall` can always say it again."""


def _is_none(value: object) -> bool:
    return value is None


class ManualDiscount(Value):
    """What the cashier takes off a line or a ticket: a percentage, or an amount in minor units. One of both is set."""

    percent: Percentage | None = None
    amount: Price | None = None
    reason: Annotated[str, Field(max_length=200)] | None = None
    """Why, in the cashier's words."""


class CartLine(Value):
    """One line of a cart. Its number never shifts and is never given again on this ticket."""

    line: int
    sku: str
    quantity: Annotated[Quantity, Field(gt=0)]
    discount: ManualDiscount | None = None
    price: Price | None = None
    """The unit price that the cashier typed, minor units; none: the catalog's."""


class Cart(Value):
    """A ticket as entered. `coupons` are codes in upper case, in the order they were entered."""

    lines: tuple[CartLine, ...] = ()
    coupons: tuple[str, ...] = ()
    member: str | None = None
    discount: ManualDiscount | None = None
    last_line: int = 0
    """The highest line number ever given on this ticket."""
    latest: int = 0
    """The line that was added, or added to, last: the one that a void without a number means."""
    name: Annotated[str | None, Field(min_length=1, max_length=LONGEST_NAME, exclude_if=_is_none)] = None
    """Under which name the ticket was set aside last, in place of its number; none is not written down."""

    @property
    def empty(self) -> bool:
        """Whether nothing has been entered that anybody would miss."""
        return not (self.lines or self.coupons or self.member)

    @property
    def has_own_prices(self) -> bool:
        """Whether a price or a discount is on it that somebody typed, in place of the catalog's."""
        typed = (line.price is not None or line.discount is not None for line in self.lines)
        return self.discount is not None or any(typed)

    def line(self, number: int) -> CartLine | None:
        """The line of this number, if the ticket has it."""
        return next((line for line in self.lines if line.line == number), None)

    @property
    def quantities(self) -> dict[str, Decimal]:
        """How much of each SKU the cart holds in all its lines."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            found[line.sku] = found.get(line.sku, Decimal(0)) + line.quantity
        return found

    def quantity_of(self, sku: str, *, without: int | None = None) -> Decimal:
        """How much of `sku` the cart holds in all its lines, the line `without` left out."""
        return sum((line.quantity for line in self.lines if line.sku == sku and line.line != without), Decimal(0))
