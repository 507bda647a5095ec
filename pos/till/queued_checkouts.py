"""Tickets whose card payments wait in the shop's queue: put there, followed to their ends, and never lost between."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.checkout_request import CheckoutRequest, QueuedOrder, is_expired
from pos.domain.declines import decline_words
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import NOTHING, Message, Money, joined, lazy, verbatim
from pos.domain.model import changed
from pos.domain.ports import CardToken, Document, Records
from pos.domain.queued_tickets import QueuedTicket
from pos.domain.ticket_records import BEGUN, QUEUED, SET_ASIDE, called_as, free_name, set_aside
from pos.till.current_ticket import CurrentTicket
from pos.till.lane import Lane
from pos.till.pricing import Pricing
from pos.till.record_writer import RecordWriter
from pos.till.services import Services
from pos.till.ticket_state import TicketState

if TYPE_CHECKING:
    from pos.domain.queue_ports import CheckoutQueue

PATIENCE: Final = 3.0
"""Seconds that the cashier waits until a ticket is in the queue. Then it goes there by itself."""
AWAY: Final = ("queue_away", "server_away")
"""The codes with which nobody knows whether the queue has heard of a ticket: it is told of it again."""


class PendingCheckout(NamedTuple):
    """A ticket in the queue, and what was said of it last; None: the queue has not answered yet."""

    kept: QueuedTicket
    said: QueuedOrder | None

    @property
    def stuck(self) -> bool:
        """Whether it failed too often: somebody has to look at it."""
        return self.said is not None and self.said.state == "stuck"

    @property
    def place(self) -> int | None:
        """How many are before it and itself, if that is known."""
        return self.said.place if self.said is not None else None


@dataclass
class _Followed:
    """What this till knows of an order since it was opened."""

    kept: QueuedTicket
    record: Document
    said: QueuedOrder | None = None
    """What the shop said of it last."""
    in_queue: bool = False
    """Whether the queue has it for certain."""
    not_before: datetime | None = None
    """When a full queue is asked again."""
    told: set[str] = field(default_factory=set)
    """What the cashier was told of it, by kind."""
    sending: bool = False
    """Whether the cashier still waits for its first answer, and is told that."""

    @property
    def ended(self) -> bool:
        """Whether it is over for good: of one that is stuck, something may still become."""
        return self.said is not None and self.said.is_over and self.said.state != "stuck"


class QueuedCheckouts:
    """Puts tickets of one lane into the shop's queue, and brings what becomes of them back to it."""

    def __init__(
        self,
        services: Services,
        lane: Lane,
        current: CurrentTicket,
        steps: RecordWriter,
        pricing: Pricing,
        *,
        training: bool = False,
    ) -> None:
        self._services = services
        self._training = training
        self._lane = lane
        self._current = current
        self._steps = steps
        self._pricing = pricing
        self._followed: dict[str, _Followed] = {}
        self._away = False
        """Whether the queue was away when it was asked last, about an order that is still pending."""
        self._uncharged: dict[str, Message] = {}
        """Why a ticket came back unpaid since the till was opened, by the name that it is set aside under."""
        self._round = asyncio.Lock()

    @property
    def pending(self) -> bool:
        """Whether an order of this till has not come to its end. Reads memory only."""
        return self._services.queue is not None and bool(self._services.view.keys(QUEUED))

    def listed(self) -> tuple[PendingCheckout, ...]:
        """The tickets of this lane that are in the queue, oldest first."""
        return tuple(
            PendingCheckout(each.kept, each.said) for each in sorted(self._all(), key=lambda each: each.kept.since)
        )

    def uncharged(self) -> tuple[Message, ...]:
        """What is to be told of the tickets that came back unpaid, from the queue or a bank, and are set aside."""
        aside = {name: record["ticket"] for name, record in self._services.view.items(SET_ASIDE) if "unpaid" in record}
        self._uncharged = {name: told for name, told in self._uncharged.items() if name in aside}
        text = N_("Ticket {ticket} was not charged, and is set aside as {name}.")
        return tuple(
            self._uncharged.get(name) or lazy(text, ticket=called_as(name, ticket), name=called_as(name, ticket))
            for name, ticket in aside.items()
        )

    def require(self) -> CheckoutQueue:
        """The queue. Raises TillError `store_unusable` for a shop that has none, and what its own `require` does."""
        if self._services.queue is None:
            text = N_("This shop has no queue: only a shop on a server has one.")
            if self._training:
                text = N_("In training nothing is queued: charge the card at once.")
            raise TillError("store_unusable", lazy(text))
        self._services.queue.require()
        return self._services.queue

    async def send(self, ticket: TicketState, card: CardToken) -> None:
        """Put a ticket, of which nothing is paid yet, into the queue, and take it off the screen in one durable step.

        A queue that cannot be reached is told of it later. Raises TillError `queue_full`, and what else the queue
        refuses: the ticket is on the screen again.
        """
        services, queue = self._services, self.require()
        now = services.clock.now()
        request = CheckoutRequest(
            order=services.ids.new("queued", now),
            lane=services.lane,
            ticket=ticket.number,
            cart=ticket.cart,
            total=ticket.sale.total,
            currency=services.catalog.shop.currency,
            card=card,
            at=now,
            expires=now + services.queueing.expires,
            actor=services.actor,
        )
        queued = ticket.standing("queued")
        kept = QueuedTicket(ticket=ticket.number, request=request, sale=queued.sale)
        record = kept.model_dump(mode="json", exclude_defaults=True)
        records: Records = {
            (QUEUED, request.order): record,
            (BEGUN, ticket.number): {},
            **self._lane.records(),
        }
        followed = self._followed[request.order] = _Followed(kept, record, sending=True)

        def finish() -> None:
            self._current.put(queued)
            text = lazy("{amount} to {card}", amount=self._money(request.total), card=kept.card)
            services.emit(queued.sale, "queued", text, order=request.order)

        try:
            await self._steps.write(records, finish, expect={(QUEUED, request.order): None})
            try:
                await self._first(queue, followed)
            except TillError:
                await self._put_back(followed, ticket)
                raise
        finally:
            followed.sending = False

    async def _first(self, queue: CheckoutQueue, followed: _Followed) -> None:
        """Tell the queue of a ticket for the first time. Raises TillError for what it does not take.

        No customer waits once more for a queue that is known to be away: `follow` tells it within a second of its
        return.
        """
        silent = lazy("The queue gives no answer.")
        if self._away:
            self._tell_away(followed, silent)
            return
        try:
            asked = self._services.asked(queue.enqueue, followed.kept.request)
            followed.said, followed.in_queue = await asyncio.wait_for(asked, PATIENCE), True
        except TimeoutError:
            self._away = True
            self._tell_away(followed, silent)
        except TillError as error:
            if error.code not in AWAY:
                raise
            self._away = True
            self._tell_away(followed, error.words)

    async def follow(self) -> None:
        """Ask what became of every order that is pending, and bring back what is over. Nothing while that is done.

        Raises TillError `store_unusable`: it is done again then.
        """
        queue = self._services.queue
        if queue is None or not self.pending or self._round.locked():
            return
        async with self._round:
            there = True
            for each in self._all():
                if not self._at_rest(each):
                    continue
                if there and not each.ended:
                    there = await self._ask(queue, each)
                await self._end(each)
            self._away = not there

    def _at_rest(self, each: _Followed) -> bool:
        """Whether no step of the cashier is about it: one that is in doubt is found out first."""
        front = self._current.state
        return not each.sending and not (front.uncertain is not None and front.number == each.kept.ticket)

    async def _ask(self, queue: CheckoutQueue, each: _Followed) -> bool:
        """Ask about an order; one of which the queue has not heard for certain is told to it again.

        Whether the queue can be reached.
        """
        services, request, now = self._services, each.kept.request, self._services.clock.now()
        if each.not_before is not None and now < each.not_before:
            return True
        each.not_before = None
        expired = is_expired(request, now)
        try:
            said = await services.asked(queue.find, request.order) if each.in_queue or expired else None
            if said is not None and said.state == "pending" and expired:
                # Where no worker is left, nobody else brings it to its end.
                said = await services.asked(queue.expire, request.order)
            if said is None and expired:
                # Nobody charges it any more, even if it is told to the queue this moment.
                said = QueuedOrder(order=request.order, state="expired")
            if said is None or not (each.in_queue or said.is_over):
                said = await services.asked(queue.enqueue, request)
        except TillError as error:
            if error.code == "queue_full":
                wait = error.details.get("wait")
                each.not_before = now + timedelta(seconds=wait if isinstance(wait, int) else 1)
            if not each.in_queue:
                self._tell_away(each, error.words)
            return error.code not in AWAY
        each.said, each.in_queue = said, True
        each.told.discard("away")
        if said.state != "stuck":
            each.told.discard("stuck")
        return True

    async def _end(self, each: _Followed) -> None:
        """Bring a ticket back whose order is over, in one durable step; it is told once it is done."""
        said = each.said
        if said is None or not said.is_over:
            return
        if said.state == "paid":
            await self._paid(each, said)
        elif said.state == "stuck":
            self._tell_stuck(each, said)
        else:
            await self._set_aside(each, said)

    async def _paid(self, each: _Followed, said: QueuedOrder) -> None:
        services, kept = self._services, each.kept
        records: Records = {(QUEUED, kept.order): None, (BEGUN, kept.ticket): None}
        await services.by_id(services.store.write, records, expect={(QUEUED, kept.order): each.record})
        self._forget(kept)
        total = kept.sale.total
        sale = changed(kept.sale, state="paid", paid=total, due=0, cash_due=0, receipt=said.receipt, order=kept.order)
        self._show(each, TicketState(cart=kept.request.cart, sale=sale))
        text = lazy("ticket {ticket}: receipt {receipt}", ticket=kept.sale.called, receipt=said.receipt or "")
        services.emit(sale, "queue_paid", text, order=kept.order)
        told = N_("Ticket {ticket} is paid: receipt {receipt}.")
        self._current.notify((lazy(told, ticket=kept.sale.called, receipt=said.receipt or ""),))

    async def _set_aside(self, each: _Followed, said: QueuedOrder) -> None:
        services, kept, now = self._services, each.kept, self._services.clock.now()
        view, cart = services.view, kept.request.cart
        while True:
            name = free_name(view, kept.ticket, cart.name)
            records: Records = {**set_aside(name, kept.sale, cart, now, unpaid=True), (QUEUED, kept.order): None}
            expect: Records = {(QUEUED, kept.order): each.record, (SET_ASIDE, name): None}
            # Told once more after a fault, it may find its own record: that is as good.
            if await services.by_id(services.store.write, records, expect=expect):
                break
            if view.get(QUEUED, kept.order) is None:
                break
        self._forget(kept)
        held = TicketState(cart=cart, sale=kept.sale).standing("held")
        self._show(each, held)
        why = joined(tuple(self._reasons(kept, said)))
        services.emit(held.sale, "queue_failed", why, order=kept.order)
        text = N_("Ticket {ticket} was not charged, and is set aside as {name}: {reason}")
        place = called_as(name, kept.ticket)
        told = self._uncharged[name] = lazy(text, ticket=kept.sale.called, name=place, reason=why)
        self._current.notify((told,))

    def _reasons(self, kept: QueuedTicket, said: QueuedOrder) -> Iterator[Message]:
        """Why an order was not paid, in sentences."""
        if said.state == "declined":
            words = decline_words(said.decline_code)
            yield words.sentence
            yield words.next_step
        elif said.state == "sold_out":
            text = N_("{name}: {wanted} wanted, {free} left.")
            for short in said.short:
                yield lazy(text, name=verbatim(short.name), wanted=short.wanted, free=short.free)
            if not said.short:
                yield lazy("Something on it is sold out.")
        elif said.state == "price_changed" and said.total is not None:
            text = N_("It cost {before} when it was queued, it costs {after} now: ask the customer.")
            yield lazy(text, before=self._money(kept.request.total), after=self._money(said.total))
        elif said.state == "expired":
            yield lazy("Nobody charged it in time.")
        else:
            yield said.words or lazy("The price has changed.")

    async def _put_back(self, each: _Followed, ticket: TicketState) -> None:
        """Take a ticket that the queue did not take back to the screen, in one durable step."""
        kept = each.kept
        again = self._pricing.priced(kept.ticket, ticket.cart)
        records: Records = {(QUEUED, kept.order): None, **self._lane.taking(kept.ticket, again.cart)}

        def finish() -> None:
            self._forget(kept)
            self._current.put(again)
            self._current.tell()

        await self._steps.write(records, finish, expect={(QUEUED, kept.order): each.record})

    def _tell_away(self, each: _Followed, reason: Message) -> None:
        if "away" not in each.told:
            each.told.add("away")
            text = N_("Ticket {ticket} goes into the queue by itself, do not charge it again. {reason}")
            self._current.notify((lazy(text, ticket=each.kept.sale.called, reason=reason),))

    def _tell_stuck(self, each: _Followed, said: QueuedOrder) -> None:
        """Somebody has to look at it: nobody knows whether it is paid, so that it cannot be set aside either."""
        if "stuck" not in each.told:
            each.told.add("stuck")
            text = N_("Ticket {ticket} is stuck in the queue, do not charge it again: see `pos queue`. {reason}")
            self._current.notify((lazy(text, ticket=each.kept.sale.called, reason=said.words or NOTHING),))

    def _show(self, each: _Followed, ticket: TicketState) -> None:
        """What became of the ticket that is still shown is seen there, too."""
        state = self._current.state
        if state.number == ticket.number and state.sale.state == "queued" and not self._current.busy:
            self._current.put(ticket)

    def _forget(self, kept: QueuedTicket) -> None:
        self._followed.pop(kept.order, None)

    def _all(self) -> list[_Followed]:
        """Every order of this lane that is on record as queued."""
        view, lane = self._services.view, self._services.lane
        found = []
        for order in view.keys(QUEUED):
            known = self._followed.get(order)
            if known is None and (record := view.get(QUEUED, order)) is not None:
                known = self._followed[order] = _Followed(QueuedTicket.model_validate(record), record)
            if known is not None and known.kept.request.lane == lane:
                found.append(known)
        return found

    def _money(self, amount: int) -> Money:
        return Money(amount, self._services.catalog.exponent)
