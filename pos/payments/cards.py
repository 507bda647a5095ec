"""A card number as somebody types it."""

from __future__ import annotations

from pos.domain.card_numbers import CardNumber, card_number, without_separators
from pos.domain.errors import TillError
from pos.domain.message import lazy


def read_card(text: str) -> CardNumber:
    """A card number as it is typed, blanks and hyphens allowed.

    Raises TillError `card_number_invalid`, which never repeats what was typed.
    """
    card = card_number(without_separators(text))
    if card is None:
        message = lazy("This is not a card number. Check the digits, or use the card reader.")
        raise TillError("card_number_invalid", message)
    return card
