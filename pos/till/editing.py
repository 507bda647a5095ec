"""How the ticket in front is edited until it is paid: nothing here waits for a disk or a gateway."""

from __future__ import annotations

from decimal import Decimal

from pos.domain import cart_edits
from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.coupons import admit
from pos.domain.errors import TillError
from pos.domain.i18n import N_, number_text
from pos.domain.message import Message, Money, Number, joined, lazy, verbatim
from pos.domain.model import changed
from pos.domain.sale import Sale
from pos.domain.spelling import folded
from pos.till.current_ticket import CurrentTicket
from pos.till.levels import Levels
from pos.till.services import Services
from pos.till.till_input import TillInput, shortened


class TicketEditing:
    """Changes what is on the ticket. Every method raises TillError, the sale unchanged, for what cannot be done."""

    def __init__(self, services: Services, current: CurrentTicket, till_input: TillInput, levels: Levels) -> None:
        self._services = services
        self._current = current
        self._input = till_input
        self._levels = levels

    @property
    def latest_line(self) -> int:
        """The number of the line that was added, or added to, last. Raises TillError `empty_ticket`."""
        ticket = self._current.editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", lazy("There is no line on this ticket."))
        return ticket.cart.latest

    def add(self, code: str, quantity: Decimal | None = None) -> Sale:
        """Scan a code: a GTIN, a PLU or an SKU. A weighed thing needs its weight as `quantity`.

        Raises TillError `card_swiped` for a swipe, as does every method that takes a text.
        """
        ticket = self._current.editable()
        product = self._input.product(code)
        if quantity is None:
            if product.weighed:
                text = N_("{name} is sold by {unit}: type the weight first, such as {example}.")
                example = f"{number_text(Decimal('0.412'))}*{code}"
                message = lazy(text, name=product.name, unit=product.unit, example=example)
                raise TillError("bad_quantity", message)
            quantity = Decimal(1)
        quantity = cart_edits.checked_quantity(quantity, product)
        wanted = ticket.cart.quantity_of(product.sku) + quantity
        if not product.weighed:
            cart_edits.checked_quantity(wanted, product)
        self._levels.require_free(product, wanted, ticket.cart.quantity_of(product.sku))
        cart = cart_edits.add(ticket.cart, product, quantity)
        things = joined((Number(quantity), product.name))
        return self._current.edit(cart, "added", things, lazy("add {things}", things=things))

    def set_quantity(self, line: int, quantity: Decimal) -> Sale:
        """Change how many, or how much, a line holds; 0 takes it off."""
        ticket = self._current.editable()
        old = cart_edits.line_of(ticket.cart, line)
        if quantity == 0:
            return self.void(line)
        product = self._services.catalog.products[old.sku]
        quantity = cart_edits.checked_quantity(quantity, product)
        elsewhere = ticket.cart.quantity_of(old.sku, without=line)
        if quantity != old.quantity:
            self._levels.require_free(product, elsewhere + quantity, elsewhere)
        cart = cart_edits.set_quantity(ticket.cart, line, quantity)
        change = lazy("quantity {quantity} of {name}", quantity=quantity, name=product.name)
        return self._current.edit(cart, "changed", joined((Number(quantity), product.name)), change)

    def one_fewer(self, line: int) -> Sale:
        """One fewer of a line of pieces; of a line that holds more than is free, as many as are free, which is told."""
        ticket = self._current.editable()
        old = cart_edits.line_of(ticket.cart, line)
        product = self._services.catalog.products[old.sku]
        fewer, free = old.quantity - 1, self._levels.free(product)
        if free is not None and not product.oversell:
            fewer = min(fewer, max(free - ticket.cart.quantity_of(old.sku, without=line), Decimal(1)))
        sale = self.set_quantity(line, fewer)
        if fewer < old.quantity - 1:
            text = N_("{name}: {taken} instead of {wanted}, as no more is free.")
            self._current.notify([lazy(text, name=product.name, taken=fewer, wanted=old.quantity)])
        return sale

    def void(self, line: int | None = None) -> Sale:
        """Take a line off the ticket; none: the one added last."""
        ticket = self._current.editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", lazy("There is no line on this ticket to void."))
        number = ticket.cart.latest if line is None else line
        gone = cart_edits.line_of(ticket.cart, number)
        change = lazy("void {things}", things=self._whole(gone))
        return self._current.edit(cart_edits.void(ticket.cart, number), "removed", verbatim(self._name(gone)), change)

    def void_all(self) -> Sale:
        """Take everything off the ticket: lines, coupons, member and discounts."""
        ticket = self._current.editable()
        if ticket.empty:
            raise TillError("empty_ticket", lazy("There is nothing on this ticket to void."))
        cart, change = Cart(last_line=ticket.cart.last_line), lazy("void the whole ticket")
        return self._current.edit(cart, "removed", lazy("the whole ticket"), change)

    def discount(self, line: int, discount: ManualDiscount | None) -> Sale:
        """Take a percentage or an amount off a whole line, in place of an earlier one; None removes it."""
        ticket = self._current.editable()
        cart = cart_edits.set_discount(ticket.cart, line, self._input.kept_discount(discount))
        words = lazy("discount on {name}", name=self._whole(cart_edits.line_of(cart, line)))
        return self._current.edit(cart, "changed", words, words)

    def discount_ticket(self, discount: ManualDiscount | None) -> Sale:
        """Take a percentage or an amount off the whole ticket, in place of an earlier one; None removes it."""
        ticket = self._current.editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", lazy("There is nothing on this ticket to discount."))
        cart = changed(ticket.cart, discount=self._input.kept_discount(discount))
        words = lazy("discount on the ticket")
        return self._current.edit(cart, "changed", words, words)

    def price(self, line: int, unit_price: int | None) -> Sale:
        """Sell a line at a typed unit price, or None for the catalog's."""
        ticket = self._current.editable()
        if unit_price is not None and unit_price < 0:
            raise TillError("bad_price", lazy("A price cannot be negative."))
        cart = cart_edits.set_price(ticket.cart, line, unit_price)
        changed = cart_edits.line_of(cart, line)
        words = lazy("price of {name}", name=self._whole(changed))
        sale = self._current.edit(cart, "changed", words, words)
        if changed.quantity != 1 and not self._services.catalog.products[changed.sku].weighed:
            now = next(each.unit_price for each in sale.lines if each.line == line)
            self._current.notify(
                [lazy("{things}: each costs {price} now.", things=self._whole(changed), price=self._money(now))]
            )
        return sale

    def apply_coupon(self, code: str) -> Sale:
        """Put a coupon on the ticket, if its conditions that can be told now are met."""
        ticket = self._current.editable()
        coupon = admit(
            self._input.entered(code),
            ticket.cart,
            ticket.sale,
            self._services.catalog.rules,
            self._services.clock.now(),
        )
        cart = changed(ticket.cart, coupons=(*ticket.cart.coupons, coupon.code.upper()))
        change = lazy("coupon {code}", code=coupon.code.upper())
        return self._current.edit(cart, "coupon", verbatim(coupon.code.upper()), change)

    def remove_coupon(self, code: str) -> Sale:
        """Take a coupon off the ticket."""
        ticket, code = self._current.editable(), self._input.entered(code)
        found = next((other for other in ticket.cart.coupons if folded(other) == folded(code)), None)
        if found is None:
            raise TillError("coupon_not_applied", lazy("Coupon {code} is not on this ticket.", code=shortened(code)))
        coupons = tuple(other for other in ticket.cart.coupons if other != found)
        cart = changed(ticket.cart, coupons=coupons)
        change = lazy("coupon {code} taken off", code=found)
        return self._current.edit(cart, "coupon", lazy("{code} taken off", code=found), change)

    def next_ticket(self) -> Sale:
        """Begin a new ticket if the last is done with; the ticket that is in front then."""
        if not self._current.busy:
            self._current.begin_next()
        return self._current.sale

    def refresh(self) -> Sale:
        """Price the ticket again, as time or another till may have changed it."""
        if self._current.sale.editable and not self._current.busy:
            self._current.reprice()
            self._current.tell()
        return self._current.sale

    def _money(self, amount: int) -> Money:
        return Money(amount, self._services.catalog.exponent)

    def _whole(self, line: CartLine) -> Message:
        """A line's name with how many it holds, if that is more than one: a change of it changes them all."""
        name = self._name(line)
        return joined((Number(line.quantity) if line.quantity != 1 else "", name))

    def _name(self, line: CartLine) -> str:
        return self._services.catalog.products[line.sku].name
