"""The texts of the program. Every sentence for people is written once, in English, and looked up when it is said.

`_("{name} was taken off.", name=line.name)` says it in the language in use; `plural` chooses by a count; `N_` only
marks a text that a table holds and that `_` says later. What is said elsewhere than it comes about, such as an error,
is a `pos.domain.message`. Nothing here reads a file: the edge tells `use_language` a language.

Numbers and days are written as the language's locale does (`number_text`, `percent_text`, `moment_text`; amounts by
`pos.domain.money`), and what a cashier types is read by `pos.domain.typed_numbers`. Scripts and JSON keep the plain
form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pos.domain.locale_format import PLAIN, LocaleFormat, Style, decimal_text


def _same(text: str) -> str:
    return text


def _english(one: str, many: str, count: int) -> str:
    return one if count == 1 else many


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its code, gettext's two questions to its catalogue, and how its locale writes numbers and days."""

    code: str = "en"
    gettext: Callable[[str], str] = _same
    ngettext: Callable[[str, str, int], str] = _english
    locale_format: LocaleFormat = PLAIN
    locale: str = "en"
    """The name of the locale that the shape is of."""


ENGLISH = Language()
_usual = ENGLISH
_other: ContextVar[Language | None] = ContextVar("other", default=None)
"""The language of a reader who reads another one than the usual."""


def current_language() -> Language:
    """The language in use."""
    return _other.get() or _usual


def use_language(language: Language) -> None:
    """Say everything in this language from now on; what was said before stays as it is."""
    global _usual
    _usual = language


@contextmanager
def using_language(language: Language) -> Iterator[None]:
    """Say everything in this language for a while, wherever in the program it is said."""
    before = _usual
    use_language(language)
    try:
        yield
    finally:
        use_language(before)


@contextmanager
def wording(language: Language) -> Iterator[None]:
    """Say in this language what is said within, such as on a receipt; whatever else goes on stays in the usual one."""
    token = _other.set(language)
    try:
        yield
    finally:
        _other.reset(token)


def N_(text: str) -> str:  # noqa: N802 -- gettext's name for it
    """The same text, marked for the catalogue; `_` says it when it is shown."""
    return text


def _(text: str, /, **values: object) -> str:
    """A text in the language in use, its `{names}` filled in."""
    said = current_language().gettext(text) if text else ""
    return said.format(**values) if values else said


def plural(one: str, many: str, count: int, /, **values: object) -> str:
    """One of two texts by a count, in the language in use, its `{names}` filled in; `{count}` is the count."""
    return current_language().ngettext(one, many, count).format(count=count, **values)


def number_text(value: Decimal) -> str:
    """A quantity or another bare number as the locale writes it, no zeros at its end: "0,412"."""
    return current_language().locale_format.number(decimal_text(value))


def percent_text(value: Decimal) -> str:
    """A percentage with its sign, as the locale writes it: "2,5 %"."""
    return current_language().locale_format.percent.format(number=number_text(value))


def moment_text(moment: date, style: Style) -> str:
    """A day, or a moment in the zone in which it is to be read, as the locale writes it."""
    return current_language().locale_format.moment(moment, style)


def decimal_mark() -> str:
    """What stands before the decimals: what the decimal key of a number pad should type."""
    return current_language().locale_format.decimal
