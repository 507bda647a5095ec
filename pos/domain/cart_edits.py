"""What a cashier does to a cart, as pure functions from one cart to the next."""

from __future__ import annotations

from decimal import Decimal

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import Product
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.model import changed

MAX_QUANTITY = 99_999
"""The most of one thing that a line takes: above it, something was scanned into a quantity."""

MOST_LINES = 1_000
"""The most lines of a ticket. Each scan prices and writes down all of them: 100 are a cart that overflows, and with
1,000 one still takes less than a tenth of a second."""


def checked_quantity(quantity: Decimal, product: Product) -> Decimal:
    """The quantity as a line may hold it: whole for pieces, at most three decimals for weighed goods.

    Raises TillError `bad_quantity`.
    """
    if quantity <= 0:
        text = N_("{quantity} of {name}: a quantity is above zero. To remove it, void it.")
    elif quantity > MAX_QUANTITY:
        text = N_("{quantity} of {name} is too many: at most {most} a line.")
    elif product.weighed:
        if quantity == round(quantity, 3):
            return quantity
        text = N_("{quantity} {unit} of {name}: at most three decimals.")
    elif quantity == quantity.to_integral_value():
        return quantity.quantize(Decimal(1))
    else:
        text = N_("{name} is sold by the piece: {quantity} is not a whole number.")
    most = Decimal(MAX_QUANTITY)
    raise TillError("bad_quantity", lazy(text, quantity=quantity, name=product.name, unit=product.unit, most=most))


def add(cart: Cart, product: Product, quantity: Decimal) -> Cart:
    """One scan: pieces join the line of the same thing without manual changes, a weighing is a line of its own.

    Raises TillError `ticket_full` if it would be one line too many.
    """
    if not product.weighed:
        for line in cart.lines:
            if line.sku == product.sku and line.price is None and line.discount is None:
                more = changed(line, quantity=line.quantity + quantity)
                return changed(_with_line(cart, more), latest=line.line)
    if len(cart.lines) >= MOST_LINES:
        text = N_("This ticket is full ({most} lines): pay it or set it aside, then go on.")
        raise TillError("ticket_full", lazy(text, most=Decimal(MOST_LINES)))
    number = cart.last_line + 1
    line = CartLine(line=number, sku=product.sku, quantity=quantity)
    return changed(cart, lines=(*cart.lines, line), last_line=number, latest=number)


def set_quantity(cart: Cart, number: int, quantity: Decimal) -> Cart:
    """The line `number` with another quantity."""
    return _with_line(cart, changed(line_of(cart, number), quantity=quantity))


def set_discount(cart: Cart, number: int, discount: ManualDiscount | None) -> Cart:
    """The line `number` with this manual discount in place of any other."""
    return _with_line(cart, changed(line_of(cart, number), discount=discount))


def set_price(cart: Cart, number: int, price: int | None) -> Cart:
    """The line `number` at a typed unit price in minor units, or again at the catalog's."""
    return _with_line(cart, changed(line_of(cart, number), price=price))


def void(cart: Cart, number: int) -> Cart:
    """The cart without the line `number`; what was added last is then the last line that is left."""
    line_of(cart, number)
    lines = tuple(line for line in cart.lines if line.line != number)
    latest = cart.latest if cart.latest != number else (lines[-1].line if lines else 0)
    return changed(cart, lines=lines, latest=latest)


def line_of(cart: Cart, number: int) -> CartLine:
    """The line `number`. Raises TillError `unknown_line`."""
    line = cart.line(number)
    if line is None:
        there = ", ".join(str(line.line) for line in cart.lines) or lazy("none")
        message = lazy("There is no line {number} on this ticket; its lines: {lines}.", number=number, lines=there)
        raise TillError("unknown_line", message)
    return line


def _with_line(cart: Cart, line: CartLine) -> Cart:
    lines = tuple(line if old.line == line.line else old for old in cart.lines)
    return changed(cart, lines=lines)
