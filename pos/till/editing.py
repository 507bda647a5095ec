"""The ticket in front of the cashier and all that is done to it before it is paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from pos.domain import edits
from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import Product
from pos.domain.codes import has_bad_check_digit, meant
from pos.domain.coupons import admit
from pos.domain.errors import TillError
from pos.domain.events import EventKind
from pos.domain.money import format_money
from pos.domain.pricing import price
from pos.domain.repricing import total_change
from pos.domain.sale import Sale
from pos.domain.settlement import opened
from pos.domain.shapes import decimal_text
from pos.domain.spelling import folded
from pos.domain.tickets import open_for
from pos.domain.words import N_, _, number_text, plural
from pos.payments.masking import bare, entered, kept, mask, swiped
from pos.till.catalog import Catalog
from pos.till.desk import Desk, Listener
from pos.till.lane import Lane, charged
from pos.till.ticket import Ticket, Torn

MOST_SHOWN = 30
"""How many characters of a code a message repeats."""


class Editing:
    """How a ticket is edited: the half of the till in which nothing waits for a disk or a gateway.

    Every method raises TillError, the sale unchanged, for what cannot be done. Amounts are minor units.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lane = Lane(desk)
        self._busy = False
        self._finished = False
        """Whether the ticket is done with (paid, held, parked): whatever is done next begins a new one."""
        self._torn: Torn | None = None
        """The last step, while nobody knows whether it was written: the ticket waits for that."""
        self.notices: tuple[str, ...] = ()
        """What the cashier is to be told of how the till was opened, in sentences."""
        restored = self._lane.restore()
        self._ticket = self._blank() if restored is None else self._restored(*restored)
        self.notices += self._elsewhere(self._ticket)

    @property
    def sale(self) -> Sale:
        """The current sale."""
        return self._ticket.sale

    @property
    def catalog(self) -> Catalog:
        """The shop's catalog."""
        return self._desk.catalog

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with the sale after each change, and with each event as it happens."""
        self._desk.listeners.append(listener)

    @property
    def latest_line(self) -> int:
        """The number of the line that was added, or added to, last. Raises TillError `empty_ticket`."""
        ticket = self._editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", _("There is no line on this ticket."))
        return ticket.cart.latest

    def add(self, code: str, quantity: Decimal | None = None) -> Sale:
        """Scan a code: a GTIN, a PLU or an SKU. A weighed thing needs its weight as `quantity`.

        Raises TillError `card_swiped` for a swipe, as does every method that takes a text.
        """
        ticket = self._editable()
        self.refuse_swipe(code)
        product = self._find(code)
        if quantity is None:
            if product.weighed:
                text = N_("{name} is sold by {unit}: type the weight first, such as {example}.")
                example = f"{number_text(Decimal('0.412'))}*{code}"
                message = _(text, name=product.name, unit=product.unit, example=example)
                raise TillError("bad_quantity", message)
            quantity = Decimal(1)
        quantity = edits.checked_quantity(quantity, product)
        wanted = ticket.cart.quantity_of(product.sku) + quantity
        if not product.weighed:
            edits.checked_quantity(wanted, product)
        self._require_free(product, wanted, ticket.cart.quantity_of(product.sku))
        cart = edits.add(ticket.cart, product, quantity)
        return self._edited(cart, "added", f"{number_text(quantity)} {product.name}")

    def set_quantity(self, line: int, quantity: Decimal) -> Sale:
        """Change how many, or how much, a line holds; 0 takes it off."""
        ticket = self._editable()
        old = edits.line_of(ticket.cart, line)
        if quantity == 0:
            return self.void(line)
        product = self.catalog.products[old.sku]
        quantity = edits.checked_quantity(quantity, product)
        elsewhere = ticket.cart.quantity_of(old.sku, without=line)
        if quantity != old.quantity:
            self._require_free(product, elsewhere + quantity, elsewhere)
        cart = edits.set_quantity(ticket.cart, line, quantity)
        return self._edited(cart, "changed", f"{number_text(quantity)} {product.name}")

    def one_fewer(self, line: int) -> Sale:
        """One fewer of a line of pieces; of a line that holds more than is free, as many as are free, which is told."""
        ticket = self._editable()
        old = edits.line_of(ticket.cart, line)
        product = self.catalog.products[old.sku]
        fewer, free = old.quantity - 1, self.catalog.availability(product).free
        if free is not None and not product.oversell:
            fewer = min(fewer, max(free - ticket.cart.quantity_of(old.sku, without=line), Decimal(1)))
        sale = self.set_quantity(line, fewer)
        if fewer < old.quantity - 1:
            text = N_("{name}: {taken} instead of {wanted}, as no more is free.")
            taken, wanted = number_text(fewer), number_text(old.quantity)
            self._notify([_(text, name=product.name, taken=taken, wanted=wanted)])
        return sale

    def void(self, line: int | None = None) -> Sale:
        """Take a line off the ticket; none: the one added last."""
        ticket = self._editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", _("There is no line on this ticket to void."))
        number = ticket.cart.latest if line is None else line
        name = self._name(edits.line_of(ticket.cart, number))
        return self._edited(edits.void(ticket.cart, number), "removed", name)

    def void_all(self) -> Sale:
        """Take everything off the ticket: lines, coupons, member and discounts."""
        ticket = self._editable()
        if ticket.empty:
            raise TillError("empty_ticket", _("There is nothing on this ticket to void."))
        return self._edited(Cart(last_line=ticket.cart.last_line), "removed", _("the whole ticket"))

    def discount(self, line: int, discount: ManualDiscount | None) -> Sale:
        """Take a percentage or an amount off a whole line, in place of an earlier one; None removes it."""
        ticket = self._editable()
        cart = edits.set_discount(ticket.cart, line, self._kept_discount(discount))
        return self._edited(cart, "changed", _("discount on {name}", name=self._whole(edits.line_of(cart, line))))

    def discount_ticket(self, discount: ManualDiscount | None) -> Sale:
        """Take a percentage or an amount off the whole ticket, in place of an earlier one; None removes it."""
        ticket = self._editable()
        if not ticket.cart.lines:
            raise TillError("empty_ticket", _("There is nothing on this ticket to discount."))
        cart = ticket.cart.model_copy(update={"discount": self._kept_discount(discount)})
        return self._edited(cart, "changed", _("discount on the ticket"))

    def price(self, line: int, unit_price: int | None) -> Sale:
        """Sell a line at a typed unit price, or None for the catalog's."""
        ticket = self._editable()
        if unit_price is not None and unit_price < 0:
            raise TillError("bad_price", _("A price cannot be negative."))
        cart = edits.set_price(ticket.cart, line, unit_price)
        changed = edits.line_of(cart, line)
        sale = self._edited(cart, "changed", _("price of {name}", name=self._whole(changed)))
        if changed.quantity != 1 and not self.catalog.products[changed.sku].weighed:
            now = next(each.unit_price for each in sale.lines if each.line == line)
            self._notify([_("{things}: each costs {price} now.", things=self._whole(changed), price=self._money(now))])
        return sale

    def apply_coupon(self, code: str) -> Sale:
        """Put a coupon on the ticket."""
        ticket = self._editable()
        coupon = admit(self.entered(code), ticket.cart, ticket.sale, self.catalog.rules, self._desk.clock.now())
        cart = ticket.cart.model_copy(update={"coupons": (*ticket.cart.coupons, coupon.code.upper())})
        return self._edited(cart, "coupon", coupon.code.upper())

    def remove_coupon(self, code: str) -> Sale:
        """Take a coupon off the ticket."""
        ticket, code = self._editable(), self.entered(code)
        found = next((other for other in ticket.cart.coupons if folded(other) == folded(code)), None)
        if found is None:
            raise TillError("coupon_not_applied", _("Coupon {code} is not on this ticket.", code=folded(code)))
        coupons = tuple(other for other in ticket.cart.coupons if other != found)
        cart = ticket.cart.model_copy(update={"coupons": coupons})
        return self._edited(cart, "coupon", _("{code} taken off", code=found))

    def next_ticket(self) -> Sale:
        """Begin a new ticket if the last is done with; the ticket that is in front then."""
        if self._finished and not self._busy:
            self._begin(self._blank())
        return self._ticket.sale

    def refresh(self) -> Sale:
        """Price the ticket again, as time or another till may have changed it."""
        if self._ticket.sale.editable and not self._busy:
            self._ticket = self._priced(self._ticket.sale.ticket, self._ticket.cart)
            self._desk.tell(self._ticket.sale)
        return self._ticket.sale

    @property
    def _idle(self) -> bool:
        """Whether nobody is being served: nothing is on the ticket in front, or it is done with, as a paid one is."""
        return not self._busy and (self._finished or self._ticket.empty)

    def _editable(self) -> Ticket:
        """The ticket that is edited now, a new one if the last is done with. Raises TillError `ticket_frozen`."""
        if self._busy:
            raise TillError("ticket_frozen", _("One moment: the last step is still being finished."))
        if self._torn is not None:
            text = N_(
                "The last step of ticket {ticket} could not be written down: it is looked at again in a moment. "
                "Or do that step again."
            )
            raise TillError("ticket_frozen", _(text, ticket=self._ticket.sale.ticket))
        if self._finished:
            self._begin(self._blank())
        if not self._ticket.sale.editable:
            text = N_("Ticket {ticket} is paid in part: take the rest, or abandon it to change it.")
            raise TillError("ticket_frozen", _(text, ticket=self._ticket.sale.ticket))
        return self._ticket

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One durable step at a time; the sale is shown again if it ends with an error."""
        if self._busy:
            raise TillError("ticket_frozen", _("One moment: the last step is still being finished."))
        self._busy = True
        try:
            yield
        except TillError:
            self._desk.tell(self.sale)
            raise
        finally:
            self._busy = False

    def _done_with(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._finished = True
        self._lane.keep()
        self._desk.tell(ticket.sale)

    def _begin(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._finished = False

    def _blank(self) -> Ticket:
        return self._priced(self._lane.new_ticket(), Cart())

    def _priced(self, number: str, cart: Cart) -> Ticket:
        rules = self.catalog.rules
        member = rules.members.get(cart.member) if cart.member else None
        priced = price(cart, rules, self._desk.clock.now())
        return Ticket(cart=cart, sale=opened(priced, number, member, rules.shop))

    def _restored(self, number: str, cart: Cart, total: int | None) -> Ticket:
        cart, gone = self._still_sold(cart)
        ticket = self._priced(number, cart)
        changed = () if total is None or gone else total_change(total, ticket.sale.total, self.catalog.exponent)
        self.notices = (*gone, *changed)
        return ticket

    def _still_sold(self, cart: Cart) -> tuple[Cart, tuple[str, ...]]:
        """A cart from the store without what the catalog does not have any more, and a sentence for each such line."""
        gone = tuple(line for line in cart.lines if line.sku not in self.catalog.products)
        if not gone:
            return cart, ()
        text = N_("Line {line}, {quantity} of {sku}, was left out: the catalog does not have it any more.")
        kept = tuple(line for line in cart.lines if line.sku in self.catalog.products)
        latest = cart.latest if any(line.line == cart.latest for line in kept) else kept[-1].line if kept else 0
        return cart.model_copy(update={"lines": kept, "latest": latest}), tuple(
            _(text, line=line.line, quantity=number_text(line.quantity), sku=shortened(line.sku)) for line in gone
        )

    def _edited(self, cart: Cart, kind: EventKind, text: str) -> Sale:
        self._ticket = self._priced(self._ticket.sale.ticket, cart)
        self._lane.keep(self._ticket.sale.ticket, cart, self._ticket.sale.total)
        self._desk.emit(self._ticket.sale, kind, text)
        return self._ticket.sale

    def _elsewhere(self, ticket: Ticket) -> tuple[str, ...]:
        """A sentence for each other ticket that is open with the same member, or is being paid."""
        view, member = self._desk.view, ticket.cart.member
        if member is None:
            return ()
        found = {number: lane for number, lane in open_for(view, member).items() if not charged(view, number)}
        found |= {held.sale.ticket: held.lane for held in view.open_reservations() if held.cart.member == member}
        text = N_("{name} ({member}) has ticket {ticket} open at lane {lane} too: ask which of both goes on.")
        return tuple(
            _(text, name=ticket.sale.member_name or member, member=member, ticket=number, lane=lane)
            for number, lane in found.items()
            if number != ticket.sale.ticket
        )

    def _notify(self, notices: Iterable[str]) -> None:
        for notice in notices:
            self._desk.emit(self.sale, "notice", notice)

    def refuse_swipe(self, text: str) -> None:
        """Raises TillError `card_swiped` for what a reader of cards types."""
        entered(text)

    def refuse_card(self, text: str) -> None:
        """Raises TillError `card_swiped` for what has a card's data in it, however it was typed."""
        if self.entered(text) != text:
            raise swiped()

    def entered(self, text: str) -> str:
        """What was typed or scanned, without a card's data. Raises TillError `card_swiped`."""
        return bare(entered(text, self.catalog.is_named))

    def _kept_discount(self, discount: ManualDiscount | None) -> ManualDiscount | None:
        """A discount whose reason may be kept. Raises TillError `card_swiped`."""
        if discount is None or discount.reason is None:
            return discount
        return discount.model_copy(update={"reason": kept(discount.reason, self.catalog.is_named)})

    def _find(self, code: str) -> Product:
        product = self.catalog.find(code)
        if product is not None:
            return product
        if has_bad_check_digit(meant(code)):
            text = N_("{code} was misread: its check digit is wrong. Scan it again.")
            raise TillError("bad_check_digit", _(text, code=shortened(code)))
        text = N_("No product has the code {code}. Search it by name, or check the label.")
        raise TillError("unknown_code", _(text, code=shortened(code)))

    def _require_free(self, product: Product, wanted: Decimal, already: Decimal) -> None:
        """Raises TillError `out_of_stock` with what is free."""
        free = self.catalog.availability(product).free
        if free is None or product.oversell or wanted <= free:
            return
        quantity = f"{number_text(free)} {product.unit}" if product.weighed else number_text(free)
        some = plural("{quantity} is free", "{quantity} are free", 1 if free == 1 else 2, quantity=quantity)
        left = some if free > 0 else _("none is free")
        text = N_("{name}: {left}, {already} on this ticket already.") if already else N_("{name}: {left}.")
        message = _(text, name=product.name, left=left, already=number_text(already))
        message += " " + (_("Take fewer.") if free > already else _("Offer another one."))
        raise TillError("out_of_stock", message, sku=product.sku, free=decimal_text(free))

    def _money(self, amount: int) -> str:
        return format_money(amount, self.catalog.exponent)

    def _whole(self, line: CartLine) -> str:
        """A line's name with how many it holds, if that is more than one: a change of it changes them all."""
        name = self._name(line)
        return name if line.quantity == 1 else f"{number_text(line.quantity)} {name}"

    def _name(self, line: CartLine) -> str:
        return self.catalog.products[line.sku].name


def shortened(code: str) -> str:
    """A code as a message repeats it: no longer than a code can be, and without a card's data, whole or cut."""
    code = bare(mask(code))
    return code if len(code) <= MOST_SHOWN else f"{code[:MOST_SHOWN]}…"
