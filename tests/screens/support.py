"""Running the app on the small catalog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pos.testing import NOW, Bank, Cashier, open_till_app
from pos.testing.keyboard import parsed
from tests.screens.shop import BRACKETS, BREAD, LAST_ONE, MILK, SMALL, TOMATOES

__all__ = [
    "BRACKETS", "BREAD", "LAST_ONE", "MILK", "NOW", "SMALL", "TOMATOES", "Bank", "Cashier",
    "Slow", "open_app", "parsed",
]  # fmt: skip

Slow = Bank


@asynccontextmanager
async def open_app(
    tmp_path: Path,
    *,
    size: tuple[int, int] = (80, 24),
    catalog: dict[str, Any] | None = None,
    demo: bool = False,
    slow: bool = False,
    same_burst: float = 0,
    ready: bool = True,
) -> AsyncIterator[Cashier]:
    """The app on a throw-away store with the small catalog, or with the demo shop, on a clock that stands still."""
    shop = "demo" if demo else catalog or SMALL
    gateway = "hold" if slow else ""
    async with open_till_app(shop, size=size, gateway=gateway, same_burst=same_burst, ready=ready) as cashier:
        yield cashier
