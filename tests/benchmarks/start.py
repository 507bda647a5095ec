"""How long it takes from spawning the till to a frame that has taken a key: `python -m tests.benchmarks.start`.

The key is written into the terminal at once after the spawn, so it waits there for whoever reads first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from pos.till.catalog_loading import read_catalog
from tests.benchmarks.lane_shops import filled
from tests.benchmarks.measuring import Ratio, interleaved, options, report
from tests.benchmarks.shops import BARE, DEMO, READY, SMALLEST, SMALLEST_FRAME, demo_store, large_store, till
from tests.servers.server import Server
from tests.terminal.pseudo import PseudoTerminal

ROUNDS = 15
PRODUCTS = 100_000
GOAL = 1.7
SIZE = (80, 24)
PATIENCE = 60.0

FULL_SCREEN = b"\x1b[?1049h"
KEY = "¤".encode()
"""What neither screen shows unless it was typed."""


def start(command: Sequence[str], home: Path, **marks: bytes) -> dict[str, float]:
    """Milliseconds from the spawn until each mark has come, counted from where the program took the whole screen.

    Before that the terminal itself echoes what is typed.
    """
    begun = perf_counter()
    terminal = PseudoTerminal(command, home, SIZE)
    try:
        terminal.write(KEY)
        heard = b""
        found: dict[str, float] = {}
        while marks.keys() - found.keys():
            data = terminal.read(begun + PATIENCE - perf_counter())
            now = perf_counter()
            assert data, f"{command} did not show {marks.keys() - found.keys()}: {heard[-2000:]!r}"
            heard += data
            _, _, shown = heard.partition(FULL_SCREEN)
            found |= {name: (now - begun) * 1000 for name, mark in marks.items() if name not in found and mark in shown}
    finally:
        terminal.kill()
    return found


def bare(home: Path) -> dict[str, float]:
    """Milliseconds from the spawn to the end of an interpreter that does nothing."""
    begun = perf_counter()
    terminal = PseudoTerminal(BARE, home, SIZE)
    try:
        while terminal.read(PATIENCE) is not None:
            pass
        ended = perf_counter()
    finally:
        terminal.kill()
    return {"bare interpreter": (ended - begun) * 1000}


def tills(store: Path | str, home: Path, name: str) -> Callable[[], dict[str, float]]:
    """Measures the till on a store."""
    marks = {"first frame": b"Scan, type a name", "key taken": KEY, "catalog ready": READY}

    def measure() -> dict[str, float]:
        found = start(till(store), home, **marks)
        return {f"{name}, {mark}": value for mark, value in found.items()}

    return measure


def main() -> None:
    """Measure and report."""
    parser = options("Start of the till beside the smallest Textual app and a bare interpreter.", ROUNDS)
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the large shop ({PRODUCTS})")
    wanted = parser.parse_args()
    large = f"{wanted.products:,} products"
    with tempfile.TemporaryDirectory() as folder, Server.start() as server:
        home = Path(folder)
        demo_folder, large_folder = demo_store(home / "demo"), large_store(home / "large", wanted.products)

        def on_server(shop: str, catalog: Path) -> str:
            return filled(server, shop, read_catalog(catalog))

        def smallest() -> dict[str, float]:
            found = start(SMALLEST, home, **{"first frame": SMALLEST_FRAME, "key taken": KEY})
            return {f"smallest app, {mark}": value for mark, value in found.items()}

        measures = {
            "bare": lambda: bare(home),
            "smallest": smallest,
            "demo": tills(demo_folder, home, "demo shop"),
            "large": tills(large_folder, home, large),
            # The round that is thrown away makes the lanes' journals.
            "demo on a server": tills(on_server("demo", DEMO), home, "demo shop on a server"),
            "large on a server": tills(
                on_server("large", large_folder.with_suffix(".json")), home, f"{large} on a server"
            ),
        }
        samples = interleaved(wanted.rounds, measures)
    peer = "smallest app, key taken"
    ratios = [
        Ratio("demo shop, key taken / smallest app", "demo shop, key taken", peer, GOAL),
        Ratio(f"{large}, key taken / smallest app", f"{large}, key taken", peer, GOAL),
        Ratio("demo shop, first frame / smallest app", "demo shop, first frame", "smallest app, first frame"),
        Ratio(f"{large}, first frame / smallest app", f"{large}, first frame", "smallest app, first frame"),
        Ratio("demo shop, key taken / bare interpreter", "demo shop, key taken", "bare interpreter"),
        Ratio("smallest app, key taken / bare interpreter", peer, "bare interpreter"),
    ]
    for name in ("demo shop", large):
        ratios += [
            Ratio(f"{name} on a server, {mark} / in a folder", f"{name} on a server, {mark}", f"{name}, {mark}")
            for mark in ("first frame", "catalog ready")
        ]
    report(f"start, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
