"""Ending the business day from the command line, when no till has the store open."""

from __future__ import annotations

from collections.abc import Iterator

from pos.domain.business_day import ORDERS, Part, open_parts
from pos.maintenance.orders import shop_of
from pos.stores.location import StoreLocation
from pos.stores.records import naming_faults


def close_day(where: StoreLocation, label: str | None) -> Iterator[Part]:
    """Close what is open, each date under its own name, the last under the label if there is one: what was closed.

    Raises TillError `store_in_use`, `store_unusable`, `store_damaged`.
    """
    where.require()
    if not where.begun_here():
        return
    store = where.open()
    try:
        store.prepare()
        with naming_faults(store.archive, ORDERS):
            parts = list(open_parts(store.archive, shop_of(store.view).timezone))
        for number, (date, orders) in enumerate(parts, 1):
            name = store.close_day(label if label and number == len(parts) else date, orders)
            assert name is not None, "a part has orders"
            yield Part(name, orders)
    finally:
        store.close()
