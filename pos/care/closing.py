"""Ending the business day from the command line, when no till has the store open."""

from __future__ import annotations

from pathlib import Path

from pos.care.finding import require_store
from pos.care.orders import shop_of
from pos.domain.days import open_date
from pos.stores.embedded import open_store
from pos.stores.verbs import ORDERS


def close_day(folder: Path, label: str | None) -> tuple[str | None, int]:
    """Close the open day under a label, without one under the date of its last order: its name and how many orders.

    The name is None if there was nothing to close. Raises TillError `store_in_use`, `store_unusable`, `store_damaged`.
    """
    require_store(folder)
    store = open_store(folder)
    try:
        date = open_date(store, shop_of(store).timezone)
        orders = len(store.keys(ORDERS))
        return (None if date is None else store.close_day(label or date)), orders
    finally:
        store.close()
