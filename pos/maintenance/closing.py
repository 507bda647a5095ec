"""Ending the business day from the command line, when no till has the store open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pos.domain.days import ORDERS, Part, open_parts
from pos.maintenance.orders import shop_of
from pos.stores.embedded.layout import require_store
from pos.stores.embedded.store import open_store
from pos.stores.records import naming_faults, require


def close_day(folder: Path, label: str | None) -> Iterator[Part]:
    """Close what is open, each date under its own name, the last under the label if there is one: what was closed.

    Raises TillError `store_in_use`, `store_unusable`, `store_damaged`.
    """
    require_store(folder)
    store = open_store(folder)
    try:
        require(store.tables)
        with naming_faults(store, ORDERS):
            parts = list(open_parts(store, shop_of(store).timezone))
        for number, (date, orders) in enumerate(parts, 1):
            name = store.close_day(label if label and number == len(parts) else date, orders)
            assert name is not None, "a part has orders"
            yield Part(name, orders)
    finally:
        store.close()
