"""The end of a business day: a till that opens on a later date, or is open over midnight, closes the one before it."""

from __future__ import annotations

from datetime import datetime

from pos.domain.business_day import ORDERS, last_order_ahead, over
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, When, lazy
from pos.domain.ports import Store
from pos.domain.time_zones import shop_zone
from pos.stores.records import naming_faults


def close_earlier_days(store: Store, now: datetime, timezone: str) -> tuple[Message, ...]:
    """Close what was sold on past dates, in the shop's zone, each date under its own name.

    A clock that was put back closes nothing. Open payments and tickets stay open. If it cannot be written, the day
    stays open until the next time: what the cashier is to be told of that. Raises TillError `store_damaged` for an
    order that cannot be understood.
    """
    with naming_faults(store.archive, ORDERS):
        past = over(store.archive, now, timezone)
    for date, orders in past:
        try:
            store.close_day(date, orders)
        except TillError as error:
            return (lazy("The day {day} could not be closed yet: {error}", day=date, error=error.words),)
    return ()


def clock_behind(store: Store, now: datetime, timezone: str) -> tuple[Message, ...]:
    """What the cashier is to be told of a clock that stands before the last order, as before a network set it.

    Raises TillError `store_damaged` for an order that cannot be understood.
    """
    with naming_faults(store.archive, ORDERS):
        ahead = last_order_ahead(store.archive, now)
    if ahead is None:
        return ()
    text = N_(
        "The clock says {now}, but the last sale was made at {last}. Set it before you sell: sales keep its time."
    )
    zone = shop_zone(timezone)
    return (lazy(text, now=When(now.astimezone(zone), "stamp"), last=When(ahead.astimezone(zone), "stamp")),)
