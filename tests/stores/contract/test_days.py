"""Orders and days: found by number, id and day, the newest first, whatever is closed meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from pos.domain.ports import Store
from pos.domain.timed_ids import timed_id
from tests.stores.contract.factories import fill
from tests.stores.samples import NOW, reservation, sale

MONDAY, TUESDAY = "2026-03-02", "2026-03-03"


def sell(store: Store, *names: str, lane: str = "T1") -> None:
    for name in names:
        store.commit(reservation(name, ("A", 1), lane=lane), sale(name), NOW)


@pytest.fixture
def shop(empty: Store) -> Store:
    """Two closed days and an open one."""
    fill(empty, A=100)
    sell(empty, "1", "2")
    sell(empty, "3", lane="T2")
    assert empty.close_day(MONDAY) == MONDAY
    sell(empty, "4")
    assert empty.close_day(TUESDAY) == TUESDAY
    sell(empty, "5")
    return empty


def test_orders_are_all_there_by_day_number_and_id(shop: Store) -> None:
    archive = shop.archive
    assert [order.id for order in archive.orders()] == ["ord_1", "ord_2", "ord_3", "ord_4", "ord_5"]
    assert [order.id for order in archive.orders(MONDAY)] == ["ord_1", "ord_2", "ord_3"]
    assert archive.keys("orders") == ("ord_5",)
    assert [[order.id[4:] for order in archive.recent_orders(limit)] for limit in (0, 1, 4)] == [
        [], ["5"], ["5", "4", "3", "2"],
    ]  # fmt: skip
    for number, receipt in enumerate(("T1-1-1", "T1-1-2", "T2-1-1", "T1-1-3", "T1-1-4"), 1):
        found = archive.order(receipt)
        assert found is not None
        assert (found.receipt, found) == (receipt, archive.order(f"ord_{number}"))
    for unknown in ("T1-1-5", "T1-2-1", "T3-1-1", "ord_6", "T1-1-", "T1-1-١"):
        assert archive.order(unknown) is None
    with pytest.raises(LookupError):
        next(archive.orders("2026-03-09"))


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO, FAR_OFF = datetime(1970, 1, 1, tzinfo=UTC), datetime(2299, 12, 31, tzinfo=UTC)
Moments = list[tuple[datetime, datetime]]
CLOCKS: dict[str, list[Moments]] = {
    "right": [[(NOW, NOW), (NOW + HOUR, NOW + HOUR)], [(NOW + DAY, NOW + DAY)]],
    "a checkout that outlives its day": [[(NOW, NOW)], [(NOW, NOW + DAY), (NOW + DAY, NOW + DAY)], [(NOW, NOW + DAY)]],
    "stepped back in a day": [[(NOW, NOW), (NOW - DAY, NOW - DAY)], [(NOW - HOUR, NOW - HOUR)]],
    "back at its beginning for a day": [[(NOW, NOW)], [(LONG_AGO, LONG_AGO)], [(NOW + DAY, NOW + DAY)]],
    "set right in a checkout": [[(NOW, NOW)], [(LONG_AGO, NOW + DAY), (FAR_OFF, NOW + DAY)], [(NOW + DAY, LONG_AGO)]],
    "days within each other": [[(NOW, NOW), (NOW + DAY * 9, NOW + DAY * 9)], [(NOW + DAY, NOW + DAY)]],
}
"""The moments of each day's orders: of the id, and of the end of the checkout."""


@pytest.mark.parametrize("days", CLOCKS.values(), ids=CLOCKS)
def test_an_order_is_found_by_its_id_whatever_the_clock_said(
    empty: Store, days: list[list[tuple[datetime, datetime]]]
) -> None:
    """The days' labels are no dates of theirs, and one of them is a refund of what was sold before it."""
    fill(empty, A=100)
    sold: dict[str, str | None] = {}
    for number, day in enumerate([*days, [], days[0]]):
        for place, (made, finished) in enumerate(day):
            order = timed_id("order", made, number << 40 | place)
            taken = reservation(f"{number}-{place}", ("A", 1))
            refunds = next(iter(sold), None)
            taken = taken.model_copy(update={"order": order, "refunds": refunds})
            sold[empty.commit(taken, sale(f"{number}-{place}"), finished).id] = refunds
        empty.close_day(f"1999-01-0{9 - number}")
        for wanted, refunds in sold.items():
            found = empty.archive.order(wanted)
            assert found is not None
            assert (found.id, found.refunds) == (wanted, refunds)
    assert empty.archive.order(timed_id("order", NOW, 7)) is None
    assert empty.archive.order(f"order-{UUID(int=7, version=4)}") is None


def test_a_day_with_a_taken_name_gets_a_number_and_one_without_orders_none(shop: Store) -> None:
    assert shop.close_day(MONDAY) == f"{MONDAY}-2"
    assert shop.close_day(MONDAY) is None
    assert [order.id for order in shop.archive.orders(f"{MONDAY}-2")] == ["ord_5"]
    sell(shop, "6")
    with pytest.raises(ValueError, match="no name of a day"):
        shop.close_day("../elsewhere")


def test_only_the_oldest_orders_are_closed_if_so_many_are_asked_for(empty: Store) -> None:
    fill(empty, A=100)
    sell(empty, "1", "2", "3")
    assert empty.close_day(MONDAY, 2) == MONDAY
    assert empty.archive.keys("orders") == ("ord_3",)
    sell(empty, "4")
    found = empty.archive.order("T1-1-4")
    assert found is not None
    assert found.id == "ord_4"


def test_what_ended_is_known_until_the_next_closing(empty: Store) -> None:
    fill(empty, A=100)
    sell(empty, "1")
    empty.reserve(reservation("2", ("A", 1)))
    empty.release("res_2")
    empty.close_day(MONDAY)
    for name, state in (("1", "committed"), ("2", "released")):
        for known in (empty.reservation(f"res_{name}"), empty.view.reservation(f"res_{name}")):
            assert known is not None
            assert known.state == state
    assert empty.commit(reservation("1", ("A", 1)), sale("1"), NOW).receipt == "T1-1-1"
    assert empty.view.counter("A").on_hand == 99
    sell(empty, "3")
    empty.close_day(TUESDAY)
    assert empty.reservation("res_1") is empty.reservation("res_2") is None
    assert empty.reservation("res_3") is not None
