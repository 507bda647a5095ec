"""The counters: what can run out, a row for each kind. What differs between kinds is asked of the row.

A counter's name is its kind and what it counts. A kind that has no row here, as in a store that a later version filled,
counts like any other; people are told its name, and nothing is known of what orders say of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.locale_format import decimal_text
from pos.domain.message import NOTHING, Fact, Message, Number, lazy, verbatim
from pos.domain.stock import THOUSANDTHS, counted, uncounted

if TYPE_CHECKING:
    from pos.domain.catalog import Product, Rules
    from pos.domain.reservations import Order
    from pos.domain.sale import SaleLine

STOCK: Final = "stock"
USES: Final = "uses"
REFUNDED: Final = "refunded"

NAMES: Final = "names"
"""The table, and its one record, that say how a store's counters are named."""
ESCAPED: Final[dict[str, Any]] = {"counters": "escaped"}
"""They are named as `counter_name` does."""

Parts = tuple[str, ...]
"""What a counter counts: the parts of its name behind its kind."""
Details = Mapping[str, str | int]
"""What a refusal tells other programs."""


def counter_name(kind: str, *parts: str) -> str:
    """The name of a counter: its kind and what it counts, apart by colons. No part can forge another's name."""
    return ":".join((kind, *(part.replace("%", "%25").replace(":", "%3A") for part in parts)))


def counter_parts(name: str) -> tuple[str, ...]:
    """A counter's kind and the parts of its name, as `counter_name` was given them."""
    return tuple(part.replace("%3A", ":").replace("%25", "%") for part in name.split(":"))


def counts(name: str, kind: str) -> bool:
    """Whether a counter is of this kind, by its name alone."""
    return name.startswith(f"{kind}:")


def stock_counter(sku: str) -> str:
    """The name of the counter of a product's stock."""
    return counter_name(STOCK, sku)


def refunded_units(order: str, line: int) -> str:
    """The name of the counter of what was given back of an order's line; it counts down from 0, as uses do."""
    return counter_name(REFUNDED, order, str(line))


def coupon_uses(code: str, member: str | None = None) -> str:
    """The name of the counter of a coupon's uses: in all, or by one member."""
    return counter_name(USES, code.upper(), *(() if member is None else (member,)))


def _joined(parts: Parts, rules: Rules) -> Message:
    return verbatim(":".join(parts))


def _each(parts: Parts, rules: Rules) -> str:
    return "each"


def _unlimited(parts: Parts, rules: Rules) -> int | None:
    return None


def _number(amount: int, parts: Parts, rules: Rules) -> Fact:
    return Number(Decimal(amount))


class Taken(NamedTuple):
    """What an order took of a counter, negative for what it gave; where the order does not say all, it is between."""

    parts: Parts
    least: int
    most: int


def _nothing(*_of: object) -> Iterable[Any]:
    return ()


def _always(*_of: object) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Law:
    """That counters agree with orders: with what each `had` before the first one, and what an order has `taken`.

    It `covers` those of which both are known. An examination tells it under its `name`: that it is `kept`, or where it
    is `broken`, which knows `{name}`, the counter's, and `{of}`, what it counts; `{on_hand}`, and `{counted}`, the same
    counted down from 0; what it `{had}`, what was `{taken}` since, and `{expected}`, what should be `{counted}`.
    """

    name: str
    kept: str
    taken: Callable[[Order, Rules], Iterable[Taken]]
    had: Callable[[Rules], Iterable[tuple[Parts, int]]] = _nothing
    broken: str = N_("{name}: {counted} counted, {expected} on record")
    covers: Callable[[Parts, Rules], bool] = _always


