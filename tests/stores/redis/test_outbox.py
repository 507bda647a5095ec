"""What of a till's own steps is counted, until the server has told how their counters stand."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from pos.stores.redis.outbox import Entry, Outbox
from tests.servers.shared import lane_store, new_shop

SOLD = Entry(1, "commit", "res_a", [("stock:A", 1, 0), ("stock:B", 2, 0)], {"stock:A": 1, "stock:B": 2}, order="ord_a")


def test_a_counter_is_taken_off_once_whoever_tells_of_it_first() -> None:
    outbox = Outbox()
    outbox.begin([SOLD], 0)
    assert outbox.effects_on(["stock:A"], 1) == [{"stock:A": (-1, -1)}]
    assert outbox.effects_on(["stock:A"], 1) == [{}]
    assert outbox.waiting == 1
    assert outbox.delivered_effects(1) == [{"stock:B": (-2, -2)}]
    assert outbox.effects_on(["stock:B"], 1) == outbox.delivered_effects(1) == []


def test_what_is_heard_anew_counts_as_a_whole() -> None:
    outbox = Outbox()
    outbox.begin([SOLD], 0)
    outbox.effects_on(["stock:A"], 1)
    assert outbox.heard(0) == outbox.delivered_effects(1) == [SOLD.effects]


def test_the_next_number_may_be_asked_while_entries_are_added() -> None:
    """The link asks while whoever sells adds."""
    outbox, went_wrong, done = Outbox(), list[BaseException](), Event()
    outbox.begin([], 0)

    def ask() -> None:
        try:
            while not done.is_set():
                assert outbox.next > 0
        except BaseException as error:
            went_wrong.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        asking = Thread(target=ask)
        asking.start()
        for number in range(1, 5000):
            outbox.add([replace(SOLD, number=number)])
        done.set()
        asking.join()
    finally:
        sys.setswitchinterval(before)
    assert went_wrong == []


def test_an_answer_about_one_counter_says_nothing_of_another(tmp_path: Path) -> None:
    """A claim's answer came before that of a sale which was delivered before it."""
    store = lane_store(tmp_path, new_shop())
    store.load({"products": {}}, {"stock:A": 6, "stock:B": 6})
    store.link.close()
    store.counted((1 << 50, 0), [("stock:A", 6, 1), ("stock:B", 6, 2)], None)
    store.outbox.add([SOLD])
    store._counts.add(SOLD.effects)
    store.counted((1 << 50, 2), [("stock:A", 5, 0)], 1, of_all=False)
    assert (store.count("stock:A"), store.count("stock:B")) == ((5, 0), (4, 0))
    store.counted((1 << 50, 1), [("stock:A", 5, 0), ("stock:B", 4, 0)], 1)
    assert (store.count("stock:A"), store.count("stock:B")) == ((5, 0), (4, 0))
    store.close()
