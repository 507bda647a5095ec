"""Tills sell while all that can fail does: `python -m tests.crash.nemesis --rounds 500 --seed 1`.

A round has a shop of its own, on a server with a replica. By a plan that the seed makes, the server is killed, paused,
cut off or out of disk, its replica stalls and takes its place, and tills are killed, at a named point and at random;
their clocks differ. Then all is repaired, every till comes to its end, and the laws are looked at. The exit status is 1
if one was broken. `--keep FOLDER` keeps the shops of such rounds, `--control` breaks the tills: it must find something.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from tests.crash.lane_controls import CONTROLS
from tests.crash.lane_seller import GO, POINTS, STOP
from tests.crash.lane_shop import LaneShop
from tests.servers.pair import Pair

TILLS: Final = ("1", "2", "3")
BLOWS: Final = 3
"""How many befall a shop in a round, besides the till that dies at a named point."""
BETWEEN: Final = 0.15
"""Seconds at most from one to the next: until some more was sold."""


@dataclass
class Figures:
    """What rounds have seen."""

    rounds: int = 0
    orders: int = 0
    """Acknowledged ones."""
    blows: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    """Kills by the name of the point."""
    violations: list[str] = field(default_factory=list)


class Nemesis:
    """Rounds, one after the other, on one pair of servers."""

    def __init__(self, folder: Path, seed: int, control: str | None = None) -> None:
        self.figures = Figures()
        self._folder = folder
        self._seed = seed
        self._control = control
        self._begun = ExitStack()
        self._pair = self._begun.enter_context(Pair())
        self._blows: dict[str, Callable[[LaneShop, Random], None]] = {
            "the server is killed": lambda _shop, _chance: self._pair.primary.kill(),
            "the server is killed and restarted": lambda _shop, _chance: self._pair.primary.restart(),
            "the server hangs": lambda _shop, _chance: self._pair.primary.pause(),
            "its disk is full": lambda _shop, _chance: self._pair.primary.fill_disk(),
            "replies are cut": lambda _shop, chance: self._pair.address.cut_replies(chance.randint(1, 5)),
            "replies to commits are cut": lambda _shop, chance: self._pair.address.cut_replies(3, b"_commit"),
            "requests are cut": lambda _shop, chance: self._pair.address.cut_requests(chance.randint(1, 5)),
            "the network hangs": lambda _shop, _chance: self._pair.address.freeze(),
            "connections are dropped": lambda _shop, _chance: self._pair.address.drop_connections(),
            "all is well again": lambda _shop, _chance: self._repair(),
            "a till is killed": lambda shop, chance: shop.kill(chance.choice(TILLS)),
            "the replica stalls": lambda _shop, _chance: self._pair.stall(),
            "the replica takes over": lambda _shop, _chance: self._fail_over(),
        }
        self._failed_over = False

    def round(self, number: int, only: Sequence[str] = ()) -> None:
        """One round; with these blows, else with some that the seed chooses."""
        chance = Random(self._seed * 100_003 + number)
        point = POINTS[number % len(POINTS)]
        victim = chance.choice(TILLS)
        blows = only or chance.sample(sorted(self._blows), BLOWS)
        shop = LaneShop(
            self._folder / f"round-{number}", self._pair.address, replicas=chance.randint(0, 1), control=self._control
        )
        for name in TILLS:
            armed = point if name == victim and not only else None
            lane = shop.lane(name, chance.randrange(10**6), skew=chance.randint(-90, 90))
            shop.begin(replace(lane, point=armed, nth=chance.randint(1, 3)))
        shop.wait_open()
        self._pair.replica.wait_for(lambda client: bool(client.exists(f"{{{shop.name}}}:meta")), "hear of the shop")
        shop.say(GO)
        for blow in blows:
            self._wait_for_sales(shop)
            # A full disk ends the server, and what is dead neither hangs nor dies.
            with suppress(ProcessLookupError):
                self._blows[blow](shop, chance)
            self.figures.blows[blow] += 1
            shop.revive()
        if only:
            # What befalls the shop has its time, however slow this machine is.
            shop.wait_for_sales(len(shop.sold()) + 2 * len(TILLS))
        self._wait_for_sales(shop)
        self._repair()
        shop.say(STOP)
        wrong = shop.end()
        wrong += shop.breaches(self._pair.address, oversold=True)
        self._rejoin()
        self.figures.rounds += 1
        self.figures.orders += len(shop.sold())
        self.figures.points.update(shop.killed)
        self.figures.violations += [f"round {number} ({', '.join(blows)}; {point.name}): {each}" for each in wrong]
        if not wrong:
            shutil.rmtree(shop.folder)

    def close(self) -> None:
        """End the servers."""
        self._begun.close()

    def _wait_for_sales(self, shop: LaneShop) -> None:
        before, deadline = len(shop.sold()), time.monotonic() + BETWEEN
        while len(shop.sold()) < before + 3 and time.monotonic() < deadline:
            time.sleep(0.005)

    def _repair(self) -> None:
        primary = self._pair.primary
        try:
            if primary.process.poll() is None:
                primary.resume()
                primary.free_disk()
            primary.wait_for(lambda client: bool(client.ping()), "answer")
        except (RuntimeError, ProcessLookupError):
            # A full disk, or a kill, has ended it.
            primary.restart()
        self._pair.catch_up()
        self._pair.address.let_pass()

    def _fail_over(self) -> None:
        if not self._failed_over:
            self._failed_over = True
            self._pair.fail_over()

    def _rejoin(self) -> None:
        if self._failed_over:
            self._failed_over = False
            self._pair.rejoin()


@contextmanager
def nemesis(folder: Path, seed: int, control: str | None = None) -> Iterator[Nemesis]:
    """A nemesis, its servers ended in the end."""
    made = Nemesis(folder, seed, control)
    try:
        yield made
    finally:
        made.close()


def main() -> int:
    """Run as told on the command line."""
    arguments = _arguments()
    began = time.monotonic()
    with (
        TemporaryDirectory(prefix="tillkey-nemesis-") as scratch,
        nemesis(arguments.keep or Path(scratch), arguments.seed, arguments.control) as made,
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
        ("orders acknowledged", figures.orders),
        ("violations of a law", len(figures.violations)),
        ("seconds", round(seconds)),
        *((f"  {what}", times) for what, times in sorted(figures.blows.items())),
        *((f"  killed {where}", times) for where, times in sorted(figures.points.items())),
    ]
    return "\n".join(f"{text:<60} {number:>8}" for text, number in rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.nemesis", description="Let all fail that can.")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--first", type=int, default=0, help="the number of the first round, to see one again")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", choices=sorted(CONTROLS), help="break the tills so: a law must be broken")
    parser.add_argument("--keep", type=Path, help="a folder to keep the shops of violations in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
