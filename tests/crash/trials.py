"""Kill a till while it sells, again and again: `python -m tests.crash.trials --kills 2000`.

Prints how often it was killed where, and what was found afterwards; `--json` gives the same as one object. The exit
status is 1 if a law was broken or a named point was never passed. `--keep FOLDER` keeps the shops of the violations.
`--buffered` is the control, whose till acknowledges what it has not written: it must lose, else the status is 1.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.crash.harness import Figures, Trials, selling
from tests.crash.kill_points import POINTS

SLICE: Final = 100


def killed(folder: Path, kills: int, seed: int, control: str | None = None) -> Figures:
    """So many kills in shops below a folder: one at each named point as far as they go, the others at random."""
    with selling() as seller:
        trials = Trials(folder, seller, seed, control)
        for point in POINTS[:kills]:
            trials.kill_at(point)
        for _ in range(kills - len(POINTS)):
            trials.kill_at_random()
        return trials.figures


def _slice(folder: Path, control: str | None, kills: int, seed: int) -> Figures:
    return killed(folder / f"seed-{seed}", kills, seed, control)


def main() -> int:
    """Run as told on the command line."""
    arguments = _arguments()
    sizes = [min(SLICE, arguments.kills - begun) for begun in range(0, arguments.kills, SLICE)]
    seeds = range(arguments.seed, arguments.seed + len(sizes))
    control = "buffered" if arguments.buffered else None
    figures = Figures()
    began = time.monotonic()
    with TemporaryDirectory(prefix="tillkey-crash-") as scratch, ProcessPoolExecutor(arguments.jobs) as pool:
        folder = arguments.keep or Path(scratch)
        for each in pool.map(partial(_slice, folder, control), sizes, seeds):
            figures = figures + each
            print(f"{figures.kills} kills, {len(figures.violations)} violations", file=sys.stderr)
    seconds = time.monotonic() - began
    if arguments.json:
        print(json.dumps({**asdict(figures), "points": len(POINTS), "seconds": round(seconds, 1)}))
    else:
        print(table(figures, seconds))
    if arguments.buffered:
        return 0 if figures.violations else 1
    return 1 if figures.violations or figures.unreached else 0


def table(figures: Figures, seconds: float) -> str:
    """The figures for people."""
    rows = [
        ("kills", figures.kills),
        ("  at random moments", figures.where["at random"]),
        (f"  at {len(POINTS)} named points", figures.kills - figures.where["at random"]),
        ("orders acknowledged", figures.told),
        ("violations of a law", len(figures.violations)),
        ("points never passed", len(figures.unreached)),
        ("seconds", round(seconds)),
        *((f"  {where}", times) for where, times in sorted(figures.where.items()) if where != "at random"),
    ]
    return "\n".join([f"{text:<60} {number:>8}" for text, number in rows] + figures.violations + figures.unreached)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.trials", description="Kill a till while it sells.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2, help="how many shops are sold in at once")
    parser.add_argument("--buffered", action="store_true", help="the control: nothing is written, and it must lose")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder to keep the shops of violations in")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
