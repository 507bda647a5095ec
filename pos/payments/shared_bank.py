"""A bank that moves no money, for several processes of a simulation: one ledger, asked over this machine's loopback.

An attempt's id is charged once there, whoever asks and however often, as at the gateway of one till: it is the same
gateway behind a socket, which can be told to answer late, and to lose questions and answers.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from typing import Any, Final, Literal, Self

from pos.clock_and_ids import SystemClock
from pos.domain.errors import TillError
from pos.domain.ports import ChargeResult
from pos.payments.bank_client import HOST, LONGEST, bank_address
from pos.payments.ledger import Card, Ledger
from pos.payments.mock import MockGateway

Lost = Literal["question", "answer"]
"""What gets lost of a charge: the bank never hears of it, or nobody hears of what it did."""
PATIENCE: Final = 10.0
"""Seconds in which its thread ends."""


class SharedBank:
    """Answers in a thread of its own, from when it is made until it is closed. Its methods may be called from any."""

    def __init__(self, *, latency: float = 0.0) -> None:
        """Each answer takes `latency` seconds. Raises OSError if there is no free port."""
        self.ledger = Ledger(None)
        self._gateway = MockGateway(SystemClock(), self.ledger, latency=latency)
        self._lost: dict[str, Lost] = {}
        self._socket = socket.create_server((HOST, 0), backlog=1024)
        self.port: int = self._socket.getsockname()[1]
        self._answering: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._ended: asyncio.Event
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="bank", daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def address(self) -> str:
        """Where a till, or a worker, finds it."""
        return bank_address(self.port)

    def add_card(self, token: str, *, decline_code: str | None = None, lost: Lost | None = None) -> None:
        """Know a card by its token, with what it is always answered, and what gets lost when it is charged first."""
        self.ledger.add_card(token, Card("visa", "4242", decline_code))
        if lost is not None:
            self._lost[token] = lost

    def take(self, seconds: float) -> None:
        """Take so many seconds for each answer from now on."""
        self._gateway.latency = seconds

    def close(self) -> None:
        """Answer no longer."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._socket, limit=LONGEST)
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._ended.wait()
        server.close()
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    async def _connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        try:
            # Whoever asks may be dead by now, or may send what is no question.
            with suppress(OSError, EOFError, asyncio.LimitOverrunError, ValueError, TypeError, LookupError):
                question = json.loads(await reader.readuntil())
                answer = await self._answered(question)
                if answer is not None:
                    writer.write(json.dumps(answer).encode() + b"\n")
                    await writer.drain()
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answered(self, question: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to a question; None if one of both got lost."""
        gateway = self._gateway
        found: dict[str, Any] = {}
        try:
            match question["ask"]:
                case "tokenize":
                    found = (await gateway.tokenize(question["number"])).model_dump()
                case "charge":
                    lost = self._lost.pop(question["token"], None)
                    if lost == "question":
                        return None
                    found = _told(await gateway.charge(question["attempt"], question["amount"], question["token"]))
                    if lost == "answer":
                        return None
                case "find":
                    charge = await gateway.find(question["attempt"])
                    found = _told(charge) if charge is not None else {}
                case "void":
                    await gateway.void(question["attempt"])
                case "refund":
                    await gateway.refund(question["attempt"], question["refund"], question["amount"])
                case _:
                    return None
        except TillError as error:
            return {"refused": error.code, "words": str(error.words)}
        return {"answer": found}


def _told(charge: ChargeResult) -> dict[str, Any]:
    return charge.model_dump()
