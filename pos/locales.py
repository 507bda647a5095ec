"""The languages there are: their catalogues beside this file, and how their locales write, from Babel's data (CLDR).

At the edge, for it reads files and the environment. Babel is loaded for a locale only, never for plain English.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import ENGLISH, Language
from pos.domain.locale_format import PLAIN, LocaleFormat, Moments, Style

if TYPE_CHECKING:
    from datetime import date

    from babel import Locale

FOLDER: Final = Path(__file__).resolve().parent / "locale"
DOMAIN: Final = "tillkey"
AUTO: Final = "auto"
_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_BLANKS: Final = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u200e": None, "\u200f": None, "\u061c": None})
"""A terminal has one kind of blank, and what cannot be printed is never drawn."""


def languages() -> tuple[str, ...]:
    """The codes of the languages that the till speaks: English, and one for each catalogue."""
    return (ENGLISH.code, *sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def language_of(language: str = AUTO, locale: str = AUTO, environ: Mapping[str, str] = os.environ) -> Language:
    """How to speak. `language` is one of `languages()` or "auto": the environment's, or English if that is not there.

    `locale` says how numbers and days are written ("de_AT", "en_GB"); "auto" takes the environment's if it is one of
    the language, else what is usual in it. Raises ValueError, naming what there is, for a language or a locale that
    is not known.
    """
    wished = list(_wishes(environ))
    if language == AUTO:
        language = _negotiated(wished)
    elif language not in languages():
        raise ValueError(f"{language!r} is none of the languages: {', '.join((AUTO, *languages()))}")
    if locale == AUTO:
        locale = next((wish for wish in wished if wish.partition("_")[0] == language), language)
    if language == locale == ENGLISH.code:
        return ENGLISH
    catalogue = _catalogue(language)
    locale_format = locale_format_of(locale)
    if catalogue is None:
        return Language(language, locale_format=locale_format, locale=locale)
    return Language(language, catalogue.gettext, catalogue.ngettext, locale_format, locale)


def other_speech(language: str) -> Language | None:
    """How to speak where another language may be set; None for "auto": as everywhere. Raises ValueError."""
    return None if language == AUTO else language_of(language)


def symbol_of(currency: str, language_in_use: Language) -> str:
    """A currency's sign as the language has it: "$", "€", "CHF"."""
    from babel.numbers import get_currency_symbol

    _load_dates()
    return get_currency_symbol(
        currency, "en_US" if language_in_use.code == ENGLISH.code else language_in_use.code
    ).translate(_BLANKS)


def _wishes(environ: Mapping[str, str]) -> Iterator[str]:
    """The locales that the environment asks for; the first variable that is set decides, as everywhere."""
    said = next((environ[name] for name in _VARIABLES if environ.get(name)), "")
    name = said.partition(".")[0].partition("@")[0].replace("-", "_")
    if name not in ("", "C", "POSIX") and _parsed(name) is not None:
        yield name


def _negotiated(wished: list[str]) -> str:
    if not wished:
        return ENGLISH.code
    from babel import negotiate_locale

    return negotiate_locale(wished, languages()) or ENGLISH.code


@lru_cache
def _catalogue(language: str) -> GNUTranslations | None:
    path = FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return GNUTranslations(file)


def _parsed(name: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    _load_dates()
    try:
        return Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return None


@lru_cache
def _load_dates() -> None:
    """Load what Babel's data needs. It reads the machine's zone then, which nothing asks for and a wrong TZ breaks."""
    zone = os.environ.pop("TZ", None)
    try:
        import babel.dates  # noqa: F401
    finally:
        if zone is not None:
            os.environ["TZ"] = zone


@lru_cache
def locale_format_of(name: str) -> LocaleFormat:
    """The marks of a locale ("de_AT"), as Babel has them. Raises ValueError for a name that is no locale."""
    if name == ENGLISH.code:
        return PLAIN
    locale = _parsed(name.replace("-", "_"))
    if locale is None:
        raise ValueError(f"{name!r} is no locale such as de_AT or en_GB")
    symbols = locale.number_symbols["latn"]
    near, far = locale.decimal_formats[None].grouping
    money = locale.currency_formats["standard"]
    first = "¤" in money.prefix[0]
    beside = (money.prefix[0].rpartition("¤")[2] if first else money.suffix[0].partition("¤")[0]).translate(_BLANKS)
    sign = locale.percent_formats[None]
    return LocaleFormat(
        decimal=symbols["decimal"].translate(_BLANKS),
        group=symbols["group"].translate(_BLANKS),
        near=near,
        far=far,
        minus=symbols["minusSign"].translate(_BLANKS),
        percent=f"{sign.prefix[0]}{{number}}{sign.suffix[0]}".translate(_BLANKS),
        symbol_first=first,
        symbol_apart=" " in beside,
        moment=_moments(locale),
    )


def _moments(locale: Locale) -> Moments:
    from datetime import datetime

    from babel.dates import format_date, format_skeleton, format_time

    @lru_cache(maxsize=1000)
    def written(moment: date, style: Style) -> str:
        parts: list[str] = []
        if style == "header":
            parts.append(format_skeleton("MMMEd", moment, locale=locale))
        elif style in ("stamp", "day"):
            parts.append(format_date(moment, "medium", locale=locale))
        if style != "day" and isinstance(moment, datetime):
            parts.append(format_time(moment.time(), "medium" if style == "seconds" else "short", locale=locale))
        return " ".join(parts).translate(_BLANKS)

    # One moment in two zones is equal, yet written differently: what is remembered knows no zone.
    return lambda moment, style: written(moment.replace(tzinfo=None) if isinstance(moment, datetime) else moment, style)
