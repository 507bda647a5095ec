"""Numbers as a cashier types them: in the locale's form, or refused where they can be read in two ways."""

from __future__ import annotations

from pos.domain.errors import TillError
from pos.domain.i18n import N_, current_language
from pos.domain.locale_format import NUMERIC, readings
from pos.domain.message import lazy
from pos.domain.typed_kinds import is_number


def typed_number(text: str, code: str = "bad_amount") -> str:
    """A number as a cashier typed it in the locale's form, in the plain one: "1.234,50" is "1234.50" in German.

    A sign before it and a percent sign behind it stay. What is no number at all is given back as it is, for the
    caller's own refusal. Raises TillError `code` for a number whose marks are not the locale's, or that can be read in
    two ways, such as "1.50" or "1.234" in German; what may be meant is told, of "0.5" there only "0,5".
    """
    number, locale_format = text.strip(), current_language().locale_format
    percent = "%" if number.endswith("%") else ""
    number = number.removesuffix("%").rstrip()
    if not (
        set(number) <= NUMERIC | {locale_format.decimal, locale_format.group} and any(char.isdigit() for char in number)
    ):
        return text
    if number.count(locale_format.decimal) > 1:
        return text
    plain = locale_format.plain(number)
    if plain is not None:
        return plain + percent
    if not is_number(number):
        return text
    decimals, whole = readings(number)
    first, second = (each.replace(".", locale_format.decimal) + percent for each in (decimals, whole))
    if decimals.startswith("0."):
        # No group begins with a zero, so that nothing else can be meant.
        raise TillError(code, lazy("“{typed}” has another decimal mark; type {first}.", typed=text[:30], first=first))
    twice = N_("“{typed}” can be read in two ways; type {first} or {second}.")
    raise TillError(code, lazy(twice, typed=text[:30], first=first, second=second))
