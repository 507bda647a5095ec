"""Bringing what was left open to its end: it may find, void and commit, and never charges."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos.domain.events import Asked
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.model import changed
from pos.domain.ports import GatewayUnknown
from pos.domain.reservations import Attempt, Reservation
from pos.domain.tenders import asked_by, tender_of
from pos.till.checkout import Checkout, answered
from pos.till.services import Services
from pos.till.ticket_state import TicketState

ENDINGS: Final = {
    "captured": N_("{card} was charged"),
    "declined": N_("{card} was declined"),
    "voided": N_("{card} not charged, and never will be"),
}
"""What is said of a card payment whose end was found out."""


class AttemptResolver:
    """Asks the gateway about attempts whose end nobody knows, and finishes their tickets."""

    def __init__(self, services: Services, checkout: Checkout) -> None:
        self._services = services
        self._checkout = checkout

    async def settle(self, reservation: Reservation) -> TicketState:
        """Find out what became of a reservation's attempts, and commit it if they cover its sale; see its `outcome`.

        One that is not paid is still held: it is released once its ticket is kept where a cashier finds it. Raises
        TillError `lane_refused` for one that another till has taken over.
        """
        ticket = TicketState.of(reservation)
        unknown = False
        for attempt in reservation.attempts:
            answer, asked = self._checkout.ends.get(attempt.attempt), False
            if answer is None:
                if attempt.state not in ("pending", "unknown"):
                    continue
                # Nothing new: a store that several lanes share says so if somebody else has to end it by now.
                await self._services.by_id(self._services.store.record_attempt, reservation.id, attempt)
                answer, asked = await self._ask(attempt), True
            if answer is None:
                unknown = True
                continue
            reservation = await self._checkout.record(reservation.id, answer)
            voided = answer.state == "voided"
            question: Asked = "void" if voided else "find"
            self._services.step(
                ticket.sale,
                "voided" if voided else "found",
                lazy(ENDINGS[answer.state], card=asked_by(answer)),
                reservation,
                answer.payment,
                asked=question if asked else None,
            )
        ticket = replace(ticket, reservation=reservation)
        if unknown:
            return ticket.standing("checking")
        captured = sum(attempt.amount for attempt in reservation.attempts if attempt.state == "captured")
        if captured >= ticket.sale.total and captured:
            return await self._checkout.commit_found(ticket)
        if any(attempt.state == "captured" for attempt in reservation.attempts):
            return self._checkout.part_paid(ticket)
        return ticket.standing("open")

    async def _ask(self, attempt: Attempt) -> Attempt | None:
        """The attempt with its end, None if the gateway does not answer, or is not what took the payment.

        That nothing is found proves nothing: only the acknowledged void makes sure that nothing will be charged.
        """
        gateway = self._services.gateway
        if tender_of(attempt).behind != "gateway":
            return None
        try:
            answer = await gateway.find(attempt.attempt)
            if answer is None:
                await gateway.void(attempt.attempt)
                return changed(attempt, state="voided")
        except GatewayUnknown:
            return None
        return answered(attempt, answer)
