"""What it costs to find an old order among years of them: `python -m tests.benchmarks.lookup`.

By receipt number, by id, and all of one day, beside SQLite with an index on each, and beside reading the day's file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path
from time import perf_counter

from pos.domain.ports import Document
from pos.stores.embedded.store import open_store
from tests.benchmarks.checkouts import PRODUCTS, Shelves
from tests.benchmarks.histories import DAYS, ORDERS, close_days, settled, sold
from tests.benchmarks.measuring import Measure, Ratio, interleaved, options, report
from tests.benchmarks.peers import Sqlite

ROUNDS = 60


def timed(name: str, wanted: Sequence[str], find: Callable[[str], object], before: Callable[[str], None]) -> Measure:
    """Measures one look-up after the other, in milliseconds; `before` makes ready for it."""
    turns = cycle(wanted)

    def measure() -> dict[str, float]:
        what = next(turns)
        before(what)
        begun = perf_counter()
        found = find(what)
        spent = (perf_counter() - begun) * 1000
        assert found, f"{name}: {what} was not found"
        return {name: spent}

    return measure


def nothing(_what: str) -> None:
    """Leaves everything in memory that is there."""


def dropped(paths: Sequence[Path]) -> None:
    """Make the system forget what it keeps in memory of files that are on the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def spread(kept: Sequence[Document], rounds: int) -> list[Document]:
    """Orders of many different days, in no order."""
    return [kept[place * 7919 % len(kept)] for place in range(rounds + 1)]


def main() -> None:
    """Measure and report."""
    parser = options("An old order looked up, beside SQLite and beside reading its day's file.", ROUNDS)
    parser.add_argument("--orders", type=int, default=ORDERS, help=f"orders on file ({ORDERS})")
    parser.add_argument("--days", type=int, default=DAYS, help=f"closed days that they are in ({DAYS})")
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    wanted = parser.parse_args()
    shelves = Shelves(wanted.products)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        history = sold(shelves, wanted.orders, wanted.days)
        with (
            closing(shelves.fill(open_store(folder / "store"))) as store,
            closing(Sqlite(folder / "orders.sqlite", shelves.file, history)) as sqlite,
        ):
            kept = spread(close_days(store, sold(shelves, wanted.orders, wanted.days)), wanted.rounds)
            receipts, ids = [each["receipt"] for each in kept], [each["id"] for each in kept]
            days = [each["at"][:10] for each in kept]
            day_of = {
                receipt: folder / "store" / "days" / f"{day}.json" for receipt, day in zip(receipts, days, strict=True)
            }
            files = sorted((folder / "store" / "days").iterdir())
            os.sync()
            settled()

            def cold(receipt: str) -> None:
                dropped([day_of[receipt]])

            def all_cold(_what: str) -> None:
                dropped(files)

            def day_file(receipt: str) -> bytes:
                return day_of[receipt].read_bytes()

            measures = {
                "file": timed("its day's file read", receipts, day_file, nothing),
                "cold file": timed("its day's file read, cold", receipts, day_file, cold),
                "receipt": timed("by receipt", receipts, store.order, nothing),
                "cold receipt": timed("by receipt, cold", receipts, store.order, cold),
                "id": timed("by id", ids, store.order, nothing),
                "cold id": timed("by id, cold", ids, store.order, all_cold),
                "day": timed("a day's orders", days, lambda day: list(store.orders(day=day)), nothing),
                "SQLite receipt": timed(
                    "SQLite, by receipt", receipts, lambda one: sqlite.order("receipt", one), nothing
                ),
                "SQLite id": timed("SQLite, by id", ids, lambda one: sqlite.order("id", one), nothing),
                "SQLite day": timed("SQLite, a day's orders", days, lambda one: sqlite.order("at", one), nothing),
            }
            samples = interleaved(wanted.rounds, measures)
    ratios = [
        Ratio("by receipt / file read", "by receipt", "its day's file read"),
        Ratio("by receipt / file read, both cold", "by receipt, cold", "its day's file read, cold"),
        Ratio("by receipt / SQLite", "by receipt", "SQLite, by receipt"),
        Ratio("by id / SQLite", "by id", "SQLite, by id"),
        Ratio("a day / SQLite", "a day's orders", "SQLite, a day's orders"),
        Ratio("by id / by receipt", "by id", "by receipt"),
    ]
    report(f"lookup, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
