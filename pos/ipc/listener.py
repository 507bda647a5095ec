"""Listening to a till that is open on this machine, or will be: whoever listens never notices that it began again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from pos.ipc.messages import FullState, StateChange, understood

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 1.0
"""Seconds between two tries to connect, doubled from the first to the longest."""
LONGEST_LINE: Final = 1 << 26
"""Bytes of the longest message."""

Heard = Literal["waiting", "gone"] | FullState | StateChange
"""`waiting`: no till is open yet. `gone`: the one that was has ended. Both are said once, then it is waited for."""


async def listen(path: Path) -> AsyncGenerator[Heard, None]:
    """What the till at a socket tells, for ever: `FullState`, then `StateChange`s; again whenever it is back."""
    pause, waiting = FIRST_PAUSE, False
    while True:
        connected = False
        try:
            reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
        except OSError:
            pass
        else:
            try:
                while (message := await _next(reader)) is not None:
                    # A till that speaks another version's language may be understood in part only.
                    connected = connected or isinstance(message, FullState)
                    if connected:
                        yield message
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
        if connected:
            yield "gone"
            pause, waiting = FIRST_PAUSE, True
        elif not waiting:
            yield "waiting"
            waiting = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _next(reader: asyncio.StreamReader) -> FullState | StateChange | None:
    """The next message that is understood; None at the end."""
    while True:
        try:
            line = await reader.readline()
        except (OSError, ValueError):
            return None
        if not line.endswith(b"\n"):
            return None
        if (message := understood(line)) is not None:
            return message
