"""A cart from the store, which another program may have written, as a cashier could have entered it."""

from __future__ import annotations

from pos.domain.cart import Cart, CartLine
from pos.domain.cart_edits import checked_quantity
from pos.domain.catalog import Rules
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, lazy
from pos.domain.model import changed
from pos.domain.spelling import folded


def as_entered(cart: Cart, rules: Rules) -> tuple[Cart, tuple[Message, ...]]:
    """A cart with the quantities and codes that this shop takes, and a sentence for each line that was left out.

    A coupon has its catalog's spelling and counts once; an unknown one stays, to be listed with that as its reason.
    Lines of what is not sold stay too.
    """
    lines: list[CartLine] = []
    told: list[Message] = []
    for line in cart.lines:
        product = rules.products.get(line.sku)
        try:
            quantity = line.quantity if product is None else checked_quantity(line.quantity, product)
        except TillError as error:
            text = N_("Line {line} was left out. {why}")
            told.append(lazy(text, line=line.line, why=error.words))
        else:
            lines.append(line if quantity == line.quantity else changed(line, quantity=quantity))
    coupons = tuple(dict.fromkeys(_code(code, rules) for code in cart.coupons))
    if not told and coupons == cart.coupons:
        return cart, ()
    latest = cart.latest if any(line.line == cart.latest for line in lines) else lines[-1].line if lines else 0
    return changed(cart, lines=tuple(lines), coupons=coupons, latest=latest), tuple(told)


def _code(code: str, rules: Rules) -> str:
    coupon = rules.coupons.get(code)
    return folded(code) if coupon is None else coupon.code.upper()
