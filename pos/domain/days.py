"""The business day: the date in the shop's own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pos.domain.ports import Store
from pos.domain.zones import shop_zone

ORDERS: Final = "orders"


def local_date(moment: datetime, timezone: str) -> str:
    """The date of a moment in a zone such as Europe/Berlin, as ISO 8601 writes it."""
    return moment.astimezone(shop_zone(timezone)).date().isoformat()


def open_date(store: Store, timezone: str) -> str | None:
    """The date of the last order since a day was closed; None if there is none."""
    newest = store.keys(ORDERS)[-1:]
    order = store.order(newest[0]) if newest else None
    return None if order is None else local_date(order.at, timezone)