@dataclass(frozen=True, slots=True)
class CounterKind:
    """What there is to know of all counters of a kind; each function gets what the counter counts, and the rules.

    `label` is what people call it, `unit` what it counts (`each`, or a weighed product's), `limit` how many there may
    be of what is counted `down` from 0. A claim beyond what is free is refused with `code` and `sentence`, which knows
    `{name}`, its label, and `{free}`, an amount as `shown`; `details` are for other programs, if those of the store's
    own refusal are not.

    What is on record is examined by the `law`, if orders say it all. What is free is never below the `floor`, nor below
    0 by more than an order `allows`. What counts something `of_orders` is not copied to where they are not. A till
    that cannot ask the others refuses a limited claim with the sentence `alone`, which knows `{name}`, the counter's;
    without one it takes it.
    """

    label: Callable[[Parts, Rules], Message] = _joined
    unit: Callable[[Parts, Rules], str] = _each
    down: bool = False
    limit: Callable[[Parts, Rules], int | None] = _unlimited
    shown: Callable[[int, Parts, Rules], Fact] = _number
    details: Callable[[int, Parts, Rules], Details] | None = None
    code: str = "out_of_stock"
    sentence: str = N_("{name}: {free} free now, fewer than were asked for.")
    law: Law | None = None
    floor: Callable[[Parts, Rules], int | None] = _unlimited
    allows: Callable[[Order], Iterable[tuple[Parts, int]]] = _nothing
    of_orders: bool = False
    alone: str = N_("What this takes ({name}) may be used up elsewhere.")


def _units(line: SaleLine) -> int:
    """How many units of a line were sold or given back: pieces, or thousandths of what was weighed."""
    return int(abs(line.quantity) * (1 if line.unit == "each" else THOUSANDTHS))


def _product(parts: Parts, rules: Rules) -> Product | None:
    return rules.products.get(":".join(parts))


def _stock_label(parts: Parts, rules: Rules) -> Message:
    product = _product(parts, rules)
    return verbatim(product.name) if product is not None else _joined(parts, rules)


def _stock_unit(parts: Parts, rules: Rules) -> str:
    product = _product(parts, rules)
    return product.unit if product is not None else "each"


def _stock_free(amount: int, parts: Parts, rules: Rules) -> Decimal:
    product = _product(parts, rules)
    return uncounted(amount, product) if product is not None else Decimal(amount)


def _stock_shown(amount: int, parts: Parts, rules: Rules) -> Fact:
    return Number(_stock_free(amount, parts, rules))


def _stock_details(amount: int, parts: Parts, rules: Rules) -> Details:
    return {"sku": ":".join(parts), "free": decimal_text(_stock_free(amount, parts, rules))}


def _stock_counts(parts: Parts, rules: Rules) -> bool:
    product = _product(parts, rules)
    return product is not None and product.stock is not None


def _stock_had(rules: Rules) -> Iterator[tuple[Parts, int]]:
    for sku, product in rules.products.items():
        if product.stock is not None:
            yield (sku,), counted(product.stock, product)


def _stock_taken(order: Order, rules: Rules) -> Iterator[Taken]:
    """Of what was given back some is on hand again, and some is not: it may be broken."""
    for line in order.sale.lines:
        units = _units(line)
        yield Taken((line.sku,), *((units, units) if order.refunds is None else (-units, 0)))


def _stock_floor(parts: Parts, rules: Rules) -> int | None:
    product = _product(parts, rules)
    if product is None or product.stock is None or product.oversell:
        return None
    return min(0, counted(product.stock, product))


def _uses_label(parts: Parts, rules: Rules) -> Message:
    match parts:
        case (code, member):
            return lazy("{code} uses by {member}", code=code, member=member)
    return lazy("{code} uses", code=":".join(parts))


def _uses_limit(parts: Parts, rules: Rules) -> int | None:
    coupon = rules.coupons.get(parts[0])
    if coupon is None:
        return None
    return coupon.max_uses_per_member if parts[1:] else coupon.max_uses


def _uses_had(rules: Rules) -> Iterator[tuple[Parts, int]]:
    return (((code,), -coupon.used) for code, coupon in rules.coupons.items())


def _uses_taken(order: Order, rules: Rules) -> Iterator[Taken]:
    """A use in all, and one by its member where the coupon limits them; a return gives none back."""
    for used in order.sale.coupons if order.refunds is None else ():
        if used.amount > 0:
            code, member = used.code.upper(), order.sale.member
            yield Taken((code,), 1, 1)
            if member is not None and _uses_limit((code, member), rules) is not None:
                yield Taken((code, member), 1, 1)


def _uses_counted(parts: Parts, rules: Rules) -> bool:
    """Of members, only while the coupon limits them: what was counted before says nothing any more."""
    return not parts[1:] or _uses_limit(parts, rules) is not None


def _uses_floor(parts: Parts, rules: Rules) -> int | None:
    limit = _uses_limit(parts, rules)
    if limit is None:
        return None
    return -limit if parts[1:] else -max(limit, rules.coupons[parts[0]].used)


