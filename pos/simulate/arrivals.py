"""Who comes, when, and with which card: foretold by a seed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

Card = Literal["good", "declined", "lost_request", "lost_answer"]
"""What becomes of a charge: it is approved, it is declined, and of a good card, what gets lost when it is asked first:
the question, so that the bank never hears of it, or the bank's answer.
"""
SHARES: Final[dict[Card, float]] = {"good": 0.82, "declined": 0.10, "lost_request": 0.04, "lost_answer": 0.04}
"""How many of all buyers have such a card."""
HASTE: Final = 2.0
"""How much more come in the first moment than in the last one: e to the power of this."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """One who wants one unit: their order's id, after how many seconds they ask, and what becomes of their card."""

    order: str
    at: float
    card: Card

    @property
    def can_pay(self) -> bool:
        """Whether the card is good for it, whatever gets lost on the way."""
        return self.card != "declined"


def rush(seed: int, buyers: int, seconds: float) -> tuple[Buyer, ...]:
    """So many buyers within so many seconds, in the order in which they come, most of them at the beginning.

    A Poisson process whose rate falls evenly on a logarithmic scale; of one whose number is known, each comes at a
    moment of their own, whatever the others do.
    """
    chance = Random(f"rush {seed}")
    moments = sorted(_moment(chance.random()) * seconds for _ in range(buyers))
    cards = chance.choices(tuple(SHARES), tuple(SHARES.values()), k=buyers)
    return tuple(
        Buyer(f"rush-{seed}-{number:05}", at, card)
        for number, (at, card) in enumerate(zip(moments, cards, strict=True), 1)
    )


def customers(seed: int, till: int, pace: float, seconds: float) -> Iterator[float]:
    """When the next customer is served at a till, in seconds from the beginning: `pace` of them a minute, on average.

    A Poisson process of its own at every till.
    """
    chance = Random(f"till {seed} {till}")
    at = chance.expovariate(pace / 60)
    while at < seconds:
        yield at
        at += chance.expovariate(pace / 60)


def _moment(share: float) -> float:
    """When so large a share of all has come, as a part of the whole time."""
    return -math.log1p(-share * -math.expm1(-HASTE)) / HASTE
