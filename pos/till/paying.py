"""The part of the till that moves money: payments, what became of those that were left open, and what time ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pos.domain.message import Message
from pos.domain.ports import CardToken
from pos.domain.reservations import Counter, Reservation
from pos.domain.sale import Sale
from pos.domain.tenders import tender_named
from pos.till.counter_filling import CounterFilling
from pos.till.current_ticket import CurrentTicket
from pos.till.gateway_control import GatewayControl
from pos.till.handing_over import HandingOver
from pos.till.open_payments import OpenPayment, OpenPayments
from pos.till.payments import Payments
from pos.till.queued_checkouts import PendingCheckout, QueuedCheckouts
from pos.till.recovery_flow import RecoveryFlow
from pos.till.services import Services
from pos.till.ticket_state import TicketState


class Paying:
    """What a till does with money, by the collaborators that the till has made."""

    _services: Services
    _current: CurrentTicket
    _recovery: RecoveryFlow
    _payments: Payments
    _queued: QueuedCheckouts
    _open_payments: OpenPayments
    _filling: CounterFilling
    _gateway_control: GatewayControl
    _handing_over: HandingOver

    @property
    def sale(self) -> Sale:
        """The ticket in front of the cashier as it stands, an immutable value."""
        return self._current.sale

    @property
    def waiting_for_card(self) -> bool:
        """Whether a card is being charged and `cancel_payment` would be heard."""
        return self._payments.waiting_for_card

    async def pay(
        self, tender: str, amount: int | None = None, *, number: str | CardToken = "", due: int | None = None
    ) -> Sale:
        """Take minor units by a tender, None for exactly what is due in it. A second call meanwhile does nothing.

        `number` is that of a card or the like, or its token, where the tender has one.
        `due` is what was shown as due to whoever decided, None for that of `sale`: nothing is taken of another one.
        Raises TillError `empty_ticket`, `price_changed`, `due_changed`, `out_of_stock`, `coupon_exhausted`,
        `bad_amount`; `cash_step` in cash; `payment_too_much` and `nothing_due` where no change is given; where the
        gateway is asked `payment_declined` with `decline_code`, `payment_unknown`, `payment_cancelled`,
        `card_number_invalid`, `gateway_down`; `tender_short` where a counter is behind it; `tender_unknown`.
        """
        await self._payments.pay(tender, amount, number, due)
        return self.sale

    @property
    def has_queue(self) -> bool:
        """Whether this shop has a queue, into which the payment of a ticket can be put."""
        return self._services.queue is not None

    @property
    def queues_cards(self) -> bool:
        """Whether a payment of a whole ticket by card is queued if nobody says otherwise."""
        return self.has_queue and self._services.queueing.always

    def would_queue(self, tender: str, amount: int | None) -> bool:
        """Whether this payment is queued if nobody says otherwise: by card, and of all that is due of a whole ticket.

        A part of what is due, and what is left of it then, is charged at once.
        """
        whole = amount is None and self.sale.state != "part_paid"
        return self.queues_cards and whole and tender_named(tender).behind == "gateway"

    async def queue(self, number: str | CardToken, *, tender: str = "card", due: int | None = None) -> Sale:
        """Put the payment of the whole ticket by a card into the shop's queue; the sale, whose state is `queued`.

        What becomes of it is told later, see `keep_time`. `due` is as in `pay`. Raises TillError `queue_full`, with
        `wait` in its details, and `store_unusable` where there is no queue; else as `pay`. The ticket stays then.
        """
        await self._payments.queue(tender, number, due)
        return self.sale

    def queued(self) -> tuple[PendingCheckout, ...]:
        """The tickets of this till whose payments are in the queue, the oldest first."""
        return self._queued.listed()

    def uncharged(self) -> tuple[Message, ...]:
        """What is to be told of each ticket that came back unpaid, from the queue or a bank, and is still set aside."""
        return self._queued.uncharged()

    async def tokenize(self, number: str, tender: str = "card") -> CardToken:
        """What a card or the like is kept as, by number or by the word `reader`, to be charged by `pay` once or again.

        Raises TillError `card_number_invalid`, `gateway_down`.
        """
        return await self._payments.tokenize(number, tender)

    async def pay_cash(self, tendered: int | None = None, *, due: int | None = None) -> Sale:
        """Take cash, None for exactly what is due in cash; as `pay`."""
        return await self.pay("cash", tendered, due=due)

    async def pay_card(self, card: str | CardToken, amount: int | None = None, *, due: int | None = None) -> Sale:
        """Charge a card: its token, its number or the word `reader`; None for all that is due; as `pay`."""
        return await self.pay("card", amount, number=card, due=due)

    def balance(self, tender: str, number: str) -> Counter:
        """What a counter behind a tender has under a number, such as a gift card's balance: on hand, and held."""
        return self._filling.balance(tender, number)

    async def fill(self, tender: str, number: str, amount: int) -> Counter:
        """Put minor units there, negative to take them off, as one durable step; what is there then.

        No order tells of it: what the customer pays for it is a sale of its own. Raises TillError `bad_amount`, and the
        code of its kind of counter, such as `tender_short`, for taking off more than is free.
        """
        await self._recovery.make_sure()
        return await self._filling.fill(tender, number, amount)

    def require_due(self, shown: int) -> None:
        """Raises TillError `due_changed` if what is due now is not what was shown as due, minor units."""
        self._payments.require_due(shown)

    def cancel_next(self) -> Sale:
        """Take the next card payment back while the gateway is being asked. Raises TillError `not_in_this_store`."""
        self._gateway_control.require_cancelling()
        self._payments.cancel_next()
        return self.sale

    def cancel_payment(self) -> None:
        """Take back the card payment that is being waited for: it ends as cancelled, paid or unknown."""
        self._payments.cancel()

    async def abandon(self) -> Sale:
        """Give back every part payment and all that is held; the ticket can be edited again.

        Raises TillError `nothing_to_abandon`, `payment_unknown` if a card could not be given its money back yet.
        """
        await self._payments.abandon()
        return self.sale

    @property
    def to_hand_over(self) -> Mapping[str, int]:
        """What customers are to be given from the drawer, minor units by tender; on record until `handed_over`."""
        return self._handing_over.amounts

    def handed_over(self) -> Sale:
        """Somebody says that all of it was given: it is off the record with the next step that is written."""
        self._handing_over.done()
        return self.sale

    def checking(self) -> tuple[Reservation, ...]:
        """The payments that are not at their end: being checked, or paid in part and not on the screen.

        Those of this lane; of all lanes if the store is this till's alone, since then nobody else is there to end them.
        """
        return self._recovery.checking()

    def checks(self) -> tuple[OpenPayment, ...]:
        """Every payment that is being checked, queued, or paid in part and not in front, the oldest first."""
        return self._open_payments.listed()

    async def ask(self) -> tuple[OpenPayment, ...]:
        """Ask the gateway about every payment that is being checked; those that are still open then."""
        await self.recover()
        return self.checks()

    async def take(self, ticket: str | None = None) -> Sale:
        """Take up a ticket that is paid in part, by its number; none: the only one. The one in front stays there.

        If it turns out to be paid, its sale is told, and the ticket in front stays.
        Raises TillError `ticket_not_empty`, `unknown_ticket`, `payment_unknown` if it is still being checked.
        """
        return await self._open_payments.take(ticket)

    async def take_up(self, reservation_id: str) -> Sale:
        """Put a ticket that is paid in part on the screen, to take the rest or to give the money back.

        Raises TillError `ticket_not_empty`, `unknown_ticket`, `payment_unknown` if it is still being checked.
        """
        await self._recovery.take_up(reservation_id)
        return self.sale

    @property
    def part_paid_since(self) -> datetime | None:
        """When the first of the money was taken that stands on the ticket on the screen; None if none does."""
        return self._recovery.part_paid_since

    @property
    def decide_after(self) -> timedelta:
        """After how long a ticket that is paid in part asks for a decision."""
        return self._services.decide_after

    @property
    def patience(self) -> timedelta:
        """After how long an answer of the gateway is given up."""
        return self._services.patience

    @property
    def something_is_due(self) -> bool:
        """Whether `keep_time` has something to do now; asked every second."""
        return self._recovery.something_is_due or self._queued.pending

    async def keep_time(self) -> None:
        """Give back what any lane held beyond its time, and ask about what is queued, or paid in part too long.

        What is wrong beside the sales is told, once. Raises TillError `store_unusable`.
        """
        await self._recovery.keep_time()
        await self._queued.follow()

    async def recover(self) -> tuple[TicketState, ...]:
        """Find out what became of every payment that was left open; what is new of them. On start, and now and then.

        Raises TillError `store_unusable` if a step of the ticket on the screen still cannot be found out.
        """
        found = await self._recovery.recover()
        await self._queued.follow()
        return found

    async def rescue(self) -> tuple[TicketState, ...]:
        """After a step broke off by an error of the program: find out how far it came before the ticket is used again.

        What was written as an order is shown as paid; what may have been charged is settled as on start.
        """
        return await self._recovery.rescue()
