"""The workers of a simulated rush: real ones, each a process of this program."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy, verbatim
from pos.domain.terminal_text import clean
from pos.simulate.processes import Kept
from pos.simulate.shop import SimulatedShop

PATIENCE: Final = 15.0
"""Seconds in which a worker that is told to end does so."""
CONCURRENCY: Final = 8
"""So many jobs each works on at once."""


class Workers:
    """So many workers on a shop, each a lane of its own, told by the shop's settings and by nobody's else."""

    def __init__(self, shop: SimulatedShop, many: int, queue: str | None) -> None:
        """Begin them; `queue` is the address of the queue, None for the one on the shop's server."""
        self._shop = shop
        self._queue = () if queue is None else ("--queue", queue)
        self._running: dict[int, Kept] = {}
        for number in range(1, many + 1):
            self.begin(number)

    @property
    def alive(self) -> int:
        """How many are at work."""
        return sum(each.alive for each in self._running.values())

    @property
    def processes(self) -> tuple[int, ...]:
        """The ids of their processes."""
        return tuple(each.process.pid for each in self._running.values())

    @property
    def lanes(self) -> frozenset[str]:
        """The names of their lanes."""
        return frozenset(map(_lane, self._running))

    def begin(self, number: int) -> None:
        """Let one begin, anew if it is dead."""
        words = (
            "worker", "--store", self._shop.url, "--settings", str(self._shop.settings), "--lane", _lane(number),
            "--concurrency", str(CONCURRENCY), "--trust", *self._queue,
        )  # fmt: skip
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        self._running[number] = Kept(words, self._shop.folder, self._complaints(number), **quiet)

    def kill(self, number: int) -> None:
        """End one at once, as if its plug were pulled."""
        self._running[number].process.kill()
        self._running[number].ended(PATIENCE)

    def check(self) -> None:
        """Raises TillError `store_unusable`, with what it said, if one has ended by itself."""
        for number, each in self._running.items():
            if not each.alive:
                said = self._complaints(number).read_text("utf-8", "replace").strip().splitlines()
                text = N_("Worker {number} has ended: {reason}")
                why = verbatim(clean(said[-1])) if said else lazy("it did not say why")
                raise TillError("store_unusable", lazy(text, number=number, reason=why))

    def close(self) -> None:
        """Tell all to end, and see that they do."""
        for each in self._running.values():
            if each.alive:
                each.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for each in self._running.values():
            each.ended(max(deadline - time.monotonic(), 0))

    def _complaints(self, number: int) -> Path:
        return self._shop.folder / f"{_lane(number)}.err"


def _lane(number: int) -> str:
    return f"w{number}"
