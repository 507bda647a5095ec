"""A process that sells until it is killed: `python -m tests.stores.seller FOLDER ROUND [--buffered]`.

Each acknowledged sale is printed as `order receipt pieces` once it is durable. The store is closed and opened again
every few sales with a short bound for the journal, so that a kill also meets replay and snapshot.
"""

from __future__ import annotations

import sys
from itertools import count, islice
from pathlib import Path
from unittest import mock

from pos.stores.embedded import open_store
from tests.stores.samples import NOW, attempt, reservation, sale

REPLACE_AT = 20_000


def keep_in_user_space() -> None:
    """Break the journal as a control: lines wait in the process, as in a buffered file, and fsync syncs nothing."""
    waiting: list[bytes] = []
    mock.patch("pos.stores.journal.write_all", lambda handle, line: waiting.append(line)).start()


def sell(folder: Path, prefix: str, sales_per_opening: int) -> None:
    """Sell for ever: every other sale reserves and records its charge first, every fifth is given up."""
    numbers = count()
    while True:
        store = open_store(folder, replace_at=REPLACE_AT)
        for number in islice(numbers, sales_per_opening):
            name = f"{prefix}_{number}"
            pieces = number % 3 + 1
            taken = reservation(name, ("A", pieces), ("uses:X", 1, None), state="charging", lane=f"T{number % 2}")
            if number % 2:
                store.reserve(taken.model_copy(update={"attempts": (attempt(name),)}))
                store.record_attempt(taken.id, attempt(name, "captured"))
            if number % 5 == 1:
                if number % 2:
                    store.release(taken.id)
                continue
            order = store.commit(taken, sale(name), NOW)
            print(order.id, order.receipt, pieces, flush=True)
        store.close()


if __name__ == "__main__":
    buffered = "--buffered" in sys.argv
    if buffered:
        keep_in_user_space()
    sell(Path(sys.argv[1]), sys.argv[2], 10**9 if buffered else 25)
