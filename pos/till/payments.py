"""Paying the ticket in front, and giving back what was paid of it, with whatever fails in between."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace

from pos.domain.coupons import admit
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Money, lazy
from pos.domain.model import changed
from pos.domain.ports import CardToken
from pos.domain.tenders import tender_named
from pos.till.checkout import Checkout
from pos.till.current_ticket import CurrentTicket
from pos.till.lane import Lane, last_reservation
from pos.till.queued_checkouts import QueuedCheckouts
from pos.till.recovery_flow import RecoveryFlow
from pos.till.services import FAULTS, Services
from pos.till.ticket_state import TicketState, UncertainWrite
from pos.till.till_input import shortened


class Payments:
    """Takes the payments of one lane by the saga in `Checkout`, and makes what comes of it the ticket in front."""

    def __init__(
        self,
        services: Services,
        lane: Lane,
        current: CurrentTicket,
        checkout: Checkout,
        recovery: RecoveryFlow,
        queued: QueuedCheckouts,
    ) -> None:
        self._services = services
        self._lane = lane
        self._current = current
        self._checkout = checkout
        self._recovery = recovery
        self._queued = queued

    @property
    def waiting_for_card(self) -> bool:
        """Whether a card is being charged and `cancel` would be heard."""
        return self._checkout.waiting

    async def pay(self, tender: str, amount: int | None, number: str | CardToken, due: int | None) -> None:
        """Take minor units by a tender; nothing while a payment is under way. See `Till.pay`."""
        current = self._current
        if current.is_paying():
            return
        taken = tender_named(tender)
        if taken.behind == "unknown":
            raise TillError("tender_unknown", lazy("Nothing can be paid by {tender} here.", tender=shortened(tender)))
        with current.alone():
            if await self._ready(current.sale.due if due is None else due):
                await self._take(self._checkout.pay(current.state, taken, amount, number))

    async def queue(self, tender: str, number: str | CardToken, due: int | None) -> None:
        """Put the payment of the whole ticket by a card into the shop's queue. See `Till.queue`."""
        current = self._current
        if current.is_paying():
            return
        self._queued.require()
        taken = tender_named(tender)
        if taken.behind != "gateway":
            raise TillError("bad_command", lazy("Only a payment by card can be queued."))
        with current.alone():
            if not await self._ready(current.sale.due if due is None else due):
                return
            if current.state.reservation is not None:
                text = N_("Ticket {ticket} is paid in part: only a whole ticket can be queued.")
                raise TillError("ticket_frozen", lazy(text, ticket=current.sale.called))
            if not current.sale.due:
                raise TillError("nothing_due", lazy("Nothing is due: there is nothing to queue."))
            card = number if isinstance(number, CardToken) else await self._checkout.tokenize(taken, number)
            await self._queued.send(current.state, card)

    async def tokenize(self, number: str, tender: str) -> CardToken:
        """What a card or the like is kept as. Raises TillError `card_number_invalid`, `gateway_down`."""
        return await self._checkout.tokenize(tender_named(tender), number)

    def require_due(self, shown: int) -> None:
        """Raises TillError `due_changed` if what is due now is not what was shown as due, minor units."""
        due = self._current.sale.due
        if due != shown:
            text = N_("{before} was shown as due, {after} is due now: nothing was taken. Take the payment again.")
            raise TillError("due_changed", lazy(text, before=self._money(shown), after=self._money(due)), due=due)

    def cancel_next(self) -> None:
        """Take the next charge back as soon as the gateway was asked for it."""
        self._checkout.cancel_next()

    def cancel(self) -> None:
        """Take back the charge that is being waited for."""
        self._checkout.cancel()

    async def abandon(self) -> None:
        """Give back every part payment and all that is held; nothing while a payment is under way.

        Raises TillError `nothing_to_abandon`, `payment_unknown` if a card could not be given its money back yet.
        """
        current = self._current
        if current.is_paying():
            return
        with current.alone():
            if current.sale.state == "checking":
                message = lazy("Ticket {ticket} is still being checked: wait for its end.", ticket=current.sale.called)
                raise TillError("ticket_frozen", message)
            if current.state.done:
                raise TillError("nothing_to_abandon", lazy("No payment stands on this ticket."))
            mended = await self._recovery.mend() if current.state.uncertain is not None else None
            if mended is None or mended.outcome == "part_paid":
                await self._take(self._checkout.abandon(current.state))

    async def _ready(self, due: int) -> bool:
        """Whether the ticket can be paid: not empty, and at the price and the due shown. False if it is paid already.

        Raises TillError `payment_unknown` if nobody knows whether it is.
        """
        current = self._current
        current.begin_next()
        await self._make_room()
        asks = self._recovery.unsure or current.state.unanswered is not None
        mended = await self._recovery.mend() if asks else None
        if mended is not None and mended.outcome == "unknown":
            text = N_("Ticket {ticket} is being checked: do not charge it again. You can serve the next customer.")
            raise TillError("payment_unknown", lazy(text, ticket=current.sale.called))
        if current.state.done:
            return False
        if current.state.reservation is None:
            if not current.state.cart.lines:
                raise TillError("empty_ticket", lazy("There is nothing on this ticket to pay."))
            self._refuse_changed_price()
        self.require_due(due)
        await self._lane.flush()
        return True

    async def _make_room(self) -> None:
        """Give back what is held beyond its time, and what this ticket holds itself: its payment holds all of it."""
        await self._recovery.keep_time()
        ticket = self._current.state
        own = last_reservation(self._services.view, ticket.number)
        if own is not None and own.state == "held":
            await self._checkout.release(replace(ticket, reservation=own))

    def _refuse_changed_price(self) -> None:
        """Show the ticket as it is priced now. Raises TillError `coupon_exhausted`, `price_changed` if it differs."""
        shown = self._current.sale
        self._current.reprice()
        cart, sale = self._current.state.cart, self._current.sale
        if shown.priced == sale.priced:
            return
        gave = {coupon.code: coupon.amount for coupon in sale.coupons}
        for coupon in shown.coupons:
            if coupon.amount and not gave.get(coupon.code):
                alone = changed(cart, coupons=tuple(code for code in cart.coupons if code != coupon.code))
                try:
                    admit(coupon.code, alone, sale, self._services.catalog.rules, self._services.clock.now())
                except TillError as error:
                    if error.code == "coupon_exhausted":
                        raise
        text = N_("The price has changed: it was {before}, it is {after} now. Tell the customer, then pay again.")
        message = lazy(text, before=self._money(shown.total), after=self._money(sale.total))
        raise TillError("price_changed", message)

    async def _take(self, step: Awaitable[TicketState]) -> None:
        """Do a payment's steps, and make where they left the ticket the current one. Raises what the cashier is told.

        Of a step that cannot be written nothing is believed: what became of it is found out by id, at once if that can
        be, else before anything else is done with the ticket.
        """
        try:
            ticket = await step
        except TillError as error:
            if error.code not in FAULTS:
                if self._current.state.reservation is None and not self._current.state.done:
                    # What refused it may price the ticket otherwise: a coupon that another till has used up just now.
                    self._current.reprice()
                raise
            self._current.doubt(UncertainWrite())
            with suppress(TillError):
                mended = await self._recovery.mend()
                if mended is not None and mended.outcome == "committed":
                    return
            text = N_("Ticket {ticket} is kept, for this could not be written down. {error}")
            message = lazy(text, ticket=self._current.sale.called, error=error.words)
            raise TillError(error.code, message, **error.details) from None
        self._current.put(replace(ticket, error=None))
        if ticket.error is not None:
            raise ticket.error

    def _money(self, amount: int) -> Money:
        return Money(amount, self._services.catalog.exponent)
