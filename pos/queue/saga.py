"""The saga of one job: price, reserve, charge and commit, by the same code as at a till."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from pos.domain.cart_edits import checked_quantity
from pos.domain.checkout_request import OWN_PRICES, CheckoutRequest, QueuedOrder, Short, is_expired
from pos.domain.declines import decline_words
from pos.domain.entered_carts import as_entered
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.locale_format import decimal_text
from pos.domain.message import Money, joined, lazy
from pos.domain.model import changed
from pos.domain.queue_ports import Begun, Ending, JobStore
from pos.domain.tenders import tender_named
from pos.domain.typed_kinds import no_member
from pos.till.attempt_resolution import AttemptResolver
from pos.till.checkout import Checkout
from pos.till.handing_over import HandingOver
from pos.till.lane import Lane
from pos.till.pricing import Pricing
from pos.till.services import FAULTS, Services
from pos.till.till_input import shortened

if TYPE_CHECKING:
    from pos.domain.cart import Cart
    from pos.domain.catalog import Rules
    from pos.domain.ports import ChargeResult, Clock, Gateway, Ids, Printer
    from pos.till.catalog import Catalog
    from pos.till.ticket_state import TicketState
    from pos.worker import Worker

AGAIN: Final = FAULTS | {"payment_unknown", "gateway_down", "server_away", "queue_away"}
"""The codes of what may do better a moment later."""
UNKNOWN_DECLINE: Final = "generic_decline"


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a worker has beside its shop and its queue: the same as a till."""

    gateway: Gateway
    clock: Clock
    ids: Ids
    printer: Printer
    catalog: Catalog
    lane: str
    foreign_prices: bool = False
    """Whether other programs may ask with prices and discounts of their own."""


async def pay_job(begun: Begun, store: JobStore, by: Equipment, steps: Worker) -> QueuedOrder:
    """Bring a job to its end, its steps in that thread; what became of it.

    Raises TillError with a code in `AGAIN` for what is to be tried again, `job_lost`; what `WorkerShop.new_job` says.
    """
    services = Services(
        store=store,
        gateway=_Voiding(by.gateway, store, steps, begun.voiding),
        clock=by.clock,
        ids=_OrderIds(by.ids, begun.request.order),
        printer=by.printer,
        lane=by.lane,
        catalog=by.catalog,
        owns_store=False,
        steps=steps,
    )
    payment = _Payment(begun.request, services, store, own_prices=by.foreign_prices or not begun.foreign)
    try:
        return await payment.made(begun)
    finally:
        services.close()


@dataclass(frozen=True, slots=True)
class _OrderIds:
    """Ids as a till gives them, but for the order, which has its own."""

    ids: Ids
    order: str

    def new(self, kind: str, at: datetime | None = None) -> str:
        """See `Ids`."""
        return self.order if kind == "order" else self.ids.new(kind, at)


class _Voiding:
    """A gateway at which an attempt is made void only after that was said at the shop.

    Whoever takes the job over while a void is on its way must not find that attempt paid: it would be given back.
    """

    def __init__(self, gateway: Gateway, store: JobStore, steps: Worker, voiding: str) -> None:
        self._gateway, self._store, self._steps, self._voided = gateway, store, steps, voiding
        self.tokenize, self.charge, self.refund = gateway.tokenize, gateway.charge, gateway.refund

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """See `Gateway`; None for what is to be void, whatever became of it: it is made void once more."""
        return None if attempt_id == self._voided else await self._gateway.find(attempt_id)

    async def void(self, attempt_id: str) -> None:
        """See `Gateway`. Raises TillError `job_lost`."""
        if attempt_id != self._voided:
            await self._steps.do(partial(self._store.will_void, attempt_id))
            self._voided = attempt_id
        await self._gateway.void(attempt_id)


