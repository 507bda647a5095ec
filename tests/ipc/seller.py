"""A till as a process of its own: `python -m tests.ipc.seller SOCKET` sells tea for each line that it reads."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from pos.ipc.publisher import Publisher
from tests.till.support import TEA, counter


async def _sell(path: Path) -> None:
    with counter() as at:
        publisher = Publisher(at.till, path)
        await publisher.open()
        print("open", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            at.till.add(TEA)
        publisher.close()


if __name__ == "__main__":
    asyncio.run(_sell(Path(sys.argv[1])))
