"""How many of something: as scripts have it, and as a cashier types it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_, number_text
from pos.domain.message import lazy
from pos.domain.typed_kinds import kind_of
from pos.domain.typed_numbers import typed_number
from pos.payments.masking import bare, mask

MOST_SHOWN: Final = 40
"""How many characters of what was typed a message repeats."""
_NUMBER: Final = re.compile(r"[+-]?(\d{1,12}(\.\d{0,9})?|\.\d{1,9})", re.ASCII)


def quantity(text: str) -> Decimal:
    """A quantity in the plain form, as scripts have it, its sign included. Raises TillError `bad_quantity`."""
    return _quantity(text, text, "0.412")


def typed_quantity(text: str) -> Decimal:
    """A quantity as a cashier typed it, in the locale's form. Raises TillError `bad_quantity`."""
    return _quantity(typed_number(text, "bad_quantity"), text, number_text(Decimal("0.412")))


def _quantity(plain: str, text: str, example: str) -> Decimal:
    if _NUMBER.fullmatch(plain) is None:
        typed = bare(mask(text.strip()))[:MOST_SHOWN]
        told = N_("“{typed}” is not a quantity. Type a number, such as 3 or {example}.")
        if kind_of(text) == "percentage":
            told = N_("“{typed}” is a percentage, and not a quantity. Type a number, such as 3 or {example}.")
        message = lazy(told, typed=typed, example=example)
        raise TillError("bad_quantity", message)
    return Decimal(plain)
