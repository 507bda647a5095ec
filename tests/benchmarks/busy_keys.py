"""The till's keys while other tills load its server and the stream of changes: `python -m tests.benchmarks.busy_keys`.

The same shop in a folder, and on a server where a second process sells as eight tills, 25 checkouts a second each.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from itertools import count, cycle, islice
from pathlib import Path

from pos.stores.embedded.store import open_store
from pos.stores.redis.address import ServerAddress
from tests.benchmarks.checkouts import Shelves, renamed
from tests.benchmarks.keys import LINES, TYPED_GOAL, Keyboard, entered, searched, typed
from tests.benchmarks.lane_clients import Bare
from tests.benchmarks.lane_shops import address_of, filled
from tests.benchmarks.measuring import Ratio, Samples, options, report
from tests.benchmarks.shops import READY, SMALLEST, SMALLEST_FRAME, till
from tests.servers.server import Server

ROUNDS = 64
SIZE = (80, 24)
PRODUCTS = 2_000
OTHERS = 8
PER_SECOND = 25
"""Checkouts of each of the others."""
POOL = 200


def sell(address: ServerAddress, shelves: Shelves) -> None:
    """Sell at the server for ever, a checkout after the other, each at its time."""
    others = [Bare(address, f"other-{number}") for number in range(OTHERS)]
    pool = list(islice(shelves.checkouts("others", lane="others"), POOL))
    begun = time.monotonic()
    for number, other, checkout in zip(count(1), cycle(others), cycle(pool)):
        other.sell(renamed(checkout, number))
        time.sleep(max(begun + number / (OTHERS * PER_SECOND) - time.monotonic(), 0))


def measured(rounds: int, products: int, home: Path) -> Samples:
    """The samples of all, taken in turns."""
    shelves = Shelves(products)
    codes = [item.barcodes[0] for item in shelves.file.products[: LINES * 7 : 7]]
    samples: Samples = {}
    with ExitStack() as opened:
        server = opened.enter_context(Server.start())
        url = filled(server, "busy", shelves.file)
        others = multiprocessing.get_context("fork").Process(
            target=sell, args=(address_of(server, "busy"), shelves), daemon=True
        )
        others.start()
        opened.callback(others.join)
        opened.callback(others.kill)

        def keyboard(command: Sequence[str], ready: bytes) -> Keyboard:
            return opened.enter_context(closing(Keyboard(command, home, SIZE, ready)))

        streams = {"smallest app, character": typed(keyboard(SMALLEST, SMALLEST_FRAME), "abcdefghijklmnopqrstuvwxyz")}
        for name in ("in a folder", "on a busy server"):
            tills = []
            for lane in ("1", "2", "3"):
                store = url
                if name == "in a folder":
                    store = str(home / lane)
                    shelves.fill(open_store(home / lane)).close()
                tills.append(keyboard([*till(store), "--lane", lane], READY))
            streams |= {
                f"{name}, digit": typed(tills[0], "2000100000014" * 2),
                f"{name}, letter of a search": searched(tills[1]),
                f"{name}, Enter that adds a line": entered(tills[2], codes),
            }
        for number in range(rounds + 1):
            for stream, presses in streams.items():
                spent, _read = next(presses)
                samples.setdefault(stream, [])
                if number:
                    samples[stream].append(spent)
    return samples


def main() -> None:
    """Measure and report."""
    parser = options("Keys of a till whose server is loaded by others.", ROUNDS)
    parser.add_argument("--products", type=int, default=PRODUCTS, help=f"products of the shop ({PRODUCTS})")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        samples = measured(wanted.rounds, wanted.products, Path(folder))
    busy, quiet = "on a busy server", "in a folder"
    ratios = [
        Ratio(f"{key}, {busy} / {quiet}", f"{busy}, {key}", f"{quiet}, {key}")
        for key in ("digit", "letter of a search", "Enter that adds a line")
    ]
    peer = "smallest app, character"
    ratios.append(Ratio("digit, on a busy server / character", "on a busy server, digit", peer, TYPED_GOAL))
    report(f"keys while others sell, {wanted.rounds} rounds", samples, ratios, as_json=wanted.json)


if __name__ == "__main__":
    main()
