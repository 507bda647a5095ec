"""kill -9 at random moments of a process that sells: what it acknowledged is there, once, and the books agree."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from pos.stores.embedded import EmbeddedStore, open_store
from tests.stores.samples import fill

KILLS = 20
STOCK = 1_000_000
ROOT = Path(__file__).parents[2]


def killed_seller(folder: Path, name: str, chance: Random, *options: str) -> list[list[str]]:
    """What a seller acknowledged before it was killed."""
    command = [sys.executable, "-m", "tests.stores.seller", str(folder), name, *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as seller:
        assert seller.stdout is not None
        heard = [seller.stdout.readline() for _ in range(chance.randrange(1, 40))]
        with suppress(subprocess.TimeoutExpired):
            seller.wait(timeout=chance.random() / 50)
        seller.kill()
        heard += seller.stdout.readlines()
    return [line.split() for line in heard if line.endswith("\n")]


def check_the_books(store: EmbeddedStore) -> None:
    """Orders, receipts, stock, uses and what is held say the same."""
    orders = list(store.orders())
    assert len({order.id for order in orders}) == len({order.reservation for order in orders}) == len(orders)
    for lane, number in Counter(order.lane for order in orders).items():
        expected = [f"{lane}-1-{each}" for each in range(1, number + 1)]
        assert [order.receipt for order in orders if order.lane == lane] == expected
    open_ones = store.open_reservations()
    held = Counter({claim.counter: 0 for each in open_ones for claim in each.claims})
    for each in open_ones:
        held.update({claim.counter: claim.amount for claim in each.claims})
    sold = sum(int(order.id.rsplit("_", 1)[1]) % 3 + 1 for order in orders)
    for name, on_hand in (("A", STOCK - sold), ("uses:X", -len(orders))):
        counter = store.counter(name)
        assert (counter.on_hand, counter.held) == (on_hand, held[name])
    for order in orders:
        ended = store.reservation(order.reservation)
        assert ended is not None
        assert ended.state == "committed"


def lost_after_kills(folder: Path, kills: int, *options: str) -> int:
    """How many acknowledged sales are not in the store after so many kills; the books are checked after each."""
    chance = Random(7)
    fill(open_store(folder), A=STOCK).close()
    told: dict[str, str] = {}
    lost = 0
    for number in range(kills):
        told |= {order: receipt for order, receipt, _ in killed_seller(folder, f"{number}", chance, *options)}
        store = open_store(folder)
        found = {order.id: order.receipt for order in store.orders()}
        lost += sum(found.get(order) != receipt for order, receipt in told.items())
        check_the_books(store)
        store.close()
    assert len(told) > kills
    return lost


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    assert lost_after_kills(tmp_path, KILLS) == 0


def test_the_control_that_keeps_lines_in_the_process_loses_some(tmp_path: Path) -> None:
    assert lost_after_kills(tmp_path, 2, "--buffered") > 0
