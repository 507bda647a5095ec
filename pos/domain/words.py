"""The words of the program. Every sentence for people is written once, in English, and looked up when it is said.

`_("{name} was taken off.", name=line.name)` says it in the language in use; `plural` chooses by a count; `N_` only
marks a text that a table holds and that `_` says later. Nothing here reads a file: the edge tells `speak` a language.

Numbers and days are written as the language's locale does (`number_text`, `percent_text`, `moment_text`; amounts by
`pos.domain.money`), and what a cashier types is read by `typed_number`. Scripts and JSON keep the plain form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pos.domain.errors import TillError
from pos.domain.shapes import NUMERIC, PLAIN, Shape, Style, decimal_text, readings


def _same(text: str) -> str:
    return text


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


@dataclass(frozen=True, slots=True)
class Speech:
    """A language: its code, gettext's two questions to its catalogue, and how its locale writes numbers and days."""

    code: str = "en"
    gettext: Callable[[str], str] = _same
    ngettext: Callable[[str, str, int], str] = _english
    shape: Shape = PLAIN
    locale: str = "en"
    """The name of the locale that the shape is of."""


ENGLISH = Speech()
_current = ENGLISH


def speech() -> Speech:
    """The language in use."""
    return _current


def speak(language: Speech) -> None:
    """Say everything in this language from now on; what was said before stays as it is."""
    global _current
    _current = language


@contextmanager
def spoken(language: Speech) -> Iterator[None]:
    """Say everything in this language for a while."""
    before = _current
    speak(language)
    try:
        yield
    finally:
        speak(before)


def N_(text: str) -> str:  # noqa: N802 -- gettext's name for it
    """The same text, marked for the catalogue; `_` says it when it is shown."""
    return text


def _(text: str, /, **values: object) -> str:
    """A text in the language in use, its `{names}` filled in."""
    said = _current.gettext(text) if text else ""
    return said.format(**values) if values else said


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """One of two texts by a count, in the language in use, its `{names}` filled in; `{count}` is the count."""
    return _current.ngettext(one, many, count).format(count=count, **values)


def number_text(value: Decimal) -> str:
    """A quantity or another bare number as the locale writes it, no zeros at its end: "0,412"."""
    return _current.shape.number(decimal_text(value))


def percent_text(value: Decimal) -> str:
    """A percentage with its sign, as the locale writes it: "2,5 %"."""
    return _current.shape.percent.format(number=number_text(value))


def moment_text(moment: date, style: Style) -> str:
    """A day, or a moment in the zone in which it is to be read, as the locale writes it."""
    return _current.shape.moment(moment, style)


def decimal_mark() -> str:
    """What stands before the decimals: what the decimal key of a number pad should type."""
    return _current.shape.decimal


def typed_number(text: str, code: str = "bad_amount") -> str:
    """A number as a cashier typed it in the locale's form, in the plain one: "1.234,50" is "1234.50" in German.

    A sign before it and a percent sign behind it stay. What is no number at all is given back as it is, for the
    caller's own refusal. Raises TillError `code` for a number whose marks are not the locale's, or that can be read in
    two ways, such as "1.50" or "1.234" in German.
    """
    number = text.strip()
    percent = "%" if number.endswith("%") else ""
    number = number.removesuffix("%").rstrip()
    if not (
        set(number) <= NUMERIC | {_current.shape.decimal, _current.shape.group}
        and any(char.isdigit() for char in number)
    ):
        return text
    if number.count(_current.shape.decimal) > 1:
        return text
    plain = _current.shape.plain(number)
    if plain is not None:
        return plain + percent
    first, second = (reading.replace(".", _current.shape.decimal) + percent for reading in readings(number))
    raise TillError(
        code,
        _('"{typed}" can be read in two ways; type {first} or {second}.', typed=text[:30], first=first, second=second),
    )


def typed_start(text: str, code: str = "bad_amount") -> str:
    """A text that begins with a number, such as a discount and its reason, with the number in the plain form.

    Raises TillError `code` as `typed_number` does.
    """
    first, *rest = text.split(None, 1)[:2] or [""]
    return " ".join((typed_number(first, code), *rest))
