"""Somebody who listens to a till, in a test or as a process of their own: `python -m tests.ipc.listener SOCKET`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

from pos.domain.events import Event
from pos.domain.sale import Sale
from pos.ipc.listener import Heard, listen
from pos.ipc.messages import FullState, StateChange

PATIENCE = 20.0


class Listener:
    """All that was heard so far."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.news = asyncio.Event()

    @property
    def present(self) -> FullState:
        """What was said last of how all stands."""
        return [heard for heard in self.heard if isinstance(heard, FullState)][-1]

    @property
    def sale(self) -> Sale | None:
        """The ticket as it was told last."""
        sales = [
            heard.sale for heard in self.heard if isinstance(heard, FullState | StateChange) and heard.sale is not None
        ]
        return sales[-1] if sales else None

    @property
    def events(self) -> list[Event]:
        """What happened since it was connected."""
        return [heard.event for heard in self.heard if isinstance(heard, StateChange) and heard.event is not None]

    @property
    def items(self) -> int:
        """How many things are on the ticket."""
        return self.sale.items if self.sale is not None else -1

    async def until(self, wanted: Callable[[Listener], object]) -> None:
        """Listen until it is as wanted. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while not wanted(self):
                self.news.clear()
                await self.news.wait()

    async def listen(self, path: Path) -> None:
        """Listen for ever."""
        async with aclosing(listen(path)) as messages:
            async for message in messages:
                self.heard.append(message)
                self.news.set()


@asynccontextmanager
async def listening(path: Path) -> AsyncIterator[Listener]:
    """Somebody who listens at a socket until the block ends."""
    listener = Listener()
    task = asyncio.create_task(listener.listen(path))
    try:
        yield listener
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _print(path: Path) -> None:
    async with aclosing(listen(path)) as messages:
        async for message in messages:
            print(message if isinstance(message, str) else type(message).__name__.lower(), flush=True)


if __name__ == "__main__":
    asyncio.run(_print(Path(sys.argv[1])))
