"""What a card number is: its brand by prefix and length, and its check digit."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from unicodedata import category, normalize

from pos.domain.codes import luhn

_BRANDS: Final = (
    ("visa", r"4(\d{12}|\d{15}|\d{18})"),
    ("mastercard", r"(5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"),
    ("amex", r"3[47]\d{13}"),
    ("discover", r"(6011|64[4-9]\d|65\d\d)\d{12,15}"),
    ("diners", r"(30[0-5]|309|36\d|38\d|39\d)\d{11,16}"),
    ("jcb", r"35(2[89]|[3-8]\d)\d{12,15}"),
    ("unionpay", r"(62|81)\d{14,17}"),
    ("mir", r"220[0-4]\d{12,15}"),
    ("rupay", r"82\d{14}"),
    ("interpayment", r"636\d{13,16}"),
    ("instapayment", r"63[7-9]\d{13}"),
    ("hipercard", r"606282\d{7,13}"),
    ("verve", r"(5060|5061|5078|5079)\d{12,15}"),
    ("troy", r"9792\d{12}"),
    ("humo", r"9860\d{12}"),
    ("uzcard", r"8600\d{12}"),
    ("maestro", r"(50|5[6-8]|6\d)\d{10,17}"),
)
"""Prefixes and lengths by brand (ISO/IEC 7812 issuer ranges as the networks publish them)."""
_BRAND: Final = re.compile("|".join(f"(?P<{brand}>{pattern})" for brand, pattern in _BRANDS), re.ASCII)


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A card number that passed every check. Its digits are never part of its text form."""

    digits: str = field(repr=False)
    brand: str

    @property
    def last4(self) -> str:
        """The part that may be kept and shown."""
        return self.digits[-4:]

    @property
    def masked(self) -> str:
        """The card as it may be shown: `visa••4242`."""
        return f"{self.brand}••{self.last4}"


def brand_of(digits: str) -> str | None:
    """The brand of a number by its prefix and length, without its check digit; None if no brand has such numbers."""
    found = _BRAND.fullmatch(digits)
    return found.lastgroup if found is not None else None


_SEPARATORS: Final = re.compile(r"[\s.-]")
_RUN: Final = re.compile(
    r"(?<![0-9])(?=([0-9]{14,19}(?![0-9])"
    r"|[0-9]{4}(?:[\s.-][0-9]{4}){3}(?:[\s.-][0-9]{3})?(?![0-9])"
    r"|[0-9]{4}[\s.-][0-9]{6}[\s.-][0-9]{4,5}(?![0-9])))"
)
"""A number in one piece, or in the groups that are printed on cards; none in use is shorter."""
_SIGN: Final = re.compile(r"[^\w\s.-]|_")
_UNSEEN: Final = frozenset({"Cc", "Cf"})
"""Control characters, and such as stand between letters without any width."""
_HEX_ID: Final = re.compile(
    r"(?<![0-9a-z])(?=[0-9-]*[a-f])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,64})(?![0-9a-z])",
    re.IGNORECASE,
)
"""A UUID, or another id in hexadecimal digits: of so many of them some look like a card's number."""


def card_number(digits: str) -> CardNumber | None:
    """The card number that plain digits are, if they are one: 12 to 19 digits, a brand's, with a right check digit."""
    brand = brand_of(digits)
    return CardNumber(digits, brand) if brand is not None and luhn(digits) else None


def without_separators(text: str) -> str:
    """A number as it is typed, without its blanks, hyphens and dots."""
    return _SEPARATORS.sub("", text)


def is_card(text: str) -> bool:
    """Whether a text is a card number, blanks, hyphens and dots allowed."""
    return card_number(without_separators(text)) is not None


def card_in(text: str) -> bool:
    """Whether a card's number stands in a text such as an id, in one piece or as it is printed on the card.

    Between its groups may be any one sign, and signs that nobody sees anywhere.
    """
    # Printable ASCII is what it looks like.
    plain = text.isascii() and text.isprintable()
    seen = text if plain else "".join(sign for sign in normalize("NFKC", text) if category(sign) not in _UNSEEN)
    return any(map(is_card, _RUN.findall(_SIGN.sub("-", _HEX_ID.sub(" ", seen)))))
