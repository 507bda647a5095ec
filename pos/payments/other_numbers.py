"""Numbers in a text that are no card's, by a structure and check digits of their own: they stay legible.

All of it looks at a reading of a text (`pos.payments.normalized_text`): small letters, plain digits, single blanks.
"""

from __future__ import annotations

import re
from typing import Final

from pos.domain.codes import check_digit

_CLOCK: Final = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_DAY: Final = r"(?:0[1-9]|[12]\d|3[01])"
_YEAR: Final = r"(?:19|20)\d\d"
_TIME: Final = re.compile(
    rf"(?<!\d)(?:{_YEAR}-{_MONTH}-{_DAY}|{_DAY}\.{_MONTH}\.{_YEAR}|{_DAY}/{_MONTH}/{_YEAR})"
    rf"(?:,? ?t?{_CLOCK}(?:[+-]\d\d:\d\d)?)?(?!\d)",
    re.ASCII,
)
"""A day, or a time of it, as ISO 8601, German or English has it."""
_AMOUNT: Final = r"[1-9]?\d{0,2}(?:\d|[.,']\d{3})*[.,]\d\d"
_AMOUNTS: Final = re.compile(rf"(?<![\d.,]){_AMOUNT}(?: {_AMOUNT}){{2,}}(?![\d.,])", re.ASCII)
"""Three amounts in a row, or more."""
_PHONE: Final = re.compile(
    r"(?<!\d)(?<!\d[\W_])(?<!\d[\W_]{2})(?<!\d[\W_]{3})\+[1-9](?:[ /()-]{0,2}\d){6,12}(?![\W_]{0,6}\d)", re.ASCII
)
"""A telephone number with its country (E.164), of thirteen digits at most: all that are in use."""
_GS1: Final = re.compile(
    r"(?:(?<!\d)|(?<=\]c1)|(?<=\]e0)|(?<=\]d2)|(?<=\]q3))"
    r"(?:\(?00\)?(?P<sscc>\d{18})(?!\d)"
    r"|\(?01\)?(?P<gtin>\d{14})(?:\(?1[1-7]\)?\d{6}|\(?3[1-6]\d\d\)?\d{6})*(?!(?!10|21|30|37)\d))",
    re.ASCII,
)
"""A pallet's number, or a GTIN with the dates and measures behind it, in GS1 element strings, the scanner's sign for
them (ISO/IEC 15424) perhaps before; lot and serial number are not of it."""
_IBAN: Final = re.compile(r"(?<![a-z0-9])[a-z]{2}\d\d(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?![a-z0-9])", re.ASCII)
"""An account's number (ISO 13616), perhaps with words behind it."""


def without_goods(text: str) -> str:
    """A reading with letters in the place of every number that is no card's."""
    for pattern in (_TIME, _AMOUNTS, _PHONE):
        text = pattern.sub(_lettered, text)
    text = _GS1.sub(lambda found: _lettered(found) if is_gtin(found["sscc"] or found["gtin"]) else found.group(), text)
    return _IBAN.sub(_without_account, text)


def is_gtin(digits: str) -> bool:
    """Whether digits end in a GTIN's check digit."""
    return check_digit(digits[:-1]) == int(digits[-1])


def _lettered(found: re.Match[str]) -> str:
    return "x" * len(found.group())


def _without_account(found: re.Match[str]) -> str:
    """A match without the account's number at its beginning, if there is one."""
    text = found.group()
    while len(text) >= len("no0011112222333"):
        plain = text.replace(" ", "")
        if int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1:
            return "x" * len(text) + found.group()[len(text) :]
        text = text.rpartition(" ")[0]
    return found.group()