def _refunded_taken(order: Order, rules: Rules) -> Iterator[Taken]:
    if order.refunds is not None:
        for line in order.sale.lines:
            yield Taken((order.refunds, str(line.line)), _units(line), _units(line))


def _refunded_allows(order: Order) -> Iterator[tuple[Parts, int]]:
    if order.refunds is None:
        yield from (((order.id, str(line.line)), _units(line)) for line in order.sale.lines)


def _refunded_label(parts: Parts, rules: Rules) -> Message:
    match parts:
        case (order, line):
            return lazy("returns of line {line} of order {order}", line=line, order=order)
    return _joined(parts, rules)


COUNTERS: Final[dict[str, CounterKind]] = {
    REFUNDED: CounterKind(
        label=_refunded_label,
        down=True,
        sentence=N_("{name}: {free} can still be returned, fewer than were to be."),
        law=Law("returns", N_("as much given back as orders that gave it"), _refunded_taken),
        allows=_refunded_allows,
        of_orders=True,
    ),
    USES: CounterKind(
        label=_uses_label,
        down=True,
        limit=_uses_limit,
        code="coupon_exhausted",
        sentence=N_("{name}: none is left, it was used up just now. Take the coupon off to go on."),
        law=Law(
            "coupons",
            N_("as many uses as orders that gained by them"),
            _uses_taken,
            _uses_had,
            covers=_uses_counted,
        ),
        floor=_uses_floor,
        alone=N_("A coupon of limited uses may be used up elsewhere: take it off."),
    ),
    STOCK: CounterKind(
        label=_stock_label,
        unit=_stock_unit,
        shown=_stock_shown,
        details=_stock_details,
        sentence=N_("{name}: {free} free now, fewer than on this ticket. Change the quantity or void the line."),
        law=Law(
            "stock",
            N_("on hand and sold is what there was"),
            _stock_taken,
            _stock_had,
            N_("{of}: {on_hand} on hand and {taken} sold, of {had}"),
            _stock_counts,
        ),
        floor=_stock_floor,
        alone="",
    ),
}
"""Every kind of counter, by the first part of its name."""

_OTHER: Final = CounterKind()


def refusal_code(name: str) -> str:
    """The code with which a claim of a counter is refused that has too little free."""
    return _row(name)[0].code


def counter_label(name: str, rules: Rules) -> Message:
    """What people call a counter: the product's name, or the coupon's uses."""
    kind, parts = _row(name)
    return kind.label(parts, rules)


def counter_unit(name: str, rules: Rules) -> str:
    """The unit that a counter counts: `each`, or a weighed product's."""
    kind, parts = _row(name)
    return kind.unit(parts, rules)


def counter_limit(name: str, rules: Rules) -> int | None:
    """How many there may be of what a counter counts down from 0, such as uses of a coupon; None without a limit."""
    kind, parts = _row(name)
    return kind.limit(parts, rules)


def counted_down(name: str) -> bool:
    """Whether a counter counts what was used, down from 0."""
    return _row(name)[0].down


def refused_alone(name: str) -> Message:
    """Why a limited claim of a counter is refused while the other tills cannot be asked; nothing if it is taken."""
    kind, _parts = _row(name)
    return lazy(kind.alone, name=name) if kind.alone else NOTHING


def counter_floor(name: str, rules: Rules) -> int | None:
    """How low what is free of a counter may be by the shop's rules; None without a limit."""
    kind, parts = _row(name)
    return kind.floor(parts, rules)


def counter_amount(name: str, amount: int, rules: Rules) -> Fact:
    """An amount of a counter as people are told it."""
    kind, parts = _row(name)
    return kind.shown(amount, parts, rules)


def worded(error: TillError, rules: Rules) -> TillError:
    """A store's refusal of a claim in a cashier's words; any other error as it is."""
    name = error.details.get("counter")
    if not isinstance(name, str):
        return error
    (kind, parts), free = _row(name), int(error.details.get("free") or 0)
    message = lazy(kind.sentence, name=kind.label(parts, rules), free=kind.shown(free, parts, rules))
    details = error.details if kind.details is None else kind.details(free, parts, rules)
    return TillError(error.code, message, **details)


def _row(name: str) -> tuple[CounterKind, Parts]:
    """A counter's row and what it counts; its whole name if its kind has no row."""
    kind, *parts = counter_parts(name)
    row = COUNTERS.get(kind) if parts else None
    return (row, tuple(parts)) if row is not None else (_OTHER, (name,))
