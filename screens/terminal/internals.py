"""Textual's private names: what the till needs of them beside its driver, each with the reason.

They are right for the one version that is pinned.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message_pump import MessagePump


async def answered(pump: MessagePump) -> None:
    """Wait until a widget has taken every message that it has now, or is gone. Only its task tells that it is gone."""
    taken = asyncio.Event()
    if not pump.call_later(taken.set) or pump._task is None:
        return
    waiting = asyncio.ensure_future(taken.wait())
    await asyncio.wait((waiting, pump._task), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
