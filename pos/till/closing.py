"""The end of a business day: a till that opens on a later date closes the one before it."""

from __future__ import annotations

from datetime import datetime

from pos.domain.days import local_date, open_date
from pos.domain.errors import TillError
from pos.domain.ports import Store
from pos.domain.words import _


def close_earlier_day(store: Store, now: datetime, timezone: str) -> tuple[str, ...]:
    """Close the open day under the date of its last order if that is past, in the shop's zone.

    A clock that was put back closes nothing. Open payments and tickets stay open. If it cannot be written, the day
    stays open until the next time: what the cashier is to be told of that.
    """
    date = open_date(store, timezone)
    if date is None or date >= local_date(now, timezone):
        return ()
    try:
        store.close_day(date)
    except TillError as error:
        return (_("The day {day} could not be closed yet: {error}", day=date, error=error.message),)
    return ()
