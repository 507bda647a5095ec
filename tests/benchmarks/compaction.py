"""How long selling pauses while a long journal is replaced by a snapshot: `python -m tests.benchmarks.compaction`.

Checkouts while a compaction runs in the background, beside those of a store in which none does.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from itertools import islice
from pathlib import Path
from time import perf_counter

from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.benchmarks.checkouts import Checkout, Shelves
from tests.benchmarks.histories import settled
from tests.benchmarks.measuring import Measure, Ratio, interleaved, options, percentile, report

ROUNDS = 60
BATCH = 100
"""Checkouts of each kind in a round."""
PRODUCTS = 100_000
OFTEN = 1024 * 1024
"""Bytes of journal after which a compaction begins."""
NEVER = 1 << 40

DURING = "while a compaction runs"
BETWEEN = "between two compactions"
WITHOUT = "without compactions"


def sell(store: EmbeddedStore, checkout: Checkout) -> float:
    """One checkout, in milliseconds."""
    begun = perf_counter()
    store.reserve(checkout.reserved)
    store.commit(checkout.captured, checkout.sale, checkout.at)
    return (perf_counter() - begun) * 1000


def selling(store: EmbeddedStore, shelves: Shelves, folder: Path, *, often: bool) -> Measure:
    """Measures checkouts one by one. Another journal than before, or one more, tells of a compaction."""
    tickets = shelves.checkouts(folder.name)
    before = journals(folder)

    def measure() -> dict[str, list[float]]:
        nonlocal before
        found: dict[str, list[float]] = {}
        for checkout in list(islice(tickets, BATCH)):
            spent = sell(store, checkout)
            after = journals(folder)
            compacting = len(before | after) > 1
            before = after
            name = WITHOUT if not often else DURING if compacting else BETWEEN
            found.setdefault(name, []).append(spent)
        return found

    return measure


def journals(folder: Path) -> frozenset[Path]:
    """The journals in a store's folder."""
    return frozenset(folder.glob("journal-*.ndjson"))


def main() -> None:
    """Measure and report."""
    parser = options("Checkouts while a compaction runs in the background, beside those without.", ROUNDS)
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    parser.add_argument("--journal", type=int, default=OFTEN, help=f"bytes after which one begins ({OFTEN})")
    wanted = parser.parse_args()
    shelves = Shelves(wanted.products)
    with tempfile.TemporaryDirectory() as name:
        often, never = Path(name, "often"), Path(name, "never")
        shelves.fill(open_store(often)).close()
        shelves.fill(open_store(never)).close()
        with (
            closing(open_store(often, replace_at=wanted.journal)) as busy,
            closing(open_store(never, replace_at=NEVER)) as quiet,
        ):
            settled()
            measures = {
                "often": selling(busy, shelves, often, often=True),
                "never": selling(quiet, shelves, never, often=False),
            }
            samples = interleaved(wanted.rounds, measures)
    assert DURING in samples, "no compaction ran: sell more, or give a smaller --journal"
    longest = {f"{what}, longest": [max(samples[what])] for what in (DURING, WITHOUT)}
    slow = {f"{what}, 99 of 100": [percentile(samples[what], 99)] for what in (DURING, WITHOUT)}
    ratios = [
        Ratio("compaction, median", DURING, WITHOUT),
        Ratio("compaction, 99 of 100", f"{DURING}, 99 of 100", f"{WITHOUT}, 99 of 100"),
        Ratio("compaction, longest", f"{DURING}, longest", f"{WITHOUT}, longest"),
    ]
    report(f"compaction, {wanted.rounds} rounds", samples | slow | longest, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
