"""A guest's cart into a member's: by the shop's rule or the product's, within what is free, and nothing unsaid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.catalog import MergeRule, Product, Rules
from pos.domain.model import decimal_text

_COMBINED: Final[dict[MergeRule, Callable[[Decimal, Decimal], Decimal]]] = {
    "max": max,
    "sum": lambda guest, member: guest + member,
    "guest": lambda guest, _: guest,
}

Free = Mapping[str, Decimal | None]
"""What is free of each SKU, in pieces or in the product's unit; None or no entry: it is not counted."""


def merge(guest: Cart, member: Cart, rules: Rules, free: Free) -> tuple[Cart, tuple[str, ...]]:
    """The member's cart with the guest's put into it, and a sentence for whatever could not be taken over whole.

    A thing sold by the piece that is in both, under the same manual discount, follows the rule of its product, else of
    the shop. Weighed lines and lines at a typed price are appended as they are. The member's coupons and ticket
    discount stay, the guest's count only if there are none. Lines get numbers that neither cart has given yet; a cart
    that is merged with one that never had a line keeps its own.
    """
    entries = list(member.lines)
    places = {key: index for index, line in enumerate(entries) if (key := _mergeable(line, rules)) is not None}
    for line in guest.lines:
        key = _mergeable(line, rules)
        if key is None or key not in places:
            entries.append(line)
        else:
            known = entries[places[key]]
            quantity = _COMBINED[_rule(rules.products[line.sku], rules)](line.quantity, known.quantity)
            entries[places[key]] = known.model_copy(update={"quantity": quantity})
    entries, notices = _within_stock(entries, rules, free)
    given = max(guest.last_line, member.last_line)
    if guest.last_line and member.last_line:
        entries = [line.model_copy(update={"line": given + place}) for place, line in enumerate(entries, 1)]
        given += len(entries)
    changes = {
        "lines": tuple(entries),
        "last_line": given,
        "latest": entries[-1].line if entries else 0,
        "coupons": member.coupons or guest.coupons,
        "discount": member.discount or guest.discount,
        "member": member.member or guest.member,
    }
    return member.model_copy(update=changes), tuple(notices)


def _mergeable(line: CartLine, rules: Rules) -> tuple[str, ManualDiscount | None] | None:
    """What lines must share to become one; None for a line that always stays alone."""
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
    unit = f" {product.unit}" if product.weighed else ""
    if not taken:
        return f"{product.name}: {decimal_text(asked)}{unit} left out, as no more is free."
    return f"{product.name}: {decimal_text(taken)} instead of {decimal_text(asked)}, as no more is free."
