"""A gateway for `acme://HOST`: it charges the card at the bank's terminal, or a number that is typed.

The bank's key is in the variable ACME_KEY: an address stands in the settings, where everybody reads it.
"""

import asyncio
import os
from collections.abc import Callable
from typing import TypeVar

from pos.domain.message import lazy
from pos.domain.ports import CardToken, ChargeResult, Clock, GatewayUnknown, Ids
from pos.payments.cards import read_card

from .bank import Answer, Bank, BankError

READER = "reader"
T = TypeVar("T")


class AcmeGateway:
    """Implements `Gateway`. An attempt's id is the bank's reference: told again, it never charges twice."""

    def __init__(self, bank: Bank, ids: Ids, timeout: float) -> None:
        self._bank, self._ids, self._timeout = bank, ids, timeout
        self._cards: dict[str, tuple[str, str]] = {}

    async def tokenize(self, number: str) -> CardToken:
        """A token for a card's number, or for the word `reader`: the card at the terminal, which nobody knows yet."""
        if number.strip().lower() == READER:
            return CardToken(token=READER, brand=READER, last4="")
        card, token = read_card(number), self._ids.new("acme")
        self._cards[token] = card.brand, card.last4
        return CardToken(token=token, brand=card.brand, last4=card.last4)

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """Charge minor units; a decline is an answer, too."""
        card = None if token == READER else self._cards[token]
        return result(await self._ask(lambda: self._bank.charge(attempt_id, amount, card)))

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """What became of a charge; None proves nothing, it may still land."""
        found = await self._ask(lambda: self._bank.find(attempt_id))
        return None if found is None else result(found)

    async def void(self, attempt_id: str) -> None:
        """Cancel at the terminal, or give back; it returns once the bank has said so."""
        await self._ask(lambda: self._bank.cancel(attempt_id))

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """Give back a part; the same `refund_id` never twice."""
        await self._ask(lambda: self._bank.give_back(attempt_id, refund_id, amount))

    async def _ask(self, call: Callable[[], T]) -> T:
        """The bank's answer, waited for beside the till, which goes on. Raises GatewayUnknown if none came in time."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(call), self._timeout)
        except (TimeoutError, BankError) as error:
            raise GatewayUnknown(f"the bank: {error or 'no answer'}") from None


def result(answer: Answer) -> ChargeResult:
    """An answer of the bank as the till knows it."""
    return ChargeResult(
        state="captured" if answer.captured else "declined",
        decline_code=answer.reason,
        brand=answer.brand,
        last4=answer.last4,
    )


def open_gateway(address: str, *, clock: Clock, ids: Ids, timeout: float) -> AcmeGateway:
    """The gateway at `acme://HOST`; nothing is asked yet."""
    host, key = address.partition("://")[2], os.environ.get("ACME_KEY")
    if not host:
        raise ValueError(lazy("{address} names no bank: write acme://HOST", address=address))
    if not key:
        raise ValueError(lazy("The bank's key is missing: set ACME_KEY"))
    return AcmeGateway(Bank(host, key), ids, timeout)
