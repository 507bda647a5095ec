"""Bringing what was left open to its end: payments whose end nobody knows, and steps that could not be written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.reservations import Order, Reservation
from pos.domain.ticket_records import SET_ASIDE, called_as, free_name, is_on_record, set_aside
from pos.till.attempt_resolution import AttemptResolver
from pos.till.checkout import Checkout
from pos.till.current_ticket import CurrentTicket
from pos.till.deadlines import Deadlines
from pos.till.lane import charged, forget_paid, last_reservation
from pos.till.pricing import Pricing
from pos.till.record_writer import RecordWriter
from pos.till.services import Services
from pos.till.ticket_state import TicketState, UncertainWrite


class RecoveryFlow:
    """Recovers for one lane, the ticket in front first. It may find, void, commit and release, and never charges."""

    def __init__(
        self, services: Services, current: CurrentTicket, steps: RecordWriter, pricing: Pricing, checkout: Checkout
    ) -> None:
        self._services = services
        self._current = current
        self._steps = steps
        self._pricing = pricing
        self._checkout = checkout
        self._resolver = AttemptResolver(services, checkout)
        self._deadlines = Deadlines(services, lambda: current.sale)
        self._round = asyncio.Lock()

    def checking(self) -> tuple[Reservation, ...]:
        """The payments that are not at their end: being checked, or paid in part and not on the screen.

        Those of this lane; of all lanes if the store is this till's alone, since then nobody else is there to end them.
        """
        services, sale = self._services, self._current.sale
        current = sale.ticket if sale.state != "checking" else None
        charging = (held for held in services.view.open_reservations() if held.state == "charging")
        mine = (held for held in charging if services.owns_store or held.lane == services.lane)
        return tuple(held for held in mine if held.sale.ticket != current)

    @property
    def part_paid_since(self) -> datetime | None:
        """When the first of the money was taken that stands on the ticket on the screen; None if none does."""
        known = self._current.state.reservation
        return known.part_paid_since if known is not None else None

    @property
    def something_is_due(self) -> bool:
        """Whether `keep_time` has something to do now; asked every second."""
        return self._deadlines.near or self._services.troubled

    @property
    def unsure(self) -> bool:
        """Whether nobody knows how far a step of the ticket on the screen came."""
        ticket = self._current.state
        if ticket.uncertain is not None:
            return True
        if ticket.done or ticket.reservation is not None:
            return False
        return charged(self._services.view, ticket.number)

    async def keep_time(self) -> None:
        """Give back what any lane held beyond its time, and ask about what has been paid in part too long.

        What is wrong beside the sales is told, once. Raises TillError `store_unusable`.
        """
        self._current.notify(self._services.trouble())
        await self._deadlines.meet()

    async def recover(self) -> tuple[TicketState, ...]:
        """Find out what became of every payment that was left open; what is new of them.

        Raises TillError `store_unusable` if a step of the ticket on the screen still cannot be found out.
        """
        services, current = self._services, self._current
        await self.keep_time()
        if self._round.locked() or current.busy:
            return ()
        async with self._round:
            news: list[TicketState] = []
            if self.unsure:
                with current.alone():
                    mended = await self.mend()
                news += [mended] if mended is not None else []
            elif (unanswered := current.state.unanswered) is not None and self._is_here(unanswered):
                news += await self._ask_again(unanswered)
            ticket, order = current.state, await self._order_of_checked()
            if order is not None and ticket is current.state:
                current.put(TicketState(cart=ticket.cart, sale=order.sale))
                news.append(current.state)
            if services.owns_store and (paid := forget_paid(services.view, services.lane)):
                await services.durable(services.store.write, paid)
            for reservation in self.checking():
                found = await self._end(reservation)
                shown = found.number == current.state.number
                if found.outcome != "part_paid" or shown or found.reservation != reservation:
                    news.append(found)
            return tuple(news)

    async def rescue(self) -> tuple[TicketState, ...]:
        """After a step broke off by an error of the program: find out how far it came before the ticket is used again.

        What was written as an order is shown as paid; what may have been charged is settled as on start.
        """
        if not self._current.state.done:
            self._current.doubt(UncertainWrite())
        return await self.recover()

    async def take_up(self, reservation_id: str) -> None:
        """Put a ticket that is paid in part on the screen, to take the rest or to give the money back.

        Raises TillError `ticket_not_empty`, `unknown_ticket`, `payment_unknown` if it is still being checked.
        """
        async with self._round:
            await self.make_sure()
            if not self._current.editable().empty:
                raise TillError("ticket_not_empty", lazy("Pay, hold or void this ticket first: something is on it."))
            known = next((held for held in self.checking() if held.id == reservation_id), None)
            if known is None:
                raise TillError("unknown_ticket", lazy("This ticket is not open any more: its payment has ended."))
            with self._current.alone():
                found = await self._resolver.settle(known)
                await self._resume(found, wanted=True)
        if found.outcome == "unknown":
            raise TillError(
                "payment_unknown", lazy("Ticket {ticket} is still being checked.", ticket=known.sale.called)
            )

    async def make_sure(self) -> None:
        """Find out what became of the last step of the ticket on the screen, if that is not known. Raises as `mend`."""
        if self._current.state.uncertain is not None:
            with self._current.alone():
                await self.mend()

    async def mend(self) -> TicketState | None:
        """Find out by id what became of the last step of the ticket on the screen, and go on from there.

        What became of it, None if it was no payment. Raises TillError `store_unusable`, the ticket as it is, if the
        store cannot tell.
        """
        services, current = self._services, self._current
        uncertain = current.state.uncertain
        await self._steps.reread()
        if uncertain is not None and uncertain.records:
            self._steps.carry_on(uncertain)
            return None
        ticket, last = current.state, last_reservation(services.view, current.state.number)
        if last is None or last.state in ("released", "expired"):
            found = self._pricing.priced(ticket.number, ticket.cart)
            current.put(found)
        elif last.state == "committed":
            order = await services.order(last.order)
            assert order is not None, "what is committed has its order"
            found = TicketState(cart=ticket.cart, sale=order.sale)
            current.put(found)
        else:
            found = await self._resolver.settle(last)
            match found.outcome:
                case "committed" | "part_paid":
                    current.put(found)
                case "released":
                    await self._checkout.release(found)
                    current.put(self._pricing.priced(ticket.number, ticket.cart))
                case "unknown":
                    current.put(found.showing(ticket.standing("checking").sale))
        current.tell()
        return found

    def _is_here(self, reservation: Reservation) -> bool:
        """Whether this store has it to end: another till may have taken it over."""
        return any(held.id == reservation.id for held in self._services.view.open_reservations())

    async def _ask_again(self, known: Reservation) -> list[TicketState]:
        """Ask about the payments of the ticket on the screen; it stays there whatever comes of it."""
        with self._current.alone("till's"):
            found = await self._resolver.settle(known)
            if found.outcome == "unknown":
                self._current.put(self._checkout.part_paid(found))
                return []
            await self._resume(found)
            return [found]

    async def _order_of_checked(self) -> Order | None:
        """The order of the ticket that is shown as being checked, if a step that seemed to fail wrote it."""
        services, ticket = self._services, self._current.state
        if ticket.sale.state != "checking" or ticket.reservation is None:
            return None
        return await services.order(ticket.reservation.order)

    async def _end(self, reservation: Reservation) -> TicketState:
        """Bring one reservation as near to its end as it can be now."""
        try:
            found = await self._resolver.settle(reservation)
            await self._resume(found)
        except TillError as error:
            text = lazy("ticket {ticket}: {error}", ticket=reservation.sale.called, error=error.words)
            self._services.emit(reservation.sale, "notice", text, reservation=reservation)
            return TicketState.of(reservation).standing("checking")
        return found

    async def _resume(self, ticket: TicketState, *, wanted: bool = False) -> None:
        """Put a ticket where the cashier finds it again; it never slips under the hands of who serves another one."""
        front = self._current
        current = front.state.number == ticket.number
        match ticket.outcome:
            case "committed" if current:
                front.put(ticket)
            case "released" if self._kept_elsewhere(ticket):
                await self._checkout.give_back(ticket, {})
            case "released" if wanted or front.untouched or (current and not front.state.done):
                await self._put_back(ticket)
            case "released":
                released, name = await self._set_aside(ticket)
                held = released.standing("held")
                if current:
                    front.put(held)
                told = N_("ticket {ticket} was not charged: set aside as {name}")
                text = lazy(told, ticket=held.sale.called, name=called_as(name, held.number))
                self._services.emit(held.sale, "held", text)
            case "part_paid" if current or wanted or front.untouched:
                front.put(ticket)
                front.tell()
                front.notify(front.elsewhere())

    async def _put_back(self, ticket: TicketState) -> None:
        """Give back what a ticket holds, and put it on the screen to be edited."""
        front = self._current
        with front.occupied():
            cart, notices = self._pricing.still_sold(ticket.cart)
            uncertain: UncertainWrite | None = None
            try:
                await self._checkout.release(replace(ticket, cart=cart))
            except TillError:
                # It may be on record on this screen: nothing else takes its place before that is known.
                uncertain = UncertainWrite()
                raise
            finally:
                front.put(replace(self._pricing.priced(ticket.number, cart), uncertain=uncertain))
        front.tell()
        front.notify((*notices, *front.elsewhere()))

    async def _set_aside(self, ticket: TicketState) -> tuple[TicketState, str]:
        """Give back what a ticket holds, and set it aside under a name that no other one has; the name."""
        view, now = self._services.view, self._services.clock.now()
        while True:
            name = free_name(view, ticket.number, ticket.cart.name)
            kept, free = set_aside(name, ticket.sale, ticket.cart, now, unpaid=True), {(SET_ASIDE, name): None}
            released = await self._checkout.give_back(ticket, kept, expect=free)
            if released is not None:
                return released, name

    def _kept_elsewhere(self, ticket: TicketState) -> bool:
        """Whether this ticket was given back to a cashier already, before the last step of that could be written."""
        view = self._services.view
        assert ticket.reservation is not None
        last = last_reservation(view, ticket.number)
        if last is not None and last.id != ticket.reservation.id:
            return True
        return is_on_record(view, ticket.number, but_lane=self._services.lane)
