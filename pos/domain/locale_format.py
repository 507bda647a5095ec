"""How a locale writes numbers and days, and how it reads what is typed. Pure: the edge fills in what a locale does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

Style = Literal["header", "stamp", "clock", "seconds", "day"]
"""A day with its name and the time, a receipt's day and time, a time, a time with seconds, a day."""

Moments = Callable[[date, Style], str]
"""Writes a day, or a moment (a `datetime`) in any style."""

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plain_moment(moment: date, style: Style) -> str:
    """A moment as English writes it where no country is known: nothing that two countries read in two ways."""
    time = f"{moment:%H:%M:%S}" if isinstance(moment, datetime) else ""
    match style:
        case "header":
            return f"{WEEKDAYS[moment.weekday()]} {moment.day:02} {MONTHS[moment.month - 1]} {time[:5]}"
        case "stamp":
            return f"{moment:%Y-%m-%d} {time[:5]}"
        case "clock":
            return time[:5]
        case "seconds":
            return time
        case "day":
            return f"{moment:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class LocaleFormat:
    """A locale's marks. `near` and `far` are the sizes of the group at the decimal mark and of those before it.

    `symbol_first` and `symbol_apart` say where a currency's sign stands, `percent` where the percent sign does.
    """

    decimal: str = "."
    group: str = ","
    near: int = 3
    far: int = 3
    minus: str = "-"
    percent: str = "{number} %"
    symbol_first: bool = True
    symbol_apart: bool = False
    moment: Moments = plain_moment

    def number(self, plain: str) -> str:
        """A plain number, "-1234.50", as the locale writes it: "-1.234,50"."""
        sign, digits = (self.minus, plain[1:]) if plain.startswith("-") else ("", plain)
        whole, point, fraction = digits.partition(".")
        return sign + self._grouped(whole) + (self.decimal + fraction if point else "")

    def with_symbol(self, number: str, symbol: str) -> str:
        """An amount that is written already, with a currency's sign where it stands; no sign for an empty one."""
        if not symbol:
            return number
        sign, digits = (self.minus, number[len(self.minus) :]) if number.startswith(self.minus) else ("", number)
        if not self.symbol_first:
            return f"{sign}{digits}{' ' if self.symbol_apart else ''}{symbol}"
        return f"{sign}{symbol}{' ' if self.symbol_apart or symbol[-1].isalpha() else ''}{digits}"

    def plain(self, typed: str) -> str | None:
        """A typed number in the plain form; None if its marks are not the locale's, or can be read in two ways."""
        free, grouped = _readers(self.decimal, self.group, self.near, self.far)
        if free.fullmatch(typed):
            return typed.replace(self.decimal, ".")
        if grouped.fullmatch(typed):
            return "".join(char for char in typed if char in f"+-0123456789{self.decimal}").replace(self.decimal, ".")
        return None

    def _grouped(self, whole: str) -> str:
        if not self.group or len(whole) <= self.near:
            return whole
        rest, groups = whole[: -self.near], [whole[-self.near :]]
        while rest:
            rest, groups = rest[: -self.far], [rest[-self.far :], *groups]
        return self.group.join(groups)


PLAIN: Final = LocaleFormat()
"""English where no country is known."""


_ALIKE: Final = ("'’", " \u00a0\u202f")
"""Marks that keyboards and editions of the locales' data take for each other."""


@lru_cache
def _readers(decimal: str, group: str, near: int, far: int) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a number without groups looks like, and one with: at least two of them, or one and decimals."""
    mark = re.escape(decimal)
    apart = next((f"[{alike}]" for alike in _ALIKE if group and group in alike), re.escape(group))
    head, tail = rf"[1-9]\d{{0,{far - 1}}}", rf"\d{{{near}}}"
    between = rf"(?:{apart}\d{{{far}}})"
    without = rf"[+-]?(?:\d+(?:{mark}\d*)?|{mark}\d+)"
    grouped = rf"[+-]?{head}(?:{between}+{apart}{tail}(?:{mark}\d*)?|{apart}{tail}{mark}\d*)"
    return re.compile(without, re.ASCII), re.compile(grouped if group else without, re.ASCII)


NUMERIC: Final = frozenset("0123456789.,'’ \u00a0\u202f+-")
"""What a typed number may consist of in any locale, besides the marks of its own."""


def readings(typed: str) -> tuple[str, str]:
    """Both ways to read a number with a doubtful mark, plain: with decimals, and without any."""
    whole, mark, fraction = _last_mark(typed)
    digits = re.sub(r"\D", "", whole).lstrip("0")
    return f"{digits or '0'}.{fraction}" if mark else digits or "0", (digits + fraction).lstrip("0") or "0"


def _last_mark(typed: str) -> tuple[str, str, str]:
    for index in range(len(typed) - 1, -1, -1):
        if typed[index] not in "0123456789":
            return typed[:index], typed[index], typed[index + 1 :]
    return typed, "", ""


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent or trailing zeros: Decimal("10.50") is "10.5"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_money(amount: int, exponent: int) -> str:
    """Minor units in major ones as programs and scripts read them: 232800 is "2328.00" with two decimals."""
    digits = str(abs(amount)).rjust(exponent + 1, "0")
    text = f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
    return f"-{text}" if amount < 0 else text
