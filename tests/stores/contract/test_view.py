"""What is shown in memory: as it was written once a step has returned, and told of by the feed."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pos.domain.errors import TillError
from pos.domain.ports import Store
from tests.stores.contract.factories import fill
from tests.stores.samples import LATER, NOW, attempt, reservation, sale

FIGHTERS = 8


class Heard:
    """Keeps what the feed tells."""

    def __init__(self, store: Store) -> None:
        self.told: set[tuple[str | None, str | None]] = set()
        store.view.subscribe(self.hear)

    def hear(self, table: str | None, key: str | None) -> None:
        self.told.add((table, key))


@pytest.fixture
def store(empty: Store) -> Store:
    return fill(empty, A=5, B=2)


def test_the_feed_tells_of_each_record_that_a_step_changes(store: Store) -> None:
    heard = Heard(store)
    store.reserve(reservation("1", ("A", 2)))
    assert heard.told == {("counters", "A"), ("reservations", "res_1")}
    heard.told.clear()
    store.commit(reservation("1", ("A", 2)), sale("1"), NOW)
    assert {("counters", "A"), ("orders", "ord_1"), ("reservations", "res_1")} <= heard.told
    heard.told.clear()
    store.write({("products", "B"): None, ("notes", "x"): {"n": 1}})
    # What a server acknowledges meanwhile is told, too.
    assert heard.told - {("counters", "A")} == {("products", "B"), ("notes", "x")}
    heard.told.clear()
    store.write({("shop", "shop"): {"name": "New name", "currency": "USD"}})
    assert heard.told - {("counters", "A")} == {("shop", "shop")}
    heard.told.clear()
    store.write({("notes", "x"): {"n": 1}})
    with pytest.raises(TillError):
        store.reserve(reservation("2", ("A", 9)))
    assert heard.told <= {("counters", "A")}


def test_the_feed_tells_that_all_is_new_when_a_catalog_is_loaded(empty: Store) -> None:
    heard = Heard(empty)
    fill(empty, A=1)
    assert (None, None) in heard.told


def test_nobody_is_kept_alive_to_be_told(store: Store) -> None:
    told = Heard(store).told
    # The youngest are enough: thousands of tests are there, too.
    gc.collect(0)
    store.write({("notes", "x"): {"n": 1}})
    assert told == set()


def test_open_reservations_are_shown_as_each_step_leaves_them(store: Store) -> None:
    view, first, second = store.view, reservation("1", ("A", 1)), reservation("2", ("B", 1))
    assert view.open_reservations() == ()
    store.reserve(first)
    assert view.open_reservations() == view.open_reservations() == (first,)
    store.reserve(second)
    assert view.open_reservations() == (first, second)
    charging = store.record_attempt(first.id, attempt("1"))
    assert view.open_reservations() == (charging, second)
    assert view.reservation(first.id) == charging
    store.expire(LATER)
    assert view.open_reservations() == (charging,)
    store.release(first.id)
    assert view.open_reservations() == ()
    ended = view.reservation(first.id)
    assert ended is not None
    assert ended.state == "released"


def test_of_many_threads_one_gets_the_last_one(store: Store) -> None:
    fill_up = reservation("all", ("A", 4), ("B", 2))
    store.reserve(fill_up)
    start = Barrier(FIGHTERS)

    def fight(number: int) -> str:
        start.wait()
        try:
            store.commit(reservation(f"{number}", ("A", 1), lane=f"T{number % 2}"), sale(f"{number}"), NOW)
        except TillError as error:
            return error.code
        return "won"

    with ThreadPoolExecutor(FIGHTERS) as pool:
        ends = list(pool.map(fight, range(FIGHTERS)))
    assert sorted(ends) == ["out_of_stock"] * (FIGHTERS - 1) + ["won"]
    assert store.view.counter("A").free == 0


def test_the_number_of_a_step_is_the_one_of_the_thread_that_wrote_it(store: Store) -> None:
    store.write({("notes", "x"): {"n": 1}})
    before = store.last_step
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: store.last_step).result() is None
        pool.submit(store.write, {("notes", "y"): {"n": 1}}).result()
    assert store.last_step == before


def test_what_is_closed_is_written_no_more(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(TillError) as caught:
        store.write({("notes", "x"): {}})
    assert caught.value.code == "store_unusable"
