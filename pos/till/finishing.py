"""Bringing what was left open to its end: payments whose end nobody knows, and steps that could not be written."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta

from pos.domain.errors import TillError
from pos.domain.reservations import Order, Reservation
from pos.domain.sale import Sale
from pos.domain.tickets import SET_ASIDE, free_name, is_on_record, set_aside
from pos.domain.words import N_, _
from pos.till.checkout import Checkout
from pos.till.deadlines import Deadlines
from pos.till.desk import FAULTS, Desk
from pos.till.editing import Editing
from pos.till.lane import charged, forget_paid, last_reservation
from pos.till.recovery import Found, Recovery
from pos.till.ticket import Result, Ticket, Torn


class Finishing(Editing):
    """The part of the till that recovers. It may find, void, commit and release, and never charges."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._checkout = Checkout(desk, self._lane)
        self._recovery = Recovery(desk, self._checkout)
        self._deadlines = Deadlines(desk, lambda: self.sale)
        self._round = asyncio.Lock()
        self._asking = False
        self._last_order: str | None = None

    def checking(self) -> tuple[Reservation, ...]:
        """The payments that are not at their end: being checked, or paid in part and not on the screen.

        Those of this lane; of all lanes if the store is this till's alone, since then nobody else is there to end them.
        """
        desk, current = self._desk, self.sale.ticket if self.sale.state != "checking" else None
        charging = (held for held in desk.view.open_reservations() if held.state == "charging")
        mine = (held for held in charging if desk.owns_store or held.lane == desk.lane)
        return tuple(held for held in mine if held.sale.ticket != current)

    @property
    def part_paid_since(self) -> datetime | None:
        """When the first of the money was taken that stands on the ticket on the screen; None if none does."""
        known = self._ticket.reservation
        return known.part_paid_since if known is not None else None

    @property
    def decide_after(self) -> timedelta:
        """After how long a ticket that is paid in part asks for a decision."""
        return self._desk.decide_after

    @property
    def something_is_due(self) -> bool:
        """Whether `keep_time` has something to do now; asked every second."""
        return self._deadlines.near

    async def keep_time(self) -> None:
        """Give back what any lane held beyond its time, and ask about what has been paid in part too long.

        What is wrong beside the sales is told, once. Raises TillError `store_unusable`.
        """
        self._notify(self._desk.trouble())
        await self._deadlines.meet()

    async def recover(self) -> tuple[Found, ...]:
        """Find out what became of every payment that was left open; what is new of them. On start, and now and then.

        Raises TillError `store_unusable` if a step of the ticket on the screen still cannot be found out.
        """
        await self.keep_time()
        if self._round.locked() or self._busy:
            return ()
        async with self._round:
            news: list[Found] = []
            if self._unsure:
                with self._alone():
                    mended = await self._mend()
                news += [mended] if mended is not None else []
            elif self._unanswered_here is not None:
                news += await self._ask_again(self._unanswered_here)
            ticket, order = self._ticket, await self._order_of_checked()
            if order is not None and ticket is self._ticket:
                self._paid(Ticket(cart=ticket.cart, sale=order.sale))
                news.append(Found("committed", self._ticket))
            if self._desk.owns_store and (paid := forget_paid(self._desk.view, self._desk.lane)):
                await self._desk.durable(self._desk.store.write, paid)
            for reservation in self.checking():
                found = await self._end(reservation)
                shown = found.ticket.sale.ticket == self.sale.ticket
                if found.outcome != "part_paid" or shown or found.ticket.reservation != reservation:
                    news.append(found)
            return tuple(news)

    @property
    def _unanswered_here(self) -> Reservation | None:
        """The payments of the ticket on the screen, if nobody knows whether one of them was given back."""
        known = self._ticket.reservation
        return known if known is not None and known.unanswered and not self._finished else None

    async def _ask_again(self, known: Reservation) -> list[Found]:
        """Ask about the payments of the ticket on the screen; it stays there whatever comes of it."""
        with self._alone(), self._looking():
            found = await self._recovery.settle(known)
            if found.outcome == "unknown":
                self._begin(self._checkout.part_paid(found.ticket))
                return []
            await self._resume(found)
            return [found]

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """While the till asks by itself, a payment that is begun is refused and not taken for a second Enter."""
        self._asking = True
        try:
            yield
        finally:
            self._asking = False

    def _is_paying(self) -> bool:
        """Whether a payment is under way. Raises TillError `ticket_frozen` while the till asks about earlier ones."""
        if self._asking:
            text = N_("One moment: the till is asking about an earlier payment of this ticket.")
            raise TillError("ticket_frozen", _(text))
        return self._busy

    async def rescue(self) -> tuple[Found, ...]:
        """After a step broke off by an error of the program: find out how far it came before the ticket is used again.

        What was written as an order is shown as paid; what may have been charged is settled as on start.
        """
        if not self._finished:
            self._torn = Torn()
        return await self.recover()

    async def take_up(self, reservation_id: str) -> Sale:
        """Put a ticket that is paid in part on the screen, to take the rest or to give the money back.

        Raises TillError `ticket_not_empty`, `unknown_ticket`, `payment_unknown` if it is still being checked.
        """
        async with self._round:
            if not (await self._editable_now()).empty:
                raise TillError("ticket_not_empty", _("Pay, hold or void this ticket first: something is on it."))
            known = next((held for held in self.checking() if held.id == reservation_id), None)
            if known is None:
                raise TillError("unknown_ticket", _("This ticket is not open any more: its payment has ended."))
            with self._alone():
                found = await self._recovery.settle(known)
                await self._resume(found, wanted=True)
        if found.outcome == "unknown":
            raise TillError("payment_unknown", _("Ticket {ticket} is still being checked.", ticket=known.sale.ticket))
        return self.sale

    @property
    def _unsure(self) -> bool:
        """Whether nobody knows how far a step of the ticket on the screen came."""
        if self._torn is not None:
            return True
        if self._finished or self._ticket.reservation is not None:
            return False
        return charged(self._desk.view, self.sale.ticket)

    async def _editable_now(self) -> Ticket:
        """The ticket that is edited now, once it is known what became of its last step. Raises as `_editable`."""
        if self._torn is not None:
            with self._alone():
                await self._mend()
        return self._editable()

    async def _written(self, step: Awaitable[Result]) -> Result | None:
        """Do a payment's steps; None if one seemed to fail and the sale turned out to be paid.

        Of a step that cannot be written nothing is believed: what became of it is found out by id, at once if that can
        be, else before anything else is done with the ticket. Raises what the step raises.
        """
        try:
            return await step
        except TillError as error:
            if error.code not in FAULTS:
                raise
            self._torn = Torn()
            with suppress(TillError):
                mended = await self._mend()
                if mended is not None and mended.outcome == "committed":
                    return None
            text = N_("Ticket {ticket} is kept, for this could not be written down. {error}")
            message = _(text, ticket=self.sale.ticket, error=error.message)
            raise TillError(error.code, message, **error.details) from None

    async def _mend(self) -> Found | None:
        """Find out by id what became of the last step of the ticket on the screen, and go on from there.

        What became of it, None if it was no payment. Raises TillError `store_unusable`, the ticket as it is, if the
        store cannot tell.
        """
        desk, torn = self._desk, self._torn
        await self._reread()
        if torn is not None and torn.records:
            self._carried_on(torn)
            return None
        ticket, last = self._ticket, last_reservation(self._desk.view, self.sale.ticket)
        if last is None or last.state in ("released", "expired"):
            found = Found("released", ticket)
            self._begin(self._priced(ticket.sale.ticket, ticket.cart))
        elif last.state == "committed":
            order = await desk.read(desk.store.archive.order, last.order)
            assert order is not None, "what is committed has its order"
            found = Found("committed", Ticket(cart=ticket.cart, sale=order.sale))
            self._paid(found.ticket)
        else:
            found = await self._recovery.settle(last)
            if found.outcome == "committed":
                self._paid(found.ticket)
            elif found.outcome == "part_paid":
                self._begin(found.ticket)
            elif found.outcome == "released":
                await self._checkout.release(found.ticket)
                self._begin(self._priced(ticket.sale.ticket, ticket.cart))
            else:
                parked = ticket.sale.model_copy(update={"state": "checking"})
                self._done_with(replace(found.ticket, sale=parked))
        self._torn = None
        desk.tell(self.sale)
        return found

    async def _reread(self) -> None:
        """Make sure that what is read is what is on record: a store that failed looks before its next step."""
        await self._desk.durable(self._desk.store.expire, self._desk.clock.now())

    def _carried_on(self, torn: Torn) -> bool:
        """Go on from a step that was to write records; False if it was not written, so that it can be done again."""
        self._torn = None
        found = all(self._desk.view.get(*key) == record for key, record in torn.records.items())
        if found:
            torn.finish()
        return found

    def _paid(self, ticket: Ticket) -> None:
        self._last_order = ticket.sale.order
        self._done_with(ticket)

    async def _order_of_checked(self) -> Order | None:
        """The order of the ticket that is shown as being checked, if a step that seemed to fail wrote it."""
        desk, known = self._desk, self._ticket.reservation
        if self.sale.state != "checking" or known is None:
            return None
        return await desk.read(desk.store.archive.order, known.order)

    async def _end(self, reservation: Reservation) -> Found:
        """Bring one reservation as near to its end as it can be now."""
        try:
            found = await self._recovery.settle(reservation)
            await self._resume(found)
        except TillError as error:
            text = _("ticket {ticket}: {error}", ticket=reservation.sale.ticket, error=error.message)
            self._desk.emit(reservation.sale, "notice", text, reservation=reservation)
            return Found("unknown", Ticket(cart=reservation.cart, sale=reservation.sale, reservation=reservation))
        return found

    async def _resume(self, found: Found, *, wanted: bool = False) -> None:
        """Put a ticket where the cashier finds it again; it never slips under the hands of who serves another one."""
        ticket, current = found.ticket, self.sale.ticket == found.ticket.sale.ticket
        match found.outcome:
            case "committed" if current:
                self._paid(ticket)
            case "released" if self._kept_elsewhere(ticket):
                await self._checkout.give_back(ticket, {})
            case "released" if wanted or self._untouched or (current and not self._finished):
                busy, self._busy = self._busy, True
                try:
                    cart, notices = self._still_sold(ticket.cart)
                    try:
                        await self._checkout.release(replace(ticket, cart=cart))
                    except TillError:
                        # It may be on record on this screen: nothing else takes its place before that is known.
                        self._torn = Torn()
                        raise
                    finally:
                        self._begin(self._priced(ticket.sale.ticket, cart))
                finally:
                    self._busy = busy
                self._desk.tell(self.sale)
                self._notify((*notices, *self._elsewhere(self._ticket)))
            case "released":
                released, name = await self._set_aside(ticket)
                sale = released.sale.model_copy(update={"state": "held"})
                if current:
                    self._done_with(released.showing(sale))
                text = _("ticket {ticket} was not charged: set aside as {name}", ticket=sale.ticket, name=name)
                self._desk.emit(sale, "held", text)
            case "part_paid" if current or wanted or self._untouched:
                self._begin(ticket)
                self._desk.tell(ticket.sale)
                self._notify(self._elsewhere(ticket))

    async def _set_aside(self, ticket: Ticket) -> tuple[Ticket, str]:
        """Give back what a ticket holds, and set it aside under a name that no other one has; the name."""
        number, now = ticket.sale.ticket, self._desk.clock.now()
        while True:
            name = free_name(self._desk.view, number)
            kept, free = set_aside(name, ticket.sale, ticket.cart, now), {(SET_ASIDE, name): None}
            released = await self._checkout.give_back(ticket, kept, expect=free)
            if released is not None:
                return released, name

    def _kept_elsewhere(self, ticket: Ticket) -> bool:
        """Whether this ticket was given back to a cashier already, before the last step of that could be written."""
        view, number = self._desk.view, ticket.sale.ticket
        assert ticket.reservation is not None
        last = last_reservation(view, number)
        if last is not None and last.id != ticket.reservation.id:
            return True
        return is_on_record(view, number, but_lane=self._desk.lane)

    @property
    def _untouched(self) -> bool:
        """Whether nothing was done yet on the current ticket, nor on one before it that is still shown."""
        return not (self._busy or self._finished) and self._ticket.empty