class _Payment:
    """The saga of one job, with what a till has for it."""

    def __init__(self, request: CheckoutRequest, services: Services, store: JobStore, *, own_prices: bool) -> None:
        self._request, self._services, self._store, self._own_prices = request, services, store, own_prices
        lane = Lane(services)
        self._checkout = Checkout(services, lane, HandingOver(services, lane))

    async def made(self, begun: Begun) -> QueuedOrder:
        """What became of the job."""
        request, services = self._request, self._services
        ticket: TicketState | None = None
        if begun.left is not None:
            ticket = await AttemptResolver(services, self._checkout).settle(begun.left)
            match ticket.outcome:
                case "committed":
                    return self._sold(ticket)
                case "unknown" | "part_paid":
                    text = lazy("Nobody knows yet what became of the payment of order {order}.", order=request.order)
                    raise TillError("payment_unknown", text)
            if (declined := _declined(ticket)) is not None:
                return await self._end(declined)
        if is_expired(request, services.clock.now()):
            return await self._end(Ending("expired", lazy("It was not begun in time. Nothing was charged.")))
        if ticket is None:
            priced = self._priced()
            if isinstance(priced, Ending):
                return await self._end(priced)
            ticket = priced
        return await self._charged(ticket)

    def _priced(self) -> TicketState | Ending:
        """The ticket at the prices of now, if they are those that the customer agreed to."""
        request, catalog = self._request, self._services.catalog
        if request.currency != catalog.shop.currency:
            text = N_("The shop sells in {ours}, not in {theirs}.")
            return Ending("refused", lazy(text, ours=catalog.shop.currency, theirs=request.currency))
        if request.cart.has_own_prices and not self._own_prices:
            return Ending("refused", OWN_PRICES)
        if not request.cart.lines:
            return Ending("refused", lazy("There is nothing on it."))
        try:
            cart = _as_entered(request.cart, catalog.rules)
        except TillError as error:
            return Ending("refused", error.words)
        ticket = Pricing(self._services).priced(request.name, cart)
        total = ticket.sale.total
        if len(ticket.cart.lines) < len(request.cart.lines):
            gone = lazy("Something on it is not sold any more. Nothing was charged.")
            return Ending("price_changed", gone, total=total)
        if total != request.total:
            before, after = (Money(each, catalog.exponent) for each in (request.total, total))
            text = N_("It was {before}, it is {after} now. Nothing was charged.")
            return Ending("price_changed", lazy(text, before=before, after=after), total=total)
        return ticket

    async def _charged(self, ticket: TicketState) -> QueuedOrder:
        tender = tender_named("card" if ticket.sale.due else "cash")
        try:
            ticket = await self._checkout.pay(ticket, tender, None, self._request.card if ticket.sale.due else "")
        except TillError as error:
            if error.code in AGAIN or error.code == "job_lost":
                raise
            return await self._end(self._refused(error))
        if ticket.error is None:
            return self._sold(ticket)
        if ticket.error.code == "payment_declined":
            code = str(ticket.error.details.get("decline_code") or UNKNOWN_DECLINE)
            return await self._end(Ending("declined", ticket.error.words, decline_code=code))
        if self._store.is_lost:
            raise TillError("job_lost", lazy("Another worker has order {order} now.", order=self._request.order))
        raise ticket.error

    def _refused(self, error: TillError) -> Ending:
        """Why nothing was reserved, in the words of a till."""
        if error.code != "out_of_stock":
            return Ending("refused", error.words)
        sku, free = str(error.details.get("sku", "")), str(error.details.get("free", ""))
        wanted = self._request.cart.quantities.get(sku)
        product = self._services.catalog.products.get(sku)
        if wanted is None or product is None:
            return Ending("sold_out", error.words)
        short = Short(sku=sku, name=product.name, wanted=decimal_text(wanted), free=free)
        return Ending("sold_out", error.words, short=(short,))

    def _sold(self, ticket: TicketState) -> QueuedOrder:
        sale = ticket.sale
        return QueuedOrder(
            order=self._request.order, state="paid", receipt=sale.receipt, total=sale.total, ticket=self._request.name
        )

    async def _end(self, how: Ending) -> QueuedOrder:
        await self._services.durable(self._store.end, how)
        return QueuedOrder(
            order=self._request.order,
            state=how.state,
            words=how.words,
            total=how.total,
            decline_code=how.decline_code,
            short=how.short,
            ticket=self._request.name,
        )


def _as_entered(cart: Cart, rules: Rules) -> Cart:
    """A cart as a cashier could have entered it, coupons and member as the catalog spells them: by these uses count.

    Raises TillError `bad_quantity`, `unknown_member`.
    """
    for line in cart.lines:
        if (product := rules.products.get(line.sku)) is not None:
            checked_quantity(line.quantity, product)
    if cart.member is not None:
        member = rules.members.get(cart.member)
        if member is None:
            raise TillError("unknown_member", no_member(cart.member, shortened(cart.member)))
        cart = changed(cart, member=member.id)
    return as_entered(cart, rules)[0]


def _declined(ticket: TicketState) -> Ending | None:
    """How the job ended, if an earlier worker wrote down that its card was declined, and no more."""
    attempts = () if ticket.reservation is None else ticket.reservation.attempts
    if not attempts or attempts[-1].state != "declined":
        return None
    words = decline_words(attempts[-1].decline_code or UNKNOWN_DECLINE)
    told = joined((words.sentence, lazy("Not charged."), words.next_step))
    return Ending("declined", told, decline_code=attempts[-1].decline_code or UNKNOWN_DECLINE)
