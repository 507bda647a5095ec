"""One coupon in full: what it takes off, from what, and each of its conditions with what is missing, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.i18n import _, plural
from pos.domain.message import Money
from pos.domain.model import changed
from screens.render.parts import Part, part
from screens.render.rows import BLANK, Piece, Row, left, row, wrapped
from screens.ticket.coupon_text import CouponStanding, cart_of, day_text, named, offer

if TYPE_CHECKING:
    from pos.domain.catalog import Coupon
    from pos.domain.reasons import Refusal
    from pos.domain.sale import Sale
    from pos.till.till import Till

SIDE_BY_SIDE: Final = 90
"""From how many columns on the conditions stand beside what the coupon takes off."""
GAP: Final = 3
NAMED: Final = 12
"""How many products or categories are named at most."""
_CONDITIONS: Final = ("min_order", "min_quantity", "starts", "ends", "max_uses", "max_uses_per_member")


class Term(NamedTuple):
    """A condition: in words, and what is in the way of it; empty if it is met."""

    words: str
    missing: str


def terms(till: Till, sale: Sale, coupon: Coupon, now: datetime) -> list[Term]:
    """Each condition of a coupon, judged alone on a sale that it is not counted in."""
    from pos.domain.coupons import refusal_now

    cart, rules = cart_of(sale, coupon.code), till.catalog.rules
    free = dict.fromkeys(_CONDITIONS) | {"active": True}
    found = []
    for field in _CONDITIONS:
        value = getattr(coupon, field)
        if value is not None:
            alone = coupon.model_copy(update=free | {field: value, "stackable": True})
            refusal = refusal_now(alone, changed(cart, coupons=()), sale, rules, now)
            found.append(Term(_words(till, coupon, field), _missing(till, refusal)))
    refusal = refusal_now(coupon.model_copy(update=free), cart, sale, rules, now)
    together = _("with others") if coupon.stackable else _("not with another coupon")
    return [*found, Term(together, _missing(till, refusal))]


def _missing(till: Till, refusal: Refusal | None) -> str:
    from pos.domain.reason_text import matter_words

    return "" if refusal is None else str(matter_words(refusal, partial(Money, exponent=till.catalog.exponent)))


def _words(till: Till, coupon: Coupon, field: str) -> str:
    from pos.domain.counters import coupon_uses
    from pos.domain.money import format_money

    value = getattr(coupon, field)
    match field:
        case "min_order":
            return _("goods for at least {amount}", amount=format_money(value, till.catalog.exponent))
        case "min_quantity":
            return plural("at least {count} piece", "at least {count} pieces", value)
        case "starts":
            return _("valid from {day}", day=day_text(value))
        case "ends":
            return _("valid until {day}", day=day_text(value))
        case "max_uses":
            used = till.catalog.rules.used.get(coupon_uses(coupon.code), 0)
            return _("{used} of {limit} uses taken", used=min(used, value), limit=value)
        case _field:
            return plural("once for each member", "{count} times for each member", value)


def detail_rows(
    till: Till, sale: Sale, code: str, found: CouponStanding, now: datetime, columns: int, lines: int
) -> Part:
    """A coupon with how it stands; its conditions beside or below what it takes off, whatever there is room for."""
    coupon = till.catalog.coupons[code]
    mark, kind = (Piece("· ", "warn"), "") if found.rank else (Piece("✓ ", "good"), "good")
    head = [
        row("  " if number else mark, Piece(line, kind))
        for number, line in enumerate(wrapped(found.short, columns - 2))
    ]
    beside = columns >= SIDE_BY_SIDE
    room = (columns - GAP) // 2 if beside else columns
    what = [row(line) for line in wrapped(_sentence(offer(coupon, till)), room)]
    what += list(_goods(till, coupon, room))
    rules = [line for term in terms(till, sale, coupon, now) for line in _term_rows(term, room)]
    if found.advice:
        rules += [row(Piece(line, "warn")) for line in wrapped(found.advice, room)]
    if not beside:
        return part([*head, BLANK, *what, BLANK, *rules], lines, 0)
    pairs = zip_longest(what, rules, fillvalue=BLANK)
    told = [*head, *(Row((left(first.text, room + GAP, _kind(first)), *second.pieces)) for first, second in pairs)]
    return part(told, lines, 0)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind(line: Row) -> str:
    return line.pieces[0].kind if line.pieces else ""


def _goods(till: Till, coupon: Coupon, columns: int) -> Iterator[Row]:
    """What the coupon is for, by names, where it is for more than one thing."""
    skus = dict.fromkeys(sku for goods in coupon.goods for sku in goods.products)
    categories = dict.fromkeys(category for goods in coupon.goods for category in goods.categories)
    many = len(skus) + len(categories)
    if many < 2:
        return
    for name in islice(named(skus, categories, till.catalog.products), NAMED):
        yield row(Piece(left(f"  {name}", columns).text.rstrip(), "faint"))
    if many > NAMED:
        yield row(Piece("  " + _("and {count} more", count=many - NAMED), "faint"))


def _term_rows(term: Term, columns: int) -> list[Row]:
    mark, kind = ("✗ ", "bad") if term.missing else ("✓ ", "good")
    rows = [row(Piece(mark, kind), left(term.words, columns - 2))]
    return rows + [row("  ", Piece(line, "warn")) for line in wrapped(term.missing, columns - 2)]
