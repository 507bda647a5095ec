"""New receipt series, for a store that does not have every sale that was made: no number is given twice."""

from __future__ import annotations

from pos.stores import operations
from pos.stores.reader import StoreReader
from pos.stores.tables import Writes


def last_receipts(store: StoreReader) -> dict[str, int]:
    """The highest receipt number by lane and series, such as `1-1`."""
    highest: dict[str, int] = {}
    for day in store.day_files():
        for series, (_first, last) in day.receipts.items():
            highest[series] = max(last, highest.get(series, 0))
    for order in store.orders_in_hand():
        series, _dash, number = order.receipt.rpartition("-")
        highest[series] = max(int(number), highest.get(series, 0))
    return highest


def new_series(store: StoreReader) -> Writes:
    """The records with which every lane goes on at number 1 of a series that it never had."""
    had = {operations.ANY_LANE: 1}
    for name in last_receipts(store):
        lane, _dash, series = name.rpartition("-")
        had[lane] = max(int(series), had.get(lane, 1))
    for lane, record in store.items(operations.LANES):
        had[lane] = max(record["series"], had.get(lane, 1))
    return {(operations.LANES, lane): {"series": series + 1, "last": 0} for lane, series in had.items()}
