"""A guest's cart into a member's: by the shop's rule or the product's, within what is free, and nothing unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Final, NamedTuple

from pos.domain.cart import Cart, CartLine, ManualDiscount
from pos.domain.cart_edits import MAX_QUANTITY, MOST_LINES
from pos.domain.catalog import MergeRule, Product, Rules
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, Money, Number, joined, lazy
from pos.domain.model import changed
from pos.domain.reason_text import manual_words, refusal_words
from pos.domain.reasons import Refusal

Free = Mapping[str, Decimal | None]
"""What is free of each SKU, in pieces or in the product's unit; None or no entry: it is not counted."""


class Under(NamedTuple):
    """What pieces stand under: a manual discount, or none. An amount is off one line, and is that line's `alone`."""

    discount: ManualDiscount | None
    alone: tuple[bool, int] | None = None


Amounts = dict[Under, Decimal]
"""How much of one thing a cart has under each manual discount, and without one."""

NOTHING: Final[Mapping[str, Refusal]] = {}


def _more(guest: Amounts, member: Amounts) -> Amounts:
    """What the cart has that has more; of as much, the one with a discount, the member's if both have one."""
    return max(guest, member, key=lambda each: (sum(each.values()), any(map(_is_lower, each)), each is member))


def _both(guest: Amounts, member: Amounts) -> Amounts:
    return {under: guest.get(under, Decimal(0)) + member.get(under, Decimal(0)) for under in guest | member}


def _is_lower(under: Under) -> bool:
    return under.discount is not None


_COMBINED: Final[dict[MergeRule, Callable[[Amounts, Amounts], Amounts]]] = {
    "max": _more,
    "sum": _both,
    "guest": lambda guest, _: guest,
}


class MergedCoupons(NamedTuple):
    """The coupons of a merged cart, and a sentence for each that was left out."""

    kept: tuple[str, ...]
    notices: tuple[Message, ...]


def merge(
    guest: Cart, member: Cart, rules: Rules, free: Free, over: Mapping[str, Refusal] = NOTHING
) -> tuple[Cart, tuple[Message, ...]]:
    """The guest's ticket with the member's cart put into it, and a sentence for whatever could not be taken over whole.

    A thing sold by the piece that is in both carts follows the rule of its product, else of the shop, for all that each
    has of it, under whatever manual discounts; what counts keeps its own. Lines under the same percentage, or under
    none, become one. Weighed lines and lines at a typed price stay as they are. The member's coupons and ticket
    discount stay, the guest's count only if there are none, or only such as are `over`: coupons that cannot count any
    more, with why.

    The guest's ticket is the one on the screen: its lines keep their numbers. The member's come after them under fresh
    ones, or keep theirs if the guest's ticket never had a line. Raises TillError `ticket_full` for too many lines.
    """
    asked, saved = _amounts(guest, rules), _amounts(member, rules, saved=True)
    counts = {
        sku: _COMBINED[_rule(rules.products[sku], rules)](asked[sku], saved[sku]) for sku in asked if sku in saved
    }
    left = {sku: dict(amounts) for sku, amounts in counts.items()}
    lines = list(_placed(guest.lines, left, rules))
    added = list(_placed(member.lines, left, rules, saved=True))
    last_line = member.last_line
    if guest.last_line:
        last_line = guest.last_line + len(added)
        added = [changed(line, line=number) for number, line in enumerate(added, guest.last_line + 1)]
    entries, notices = _within_stock([*lines, *added], rules, free)
    if lines and added and len(entries) > MOST_LINES:
        text = N_(
            "This ticket and the member's saved cart have {count} lines together, more than the {most} there can be: "
            "pay this ticket, or set it aside under a name."
        )
        raise TillError("ticket_full", lazy(text, count=Decimal(len(entries)), most=Decimal(MOST_LINES)))
    codes = _codes(guest.coupons, member.coupons, over, rules)
    merged = changed(
        guest,
        lines=tuple(entries),
        last_line=last_line,
        latest=_latest(guest if guest.last_line else member, entries),
        coupons=codes.kept,
        discount=member.discount or guest.discount,
        member=member.member or guest.member,
    )
    dropped = (*_dropped(counts, asked, saved, rules), *codes.notices, *_ticket_discount(guest, member, rules))
    return merged, (*notices, *dropped)


def _amounts(cart: Cart, rules: Rules, *, saved: bool = False) -> dict[str, Amounts]:
    """How much a cart has of each thing that can be merged, by its discounts."""
    amounts: dict[str, Amounts] = {}
    for line in cart.lines:
        if _mergeable(line, rules):
            of_it = amounts.setdefault(line.sku, {})
            under = _under(line, saved)
            of_it[under] = of_it.get(under, Decimal(0)) + line.quantity
    return amounts


def _under(line: CartLine, saved: bool) -> Under:
    by_amount = line.discount is not None and line.discount.amount is not None
    return Under(line.discount, (saved, line.line) if by_amount else None)


