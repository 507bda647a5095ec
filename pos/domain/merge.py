"""A guest's cart into a member's: by the shop's rule or the product's, within what is free, and nothing unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import MergeRule, Product, Rules
from pos.domain.words import N_, _, number_text

_COMBINED: Final[dict[MergeRule, Callable[[Decimal, Decimal], Decimal]]] = {
    "max": max,
    "sum": lambda guest, member: guest + member,
    "guest": lambda guest, _: guest,
}

Free = Mapping[str, Decimal | None]
"""What is free of each SKU, in pieces or in the product's unit; None or no entry: it is not counted."""

Key = tuple[str, ManualDiscount | None]
"""What lines must share to be merged: the SKU and the manual discount."""


def merge(guest: Cart, member: Cart, rules: Rules, free: Free) -> tuple[Cart, tuple[str, ...]]:
    """The guest's ticket with the member's cart put into it, and a sentence for whatever could not be taken over whole.

    A thing sold by the piece that is in both, under the same manual discount, follows the rule of its product, else of
    the shop, for all that each cart has of it; it becomes one line. Weighed lines and lines at a typed price stay as
    they are. The member's coupons and ticket discount stay, the guest's count only if there are none.

    The guest's ticket is the one on the screen: its lines keep their numbers. The member's come after them under fresh
    ones, or keep theirs if the guest's ticket never had a line.
    """
    asked, saved = _amounts(guest, rules), _amounts(member, rules)
    both = {
        key: _COMBINED[_rule(rules.products[key[0]], rules)](asked[key], saved[key]) for key in asked if key in saved
    }
    added = [line for line in member.lines if _mergeable(line, rules) not in both]
    last_line = member.last_line
    if guest.last_line:
        last_line = guest.last_line + len(added)
        added = [line.model_copy(update={"line": number}) for number, line in enumerate(added, guest.last_line + 1)]
    entries, notices = _within_stock([*_combined(guest, both, rules), *added], rules, free)
    changes = {
        "lines": tuple(entries),
        "last_line": last_line,
        "latest": _latest(guest if guest.last_line else member, entries),
        "coupons": member.coupons or guest.coupons,
        "discount": member.discount or guest.discount,
        "member": member.member or guest.member,
    }
    return guest.model_copy(update=changes), tuple(notices)


def _amounts(cart: Cart, rules: Rules) -> dict[Key, Decimal]:
    """How much a cart has of each thing that can be merged."""
    amounts: dict[Key, Decimal] = {}
    for line in cart.lines:
        if (key := _mergeable(line, rules)) is not None:
            amounts[key] = amounts.get(key, Decimal(0)) + line.quantity
    return amounts


def _combined(guest: Cart, both: Mapping[Key, Decimal], rules: Rules) -> Iterator[CartLine]:
    """The guest's lines, the first of each thing in both carts with all of it, the others of that thing left out."""
    left = dict(both)
    for line in guest.lines:
        key = _mergeable(line, rules)
        if key is None or key not in both:
            yield line
        elif key in left:
            yield line.model_copy(update={"quantity": left.pop(key)})


def _latest(ticket: Cart, entries: list[CartLine]) -> int:
    """The line that came last: one that was appended to the ticket, else the ticket's own latest if it is there."""
    if not entries:
        return 0
    appended = entries[-1].line > ticket.last_line
    return entries[-1].line if appended or ticket.latest not in {line.line for line in entries} else ticket.latest


def _mergeable(line: CartLine, rules: Rules) -> Key | None:
    """The line's key; None for a line that always stays alone."""
    product = rules.products.get(line.sku)
    if line.price is not None or product is None or product.weighed:
        return None
    return line.sku, line.discount


def _rule(product: Product, rules: Rules) -> MergeRule:
    return product.cart_merge or rules.shop.cart_merge


def _within_stock(entries: list[CartLine], rules: Rules, free: Free) -> tuple[list[CartLine], list[str]]:
    """The lines cut down to what is free, the first ones served first; a weighing is kept whole or left out."""
    left = dict(free)
    kept: list[CartLine] = []
    notices: list[str] = []
    for line in entries:
        product = rules.products.get(line.sku)
        available = left.get(line.sku)
        if product is None or product.oversell or available is None:
            kept.append(line)
            continue
        quantity = min(line.quantity, max(available, Decimal(0)))
        if product.weighed and quantity < line.quantity:
            quantity = Decimal(0)
        left[line.sku] = available - quantity
        if quantity:
            kept.append(line.model_copy(update={"quantity": quantity}))
        if quantity < line.quantity:
            notices.append(_notice(product, line.quantity, quantity))
    return kept, notices


def _notice(product: Product, asked: Decimal, taken: Decimal) -> str:
    wanted = number_text(asked)
    if not taken:
        quantity = f"{wanted} {product.unit}" if product.weighed else wanted
        return _("{name}: {quantity} left out, as no more is free.", name=product.name, quantity=quantity)
    text = N_("{name}: {taken} instead of {wanted}, as no more is free.")
    return _(text, name=product.name, taken=number_text(taken), wanted=wanted)
