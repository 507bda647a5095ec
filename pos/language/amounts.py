"""What is meant as an amount of money, and what is a code or a card's number where an amount belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pos.domain.card_numbers import is_card
from pos.domain.cart import ManualDiscount
from pos.domain.codes import is_gtin
from pos.domain.errors import TillError
from pos.domain.message import Message, Money, joined, lazy
from pos.domain.money import parse_money, parse_percent, typed_money
from pos.domain.typed_kinds import kind_of
from pos.domain.typed_numbers import typed_number
from pos.payments.masking import bare, kept, mask

if TYPE_CHECKING:
    from pos.language.verb import TillView

SHORTEST_CODE: Final = 8
"""How many digits the shortest GTIN has."""
LONGEST_AMOUNT: Final = 12
"""How many digits an amount has at most; a card's number that was mistyped has more and is not repeated."""
MOST_SHOWN: Final = 40
"""How many characters of what was typed a message repeats."""
MOST_REASON: Final = 200
"""How many characters of a discount's reason are kept."""


def amount_of(typed: str, till: TillView) -> int:
    """Money as typed in the plain form, in minor units.

    Raises TillError `bad_amount`, and `card_not_an_amount` for a card's number or a code.
    """
    if is_card(typed) or means_code(typed, till):
        raise TillError("card_not_an_amount", no_amount(typed, till, "."))
    return parse_money(mask(typed), till.catalog.exponent)


def means_code(typed: str, till: TillView) -> bool:
    """Whether digits that are as many as a code's, without a decimal mark, are one, and no amount for this ticket.

    A product's code, a card's number or a GTIN is one always; others if they are longer than what is due by more
    than a digit.
    """
    if not (typed.isascii() and typed.isdigit()) or len(typed) < SHORTEST_CODE:
        return False
    if till.catalog.is_known(typed) or is_gtin(typed) or is_card(typed):
        return True
    return len(typed) > len(str(till.sale.cash_due // 10**till.catalog.exponent)) + 1


def no_amount(typed: str, till: TillView, mark: str) -> Message:
    """What is said of a code, and how to type it if it is an amount after all; `mark` is the decimal one."""
    told = lazy("That is a code, not an amount: nothing was taken.")
    if len(typed) > LONGEST_AMOUNT or till.catalog.is_known(typed) or is_card(typed):
        return told
    way_out = lazy("An amount that long ends with its decimal mark: {example}", example=f"{typed}{mark}")
    return joined((told, way_out))


def discount_of(text: str, exponent: int) -> ManualDiscount | None:
    """A discount as typed: `10%`, or an amount in major units, then why; 0 is none. Raises TillError `bad_discount`."""
    return _discount(text, exponent, _plainly, parse_money)


def typed_discount(text: str, exponent: int) -> ManualDiscount | None:
    """The same with its number in the locale's form, as a cashier types it. Raises TillError `bad_discount`."""
    return _discount(text, exponent, typed_number, typed_money)


def _plainly(text: str, _code: str) -> str:
    return text


def _discount(
    text: str, exponent: int, plain: Callable[[str, str], str], money: Callable[[str, int], int]
) -> ManualDiscount | None:
    size, *why = text.split() or [""]
    if why and why[0] == "%":
        size, why = f"{size}%", why[1:]
    if kind_of(size) in ("name", "code") and not size[:1].isdecimal():
        message = lazy(
            "“{typed}” is no discount. Type a percentage such as 10%, or an amount such as {example}; why comes after.",
            typed=bare(mask(text.strip()))[:MOST_SHOWN],
            example=Money(150, exponent),
        )
        raise TillError("bad_discount", message)
    reason = kept(" ".join(why))[:MOST_REASON] or None
    if size.endswith("%"):
        percent = parse_percent(plain(size, "bad_discount"), size)
        return ManualDiscount(percent=percent, reason=reason) if percent else None
    try:
        amount = money(size, exponent)
    except TillError as error:
        message = lazy("{error} Or type a percentage such as 10%.", error=error.words)
        raise TillError("bad_discount", message) from None
    return ManualDiscount(amount=amount, reason=reason) if amount else None
