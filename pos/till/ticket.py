"""The ticket in front of the cashier: what was entered, what it costs, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pos.domain.cart import Cart
from pos.domain.holds import Reservation
from pos.domain.sale import Sale


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket. `reservation` is there from the first charge until everything is paid or given back."""

    cart: Cart
    sale: Sale
    reservation: Reservation | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing has been entered that anybody would miss."""
        return not (self.cart.lines or self.cart.coupons or self.cart.member or self.reservation)

    def showing(self, sale: Sale) -> Ticket:
        """The same ticket with another view of its sale."""
        return replace(self, sale=sale)


@dataclass(frozen=True, slots=True)
class Result:
    """Where a payment left a ticket, and the error that the cashier is to be told of, if any."""

    ticket: Ticket
    error: Exception | None = None
