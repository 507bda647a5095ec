"""Exact arithmetic on money: integers in minor units of a currency, rounded half up, away from zero."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Final

from pos.domain.catalog import CashRounding
from pos.domain.errors import TillError
from pos.domain.i18n import N_, current_language
from pos.domain.locale_format import NUMERIC, plain_money
from pos.domain.message import Message, lazy, lazy_plural
from pos.domain.typed_kinds import kind_of
from pos.domain.typed_numbers import typed_number

LARGEST: Final = 10**12
"""The largest amount a person may type, in minor units."""

_CURRENCIES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY "
    "COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR "
    "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
# A table of our own: Babel's holds the digits in everyday use (IQD 0) and costs 18 ms of the till's start.


def divide(numerator: int, denominator: int) -> int:
    """`numerator / denominator` rounded half up, away from zero; the denominator is positive."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def round_half_up(value: Fraction | Decimal | int) -> int:
    """The nearest integer; a half goes away from zero."""
    return divide(*value.as_integer_ratio())


def percent_of(amount: int, percent: Decimal) -> int:
    """`percent` of an amount in minor units, rounded once, half up."""
    numerator, denominator = percent.as_integer_ratio()
    return divide(amount * numerator, 100 * denominator)


def share(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `amount` by weight with the largest remainder, on absolute values, ties in order.

    Every share is within one unit of the exact one and they add up to `amount`; a weight of zero gets nothing.
    Raises ValueError for a negative weight, or for an amount without any weight to lie on.
    """
    whole = sum(weights)
    if weights and min(weights) < 0:
        raise ValueError("a weight is negative")
    if not whole:
        if amount:
            raise ValueError("there is no weight to share an amount by")
        return (0,) * len(weights)
    size = abs(amount)
    shares = [size * weight // whole for weight in weights]
    rest = [size * weight % whole for weight in weights]
    for index in sorted(range(len(rest)), key=rest.__getitem__, reverse=True)[: size - sum(shares)]:
        shares[index] += 1
    return tuple(shares) if amount >= 0 else tuple(-part for part in shares)


def round_cash(amount: int, rule: CashRounding) -> int:
    """An amount as it is paid in cash: a multiple of the rule's step. Up is away from zero, down towards it."""
    if rule.mode == "half_up":
        return divide(amount, rule.step) * rule.step
    extra = rule.step - 1 if rule.mode == "up" else 0
    rounded = (abs(amount) + extra) // rule.step * rule.step
    return rounded if amount >= 0 else -rounded


def exponent_of(currency: str) -> int:
    """How many decimals a currency has (ISO 4217): 2 for USD, 0 for JPY, 3 for BHD.

    Raises ValueError for a code that is no currency.
    """
    for exponent, codes in _CURRENCIES.items():
        if currency in codes.split():
            return exponent
    raise ValueError(f"{currency!r} is not a currency of ISO 4217")


def parse_money(text: str, exponent: int) -> int:
    """Minor units from major units in the plain form, as scripts have them: "20", "20.00", ".5", "5.".

    Raises TillError `bad_amount`, saying what is wrong with it.
    """
    return _parsed(text, text, exponent, plain_money)


_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}([.,'’ \u00a0\u202f])\d{3}(?:\1\d{3})*", re.ASCII)


def typed_money(text: str, exponent: int) -> int:
    """Minor units from what a cashier typed in major units, in the locale's form: "1.234,50" in German.

    In a currency without decimals, "20,000" and "20.000" can only be thousands. Raises TillError `bad_amount`, saying
    what is wrong with it.
    """
    if not exponent and _THOUSANDS.fullmatch(text.strip()):
        text = re.sub(r"\D", "", text)
    return _parsed(typed_number(text), text, exponent, format_money)


def _parsed(plain: str, text: str, exponent: int, written: Callable[[int, int], str]) -> int:
    whole, _point, fraction = plain.partition(".")
    digits, typed = whole + fraction, _cut(text)
    if plain.startswith("-"):
        raise TillError("bad_amount", lazy("“{typed}” is negative; type an amount without a sign.", typed=typed))
    if not (digits.isascii() and digits.isdigit()):
        example = written(20 * 10**exponent, exponent)
        message = lazy(_no_money(text), typed=typed, example=example)
        raise TillError("bad_amount", message)
    if len(fraction) > exponent:
        raise TillError("bad_amount", _too_many_decimals(typed, exponent))
    significant = (whole + fraction.ljust(exponent, "0")).lstrip("0")
    if len(significant) > len(str(LARGEST)) or int(significant or "0") > LARGEST:
        largest = written(LARGEST, exponent)
        raise TillError(
            "bad_amount", lazy("“{typed}” is too large; type at most {largest}.", typed=typed, largest=largest)
        )
    return int(significant or "0")


def _no_money(text: str) -> str:
    """What is said of a text that is no amount: what it is instead, if that has a name."""
    kind = kind_of(text)
    if kind == "percentage":
        return N_("“{typed}” is a percentage, and not an amount of money; type it like {example}.")
    if kind == "number" and not set(text.strip()) <= NUMERIC - set(SIGNS):
        return N_("“{typed}” has a sign beside the number; type it like {example}.")
    return N_("“{typed}” is not an amount of money; type it like {example}.")


def _too_many_decimals(typed: str, exponent: int) -> Message:
    if not exponent:
        return lazy("“{typed}” has too many decimals; this currency has no decimals.", typed=typed)
    return lazy_plural(
        "“{typed}” has too many decimals; this currency has at most {count} decimal.",
        "“{typed}” has too many decimals; this currency has at most {count} decimals.",
        exponent,
        typed=typed,
    )


SIGNS: Final = ("+", "-", "−")
"""What may stand before a number."""
LONGEST_PERCENT: Final = 12
"""How many characters a typed percentage has at most."""


def parse_percent(text: str, typed: str | None = None) -> Decimal:
    """A percentage from 0 to 100 in the plain form, with or without its sign: "10 %", "8.875".

    Raises TillError `bad_discount`, which repeats it as it was `typed`, if that is another form.
    """
    typed = _cut(text if typed is None else typed)
    number = text.strip().removesuffix("%").rstrip()
    if number[:1] in SIGNS:
        message = lazy("“{typed}” has a sign before it; type the percentage without one.", typed=typed)
        raise TillError("bad_discount", message)
    try:
        if len(number) > LONGEST_PERCENT or not set(number) <= set("0123456789."):
            raise InvalidOperation
        percent = Decimal(number)
    except InvalidOperation:
        message = lazy("“{typed}” is not a percentage; type it like 10%.", typed=typed)
        raise TillError("bad_discount", message) from None
    if percent > 100:
        message = lazy("“{typed}” is more than 100 %; type a percentage from 0 to 100.", typed=typed)
        raise TillError("bad_discount", message)
    return percent


def format_money(amount: int, exponent: int) -> str:
    """Minor units in major ones as the locale writes them: 232800 is "2,328.00", in German "2.328,00"."""
    return current_language().locale_format.number(plain_money(amount, exponent))


def format_sum(amount: int, exponent: int, symbol: str) -> str:
    """The same with the currency's sign where the locale has it: "$2,328.00", in German "2.328,00 €"."""
    return current_language().locale_format.with_symbol(format_money(amount, exponent), symbol)


def _cut(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:30]}…"
