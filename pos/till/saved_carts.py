"""The member on the ticket, and the one cart that waits for each: it is taken and merged in when they come back."""

from __future__ import annotations

from pos.domain.cart import Cart
from pos.domain.coupons import out_of_force
from pos.domain.entered_carts import as_entered
from pos.domain.errors import TillError
from pos.domain.merge import Free, merge
from pos.domain.message import Message, joined, lazy
from pos.domain.model import changed
from pos.domain.ports import Document, Records
from pos.domain.repricing import QuotedPrices
from pos.domain.sale import Sale
from pos.domain.ticket_changes import TakenCart
from pos.domain.ticket_records import BEGUN, SAVED_CARTS, kept_cart, saved_cart
from pos.stores.records import FAULTS, not_understood
from pos.till.current_ticket import CurrentTicket
from pos.till.lane import Lane
from pos.till.levels import Levels
from pos.till.pricing import Pricing
from pos.till.record_writer import RecordWriter
from pos.till.services import Services
from pos.till.ticket_state import TicketState
from pos.till.till_input import TillInput

Notices = tuple[Message, ...]


class SavedCarts:
    """Puts members on tickets, and tickets into their members' carts."""

    def __init__(
        self,
        services: Services,
        lane: Lane,
        current: CurrentTicket,
        steps: RecordWriter,
        pricing: Pricing,
        till_input: TillInput,
        levels: Levels,
    ) -> None:
        self._services = services
        self._lane = lane
        self._current = current
        self._steps = steps
        self._pricing = pricing
        self._input = till_input
        self._levels = levels

    async def attach(self, member_id: str) -> Sale:
        """Put a member on the ticket, which can be edited; a cart set aside for them is taken and merged in.

        Raises TillError `unknown_member`, `ticket_full` if both together have too many lines, and `store_damaged` for a
        cart that cannot be understood.
        """
        services, current = self._services, self._current
        current.editable()
        with current.alone():
            member = self._input.member(member_id)
            key, told = (SAVED_CARTS, member.id), joined((member.name, f"({member.id})"))
            change = lazy("member {member}", member=told)
            attached = changed(current.state.cart, member=member.id)
            while (saved := await services.read(services.store.get, *key)) is not None:
                kept, shown = _understood(member.id, saved)
                cart, notices = self._merged(attached, kept)
                taken = TakenCart(member=member.id, record=saved)
                records: Records = {
                    key: None,
                    **self._lane.records(current.state.number, cart),
                    **current.records_of(cart, change, taken),
                }

                def finish(
                    cart: Cart = cart,
                    shown: QuotedPrices | None = shown,
                    notices: Notices = notices,
                    taken: TakenCart = taken,
                ) -> None:
                    current.edit(cart, "member", told, change, taken=taken)
                    current.notify((*self._pricing.changes(shown, current.state), *notices))

                if await self._steps.write(records, finish, expect={key: saved}):
                    current.notify(current.elsewhere())
                    return current.sale
            current.edit(attached, "member", told, change)
            # Of two lanes at once, the one that comes second finds the first on record.
            await services.durable(lambda: None)
            wrong = services.store.unreadable(*key)
            current.notify((*((wrong,) if wrong else ()), *current.elsewhere()))
        return current.sale

    def detach(self) -> Sale:
        """Take the member off the ticket. Raises TillError `unknown_member` if none is on it."""
        ticket = self._current.editable()
        if ticket.cart.member is None:
            raise TillError("unknown_member", lazy("No member is on this ticket."))
        cart, change = changed(ticket.cart, member=None), lazy("member taken off")
        return self._current.edit(cart, "member", lazy("taken off"), change)

    async def save(self, member: str, held: TicketState) -> None:
        """Put a ticket, shown as held, into its member's saved cart.

        Raises TillError `ticket_full`, `store_damaged`.
        """
        services, told = self._services, lazy("set aside for {name}", name=held.sale.member_name)
        key = (SAVED_CARTS, member)
        while True:
            cart, before = held.cart, await services.read(services.store.get, *key)
            notices: Notices = ()
            if before is not None:
                saved, left_out = as_entered(_understood(member, before)[0], services.catalog.rules)
                cart, notices = self._put_together(cart, saved, {})
                notices = (*left_out, *notices)
            record = saved_cart(cart, QuotedPrices.of(held.sale, held.cart))
            records = {key: record, (BEGUN, held.number): None, **self._lane.records()}

            def finish(notices: Notices = notices) -> None:
                self._current.put(held)
                services.emit(held.sale, "held", told)
                self._current.notify(notices)

            if await self._steps.write(records, finish, expect={key: before}):
                return

    def _merged(self, guest: Cart, saved: Cart) -> tuple[Cart, Notices]:
        saved, gone = self._pricing.still_sold(saved)
        products = self._services.catalog.products
        free = {
            line.sku: self._levels.free(products[line.sku])
            for line in (*guest.lines, *saved.lines)
            if line.sku in products
        }
        cart, notices = self._put_together(guest, saved, free)
        return cart, (*gone, *notices)

    def _put_together(self, guest: Cart, saved: Cart, free: Free) -> tuple[Cart, Notices]:
        rules, now = self._services.catalog.rules, self._services.clock.now()
        over = out_of_force((*guest.coupons, *saved.coupons), guest.member, rules, now)
        return merge(guest, saved, rules, free, over)


def _understood(member: str, record: Document) -> tuple[Cart, QuotedPrices | None]:
    """A member's saved cart, which is theirs whoever it names. Raises TillError `store_damaged`."""
    try:
        cart, shown = kept_cart(record)
    except FAULTS:
        raise not_understood(SAVED_CARTS, member) from None
    return changed(cart, member=member), shown
