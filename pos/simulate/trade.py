"""What is sold at a till in the days before Christmas: foretold by a seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from pos.payments.shared_bank import Lost
from pos.simulate.arrivals import customers

Way = Literal["coins", "charged", "declined", "lost_request", "lost_answer"]
"""How a ticket is paid; what is charged, declined or gets lost is a card's, see `pos.simulate.arrivals`."""
SHARES: Final[dict[Way, float]] = {
    "coins": 0.45,
    "charged": 0.44,
    "declined": 0.05,
    "lost_request": 0.03,
    "lost_answer": 0.03,
}
LOST: Final[dict[str, Lost]] = {"lost_request": "question", "lost_answer": "answer"}
"""What gets lost of such a charge."""
MOST_LINES: Final = 4
KINDS: Final = 50
"""So many products there are."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One customer: after how many seconds they are served, what they want, and how they pay.

    `name` is theirs alone.
    """

    name: str
    at: float
    basket: tuple[str, ...]
    way: Way

    @property
    def token(self) -> str:
        """The token of their card."""
        return f"tok-{self.name}"


def goods(units: int) -> Mapping[str, int]:
    """So many units, as evenly as can be of all products."""
    return {f"GIFT-{number:02}": (units + number) // KINDS for number in range(KINDS)}


def tickets(seed: int, till: int, pace: float, seconds: float) -> Iterator[Ticket]:
    """All that come to a till within so many seconds, `pace` of them a minute on average."""
    chance = Random(f"trade {seed} {till}")
    known = tuple(goods(0))
    for number, at in enumerate(customers(seed, till, pace, seconds), 1):
        basket = tuple(chance.choices(known, k=chance.randint(1, MOST_LINES)))
        (way,) = chance.choices(tuple(SHARES), tuple(SHARES.values()))
        yield Ticket(f"{till}-{number}", at, basket, way)


def lane_of(till: int) -> str:
    """The name of a till's lane."""
    return f"t{till}"
