"""The saga of a payment: hold, charge, and commit or give back, each step durable before the next.

`reserve` before the gateway is asked; every attempt is written down before it is charged, under the id that is the
gateway's idempotency key; an unknown result parks the ticket until the gateway has said what became of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from pos.domain.counters import worded
from pos.domain.coupons import coupon_claims, stock_claims
from pos.domain.declines import decline_words
from pos.domain.errors import TillError
from pos.domain.events import Asked, EventKind
from pos.domain.i18n import N_
from pos.domain.message import Message, Money, joined, lazy, lazy_plural
from pos.domain.model import changed
from pos.domain.ports import CardToken, ChargeResult, GatewayUnknown, Records
from pos.domain.reservations import Attempt, Order, Reservation
from pos.domain.sale import Payment, Sale, SaleState
from pos.domain.settlement import paid_in_full, payment_by, settles, with_payments
from pos.domain.tenders import Tender, asked_by, tender_of
from pos.till.handing_over import HandingOver
from pos.till.lane import Lane
from pos.till.services import FAULTS, Services
from pos.till.ticket_state import TicketState


class Cancelled(Exception):
    """The cashier took the payment back while the gateway was being asked."""


class Checkout:
    """Takes payments for one lane. Every method ends with the ticket in a state that `recover` understands."""

    def __init__(self, services: Services, lane: Lane, handing_over: HandingOver) -> None:
        self._services = services
        self._lane = lane
        self._handing_over = handing_over
        self._rounding = services.catalog.shop.cash_rounding
        self._cancel = asyncio.Event()
        self._ahead = False
        """Whether the next charge will be taken back."""
        self.waiting = False
        """Whether the gateway is being asked and `cancel` would be heard."""
        self.ends: dict[str, Attempt] = {}
        """What is known here of attempts, by id, and is not in the store yet: recovery need not ask for these."""

    def cancel(self) -> None:
        """Take back the charge that is being waited for."""
        if self.waiting:
            self._cancel.set()

    def cancel_next(self) -> None:
        """Take the next charge back as soon as the gateway was asked for it and has not answered yet."""
        self._ahead = True

    async def pay(
        self, ticket: TicketState, tender: Tender, amount: int | None, number: str | CardToken
    ) -> TicketState:
        """Take `amount` minor units of a tender, None for what is due in it; `number` is that of a card or the like.

        Raises TillError for what cannot be taken: nothing was done.
        """
        services, sale = self._services, ticket.sale
        attempt_id = services.ids.new("attempt")
        if sale.due == 0 and not amount and tender.settles == "in_cash":
            return await self._commit(ticket, sale.payments)
        payment = payment_by(tender, sale, amount, attempt_id, self._rounding, services.catalog.exponent)
        settled = settles(sale, payment)
        if settled and tender.behind == "drawer":
            return await self._commit(ticket, (*sale.payments, payment))
        known = {}
        if tender.numbered:
            # In the number's place: nothing may hold it longer than the gateway needs it.
            number = number if isinstance(number, CardToken) else await self.tokenize(tender, number)
            kept = "counter" if tender.behind == "counter" else "token"
            known = {kept: number.token, "brand": number.brand or None, "last4": number.last4}
        attempt = Attempt(**{**dict(payment), **known}, at=services.clock.now())
        ticket = await self._attempt(ticket, attempt)
        if tender.behind == "gateway":
            return await self._asked(ticket, attempt, settled=settled)
        if settled:
            return await self._commit(ticket, ticket.sale.payments)
        text = tender.said(tender.part_paid, amount=self._money(attempt.amount))
        return self._show(ticket, "part_paid", text, attempt)

    async def tokenize(self, tender: Tender, number: str) -> CardToken:
        """What a number is kept as: a card by the gateway's token, else the counter of the store that it stands for.

        Raises TillError `card_number_invalid`, `gateway_down`.
        """
        if tender.behind == "counter":
            return CardToken(token=tender.counter_of(number), brand="", last4=number[-4:])
        try:
            return await self._services.gateway.tokenize(number)
        except GatewayUnknown:
            message = lazy("The card gateway cannot be reached. Nothing was charged. Try again or take cash.")
            raise TillError("gateway_down", message) from None

    async def _asked(self, ticket: TicketState, attempt: Attempt, *, settled: bool) -> TicketState:
        """Ask the gateway for an attempt that is written down."""
        tender, amount = tender_of(attempt), self._money(attempt.amount)
        text = lazy("{amount} to {card}", amount=amount, card=asked_by(attempt))
        ticket = self._show(ticket, "charging", text, attempt)
        try:
            answer = await self._charge(attempt)
        except GatewayUnknown:
            return await self._unknown(ticket, attempt)
        except Cancelled:
            return await self._declined(
                ticket,
                changed(attempt, state="voided"),
                TillError("payment_cancelled", lazy("Cancelled. Nothing was charged.")),
            )
        if answer.state == "declined":
            words = decline_words(answer.decline_code or "generic_decline")
            declined = answered(attempt, answer)
            told = joined((words.sentence, lazy("Not charged."), words.next_step))
            error = TillError("payment_declined", told, decline_code=answer.decline_code)
            return await self._declined(ticket, declined, error)
        captured = answered(attempt, answer)
        self._services.emit(
            ticket.sale,
            "captured",
            lazy("{amount} from {card}", amount=amount, card=asked_by(captured)),
            payment=captured.payment,
            reservation=ticket.reservation,
            asked="charge",
        )
        try:
            if settled:
                return await self._commit(ticket, (*ticket.sale.payments[:-1], captured.payment), captured)
            reservation = await self.record(self._hold(ticket), captured)
        except TillError as error:
            self.ends[captured.attempt] = captured
            message = tender.said(tender.unwritten, error=error.words)
            ticket = self._show(ticket, "checking", lazy("charged, but not written down"), captured)
            return replace(ticket, error=TillError("payment_unknown", message))
        ticket = replace(ticket, reservation=reservation)
        text = tender.said(tender.part_paid, amount=amount)
        return self._show(ticket, "part_paid", text, captured)

    async def abandon(self, ticket: TicketState) -> TicketState:
        """Give back every part payment that stands, then all that is held; the ticket can be edited again."""
        services = self._services
        reservation = ticket.reservation
        if reservation is None:
            raise TillError("nothing_to_abandon", lazy("No payment stands on this ticket."))
        if (unknown_tender := _unknown_tender(reservation)) is not None:
            return replace(self._refresh(ticket, reservation, "part_paid"), error=unknown_tender)
        for attempt in reservation.attempts:
            if not attempt.stands:
                continue
            tender, amount, card = tender_of(attempt), self._money(attempt.amount), asked_by(attempt)
            by_gateway = tender.behind == "gateway"
            if by_gateway:
                # From the moment at which the gateway is asked to give it back nobody may count this charge as paid.
                unknown = changed(attempt, state="unknown")
                reservation = await services.by_id(services.store.record_attempt, reservation.id, unknown)
                text = lazy("{amount} is to go back to {card}", amount=amount, card=card)
                services.step(ticket.sale, "voiding", text, reservation, unknown.payment)
                try:
                    await services.gateway.void(attempt.attempt)
                except GatewayUnknown:
                    message = lazy("{card} could not be given its money back: no answer. Try again.", card=card)
                    part_paid = self._refresh(ticket, reservation, "part_paid")
                    return replace(part_paid, error=TillError("payment_unknown", message))
            voided = changed(attempt, state="voided")
            reservation = await self.record(reservation.id, voided)
            text = tender.said(tender.given_back, amount=amount, card=card)
            asked: Asked | None = "void" if by_gateway else None
            services.step(ticket.sale, "voided", text, reservation, voided.payment, asked=asked)
        return await self.release(replace(ticket, reservation=reservation))

    async def release(self, ticket: TicketState) -> TicketState:
        """Give back what the ticket holds; it is on this lane's screen, to be edited. Its attempts stay to be seen."""
        released = await self.give_back(ticket, self._lane.taking(ticket.sale.ticket, ticket.cart))
        assert released is not None, "nothing was expected"
        return released

    async def give_back(
        self, ticket: TicketState, kept: Records, *, expect: Records | None = None
    ) -> TicketState | None:
        """Give back what a ticket holds; `kept` are the records of where it is from then on, written in the same step.

        None and nothing done if a record is not as `expect` says.
        """
        services, reservation = self._services, ticket.reservation
        assert reservation is not None
        before = services.counters(reservation.taken)
        kept = {**kept, **self._handing_over.records(reservation)}
        try:
            if not (await services.by_id(services.store.release, reservation.id, kept, expect=expect)).ended:
                return None
        except TillError:
            self._handing_over.doubted()
            raise
        self._lane.written(kept)
        self._handing_over.added(reservation)
        shown = self._refresh(ticket, reservation, "open")
        services.step(shown.sale, "released", held_words(shown.sale), reservation, before=before)
        return replace(shown, reservation=None)

    async def commit_found(self, ticket: TicketState) -> TicketState:
        """Turn a reservation whose captures cover its sale into an order (recovery)."""
        assert ticket.reservation is not None
        return await self._commit(ticket, tuple(attempt.payment for attempt in ticket.reservation.attempts))

    def part_paid(self, ticket: TicketState) -> TicketState:
        """Show a ticket on which a part payment stands."""
        assert ticket.reservation is not None
        return self._refresh(ticket, ticket.reservation, "part_paid")

    async def record(self, reservation_id: str, attempt: Attempt) -> Reservation:
        """Write down what became of an attempt; until that is done it stays known here."""
        self.ends[attempt.attempt] = attempt
        reservation = await self._services.by_id(self._services.store.record_attempt, reservation_id, attempt)
        del self.ends[attempt.attempt]
        return reservation

    async def _attempt(self, ticket: TicketState, attempt: Attempt) -> TicketState:
        """Write an attempt down, with the reservation itself if this is the first."""
        services = self._services
        # If it cannot be written, nothing was taken, and the gateway is never asked.
        self.ends[attempt.attempt] = changed(attempt, state="voided")
        if ticket.reservation is not None:
            try:
                reservation = await services.by_id(services.store.record_attempt, ticket.reservation.id, attempt)
            except TillError as error:
                raise self._refused(attempt, error) from None
            del self.ends[attempt.attempt]
            return self._refresh(ticket, reservation, "charging")
        reservation = self._reservation(ticket, (attempt,))
        before = services.counters(reservation.taken)
        try:
            reservation = await services.by_id(services.store.reserve, reservation)
        except TillError as error:
            raise self._refused(attempt, error) from None
        del self.ends[attempt.attempt]
        ticket = self._refresh(ticket, reservation, "charging")
        services.step(ticket.sale, "reserved", held_words(ticket.sale), reservation, before=before)
        return ticket

    def _refused(self, attempt: Attempt, error: TillError) -> TillError:
        """Why an attempt could not be written down, in a cashier's words."""
        if error.code not in FAULTS:
            del self.ends[attempt.attempt]
        return worded(error, self._services.catalog.rules)

    async def _charge(self, attempt: Attempt) -> ChargeResult:
        """Ask the gateway, unless the cashier cancels first: then its void decides.

        Raises Cancelled once the gateway has acknowledged the void, GatewayUnknown if nobody can tell.
        """
        gateway = self._services.gateway
        self._cancel.clear()
        ahead, self._ahead = self._ahead, False
        self.waiting = True
        charge = asyncio.ensure_future(gateway.charge(attempt.attempt, attempt.amount, attempt.token or ""))
        cancel = asyncio.ensure_future(self._cancel.wait())
        try:
            if ahead:
                await asyncio.sleep(0)
            else:
                await asyncio.wait({charge, cancel}, return_when=asyncio.FIRST_COMPLETED)
            if charge.done():
                return charge.result()
        finally:
            self.waiting = False
            for task in (charge, cancel):
                task.cancel()
            await asyncio.gather(charge, cancel, return_exceptions=True)
        await gateway.void(attempt.attempt)
        raise Cancelled

    async def _declined(self, ticket: TicketState, attempt: Attempt, error: TillError) -> TicketState:
        """Write down that nothing came of an attempt, and give everything back unless a part payment stands."""
        services = self._services
        reservation = await self.record(self._hold(ticket), attempt)
        ticket = replace(ticket, reservation=reservation)
        standing = any(other.state == "captured" for other in reservation.attempts)
        ticket = self._refresh(ticket, reservation, "part_paid" if standing else "charging")
        kind: EventKind = "declined" if attempt.state == "declined" else "voided"
        what = decline_words(attempt.decline_code).sentence if attempt.decline_code else lazy("Cancelled.")
        asked: Asked = "charge" if kind == "declined" else "void"
        told = joined((asked_by(attempt), what), ": ")
        services.step(ticket.sale, kind, told, reservation, attempt.payment, asked=asked)
        return replace(ticket if standing else await self.release(ticket), error=error)

    async def _unknown(self, ticket: TicketState, attempt: Attempt) -> TicketState:
        services = self._services
        unknown = changed(attempt, state="unknown")
        # An attempt left as pending is recovered just as an unknown one: a failed write here loses nothing.
        with contextlib.suppress(TillError):
            reservation = await services.by_id(services.store.record_attempt, self._hold(ticket), unknown)
            ticket = self._refresh(replace(ticket, reservation=reservation), reservation, "checking")
        card = asked_by(attempt)
        message = lazy(
            "No answer about {card}. Ticket {ticket} is being checked: "
            "do not charge it again. You can serve the next customer.",
            card=card,
            ticket=ticket.sale.called,
        )
        ticket = self._show(ticket, "checking", lazy("no answer about {card}", card=card), unknown)
        return replace(ticket, error=TillError("payment_unknown", message))

    async def _commit(
        self, ticket: TicketState, payments: tuple[Payment, ...], captured: Attempt | None = None
    ) -> TicketState:
        """Write the order; what became of the last attempt is written down in the same step."""
        services = self._services
        sale = paid_in_full(ticket.sale, payments, self._rounding)
        reservation = ticket.reservation or self._reservation(ticket, ())
        if captured is not None:
            reservation = changed(reservation, attempts=(*reservation.attempts[:-1], captured))
        sale = changed(sale, order=reservation.order)
        before = services.counters(reservation.taken)
        try:
            order: Order = await services.by_id(services.store.commit, reservation, sale, services.clock.now())
        except TillError as error:
            raise worded(error, services.catalog.rules) from None
        services.seen_orders.add(order)
        services.popularity.add(order)
        services.day.add(order)
        text, last = lazy("receipt {number}", number=order.receipt), payments[-1] if payments else None
        services.step(order.sale, "committed", text, reservation, last, before=before)
        return TicketState(cart=ticket.cart, sale=order.sale)

    def _reservation(self, ticket: TicketState, attempts: tuple[Attempt, ...]) -> Reservation:
        services, rules = self._services, self._services.catalog.rules
        cycle = 1
        while services.view.reservation(f"{ticket.sale.ticket}/{cycle}") is not None:
            cycle += 1
        now = services.clock.now()
        return Reservation(
            id=f"{ticket.sale.ticket}/{cycle}",
            order=services.ids.new("order", now),
            lane=services.lane,
            state="charging",
            claims=(*stock_claims(ticket.cart, rules), *coupon_claims(ticket.sale, ticket.cart, rules)),
            sale=ticket.sale,
            cart=ticket.cart,
            created=now,
            attempts=attempts,
        )

    def _refresh(self, ticket: TicketState, reservation: Reservation, state: SaleState) -> TicketState:
        payments = tuple(attempt.payment for attempt in reservation.attempts)
        sale = with_payments(ticket.sale, payments, state, self._rounding)
        return TicketState(cart=ticket.cart, sale=sale, reservation=reservation)

    def _show(self, ticket: TicketState, state: SaleState, text: Message, attempt: Attempt) -> TicketState:
        kind: EventKind = "unknown" if state == "checking" else "charging" if state == "charging" else "part_paid"
        shown = replace(ticket, sale=changed(ticket.sale, state=state))
        if ticket.reservation is not None:
            shown = self._refresh(shown, ticket.reservation, state)
        asked: Asked | None = "charge" if attempt.state == "unknown" else None
        self._services.step(shown.sale, kind, text, ticket.reservation, attempt.payment, asked=asked)
        return shown

    def _money(self, amount: int) -> Money:
        return Money(amount, self._services.catalog.exponent)

    @staticmethod
    def _hold(ticket: TicketState) -> str:
        assert ticket.reservation is not None
        return ticket.reservation.id


def answered(attempt: Attempt, answer: ChargeResult) -> Attempt:
    """The attempt with what the gateway says of it."""
    return changed(
        attempt,
        state=answer.state,
        decline_code=answer.decline_code,
        brand=answer.brand or attempt.brand,
        last4=answer.last4 or attempt.last4,
    )


def _unknown_tender(reservation: Reservation) -> TillError | None:
    """Why the payments of a reservation cannot be given back: something took one of them that is not known here."""
    for attempt in reservation.attempts:
        if attempt.stands and tender_of(attempt).behind == "unknown":
            text = N_(
                "This till does not know the tender {tender}: give its payment back with the version that took it, "
                "or take the rest."
            )
            return TillError("tender_unknown", lazy(text, tender=attempt.tender))
    return None


def held_words(sale: Sale) -> Message:
    """What a ticket holds, in short: `5 lines SAVE10`."""
    lines = lazy_plural("{count} line", "{count} lines", len(sale.lines))
    return joined((lines, *(coupon.code for coupon in sale.coupons if coupon.amount)))
