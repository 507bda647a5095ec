"""What a store with years of orders costs to open, in a new process: `python -m tests.benchmarks.reopen`.

Beside a store without orders, one in the middle of a day, one whose day was left open for very many orders, and an
interpreter that imports the same and opens nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path

from pos.stores.embedded.store import open_store
from tests.benchmarks.checkouts import PRODUCTS, Shelves
from tests.benchmarks.histories import DAYS, ORDERS, close_days, left_open, sold
from tests.benchmarks.measuring import Measure, Ratio, interleaved, options, report

ROUNDS = 15
SALES = 500
"""Checkouts of the day that is open, in the journal."""
OPEN = 20_000
"""Orders of the day that was left open."""
GOAL = 1.3
MEMORY_GOAL = 150 * 1024 * 1024
ROOT = Path(__file__).parents[2]


def opening(name: str, folder: Path | None) -> Measure:
    """Measures a till opened on a store by a new process: milliseconds until it can sell, and bytes at its peak."""
    command = [sys.executable, "-m", "tests.benchmarks.opener", *([] if folder is None else [str(folder)])]

    def measure() -> dict[str, float]:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return {
            f"{name}, {figure}{' bytes' if figure == 'peak' else ''}": value
            for figure, value in json.loads(ran.stdout).items()
        }

    return measure


def main() -> None:
    """Measure and report."""
    parser = options("A start with years of orders on file, beside one with none.", ROUNDS)
    parser.add_argument("--orders", type=int, default=ORDERS, help=f"orders on file ({ORDERS})")
    parser.add_argument("--days", type=int, default=DAYS, help=f"closed days that they are in ({DAYS})")
    parser.add_argument("--open", type=int, default=OPEN, help=f"orders of a day that was left open ({OPEN})")
    parser.add_argument("--sales", type=int, default=SALES, help=f"checkouts of a day that has begun ({SALES})")
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    wanted = parser.parse_args()
    shelves = Shelves(wanted.products)
    many = f"{wanted.orders:,} orders"
    with tempfile.TemporaryDirectory() as name:
        old, new, today, long = (Path(name, each) for each in ("old", "new", "today", "long"))
        for folder in (old, new, today, long):
            with closing(shelves.fill(open_store(folder))) as store:
                if folder == old:
                    close_days(store, sold(shelves, wanted.orders, wanted.days))
                if folder == long:
                    left_open(store, shelves, wanted.open)
                store.compact()
                for checkout in islice(shelves.checkouts("today"), wanted.sales if folder == today else 0):
                    store.reserve(checkout.reserved)
                    store.commit(checkout.captured, checkout.sale, checkout.at)
        measures = {
            "imports": opening("imports alone", None),
            "none": opening("no orders", new),
            "many": opening(many, old),
            "today": opening("a day begun", today),
            "long": opening("a long day", long),
        }
        samples = interleaved(wanted.rounds, measures)
    samples["the goal, bytes"] = [MEMORY_GOAL]
    peak = f"{many}, peak bytes"
    ratios = [
        Ratio("reopen", f"{many}, ready", "no orders, ready", GOAL),
        Ratio("store opened", f"{many}, opened", "no orders, opened", GOAL),
        Ratio("a day begun / no orders", "a day begun, ready", "no orders, ready"),
        Ratio("a long day / no orders", "a long day, ready", "no orders, ready", GOAL),
        Ratio("memory of a long day / 150 MiB", "a long day, peak bytes", "the goal, bytes", 1.0),
        Ratio("processor time", f"{many}, processor", "no orders, processor"),
        Ratio("memory / 150 MiB", peak, "the goal, bytes", 1.0),
        Ratio("memory / no orders", peak, "no orders, peak bytes"),
        Ratio("memory / imports alone", peak, "imports alone, peak bytes"),
    ]
    report(f"reopen, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
