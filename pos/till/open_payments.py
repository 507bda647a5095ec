"""The payments of a shop that are not at their end, as they are listed, asked about and taken up again."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy
from pos.domain.model import Value
from pos.domain.reservations import Reservation
from pos.domain.sale import Sale, ticket_called
from pos.domain.spelling import folded
from pos.till.current_ticket import CurrentTicket
from pos.till.queued_checkouts import PendingCheckout, QueuedCheckouts
from pos.till.recovery_flow import RecoveryFlow
from pos.till.services import Services
from pos.till.till_input import TillInput, shortened


class OpenPayment(Value):
    """A ticket whose payment is not at its end, amounts in minor units; `since` is when it began.

    `name` is what the ticket is called in place of its number, if anything. Of one in the shop's queue, `order` is its
    order's id and `place` how many are before it and itself, if that is known; one that is `stuck` there waits for
    somebody to look at it.
    """

    ticket: str
    state: Literal["checking", "part_paid", "queued", "stuck"]
    lane: str
    since: datetime
    total: int
    paid: int
    due: int
    order: str | None = None
    place: int | None = None
    name: str | None = None

    @property
    def called(self) -> Message:
        """What people call the ticket."""
        return ticket_called(self.ticket, self.name)

    @classmethod
    def of(cls, held: Reservation) -> OpenPayment:
        """A reservation as it is listed: the ticket that it holds, and what is paid and due of it, in minor units."""
        return cls(
            ticket=held.sale.ticket,
            state="part_paid" if held.part_paid else "checking",
            lane=held.lane,
            since=held.created,
            total=held.sale.total,
            paid=held.sale.total - held.outstanding,
            due=held.outstanding,
            name=held.sale.ticket_name,
        )

    @classmethod
    def queued(cls, pending: PendingCheckout) -> OpenPayment:
        """A ticket in the queue, as the shop said last that it stands."""
        kept = pending.kept
        return cls(
            ticket=kept.ticket,
            state="stuck" if pending.stuck else "queued",
            lane=kept.request.lane,
            since=kept.since,
            total=kept.sale.total,
            paid=0,
            due=kept.sale.total,
            order=kept.order,
            place=pending.place,
            name=kept.sale.ticket_name,
        )


class OpenPayments:
    """Lists what recovery has left open, and takes it up."""

    def __init__(
        self,
        services: Services,
        current: CurrentTicket,
        till_input: TillInput,
        recovery: RecoveryFlow,
        queued: QueuedCheckouts,
    ) -> None:
        self._services = services
        self._current = current
        self._input = till_input
        self._recovery = recovery
        self._queued = queued

    def listed(self) -> tuple[OpenPayment, ...]:
        """Every payment that is being checked, queued, or paid in part and not in front, the oldest first."""
        found = (*map(OpenPayment.of, self._recovery.checking()), *map(OpenPayment.queued, self._queued.listed()))
        return tuple(sorted(found, key=lambda each: each.since))

    async def take(self, ticket: str | None = None) -> Sale:
        """Take up a ticket that is paid in part, by its number or name; none: the only one. The one in front stays.

        If it turns out to be paid, its sale is told, and the ticket in front stays.
        Raises TillError `ticket_not_empty`, `unknown_ticket`, `payment_unknown` if it is still being checked.
        """
        ticket = None if ticket is None else self._input.entered(ticket)
        found, sale = self._waiting(ticket), self._current.sale
        if sale.state == "part_paid" and (_is_called(sale, ticket) if ticket else not found):
            return sale
        if ticket is None and len(found) > 1:
            names = joined(tuple(held.sale.called for held in found), ", ")
            raise TillError("unknown_ticket", lazy("Which ticket? {names}", names=names))
        if not found:
            if ticket is None:
                raise TillError("unknown_ticket", lazy("No ticket is paid in part."))
            if any(_is_called(each.kept.sale, ticket) for each in self._queued.listed()):
                text = N_("Ticket {ticket} is in the queue: wait for its end.")
                raise TillError("payment_unknown", lazy(text, ticket=shortened(ticket)))
            text = N_("No payment of ticket {ticket} is open.")
            raise TillError("unknown_ticket", lazy(text, ticket=shortened(ticket)))
        await self._recovery.take_up(found[0].id)
        paid = await self._services.order(found[0].order)
        return paid.sale if paid is not None else self._current.sale

    def _waiting(self, ticket: str | None) -> tuple[Reservation, ...]:
        """The tickets that may be taken up, by number or all: those being checked only if no other is paid in part."""
        found = self._recovery.checking()
        if ticket is not None:
            return tuple(held for held in found if _is_called(held.sale, ticket))
        return tuple(held for held in found if held.part_paid) or found


def _is_called(sale: Sale, ticket: str) -> bool:
    """Whether a ticket has this number, or this name."""
    return folded(ticket) in (folded(sale.ticket), folded(sale.ticket_name or sale.ticket))
