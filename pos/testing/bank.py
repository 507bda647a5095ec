"""The gateway of a test: the simulated one, which also can be made to wait until it is told to answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from pos.clock_and_ids import SequentialIds

if TYPE_CHECKING:
    from pos.domain.ports import CardToken, ChargeResult, Clock, Gateway, GatewayPlan
    from pos.till.gateway_control import ScriptableGateway

    class ScriptedGateway(Gateway, ScriptableGateway, Protocol):
        """A gateway that can be told what to answer."""


__tracebackhide__ = True


class Bank:
    """A payment gateway on a clock that stands still; it moves no money and keeps nothing.

    `latency` and `timeout` are seconds by which each answer moves the clock on. `mock` is the gateway that it asks
    instead of one of its own.
    """

    def __init__(
        self, clock: Clock, *, latency: float = 0.0, timeout: float = 5.0, mock: ScriptedGateway | None = None
    ) -> None:
        from pos.payments.ledger import Ledger
        from pos.payments.mock import MockGateway

        ids = SequentialIds()
        own = MockGateway(clock, Ledger(None), ids=ids, latency=latency, timeout=timeout)
        self.mock: ScriptedGateway = mock or own
        self.charges = 0
        """How often it was asked for a charge."""
        self._answers = asyncio.Event()
        self._answers.set()

    @property
    def holding(self) -> bool:
        """Whether it makes charges wait."""
        return not self._answers.is_set()

    def say(self, words: str) -> None:
        """What comes next, in the words of the till's language, several parted by `;`.

        `hold` makes every charge wait until `answer` is said. Raises TillError `bad_command` for anything else.
        """
        from pos.domain.errors import TillError

        for word in filter(None, (part.strip() for part in words.split(";"))):
            if word == "hold":
                self._answers.clear()
            elif word == "answer":
                self._answers.set()
            else:
                try:
                    self.mock.script(word)
                except TillError as error:
                    raise error.with_traceback(None) from None

    @property
    def plan(self) -> GatewayPlan:
        """What it was told and has not done yet."""
        return self.mock.plan

    def script(self, words: str) -> None:
        """The same, for the scan line's `/gateway`."""
        self.say(words)

    async def tokenize(self, number: str) -> CardToken:
        """A token for a card number, as `MockGateway` gives it, with the same errors."""
        return await self.mock.tokenize(number)

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """Charge `amount` minor units, once it may answer."""
        self.charges += 1
        await self._answers.wait()
        return await self.mock.charge(attempt_id, amount, token)

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """What became of the charge with this attempt id; None if that is not decided, so that it may still land."""
        return await self.mock.find(attempt_id)

    async def void(self, attempt_id: str) -> None:
        """Refuse an attempt for ever after, and give back what it captured."""
        await self.mock.void(attempt_id)

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """Give back `amount` minor units of a capture."""
        await self.mock.refund(attempt_id, refund_id, amount)
