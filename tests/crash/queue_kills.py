"""Workers of a queue while all that can fail does: `python -m tests.crash.queue_kills --rounds 500 --seed 1`.

A round has a shop of its own, on a server with an append-only file, and a bank on another one. By a plan that the seed
makes, a worker is killed at a named point, another one stops at one until its jobs are somebody else's, and wakes; both
happen at random, too; the server is killed, answers of both are lost, the bank is away. Then all is repaired, every
checkout must come to its end, and the laws are looked at. The exit status is 1 if one was broken. `--keep FOLDER` keeps
the shops of such rounds, `--control` breaks the workers: it must find something.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from tests.crash.kill_points import Point
from tests.crash.queue_controls import CONTROLS
from tests.crash.queue_shop import QueueShop
from tests.crash.queue_worker import POINTS
from tests.servers.proxy import Proxy
from tests.servers.server import Kind, Server

WORKERS: Final = ("W1", "W2", "W3")
BLOWS: Final = 3
"""How many befall a shop in a round, besides the workers that die and stop at a named point."""
BUYERS: Final = 12
"""So many ask before each blow."""
BETWEEN: Final = 0.3
"""Seconds at most from one blow to the next: until some more came to their end."""


@dataclass
class Figures:
    """What rounds have seen."""

    rounds: int = 0
    asked: int = 0
    orders: int = 0
    """Those that a worker lived to tell of."""
    blows: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    """Kills by the name of the point."""
    hangs: Counter[str] = field(default_factory=Counter)
    """Stops by the name of the point."""
    violations: list[str] = field(default_factory=list)


class QueueKills:
    """Rounds, one after the other, on one server and one bank."""

    def __init__(self, folder: Path, seed: int, control: str | None = None, kind: Kind = "valkey") -> None:
        self.figures = Figures()
        self._folder, self._seed, self._control = folder, seed, control
        with ExitStack() as begun:
            self._server = begun.enter_context(Server.start(kind))
            self._address = begun.enter_context(Proxy(self._server))
            bank = begun.enter_context(Server.start())
            self._bank = begun.enter_context(Proxy(bank))
            self._begun = begun.pop_all()
        self._blows: dict[str, Callable[[QueueShop, Random], None]] = {
            "a worker is killed": lambda shop, chance: shop.kill(chance.choice(WORKERS)),
            "a worker hangs": lambda shop, chance: shop.stop(chance.choice(WORKERS)),
            "all that hang go on": lambda shop, _chance: shop.wake(),
            "the server is killed": lambda _shop, _chance: self._server.kill(),
            "the server is killed and restarted": lambda _shop, _chance: self._server.restart(),
            "replies are cut": lambda _shop, chance: self._address.cut_replies(chance.randint(1, 5)),
            "replies to commits are cut": lambda _shop, _chance: self._address.cut_replies(3, b"_job_commit"),
            "replies to reserves are cut": lambda _shop, _chance: self._address.cut_replies(3, b"_job_reserve"),
            "requests are cut": lambda _shop, chance: self._address.cut_requests(chance.randint(1, 5)),
            "connections are dropped": lambda _shop, _chance: self._address.drop_connections(),
            "the bank is away": lambda _shop, _chance: self._bank.refuse(),
            "the bank's answers are cut": lambda _shop, chance: self._bank.cut_replies(chance.randint(1, 5)),
            "all is well again": lambda _shop, _chance: self._repair(),
        }

    def round(self, number: int) -> None:
        """One round, by what the seed chooses."""
        chance = Random(self._seed * 100_003 + number)
        shop = self._shop(f"round-{number}")
        dies, hangs = chance.sample(WORKERS, 2)
        points = {dies: POINTS[number % len(POINTS)], hangs: chance.choice(POINTS)}
        for name in WORKERS:
            work = shop.work(name, chance.randrange(10**6))
            shop.begin(replace(work, point=points.get(name), nth=chance.randint(1, 2), hangs=name == hangs))
        shop.wait_open()
        blows = chance.sample(sorted(self._blows), BLOWS)
        shop.ask(BUYERS, chance)
        for blow in blows:
            self._wait_for_ends(shop)
            self._blows[blow](shop, chance)
            self.figures.blows[blow] += 1
            shop.revive()
            if self._server.process.poll() is None:
                shop.ask(BUYERS, chance)
        self._wait_for_ends(shop)
        self._end(shop, f"round {number} ({', '.join((*blows, points[dies].name, points[hangs].name))})")

    def strike(self, point: Point, *, hangs: bool) -> None:
        """A round in which the first worker dies, or hangs, at a point while it is alone; others have what it had."""
        chance, (first, *others) = Random(self._seed), WORKERS
        shop = self._shop("struck")
        shop.begin(replace(shop.work(first, 1), point=point, hangs=hangs))
        shop.wait_open()
        shop.ask(BUYERS, chance)
        shop.wait_struck(first)
        for name in others:
            shop.begin(shop.work(name, 1))
        self._end(shop, point.name)

    def _shop(self, name: str) -> QueueShop:
        return QueueShop(self._folder / name, self._address, self._bank, control=self._control)

    def _end(self, shop: QueueShop, what: str) -> None:
        """Repair all, and look at the laws once all is at rest."""
        self._repair()
        wrong = shop.wait_over() + shop.end()
        wrong += shop.breaches(self._address)
        figures = self.figures
        figures.rounds += 1
        figures.asked += len(shop.asked)
        figures.orders += sum(" paid " in line for name in WORKERS for line in shop.told(name))
        figures.points.update(shop.killed)
        figures.hangs.update(shop.hung)
        figures.violations += [f"{what}: {each}" for each in wrong]
        if not wrong:
            shutil.rmtree(shop.folder)

    def close(self) -> None:
        """End the servers."""
        self._begun.close()

    def _wait_for_ends(self, shop: QueueShop) -> None:
        before, deadline = shop.ended(), time.monotonic() + BETWEEN
        while shop.ended() < before + 5 and time.monotonic() < deadline:
            time.sleep(0.005)

    def _repair(self) -> None:
        if self._server.process.poll() is not None:
            self._server.restart()
        self._address.let_pass()
        self._bank.let_pass()


@contextmanager
def queue_kills(folder: Path, seed: int, control: str | None = None, kind: Kind = "valkey") -> Iterator[QueueKills]:
    """A trial, its servers ended in the end."""
    made = QueueKills(folder, seed, control, kind)
    try:
        yield made
    finally:
        made.close()


def main() -> int:
    """Run as told on the command line."""
    arguments = _arguments()
    began = time.monotonic()
    with (
        TemporaryDirectory(prefix="tillkey-queue-") as scratch,
        queue_kills(arguments.keep or Path(scratch), arguments.seed, arguments.control, arguments.kind) as made,
    ):
        for number in range(arguments.first, arguments.first + arguments.rounds):
            before = len(made.figures.violations)
            made.round(number)
            for violation in made.figures.violations[before:]:
                print(violation, file=sys.stderr, flush=True)
    print(table(made.figures, time.monotonic() - began))
    return int(bool(made.figures.violations) != bool(arguments.control))


def table(figures: Figures, seconds: float) -> str:
    """The figures for people."""
    rows = [
        ("rounds", figures.rounds),
        ("checkouts asked for", figures.asked),
        ("orders told of", figures.orders),
        ("violations of a law", len(figures.violations)),
        ("seconds", round(seconds)),
        *((f"  {what}", times) for what, times in sorted(figures.blows.items())),
        *((f"  killed {where}", times) for where, times in sorted(figures.points.items())),
        *((f"  stopped {where}", times) for where, times in sorted(figures.hangs.items())),
    ]
    return "\n".join(f"{text:<70} {number:>8}" for text, number in rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.queue_kills", description="Let all fail that can.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the number of the first round, to see one again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=sorted(CONTROLS), help="break the workers so: a law must be broken")
    parser.add_argument("--kind", choices=("valkey", "redis"), default="valkey", help="what the server is")
    parser.add_argument("--keep", type=Path, help="a folder to keep the shops of violations in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
