"""What kind of thing a text is that was typed or scanned, so that whatever is said of it calls it that."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

from pos.domain.i18n import N_
from pos.domain.message import Message, lazy

Kind = Literal["code", "name", "number", "percentage"]
"""A code is written in one piece, as labels have it; a name is words; a number has a decimal mark, a sign or groups."""

_NUMBER: Final = re.compile(r"[+−-]?(?:\d{1,3}(?:[.,'’ \u00a0\u202f]\d{2,3})*|\d+)?(?:[.,]\d*)?")
_NO_NUMBER: Final = re.compile(r"\d+")
"""Digits alone: they are a code wherever one is asked for."""
_PERCENTAGE: Final = re.compile(r"(?:%\s*([^%]*)|([^%]*?)\s*%)(?:\s.*)?", re.DOTALL)
"""A number with a percent sign, and perhaps what it is for."""

NO_PRODUCT: Final[dict[Kind, str]] = {
    "code": N_("No product has the code {text}. Search it by name, or check the label."),
    "name": N_("No product is called “{text}”. Type another part of its name, or its code."),
    "number": N_("“{text}” is a number, and no product's code. A quantity stands before a code, with a * behind it."),
    "percentage": N_("“{text}” is a percentage, and no product's code: it can be taken off a line."),
}
NO_MEMBER: Final[dict[Kind, str]] = {
    "code": N_("No member has the number {text}. Check it, or go on without."),
    "name": N_("No member is called “{text}”. Check the name, type the number, or go on without."),
    "number": N_("“{text}” is a number, and no member's. Check it, or go on without."),
    "percentage": N_("“{text}” is a percentage, and no member: type a name or a number, or go on without."),
}
A_MEMBERS_NAME: Final = N_("“{text}” is a name: give the member's number here.")
"""For commands, which know members by their numbers."""
NO_COUPON: Final[dict[Kind, str]] = {
    "code": N_("No coupon has the code {text}. Check how it is written."),
    "name": N_("“{text}” is no coupon's code, which is one word. Check how it is written."),
    "number": N_("“{text}” is a number, and no coupon's code. Check how it is written."),
    "percentage": N_("“{text}” is a percentage, and no coupon's code: it can be taken off a line or the ticket."),
}
NO_ORDER: Final[dict[Kind, str]] = {
    "code": N_("No order has the number {text}."),
    "name": N_("“{text}” is no receipt's number. Type it as it is printed."),
    "number": N_("“{text}” is a number, and no receipt's. Type it as it is printed."),
    "percentage": N_("“{text}” is a percentage, and no receipt's number. Type it as it is printed."),
}


def kind_of(text: str) -> Kind:
    """What a text is, by its looks alone, however long it is.

    A code is digits, blanks between them or not, or one word with a digit in it or in capitals (`4711`,
    `2000900000023A`, `MILK`, `milk-1l`).
    A number has a mark that digits alone have not (`3.5`, `1,000`, `-2`), perhaps with a currency's sign. A percentage
    ends or begins with its sign, what stands behind that is its reason. All else is a name, as people say it.
    """
    text = text.strip()
    if (found := _PERCENTAGE.fullmatch(text)) is not None and _is_number(found[1] or found[2] or ""):
        return "percentage"
    if _is_number(text) and _NO_NUMBER.fullmatch(text) is None:
        return "number"
    pieces = text.split()
    in_one_piece = len(pieces) == 1 and (_has_digit(text) or text.isupper())
    return "code" if in_one_piece or (pieces and all(map(str.isdecimal, pieces))) else "name"


def no_product(text: str, shown: str) -> Message:
    """What is said of a text that is no product's code; `shown` is how it is repeated."""
    return lazy(NO_PRODUCT[kind_of(text)], text=shown)


def no_member(text: str, shown: str) -> Message:
    """What is said of a text that names no member. A word without a digit is a name, in capitals too."""
    kind = kind_of(text)
    return lazy(NO_MEMBER["name" if kind == "code" and not _has_digit(text) else kind], text=shown)


def no_coupon(text: str, shown: str) -> Message:
    """What is said of a text that is no coupon's code, which may be any one word."""
    kind = kind_of(text)
    return lazy(NO_COUPON["code" if kind == "name" and len(text.split()) == 1 else kind], text=shown)


def no_order(text: str, shown: str) -> Message:
    """What is said of a text that is no order's number."""
    return lazy(NO_ORDER[kind_of(text)], text=shown)


def is_number(text: str) -> bool:
    """Whether a text is written as a number in some locale: a sign, groups of two or three digits, decimals."""
    return _has_digit(text) and _NUMBER.fullmatch(text) is not None


def _is_number(text: str) -> bool:
    """The same with a currency's sign left out."""
    return is_number("".join(char for char in text if unicodedata.category(char) != "Sc").strip())


def _has_digit(text: str) -> bool:
    return any(map(str.isdecimal, text))