def _placed(
    lines: Iterable[CartLine], left: Mapping[str, Amounts], rules: Rules, *, saved: bool = False
) -> Iterator[CartLine]:
    """A cart's lines: of what is in both carts, the first under each discount with all that is left to be placed."""
    for line in lines:
        if not _mergeable(line, rules) or line.sku not in left:
            yield line
        elif (under := _under(line, saved)) in left[line.sku]:
            yield changed(line, quantity=left[line.sku].pop(under))


def _codes(guest: tuple[str, ...], member: tuple[str, ...], over: Mapping[str, Refusal], rules: Rules) -> MergedCoupons:
    """Whose coupons stay: the member's, unless all of those are over and one of the guest's is not."""
    member_counts = any(code not in over for code in member)
    guest_counts = any(code not in over for code in guest)
    if member and (member_counts or not guest_counts):
        text, kept, others = N_("Coupon {code} was left out: the saved cart has {kept}."), member, guest
    else:
        text, kept, others = N_("Coupon {code} of the saved cart was left out: it {reason}."), guest, member
    names = ", ".join(kept)
    gone = (code for code in others if code not in kept)
    whys = {code: refusal_words(refusal, _money(rules)) for code, refusal in over.items()}
    return MergedCoupons(kept, tuple(lazy(text, code=code, kept=names, reason=whys.get(code, "")) for code in gone))


def _dropped(
    counts: Mapping[str, Amounts], asked: Mapping[str, Amounts], saved: Mapping[str, Amounts], rules: Rules
) -> Iterator[Message]:
    """A sentence for each manual discount that went with lines that do not count."""
    for sku, amounts in counts.items():
        kept = {under.discount for under in amounts}
        for cart, text in (
            (asked, N_("{name}: {discount} was left out, as the saved cart's line counts.")),
            (saved, N_("{name}: {discount} in the saved cart was left out, as this ticket's line counts.")),
        ):
            for discount in dict.fromkeys(under.discount for under in cart[sku]):
                if discount is not None and discount not in kept:
                    words = manual_words(discount, _money(rules))
                    yield lazy(text, name=rules.products[sku].name, discount=words)


def _ticket_discount(guest: Cart, member: Cart, rules: Rules) -> Iterator[Message]:
    if guest.discount and member.discount and guest.discount != member.discount:
        words = (manual_words(cart.discount, _money(rules)) for cart in (guest, member) if cart.discount)
        text = N_("{discount} on this whole ticket was left out: the saved cart has {kept}.")
        yield lazy(text, **dict(zip(("discount", "kept"), words, strict=True)))


def _money(rules: Rules) -> Callable[[int], Money]:
    return partial(Money, exponent=rules.exponent)


def _latest(ticket: Cart, entries: list[CartLine]) -> int:
    """The line that came last: one that was appended to the ticket, else the ticket's own latest if it is there."""
    if not entries:
        return 0
    appended = entries[-1].line > ticket.last_line
    return entries[-1].line if appended or ticket.latest not in {line.line for line in entries} else ticket.latest


def _mergeable(line: CartLine, rules: Rules) -> bool:
    """Whether a line is of pieces at the catalog's price; others always stay alone."""
    product = rules.products.get(line.sku)
    return line.price is None and product is not None and not product.weighed


def _rule(product: Product, rules: Rules) -> MergeRule:
    return product.cart_merge or rules.shop.cart_merge


def _within_stock(entries: list[CartLine], rules: Rules, free: Free) -> tuple[list[CartLine], list[Message]]:
    """The lines cut down to what is free, the first ones served first; a weighing is kept whole or left out."""
    left = dict(free)
    kept: list[CartLine] = []
    notices: list[Message] = []
    for line in entries:
        product = rules.products.get(line.sku)
        available = left.get(line.sku)
        if product is not None and line.quantity > MAX_QUANTITY:
            text = N_("{name}: {taken} instead of {wanted}, as a line holds no more.")
            notices.append(lazy(text, name=product.name, taken=Decimal(MAX_QUANTITY), wanted=line.quantity))
            line = changed(line, quantity=Decimal(MAX_QUANTITY))
        if product is None or product.oversell or available is None:
            kept.append(line)
            continue
        quantity = min(line.quantity, max(available, Decimal(0)))
        if product.weighed and quantity < line.quantity:
            quantity = Decimal(0)
        left[line.sku] = available - quantity
        if quantity:
            kept.append(changed(line, quantity=quantity))
        if quantity < line.quantity:
            notices.append(_notice(product, line.quantity, quantity))
    return kept, notices


def _notice(product: Product, asked: Decimal, taken: Decimal) -> Message:
    if not taken:
        quantity = joined((Number(asked), product.unit if product.weighed else ""))
        return lazy("{name}: {quantity} left out, as no more is free.", name=product.name, quantity=quantity)
    text = N_("{name}: {taken} instead of {wanted}, as no more is free.")
    return lazy(text, name=product.name, taken=taken, wanted=asked)
