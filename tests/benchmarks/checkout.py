"""Durable checkouts, reserve with its attempt and then commit: `python -m tests.benchmarks.checkout`.

With no orders and with years of them on file, beside the limit of the disk, SQLite, and TinyDB as it comes.
"""

from __future__ import annotations

import cProfile
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from pathlib import Path
from pstats import Stats
from time import perf_counter, process_time
from typing import Protocol, TypeVar

from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.benchmarks.checkouts import PRODUCTS, Checkout, Shelves
from tests.benchmarks.histories import DAYS, ORDERS, close_days, settled, sold
from tests.benchmarks.measuring import Measure, Ratio, interleaved, options, report
from tests.benchmarks.peers import Asked, Made, Raw, Sqlite, Step, StockTinyDB

ROUNDS = 100
BATCH = 20
"""Checkouts of each kind in a round."""
TINYDB_EVERY = 20
"""Rounds after which stock TinyDB is let in, once: it is slow."""
SHOWN = 25

OURS = "tillkey, no orders"
LIMIT = "limit: preallocated, fdatasync"
ASKED = "limit, its times asked for"
FLOOR = "floor: made as JSON, preallocated"
APPENDED = "appended, fsync"
SQLITE = "SQLite, no orders"
TINYDB = "stock TinyDB, no orders"


class Till(Protocol):
    """Something that keeps checkouts."""

    def checkout(self, checkout: Checkout) -> object:
        """Both steps, each durable before the next."""
        ...

    def close(self) -> None:
        """Give its files back."""
        ...


class Ours:
    def __init__(self, store: EmbeddedStore) -> None:
        self._store = store
        self.close = store.close

    def checkout(self, checkout: Checkout) -> None:
        """Reserve, then commit."""
        self._store.reserve(checkout.reserved)
        self._store.commit(checkout.captured, checkout.sale, checkout.at)


def batches(name: str, kept: Till, tickets: Iterator[Checkout], size: int) -> Measure:
    """Measures a batch of checkouts, each in milliseconds, and the processor time that they took."""

    def measure() -> dict[str, float | list[float]]:
        batch = list(islice(tickets, size))
        spent = []
        used = process_time()
        for checkout in batch:
            begun = perf_counter()
            kept.checkout(checkout)
            spent.append((perf_counter() - begun) * 1000)
        used = (process_time() - used) * 1000 / size
        return {name: spent, f"{name}: processor": used}

    return measure


def seldom(measure: Measure, every: int) -> Measure:
    """Measures in the first round that counts, then once in so many."""
    rounds = 0

    def sometimes() -> Mapping[str, float | Sequence[float]]:
        nonlocal rounds
        rounds += 1
        return measure() if rounds % every == 2 % every else {}

    return sometimes


def real_steps(folder: Path, shelves: Shelves) -> list[Step]:
    """The records of real checkouts, as they stand in a store's journal."""
    store = shelves.fill(open_store(folder))
    for checkout in islice(shelves.checkouts("steps"), BATCH + 1):
        Ours(store).checkout(checkout)
    newest = max(folder.glob("journal*.ndjson"))
    lines = newest.read_bytes().rstrip(b"\0").splitlines(keepends=True)[-2 * BATCH :]
    store.close()
    return list(zip(lines[::2], lines[1::2], strict=True))


Opened = TypeVar("Opened", bound=Till)


def measured(wanted: Namespace, folder: Path) -> tuple[dict[str, list[float]], list[Ratio]]:
    """The samples of all, taken in turns, and the ratios."""
    shelves = Shelves(wanted.products)
    many = f"{wanted.orders:,} orders"
    ours_many, sqlite_many = f"tillkey, {many}", f"SQLite, {many}"
    with ExitStack() as opened:

        def ready(till: Opened) -> Opened:
            return opened.enter_context(closing(till))

        old = shelves.fill(open_store(folder / "old"))
        close_days(old, sold(shelves, wanted.orders, wanted.days))
        history = sold(shelves, wanted.orders, wanted.days)
        steps = real_steps(folder / "steps", shelves)
        tills: dict[str, Till] = {
            LIMIT: ready(Raw(folder / "limit", steps)),
            ASKED: ready(Asked(folder / "asked", steps)),
            FLOOR: ready(Made(folder / "floor")),
            OURS: ready(Ours(shelves.fill(open_store(folder / "new")))),
            SQLITE: ready(Sqlite(folder / "new.sqlite", shelves.file)),
            ours_many: ready(Ours(old)),
            sqlite_many: ready(Sqlite(folder / "old.sqlite", shelves.file, history)),
            APPENDED: ready(Raw(folder / "appended", steps, ahead=0)),
        }
        measures = {name: batches(name, till, shelves.checkouts(name), BATCH) for name, till in tills.items()}
        slow = ready(StockTinyDB(folder / "tinydb.json", shelves.file))
        measures[TINYDB] = seldom(batches(TINYDB, slow, shelves.checkouts(TINYDB), 1), TINYDB_EVERY)
        settled()
        samples = interleaved(wanted.rounds, measures)
    ratios = [
        Ratio("limit", LIMIT, OURS, 0.6, at_least=True),
        Ratio("limit_asked", ASKED, OURS),
        Ratio("sqlite", SQLITE, OURS, 1.2, at_least=True),
        Ratio("sqlite_100k", sqlite_many, ours_many, 1.4, at_least=True),
        Ratio("tinydb", TINYDB, OURS, 1000, at_least=True),
        Ratio("history", ours_many, OURS, 1.1),
    ]
    return samples, ratios


def profile(wanted: Namespace, folder: Path) -> None:
    """Print where a checkout's processor time goes, by function."""
    shelves = Shelves(wanted.products)
    many = wanted.rounds * BATCH
    with closing(Ours(shelves.fill(open_store(folder / "profiled")))) as ours:
        tickets = shelves.checkouts("profiled")
        measure = batches("warm", ours, tickets, many)
        used = measure()["warm: processor"]
        batch = list(islice(tickets, many))
        profiler = cProfile.Profile()
        profiler.enable()
        for checkout in batch:
            ours.checkout(checkout)
        profiler.disable()
    print(f"{many} checkouts, {used:.3f} ms of processor time each; under the profiler, microseconds of each:\n")
    print(f"{'own':>8} {'with what it calls':>19} {'calls':>6}")
    rows = Stats(profiler).get_stats_profile().func_profiles.items()
    for name, each in sorted(rows, key=lambda row: -row[1].tottime)[:SHOWN]:
        own, whole = each.tottime * 1e6 / many, each.cumtime * 1e6 / many
        calls = int(str(each.ncalls).partition("/")[0]) / many
        print(f"{own:8.1f} {whole:19.1f} {calls:6.1f}  {Path(each.file_name).name}:{each.line_number} {name}")


def main() -> None:
    """Measure and report."""
    parser = options("Durable checkouts beside the disk's limit, SQLite and stock TinyDB.", ROUNDS)
    parser.add_argument("--orders", type=int, default=ORDERS, help=f"orders on file ({ORDERS})")
    parser.add_argument("--days", type=int, default=DAYS, help=f"closed days that they are in ({DAYS})")
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (that of temporary files)")
    parser.add_argument("--profile", action="store_true", help="print where the processor time of a checkout goes")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        if wanted.profile:
            profile(wanted, Path(name))
            return
        samples, ratios = measured(wanted, Path(name))
    report(f"checkout, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
