"""What a card is charged, as the payment screen keeps it until the answer is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pos.domain.ports import CardToken


class Charge(NamedTuple):
    """What a card is charged: by a tender, the word `reader` or a token in the number's place, all that is due if None.

    Never a number. `name` is what the card is called once it was declined; empty if that is not known.
    """

    tender: str
    card: str | CardToken
    amount: int | None = None
    name: str = ""
