"""What a cart costs now, by the shop's catalog, and what has changed since it was put away."""

from __future__ import annotations

from collections.abc import Iterator

from pos.domain.cart import Cart
from pos.domain.entered_carts import as_entered
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.domain.model import changed
from pos.domain.pricing import price
from pos.domain.repricing import QuotedPrices, price_changes, total_change
from pos.domain.settlement import opened
from pos.till.services import Services
from pos.till.ticket_state import TicketState
from pos.till.till_input import shortened


class Pricing:
    """Prices carts for one lane. Reads memory only."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def priced(self, number: str, cart: Cart) -> TicketState:
        """The ticket with this number and cart, to be edited, at the prices of now, without what is sold no more."""
        if self.has_gone(cart):
            cart, _told = self.still_sold(cart)
        rules = self._services.catalog.rules
        member = rules.members.get(cart.member) if cart.member else None
        priced = price(cart, rules, self._services.clock.now())
        return TicketState(cart=cart, sale=opened(priced, number, member, rules.shop, cart.name))

    def restored(self, number: str, cart: Cart, total: int | None) -> tuple[TicketState, tuple[Message, ...]]:
        """A ticket from the store as of now, and what differs from it, in sentences.

        `total` is what it was shown to cost, minor units, if that is known.
        """
        cart, gone = self.still_sold(cart)
        ticket = self.priced(number, cart)
        exponent = self._services.catalog.exponent
        changed = () if total is None or gone else total_change(total, ticket.sale.total, exponent)
        return ticket, (*gone, *changed)

    def has_gone(self, cart: Cart) -> bool:
        """Whether something is on it that the catalog does not have any more: another till may have taken it out."""
        products = self._services.catalog.products
        return any(line.sku not in products for line in cart.lines)

    def still_sold(self, cart: Cart) -> tuple[Cart, tuple[Message, ...]]:
        """A cart from the store without what cannot be sold any more, or not so, and a sentence for each such line."""
        cart, left_out = as_entered(cart, self._services.catalog.rules)
        products = self._services.catalog.products
        gone = tuple(line for line in cart.lines if line.sku not in products)
        if not gone:
            return cart, left_out
        text = N_("Line {line}, {quantity} of {sku}, was left out: the catalog does not have it any more.")
        kept = tuple(line for line in cart.lines if line.sku in products)
        latest = cart.latest if any(line.line == cart.latest for line in kept) else kept[-1].line if kept else 0
        missing = (lazy(text, line=line.line, quantity=line.quantity, sku=shortened(line.sku)) for line in gone)
        return changed(cart, lines=kept, latest=latest), (*missing, *left_out)

    def changes(self, before: QuotedPrices | None, ticket: TicketState, *, whole: bool = False) -> Iterator[Message]:
        """What differs from what was shown when this was set aside; of the total if it is the `whole` ticket."""
        if before is not None:
            now, exponent = QuotedPrices.of(ticket.sale, ticket.cart), self._services.catalog.exponent
            yield from price_changes(before, now, ticket.sale, exponent)
            if whole:
                yield from total_change(before.total, now.total, exponent)
