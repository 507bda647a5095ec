"""The ticket in front of the cashier: what was entered, what it costs, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pos.domain.cart import Cart
from pos.domain.ports import Records
from pos.domain.reservations import Reservation
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
        return self.cart.empty and self.reservation is None

    def showing(self, sale: Sale) -> Ticket:
        """The same ticket with another view of its sale."""
        return replace(self, sale=sale)


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Torn:
    """A step of a ticket that could not be written, and of which nobody knows whether it was.

    `records` are what it was to write, if it was no payment; `finish` goes on once they are found written.
    """

    records: Records = field(default_factory=dict)
    finish: Callable[[], None] = nothing


@dataclass(frozen=True, slots=True)
class Result:
    """Where a payment left a ticket, and the error that the cashier is to be told of, if any."""

    ticket: Ticket
    error: Exception | None = None
