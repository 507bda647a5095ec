"""The ticket in front of the cashier: what was entered, what it costs, what it holds, and how its last step ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from pos.domain.cart import Cart
from pos.domain.errors import TillError
from pos.domain.model import changed
from pos.domain.ports import Records
from pos.domain.reservations import Reservation
from pos.domain.sale import Sale, SaleState

Outcome = Literal["unknown", "committed", "released", "part_paid"]

DONE: Final = ("held", "checking", "queued", "paid")
"""The states of a sale after which whatever is done next begins a new ticket."""


def nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class UncertainWrite:
    """A step of a ticket that could not be written, and of which nobody knows whether it was.

    `records` are what it was to write, if it was no payment; `finish` goes on once they are found written.
    """

    records: Records = field(default_factory=dict)
    finish: Callable[[], object] = nothing


@dataclass(frozen=True, slots=True)
class TicketState:
    """A ticket and where it stands, which its sale's `state` says.

    `reservation` is there from the first charge until everything is paid or given back. `uncertain` is its last step
    while nobody knows whether it was written: the ticket waits for that. `error` is what the cashier is to be told of
    the payment that has left it like this.
    """

    cart: Cart
    sale: Sale
    reservation: Reservation | None = None
    uncertain: UncertainWrite | None = None
    error: TillError | None = None

    @classmethod
    def of(cls, reservation: Reservation) -> TicketState:
        """The ticket that a reservation was made for, as it was then."""
        return cls(cart=reservation.cart, sale=reservation.sale, reservation=reservation)

    @property
    def number(self) -> str:
        """The number of the ticket, by which people call it."""
        return self.sale.ticket

    @property
    def empty(self) -> bool:
        """Whether nothing has been entered that anybody would miss."""
        return self.cart.empty and self.reservation is None

    @property
    def done(self) -> bool:
        """Whether it is done with (paid, held, parked, queued): whatever is done next begins a new one."""
        return self.sale.state in DONE and self.uncertain is None

    @property
    def unanswered(self) -> Reservation | None:
        """Its payments, if nobody knows whether one of them was given back and it still waits for that."""
        known = self.reservation
        return known if known is not None and known.unanswered and not self.done else None

    @property
    def outcome(self) -> Outcome:
        """What its payment came to: `unknown` still, or paid, or paid in part, or not paid and given back."""
        match self.sale.state:
            case "paid":
                return "committed"
            case "part_paid":
                return "part_paid"
            case "charging" | "checking":
                return "unknown"
            case "open" | "held" | "queued":
                return "released"

    def showing(self, sale: Sale) -> TicketState:
        """The same ticket with another view of its sale."""
        return replace(self, sale=sale)

    def standing(self, state: SaleState) -> TicketState:
        """The same ticket in another state."""
        return self.showing(changed(self.sale, state=state))
