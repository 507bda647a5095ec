"""Kills, one after another: a seller is given a shop, killed, and its shop is inspected."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.crash.inspection import inspected_copy, watched
from tests.crash.kill_points import Point
from tests.crash.shop import Place, found

ROOT: Final = Path(__file__).parents[2]
KILLS_PER_SHOP: Final = 10
"""Then a new shop is founded, since each inspection reads every order."""
ROUNDS: Final = 60
"""How often a child opens the shop and closes it; one that did not pass its point until then never will."""


@dataclass
class Figures:
    """What trials have seen so far."""

    kills: int = 0
    told: int = 0
    """Orders that were acknowledged."""
    where: Counter[str] = field(default_factory=Counter)
    """Kills by the name of the point, or `at random`."""
    unreached: list[str] = field(default_factory=list)
    """Points that a seller never passed."""
    violations: list[str] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.kills + other.kills,
            self.told + other.told,
            self.where + other.where,
            self.unreached + other.unreached,
            self.violations + other.violations,
        )


class Seller:
    """The process that forks one child for each order it is given; see `tests.crash.seller`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.crash.seller"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self._heard = b""
        self._living = False

    def begin(self, place: Place, **orders: object) -> int:
        """Let a child begin to sell; its process id."""
        told = {"store": str(place.store), "ledger": str(place.ledger), "rounds": ROUNDS}
        told |= {"point": None, "nth": 0, "control": None}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told | orders).encode() + b"\n")
        self._living = True
        born = self.line()
        assert born is not None
        return int(born.removeprefix("born "))

    def line(self, patience: float | None = None) -> str | None:
        """The next line that is said; None if none comes within `patience` seconds, or its sayer is dead."""
        if not self._living:
            return None
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        until = None if patience is None else time.monotonic() + patience
        while b"\n" not in self._heard:
            left = None if until is None else max(until - time.monotonic(), 0)
            if not select.select([handle], [], [], left)[0]:
                return None
            piece = os.read(handle, 65536)
            if not piece:
                raise EOFError("the seller's process has ended")
            self._heard += piece
        line, _, self._heard = self._heard.partition(b"\n")
        self._living = not line.startswith(b"dead ")
        return line.decode()

    def rest(self) -> list[str]:
        """All that a child says until it has ended, the way it ended last."""
        lines: list[str] = []
        while (line := self.line()) is not None:
            lines.append(line)
        return lines

    def close(self) -> None:
        """Let it end; it has no child then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def acknowledged(lines: Iterable[str]) -> frozenset[str]:
    """Of all that was said, what was told to be durable."""
    return frozenset(line for line in lines if line.startswith(("sold ", "closed ")))


@contextmanager
def selling() -> Iterator[Seller]:
    """A seller's process, ended in the end."""
    seller = Seller()
    try:
        yield seller
    finally:
        seller.close()


class Trials:
    """A row of kills in shops below a folder, with what was seen."""

    def __init__(self, folder: Path, seller: Seller, seed: int, control: str | None = None) -> None:
        self.figures = Figures()
        self._folder = folder
        self._seller = seller
        self._chance = Random(seed)
        self._control = control
        self._shops = 0
        self._kills_here = KILLS_PER_SHOP
        self._told: frozenset[str] = frozenset()

    def kill_at_random(self) -> None:
        """Kill the till some moments after it has said something, or before."""
        place = self._place()
        child = self._seller.begin(place, seed=self._chance.randrange(10**6), control=self._control)
        lines = [self._seller.line() or "" for _ in range(self._chance.randrange(5))]
        lines.append(self._seller.line(self._chance.random() / 50) or "")
        seen = watched(place, tuple(self._told | acknowledged(lines)))
        os.kill(child, signal.SIGKILL)
        self.figures.violations += [f"read while selling, shop {self._shops}: {breach}" for breach in seen]
        self._inspect(place, "at random", lines + self._seller.rest())

    def kill_at(self, point: Point) -> None:
        """Let the till kill itself at a point, the first time it passes it or one of the next."""
        place = self._place()
        nth = self._chance.randint(1, point.often)
        self._seller.begin(place, seed=self._chance.randrange(10**6), point=point.name, nth=nth, control=self._control)
        self._inspect(place, point.name, self._seller.rest())

    def _place(self) -> Place:
        if self._kills_here >= KILLS_PER_SHOP:
            self._shops += 1
            self._kills_here = 0
            self._told = frozenset()
            shutil.rmtree(self._folder / f"shop-{self._shops - 1}", ignore_errors=True)
            found(self._folder / f"shop-{self._shops}")
        return Place.within(self._folder / f"shop-{self._shops}")

    def _inspect(self, place: Place, where: str, lines: list[str]) -> None:
        figures = self.figures
        fresh = acknowledged(lines) - self._told
        self._told |= fresh
        figures.told += sum(line.startswith("sold ") for line in fresh)
        if lines[-1] != f"dead {-signal.SIGKILL}":
            figures.unreached.append(f"{where}: {' '.join(lines[-2:])}")
            return
        figures.kills += 1
        figures.where[where] += 1
        self._kills_here += 1
        found = inspected_copy(place, tuple(self._told), self._folder / "copy")
        if found:
            figures.violations += [f"{where}, shop {self._shops}: {breach}" for breach in found]
            shutil.copytree(place.store, self._folder / f"violation-{figures.kills}", dirs_exist_ok=True)
            self._kills_here = KILLS_PER_SHOP
