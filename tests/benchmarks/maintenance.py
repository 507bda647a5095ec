"""What is done with a store beside selling: `python -m tests.benchmarks.maintenance`.

The doctor, a backup, a restore and the closing of a day, each beside reading or writing the same bytes; and a day that
is left open for very many orders: what it adds to a checkout, and what closing it leaves in the snapshot.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from time import perf_counter

from pos.stores.embedded.backup import back_up
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.doctor import examine, laws
from pos.stores.embedded.restore import restore
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.benchmarks.checkouts import Checkout, Shelves
from tests.benchmarks.histories import close_days, left_open, settled, sold
from tests.benchmarks.measuring import Measure, Ratio, interleaved, options, report

ROUNDS = 3
ORDERS = 20_000
DAYS = 305
PRODUCTS = 1000
SALES = 2000
"""Checkouts in a round, in a long day and in a new one: so many that snapshots are made meanwhile."""
DOCTOR, BACKUP, RESTORE = "doctor", "backup", "restore"
READ, WRITTEN, COPIED = "every file read", "the backup's bytes written", "every file written"
CLOSING, DAY_WRITTEN = "closing a long day", "its file written"
LONG, NEW = "a checkout in a long day", "a checkout in a new day"
BYTES = "{}, written bytes"
LEFT, EMPTY = "snapshot after closing, bytes", "snapshot of a new store, bytes"


def timed(do: Callable[[], object]) -> float:
    """How long something takes, in milliseconds."""
    begun = perf_counter()
    do()
    return (perf_counter() - begun) * 1000


def written(data: dict[str, bytes], folder: Path) -> None:
    """Write files as the store does, each durable when it has its name."""
    for name, content in data.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Disk().replace(folder / name, [content])


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def looking_after(store: Path, place: Path) -> Measure:
    """Measures doctor, backup and restore of a store in which only figures may disagree, and their limits."""
    numbers = count()

    def measure() -> dict[str, float]:
        new = place / f"round {next(numbers)}"
        new.mkdir()
        file, restored, bare = new / "backup.tar.gz", new / "restored", new / "bare"
        files = content(store)
        found = {
            READ: timed(lambda: content(store)),
            DOCTOR: timed(lambda: examined(store)),
            BACKUP: timed(lambda: back_up(store, file, now=datetime.now(UTC))),
            WRITTEN: timed(lambda: written({"file": file.read_bytes()}, bare)),
            RESTORE: timed(lambda: restore(file, restored)),
            COPIED: timed(lambda: written(files, bare)),
        }
        shutil.rmtree(new)
        return found

    return measure


def examined(store: Path) -> None:
    """What the doctor says of files and records must be good: the history's figures are made up."""
    assert all(check.ok for check in examine(store) if check.name not in laws())


def long_day(shelves: Shelves, place: Path, orders: int, sales: int) -> Measure:
    """Measures checkouts in a day that was left open and in a new one, and closing the long one."""
    numbers = count()

    def measure() -> dict[str, float]:
        new = place / f"day {next(numbers)}"
        found: dict[str, float] = {}
        with closing(shelves.fill(open_store(new / "new"))) as store:
            store.compact()
            found[EMPTY] = (new / "new" / "store.json").stat().st_size
            found |= selling(NEW, store, shelves.checkouts("new"), sales)
        with closing(shelves.fill(open_store(new / "long"))) as store:
            left_open(store, shelves, orders)
            store.compact()
            found |= selling(LONG, store, shelves.checkouts("long"), sales)
            found[CLOSING] = timed(lambda: store.close_day("long"))
            store.wait()
            found[LEFT] = (new / "long" / "store.json").stat().st_size
        day = (new / "long" / "days" / "long.json").read_bytes()
        found[DAY_WRITTEN] = timed(lambda: written({"day": day}, new / "bare"))
        shutil.rmtree(new)
        return found

    return measure


def selling(name: str, store: EmbeddedStore, tickets: Iterator[Checkout], sales: int) -> dict[str, float]:
    """Milliseconds and written bytes a checkout, the snapshots that are made meanwhile included."""
    made = list(islice(tickets, sales))
    settled()
    before = written_bytes()

    def sell() -> None:
        for checkout in made:
            store.reserve(checkout.reserved)
            store.commit(checkout.captured, checkout.sale, checkout.at)
        store.wait()

    return {name: timed(sell) / sales, BYTES.format(name): (written_bytes() - before) / sales}


def written_bytes() -> int:
    """What this process has given the system to write so far."""
    told = Path("/proc/self/io").read_text(encoding="ascii")
    return int(told.partition("wchar:")[2].split()[0])


def main() -> None:
    """Measure and report."""
    parser = options("Doctor, backup, restore and closing a day, beside reading or writing the same bytes.", ROUNDS)
    parser.add_argument("--orders", type=int, default=ORDERS, help=f"orders on file ({ORDERS})")
    parser.add_argument("--days", type=int, default=DAYS, help=f"closed days that they are in ({DAYS})")
    parser.add_argument("--open", type=int, default=ORDERS, help=f"orders of a day that was left open ({ORDERS})")
    parser.add_argument("--sales", type=int, default=SALES, help=f"checkouts in it in a round ({SALES})")
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    wanted = parser.parse_args()
    shelves = Shelves(wanted.products)
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        with closing(shelves.fill(open_store(place / "store"))) as store:
            close_days(store, sold(shelves, wanted.orders, wanted.days))
            store.compact()
        os.sync()
        measures = {
            "looking after": looking_after(place / "store", place),
            "long day": long_day(shelves, place, wanted.open, wanted.sales),
        }
        samples = interleaved(wanted.rounds, measures)
    ratios = [
        Ratio("doctor / read", DOCTOR, READ),
        Ratio("backup / written", BACKUP, WRITTEN),
        Ratio("restore / written", RESTORE, COPIED),
        Ratio("restore / doctor", RESTORE, DOCTOR),
        Ratio("closing / written", CLOSING, DAY_WRITTEN),
        Ratio("checkout, long day / new day", LONG, NEW, 1.1),
        Ratio("written bytes, long day / new day", BYTES.format(LONG), BYTES.format(NEW), 1.1),
        Ratio("snapshot, closed / new", LEFT, EMPTY),
    ]
    report(f"maintenance, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
