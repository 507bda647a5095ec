"""The simulated gateway of several processes: each asks the one that has the ledger, over this machine's loopback."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import Any, Final

from pos.domain.errors import TillError
from pos.domain.message import lazy, verbatim
from pos.domain.ports import CardToken, ChargeResult, Clock, GatewayUnknown, Ids
from pos.payments.cards import read_card
from pos.payments.mock import READER

KIND: Final = "simulated-bank"
"""What stands before `://` in the address of such a bank."""
HOST: Final = "127.0.0.1"
LONGEST: Final = 4096
"""Bytes of a question, and of an answer: one line of JSON each."""
REFUSALS: Final = frozenset({"bad_amount"})
"""With which codes the bank may refuse what it was asked."""
_ADDRESS: Final = re.compile(rf"{KIND}://{re.escape(HOST)}:(\d{{1,5}})", re.ASCII | re.IGNORECASE)


def bank_address(port: int) -> str:
    """The address of the bank at a port of this machine."""
    return f"{KIND}://{HOST}:{port}"


class BankClient:
    """The port `Gateway`, answered by a `SharedBank`; no answer within `timeout` seconds is GatewayUnknown.

    Each question has a connection of its own: one that is given up leaves nothing behind that a later one could read.
    """

    def __init__(self, address: str, /, *, clock: Clock, ids: Ids, timeout: float) -> None:
        """Nothing is asked yet. Raises ValueError for an address that names no port of this machine."""
        found = _ADDRESS.fullmatch(address)
        if found is None or not 0 < int(found[1]) < 65536:
            raise ValueError(
                lazy("{address} is no address such as {example}", address=address, example=bank_address(1))
            )
        self._port = int(found[1])
        self._timeout = timeout

    async def tokenize(self, number: str) -> CardToken:
        """See the port."""
        if number.strip().lower() != READER:
            read_card(number)
        answer = await self._asked("tokenize", number=number)
        return CardToken(token=answer["token"], brand=answer["brand"], last4=answer["last4"])

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """See the port."""
        return ChargeResult(**(await self._asked("charge", attempt=attempt_id, amount=amount, token=token)))

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """See the port."""
        answer = await self._asked("find", attempt=attempt_id)
        return ChargeResult(**answer) if answer else None

    async def void(self, attempt_id: str) -> None:
        """See the port."""
        await self._asked("void", attempt=attempt_id)

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """See the port. Raises TillError `bad_amount`."""
        await self._asked("refund", attempt=attempt_id, refund=refund_id, amount=amount)

    async def _asked(self, what: str, **about: object) -> dict[str, Any]:
        """The answer to a question. Raises TillError for a refusal, GatewayUnknown if none comes."""
        try:
            async with asyncio.timeout(self._timeout):
                line = await self._line(json.dumps({"ask": what, **about}).encode() + b"\n")
            answer = json.loads(line)
            if "refused" in answer:
                code = answer["refused"]
                raise TillError(code if code in REFUSALS else "gateway_down", verbatim(str(answer.get("words", ""))))
            found = answer["answer"]
        except (OSError, EOFError, asyncio.LimitOverrunError, ValueError, TypeError, LookupError) as error:
            raise GatewayUnknown("the simulated bank did not answer") from error
        if not isinstance(found, dict):
            raise GatewayUnknown("the simulated bank did not answer")
        return found

    async def _line(self, question: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, self._port, limit=LONGEST)
        try:
            writer.write(question)
            await writer.drain()
            return await reader.readuntil()
        finally:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
