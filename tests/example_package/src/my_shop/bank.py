"""What stands for the SDK of your bank and its card terminal: each call blocks until there is an answer, as most do.

It keeps its books in memory, and declines a card whose number ends in 5.
"""

from typing import Final, NamedTuple


class Answer(NamedTuple):
    """What became of a charge."""

    captured: bool
    brand: str
    last4: str
    reason: str | None = None


class BankError(Exception):
    """The bank cannot be reached."""


class Bank:
    """The bank's server, by its host and the shop's key."""

    AT_TERMINAL: Final = ("visa", "4242")
    """The card that is held to the terminal."""

    def __init__(self, host: str, key: str) -> None:
        self.host, self._key = host, key
        self._books: dict[str, Answer] = {}

    def charge(self, reference: str, amount: int, card: tuple[str, str] | None) -> Answer:
        """Charge a card, None: the one at the terminal, which asks for its PIN; a reference is charged once."""
        brand, last4 = card or self.AT_TERMINAL
        poor = last4.endswith("5")
        answer = Answer(not poor, brand, last4, "insufficient_funds" if poor else None)
        return self._books.setdefault(reference, answer)

    def find(self, reference: str) -> Answer | None:
        """What became of it."""
        return self._books.get(reference)

    def cancel(self, reference: str) -> None:
        """End the terminal's waiting, give back what was charged, and refuse the reference from now on."""
        self._books[reference] = Answer(False, "", "", "voided")

    def give_back(self, reference: str, refund: str, amount: int) -> None:
        """Give back a part of what was charged; a refund's own reference gives back once."""
