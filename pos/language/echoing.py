"""A line of the till's language as it may be shown again."""

from __future__ import annotations

import re
from typing import Final

from pos.domain.spelling import spelled
from pos.domain.text import is_unseen
from pos.language.parsing import LONGEST, words
from pos.language.performing import card_and_amount
from pos.payments.masking import HIDDEN, Known, mask, mask_argument

_EXPIRES: Final = re.compile(r"(0[1-9]|1[0-2])\W?(20)?[2-4]\d|(20)?[2-4]\d\W?(0[1-9]|1[0-2])")
"""A month and a year near enough that a card may end with it, without any decimals."""
_OF_AMOUNTS: Final = frozenset("0123456789.,")


def echo(line: str, known: Known = lambda code: False) -> str:
    """A line as it may be echoed: a card number in it is shown by brand and last four digits, a PIN not at all."""
    text = _cut(line.strip())
    said = words(text.replace('"', " "))
    match [spelled(word).lower() for word in said[:2]]:
        case ["pay", "card"] if said[2:]:
            number, amount = card_and_amount(said[2:])
            shown = mask_argument(number)
            behind = "" if amount is None or shown == HIDDEN else f" {_behind(shown, amount)}"
            return f"{said[0]} {said[1]} {shown}{behind}"
        case ["login", *_]:
            whole = " ".join(said[1:])
            staff = said[1:2] if mask(whole) == whole else (HIDDEN,)
            return " ".join((said[0], *staff, *(HIDDEN for _ in said[2:])))
    return mask(text, known)


def _cut(text: str) -> str:
    """A text that is too long up to a letter: what is left of a number that is cut would be nobody's card."""
    if len(text) <= LONGEST:
        return text
    letters = (at for at in range(LONGEST, 0, -1) if text[at - 1].isalpha() and not is_unseen(text[at - 1]))
    return f"{text[: next(letters, 0)]}…"


def _behind(card: str, text: str) -> str:
    """What stands behind a card: an amount; behind a number nothing that reads like the card's expiry, and no name."""
    of_card = "••" in card and (_EXPIRES.fullmatch(text) or not set(text) <= _OF_AMOUNTS)
    return HIDDEN if of_card else mask(text)
