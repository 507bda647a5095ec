"""Bringing what was left open to its end: it may find, void and commit, and never charges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from pos.domain.events import Asked
from pos.domain.ports import GatewayUnknown
from pos.domain.reservations import Attempt, Reservation
from pos.domain.tenders import asked_by, tender_of
from pos.domain.words import N_, _
from pos.till.checkout import Checkout, answered, replace_state
from pos.till.desk import Desk
from pos.till.ticket import Ticket

ENDINGS: Final = {
    "captured": N_("{card} was charged"),
    "declined": N_("{card} was declined"),
    "voided": N_("{card} not charged, and never will be"),
}
"""What is said of a card payment whose end was found out."""


@dataclass(frozen=True, slots=True)
class Found:
    """What became of one ticket: `unknown` still, or paid, or not paid and to be released, or paid in part."""

    outcome: Literal["unknown", "committed", "released", "part_paid"]
    ticket: Ticket


class Recovery:
    """Asks the gateway about attempts whose end nobody knows, and finishes their tickets."""

    def __init__(self, desk: Desk, checkout: Checkout) -> None:
        self._desk = desk
        self._checkout = checkout

    async def settle(self, reservation: Reservation) -> Found:
        """Find out what became of a reservation's attempts, and commit it if they cover its sale.

        One that is not paid is still held: it is released once its ticket is kept where a cashier finds it.
        """
        ticket = Ticket(cart=reservation.cart, sale=reservation.sale, reservation=reservation)
        unknown = False
        for attempt in reservation.attempts:
            answer, asked = self._checkout.ends.get(attempt.attempt), False
            if answer is None:
                if attempt.state not in ("pending", "unknown"):
                    continue
                answer, asked = await self._ask(attempt), True
            if answer is None:
                unknown = True
                continue
            reservation = await self._checkout.record(reservation.id, answer)
            voided = answer.state == "voided"
            question: Asked = "void" if voided else "find"
            self._desk.step(
                ticket.sale,
                "voided" if voided else "found",
                _(ENDINGS[answer.state], card=asked_by(answer)),
                reservation,
                answer.payment,
                asked=question if asked else None,
            )
        ticket = Ticket(cart=ticket.cart, sale=ticket.sale, reservation=reservation)
        if unknown:
            return Found("unknown", ticket)
        captured = sum(attempt.amount for attempt in reservation.attempts if attempt.state == "captured")
        if captured >= ticket.sale.total and captured:
            return Found("committed", await self._checkout.commit_found(ticket))
        if any(attempt.state == "captured" for attempt in reservation.attempts):
            return Found("part_paid", self._checkout.part_paid(ticket))
        return Found("released", ticket)

    async def _ask(self, attempt: Attempt) -> Attempt | None:
        """The attempt with its end, None if the gateway does not answer, or is not what took the payment.

        That nothing is found proves nothing: only the acknowledged void makes sure that nothing will be charged.
        """
        gateway = self._desk.gateway
        if tender_of(attempt).behind != "gateway":
            return None
        try:
            answer = await gateway.find(attempt.attempt)
            if answer is None:
                await gateway.void(attempt.attempt)
                return replace_state(attempt, "voided")
        except GatewayUnknown:
            return None
        return answered(attempt, answer)
