"""Eight threads fight for the last unit or use: one wins, the others are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import NOW, fill, reservation, sale

FIGHTERS = 8


@pytest.mark.parametrize("verb", ["reserve", "commit"])
@pytest.mark.parametrize(("claim", "code"), [(("A", 1, 0), "out_of_stock"), (("uses:LAST", 1, -1), "coupon_exhausted")])
def test_one_wins(tmp_path: Path, verb: str, claim: tuple[str, int, int], code: str) -> None:
    store = fill(open_store(tmp_path), A=1)
    start = Barrier(FIGHTERS)

    def fight(number: int) -> str:
        start.wait()
        taken = reservation(f"{number}", claim, lane=f"T{number % 2}")
        try:
            if verb == "reserve":
                store.reserve(taken)
            else:
                store.commit(taken, sale(f"{number}"), NOW)
        except TillError as error:
            return f"{error.code} {error.details}"
        return "won"

    with ThreadPoolExecutor(FIGHTERS) as pool:
        ends = list(pool.map(fight, range(FIGHTERS)))
    assert sorted(ends) == [f"{code} {{'counter': '{claim[0]}', 'free': 0}}"] * (FIGHTERS - 1) + ["won"]
    store.close()


def test_many_sales_at_once_are_all_there(tmp_path: Path) -> None:
    store = fill(open_store(tmp_path), A=200)
    numbers = range(160)

    def sell(number: int) -> str:
        taken = reservation(f"{number}", ("A", 1), lane=f"T{number % 2}")
        if number % 3:
            store.reserve(taken)
        return store.commit(taken, sale(f"{number}"), NOW).receipt

    with ThreadPoolExecutor(FIGHTERS) as pool:
        receipts = list(pool.map(sell, numbers))
    assert sorted(receipts) == sorted(f"T{lane}-1-{number}" for lane in (0, 1) for number in range(1, 81))
    check(store)
    store.close()
    again = open_store(tmp_path)
    check(again)
    again.close()


def check(store: EmbeddedStore) -> None:
    counter = store.counter("A")
    assert (counter.on_hand, counter.held) == (40, 0)
    assert len(list(store.orders())) == 160
