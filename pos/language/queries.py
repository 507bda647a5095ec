"""What a script looks at besides the ticket, in a line for people, as JSON, and as the fields of `expect`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from pos.domain.i18n import N_, _, moment_text, number_text
from pos.domain.model import Value
from pos.domain.money import format_money
from pos.till.levels import CouponUses, StockLevel
from pos.till.open_payments import OpenPayment
from pos.till.price_check import PriceCheck
from pos.till.till import Till

CHECKING: Final = {
    "checking": N_("being checked"),
    "part_paid": N_("paid in part"),
    "queued": N_("queued"),
    "stuck": N_("stuck in the queue"),
}


def stock_line(found: StockLevel) -> str:
    """A product's stock in words."""
    if found.on_hand is None or found.held is None or found.free is None:
        return _("{name}: its stock is not counted", name=found.name)
    text = N_("{name}: {on_hand} on hand, {held} held, {free} free")
    on_hand, held, free = map(number_text, (found.on_hand, found.held, found.free))
    return _(text, name=found.name, on_hand=on_hand, held=held, free=free)


def price_line(found: PriceCheck, exponent: int) -> str:
    """What a product costs, and how much of it there is, in words."""

    def money(amount: int) -> str:
        text = format_money(amount, exponent)
        return text if found.unit == "each" else f"{text}/{found.unit}"

    told = [f"{found.name}: {money(found.price)}"]
    if found.sale_price is not None and found.price == found.sale_price != found.list_price:
        dates = _sale_dates(None, found.sale_ends)
        told.append(_("instead of {price}", price=money(found.list_price)) + dates)
    elif found.sale_price is not None and found.sale_price != found.list_price:
        dates = _sale_dates(found.sale_starts, found.sale_ends)
        told.append(_("sale price {price}", price=money(found.sale_price)) + dates)
    if found.coupons:
        told.append(_("coupons {codes}", codes=", ".join(found.coupons)))
    if found.free is not None and found.on_hand is not None:
        told.append(
            _("{free} free, {on_hand} on hand", free=number_text(found.free), on_hand=number_text(found.on_hand))
        )
    else:
        told.append(_("stock not counted"))
    return " · ".join(told)


def _sale_dates(starts: date | None, ends: date | None) -> str:
    dates = []
    if starts is not None:
        dates.append(_("from {day}", day=moment_text(starts, "day")))
    if ends is not None:
        dates.append(_("until {day}", day=moment_text(ends, "day")))
    return "".join(f" {text}" for text in dates)


def uses_line(found: CouponUses) -> str:
    """A coupon's uses in words."""
    who = f"{found.code} ({found.member})" if found.member is not None else found.code
    if found.limit is None:
        return _("{code}: used {used} times, {held} held", code=who, used=found.used, held=found.held)
    text = N_("{code}: used {used} times of {limit}, {held} held, {left} left")
    return _(text, code=who, used=found.used, limit=found.limit, held=found.held, left=found.left)


def check_lines(found: Iterable[OpenPayment], exponent: int) -> str:
    """Payments that are not at their end, each in a line of words."""
    told = [
        _(
            "{ticket}: {total}, {state}, {due} due",
            ticket=one.called,
            total=format_money(one.total, exponent),
            state=_(CHECKING[one.state]) if one.place is None else _("queued, place {place}", place=one.place),
            due=format_money(one.due, exponent),
        )
        for one in found
    ]
    return "\n".join(told) or _("No payment is being checked, and no ticket paid in part is waiting.")


def _stock(till: Till, parts: tuple[str, ...]) -> tuple[Value | tuple[Value, ...], tuple[str, ...]]:
    return till.stock(".".join(parts[:-1])), parts[-1:]


def _check(till: Till, parts: tuple[str, ...]) -> tuple[Value | tuple[Value, ...], tuple[str, ...]]:
    return till.check_price(".".join(parts[:-1])), parts[-1:]


def _uses(till: Till, parts: tuple[str, ...]) -> tuple[Value | tuple[Value, ...], tuple[str, ...]]:
    *code, member, _field = ("", "", *parts)
    whole = ".".join(parts[:-1])
    if whole in till.catalog.coupons or len(parts) < len(("code", "member", "field")):
        return till.uses(whole), parts[-1:]
    return till.uses(".".join(filter(None, code)), member), parts[-1:]


def _checks(till: Till, parts: tuple[str, ...]) -> tuple[Value | tuple[Value, ...], tuple[str, ...]]:
    return till.checks(), parts


LOOKS: Final[dict[str, Callable[[Till, tuple[str, ...]], tuple[Value | tuple[Value, ...], tuple[str, ...]]]]] = {
    "stock": _stock,
    "check": _check,
    "uses": _uses,
    "checks": _checks,
}
"""The first words of fields that are no sale's, and what they look at: `stock.TEA.free`, `uses.TEN.M1.left`."""

SHAPES: Final[dict[str, type[Value]]] = {
    "stock": StockLevel,
    "check": PriceCheck,
    "uses": CouponUses,
    "checks": OpenPayment,
}
"""What each of them finds; of checks one or more."""


def looked_at(till: Till, field: str) -> tuple[Any, tuple[str, ...]] | None:
    """What a field of `expect` looks at, as JSON has it, and the parts of the field that lead into it.

    None for a sale's field. Raises TillError `unknown_code`, `coupon_unknown`, `unknown_member`.
    """
    head, *parts = field.split(".")
    if head not in LOOKS or (head != "checks" and len(parts) < len(("code", "field"))):
        return None
    found, rest = LOOKS[head](till, tuple(parts))
    if isinstance(found, Value):
        return found.model_dump(mode="json"), rest
    return [one.model_dump(mode="json") for one in found], rest
