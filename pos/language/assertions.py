"""`expect FIELD VALUE`: whether the last printed sale is as a script says."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.locale_format import plain_money
from pos.domain.message import lazy
from pos.domain.sale import Sale
from pos.domain.spelling import folded
from pos.language.command import Command
from pos.language.queries import looked_at
from pos.language.sale_json import printed
from pos.language.verbs.directives import EXPECT, Expect
from pos.till.till import Till

MONEY: Final = frozenset(
    (
        *("subtotal", "discount_total", "tax", "total", "cash_rounding", "paid", "due", "cash_due", "change"),
        *("price", "list_price", "sale_price", "unit_price", "net", "amount", "tendered"),
    )
)
"""The fields that are compared in major units."""


NAMES: Final = ("line", "code", "name", "rate", "attempt", "ticket")
"""The fields by which a thing in a list is named."""


def expected_error(command: Command | TillError) -> str | None:
    """The code in `expect error CODE`; None for any other line, and for one that cannot be read."""
    if not isinstance(command, Command) or command.verb != EXPECT.word or len(command.args) != 2:
        return None
    return EXPECT.read(command).error


def expect(till: Till, sale: Sale, asked: Expect) -> None:
    """Check one field of a sale, as `--json` prints it, against what a script says; or what a till holds now.

    A field may go deeper with dots: `lines.2.total` is line number 2's, `coupons.SAVE10.amount` that coupon's,
    `discounts` alone counts them; `stock.TEA.free`, `check.TEA.price`, `uses.TEN.left` and `checks.1-1.due` are no
    sale's. `none` means that a field is empty. Raises TillError `expectation_failed`, also for an error, since whoever
    checks a sale has seen none; and what is raised for a code that is unknown.
    """
    if asked.error is not None:
        message = lazy("Expected the error {code}, but the line before did not fail.", code=asked.error)
        raise TillError("expectation_failed", message)
    field, value = asked.field, asked.value
    looked = looked_at(till, field)
    exponent = till.catalog.exponent
    found, parts = looked if looked is not None else (printed(sale, exponent), tuple(field.split(".")))
    for part in parts:
        found = _step(found, part, field)
    shown = _shown(found, field.rpartition(".")[2], exponent)
    if not _same(shown, value):
        message = lazy("Expected {field} {value}, but it is {shown}.", field=field, value=value, shown=shown)
        raise TillError("expectation_failed", message, field=field, found=shown)


def _step(found: Any, part: str, field: str) -> Any:
    if isinstance(found, dict) and part in found:
        return found[part]
    if isinstance(found, list):
        for item in found:
            if any(folded(str(item.get(key))) == folded(part) for key in NAMES):
                return item
    raise TillError("expectation_failed", lazy("The sale has no field {field}.", field=field), field=field)


def _shown(found: Any, name: str, exponent: int) -> str:
    if found is None:
        return "none"
    if isinstance(found, list | dict):
        return str(len(found))
    if name in MONEY and isinstance(found, int):
        return plain_money(found, exponent)
    return str(found)


def _same(shown: str, value: str) -> bool:
    try:
        return Decimal(shown) == Decimal(value)
    except InvalidOperation:
        return folded(shown) == folded(value)
