"""`pos run` killed while it sells: whatever it had printed is there afterwards, once, and the books agree."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.stores.embedded.store import open_store
from tests.till.support import GOOD_CARD, catalog_file

SALES = 400


@pytest.mark.parametrize("seed", range(8))
async def test_what_was_printed_is_kept(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "store"
    open_till(
        folder, catalog=catalog_file(products=[{"sku": "PEN", "name": "Pen", "price": 100, "stock": 1000}])
    ).close()
    chance = random.Random(seed)
    ways = ("pay cash 5", f"pay card {GOOD_CARD}", "pay cash 0.50\npay card reader")
    pays = [chance.choice(ways) for _ in range(SALES)]
    script = "".join(f"PEN\n{pay}\n" for pay in pays)
    printed = kill_after(folder, script, lines=chance.randrange(1, 60))
    acknowledged = [said["sale"]["receipt"] for said in printed if said["sale"]["state"] == "paid"]

    till = open_till(folder)
    try:
        await till.recover()
    finally:
        till.close()
    store = open_store(folder)
    orders = tuple(store.orders())
    stock = store.counter("stock:PEN")
    held = sum(claim.amount for left in store.open_reservations() for claim in left.claims)
    store.close()
    receipts = [order.receipt for order in orders]
    assert receipts[: len(acknowledged)] == acknowledged
    assert receipts == [f"1-1-{number}" for number in range(1, len(receipts) + 1)]
    assert (stock.on_hand + len(orders), stock.held) == (1000, held)


def kill_after(folder: Path, script: str, *, lines: int, go_on: bool = False) -> list[dict[str, dict[str, str]]]:
    """Run a script and kill the program once it has printed so many lines; all that it printed.

    `go_on`: it does not stop at a line that is refused.
    """
    command = [sys.executable, "-m", "pos", "run", "-", "--json", "--store", str(folder)]
    command += ["--keep-going"] if go_on else []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write(script)
        program.stdin.flush()
        told = [program.stdout.readline() for _ in range(lines)]
        program.send_signal(signal.SIGKILL)
        told += program.stdout.readlines()
    return [json.loads(line) for line in told if line.endswith("\n")]
