"""The till: one method for each thing a cashier does. It holds the current sale; every call returns a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from pos.domain.coupons import admit
from pos.domain.errors import TillError
from pos.domain.money import format_money
from pos.domain.ports import CardToken, GatewayPlan
from pos.domain.reservations import Order
from pos.domain.sale import Sale
from pos.domain.spelling import folded, spelled
from pos.domain.tenders import tender_named
from pos.domain.words import N_, _
from pos.payments.masking import mask
from pos.till.closing import close_earlier_days
from pos.till.desk import Desk
from pos.till.editing import shortened
from pos.till.lane import last_reservation
from pos.till.looking import Looking
from pos.till.ticket import Result


@runtime_checkable
class Scripted(Protocol):
    """A gateway that can be told what to answer."""

    @property
    def plan(self) -> GatewayPlan:
        """What it was told and has not done yet."""
        ...

    def script(self, words: str) -> None:
        """Tell what happens next, such as `decline insufficient_funds`. Raises TillError `bad_command`."""
        ...


class Till(Looking):
    """The application behind every screen and script. Made by `open_till`; used from one event loop.

    Every method raises TillError, with nothing half done, for what cannot be done. Amounts are minor units.
    """

    def __init__(
        self,
        desk: Desk,
        *,
        throwaway: bool,
        training: bool = False,
        notices: tuple[str, ...] = (),
        place: str = "",
    ) -> None:
        super().__init__(desk)
        self.training = training
        """Whether all this is an exercise on a copy: nothing is sold, and whatever opens or prints is to ask it."""
        self.place = place
        """The store's folder; empty if the store is in memory."""
        self.notices = (*notices, *self.notices)
        self._playground = throwaway or training or desk.catalog.demo or desk.catalog.throwaway

    @property
    def lane(self) -> str:
        """The lane's name."""
        return self._desk.lane

    @property
    def playground(self) -> bool:
        """Whether the store is a demo, training or throw-away one, in which the gateway may be told what to answer."""
        return self._playground

    @property
    def waiting_for_card(self) -> bool:
        """Whether a card is being charged and `cancel_payment` would be heard."""
        return self._checkout.waiting

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
        if self._is_paying():
            return self.sale
        taken = tender_named(tender)
        if taken.behind == "unknown":
            raise TillError("tender_unknown", _("Nothing can be paid by {tender} here.", tender=shortened(tender)))
        with self._alone():
            if await self._ready(self.sale.due if due is None else due):
                self._take(await self._written(self._checkout.pay(self._ticket, taken, amount, number)))
        return self.sale

    async def tokenize(self, number: str, tender: str = "card") -> CardToken:
        """What a card or the like is kept as, by number or by the word `reader`, to be charged by `pay` once or again.

        Raises TillError `card_number_invalid`, `gateway_down`.
        """
        return await self._checkout.tokenize(tender_named(tender), number)

    async def pay_cash(self, tendered: int | None = None, *, due: int | None = None) -> Sale:
        """Take cash, None for exactly what is due in cash; as `pay`."""
        return await self.pay("cash", tendered, due=due)

    async def pay_card(self, card: str | CardToken, amount: int | None = None, *, due: int | None = None) -> Sale:
        """Charge a card: its token, its number or the word `reader`; None for all that is due; as `pay`."""
        return await self.pay("card", amount, number=card, due=due)

    def require_due(self, shown: int) -> None:
        """Raises TillError `due_changed` if what is due now is not what was shown as due, minor units."""
        if self.sale.due != shown:
            before, after = (format_money(due, self.catalog.exponent) for due in (shown, self.sale.due))
            text = N_("{before} was shown as due, {after} is due now: nothing was taken. Take the payment again.")
            raise TillError("due_changed", _(text, before=before, after=after), due=self.sale.due)

    def cancel_next(self) -> Sale:
        """Take the next card payment back while the gateway is being asked. Raises TillError `not_in_this_store`."""
        if not self._playground:
            message = _("A card payment can be cancelled ahead in training or in a demo store only.")
            raise TillError("not_in_this_store", message)
        self._checkout.cancel_next()
        return self.sale

    def cancel_payment(self) -> None:
        """Take back the card payment that is being waited for: it ends as cancelled, paid or unknown."""
        self._checkout.cancel()

    async def abandon(self) -> Sale:
        """Give back every part payment and all that is held; the ticket can be edited again.

        Raises TillError `nothing_to_abandon`, `payment_unknown` if a card could not be given its money back yet.
        """
        if self._is_paying():
            return self.sale
        with self._alone():
            if self.sale.state == "checking":
                message = _("Ticket {ticket} is still being checked: wait for its end.", ticket=self.sale.ticket)
                raise TillError("ticket_frozen", message)
            if self._finished:
                raise TillError("nothing_to_abandon", _("No payment stands on this ticket."))
            mended = await self._mend() if self._torn is not None else None
            if mended is None or mended.outcome == "part_paid":
                self._take(await self._written(self._checkout.abandon(self._ticket)))
        return self.sale

    def find_order(self, order: str | None = None) -> Order:
        """An order by its id or receipt number; none: the sale that was just finished, else the last of all.

        Raises TillError `unknown_order`.
        """
        order = None if order is None else self.entered(order)
        wanted = spelled(order) if order else self.sale.order or self._last_order
        found = self._order(wanted) if wanted else next(iter(self.recent_orders(1)), None)
        if found is None and wanted is not None and folded(wanted) != wanted:
            found = self._order(folded(wanted))
        if found is None:
            message = (
                _("No order has the number {number}.", number=shortened(order)) if order else _("Nothing was sold yet.")
            )
            raise TillError("unknown_order", message)
        return found

    def _order(self, wanted: str) -> Order | None:
        """An order by its id or receipt number, from memory if it was made or looked up here lately."""
        seen = self._desk.orders
        found = seen.find(wanted) or self._desk.store.archive.order(wanted)
        if found is not None:
            seen.add(found)
        return found

    def recent_orders(self, limit: int) -> tuple[Order, ...]:
        """The orders that were finished last, the newest first, as many as asked for."""
        return self._desk.store.archive.recent_orders(limit)

    def receipt(self, order: str | None = None, *, width: int = 42) -> str:
        """A receipt as text, `width` columns wide; which one, as in `find_order`."""
        from pos.receipts.text import receipt_text

        found = self.find_order(order)
        shop, exponent = self.catalog.shop, self.catalog.exponent
        return receipt_text(found, shop, width=width, exponent=exponent, training=self.training)

    def print_receipt(self, order: str | None = None) -> str:
        """The receipt once more, as text; which one, as in `find_order`."""
        text = self.receipt(order)
        self._desk.emit(self.sale, "printed", _("receipt {number}", number=self.find_order(order).receipt))
        return text

    @property
    def gateway_plan(self) -> GatewayPlan | None:
        """What the simulated gateway was told and has not done yet; None where it cannot be told."""
        gateway = self._desk.gateway
        return gateway.plan if self._playground and isinstance(gateway, Scripted) else None

    def gateway(self, words: str) -> Sale:
        """Tell the simulated gateway what to answer. Raises TillError `not_in_this_store`, `bad_command`."""
        gateway = self._desk.gateway
        if not self._playground or not isinstance(gateway, Scripted):
            message = _("The gateway can be told what to answer in training or in a demo store only.")
            raise TillError("not_in_this_store", message)
        words = self.entered(words)
        gateway.script(words)
        self._desk.emit(self.sale, "gateway", words)
        return self.sale

    def say(self, text: str) -> Sale:
        """A line for whoever watches."""
        self._desk.emit(self.sale, "said", mask(text, self.catalog.is_named))
        return self.sale

    async def wait(self, seconds: float) -> Sale:
        """Let time pass; what is due in it, such as checking payments, is done."""
        await self._desk.clock.sleep(seconds)
        await self.recover()
        await self.close_earlier_day()
        return self.refresh()

    async def close_earlier_day(self) -> None:
        """Close what was sold before today, unless a ticket is being served. Raises TillError `store_unusable`.

        Which day an order belongs to does not depend on it, see `pos.domain.days`. Tills that share one open store
        leave it to whoever opened it.
        """
        desk = self._desk
        if desk.owns_store and self._idle:
            zone = self.catalog.shop.timezone
            for told in await desk.durable(close_earlier_days, desk.store, desk.clock.now(), zone):
                raise TillError("store_unusable", told)

    async def flush(self) -> None:
        """Wait until everything that was done is durable. Raises TillError `store_unusable`."""
        await self._lane.flush()

    def close(self) -> None:
        """Write down what is left and give the store back."""
        self._desk.close()

    async def _ready(self, due: int) -> bool:
        """Whether the ticket can be paid: not empty, and at the price and the due shown. False if it is paid already.

        Raises TillError `payment_unknown` if nobody knows whether it is.
        """
        if self._finished:
            self._begin(self._blank())
        await self._make_room()
        known = self._ticket.reservation
        asks = self._unsure or (known is not None and known.unanswered)
        mended = await self._mend() if asks else None
        if mended is not None and mended.outcome == "unknown":
            text = N_("Ticket {ticket} is being checked: do not charge it again. You can serve the next customer.")
            raise TillError("payment_unknown", _(text, ticket=self.sale.ticket))
        if self._finished:
            return False
        if self._ticket.reservation is None:
            if not self._ticket.cart.lines:
                raise TillError("empty_ticket", _("There is nothing on this ticket to pay."))
            self._refuse_changed_price()
        self.require_due(due)
        await self._lane.flush()
        return True

    async def _make_room(self) -> None:
        """Give back what is held beyond its time, and what this ticket holds itself: its payment holds all of it."""
        await self.keep_time()
        own = last_reservation(self._desk.view, self.sale.ticket)
        if own is not None and own.state == "held":
            await self._checkout.release(replace(self._ticket, reservation=own))

    def _refuse_changed_price(self) -> None:
        """Show the ticket as it is priced now. Raises TillError `coupon_exhausted`, `price_changed` if it differs."""
        shown, self._ticket = self._ticket, self._priced(self._ticket.sale.ticket, self._ticket.cart)
        if shown.sale.priced == self._ticket.sale.priced:
            return
        cart, gave = self._ticket.cart, {coupon.code: coupon.amount for coupon in self._ticket.sale.coupons}
        for coupon in shown.sale.coupons:
            if coupon.amount and not gave.get(coupon.code):
                alone = cart.model_copy(update={"coupons": tuple(code for code in cart.coupons if code != coupon.code)})
                try:
                    admit(coupon.code, alone, self.sale, self.catalog.rules, self._desk.clock.now())
                except TillError as error:
                    if error.code == "coupon_exhausted":
                        raise
        before, after = (format_money(sale.total, self.catalog.exponent) for sale in (shown.sale, self.sale))
        text = N_("The price changed with the time: it was {before}, it is {after} now.")
        raise TillError("price_changed", _(text, before=before, after=after))

    def _take(self, result: Result | None) -> None:
        """Make where a payment left the ticket the current one, and tell of its error; None: it is there already."""
        if result is None:
            return
        self._ticket = result.ticket
        self._last_order = result.ticket.sale.order or self._last_order
        if result.ticket.sale.state in ("paid", "checking"):
            self._done_with(result.ticket)
        if result.error is not None:
            raise result.error
