"""The business day: the date, in the shop's own zone, of the moment at which a sale became an order.

A sale becomes an order when it gets its receipt number, by the till's clock, whatever its screen shows and whenever
its ticket was begun: one that is paid after midnight, a card that answers after it, and a charge of yesterday whose end
is found this morning are of the new day. That moment stands on the receipt, and nothing moves an order to another date.

Orders keep the sequence in which they were made. A clock that is set back makes further parts of a date that is
closed already, `2026-11-22-2`; it never reorders or renames what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from pos.domain.ports import Archive
from pos.domain.time_zones import shop_zone

ORDERS: Final = "orders"
BEHIND: Final = timedelta(hours=1)
"""A clock that stands so long before the last order is wrong, or was; less is a clock that is being set."""


class Part(NamedTuple):
    """Orders of one date that follow each other: the date as ISO 8601 writes it, and how many they are."""

    date: str
    orders: int


def local_date(moment: datetime, timezone: str) -> str:
    """The date of a moment in a zone such as Europe/Berlin, as ISO 8601 writes it."""
    return moment.astimezone(shop_zone(timezone)).date().isoformat()


def days_before(day: str, days: int) -> str:
    """The date so many days before one, both as ISO 8601 writes them, however long the days between were."""
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def open_parts(archive: Archive, timezone: str) -> Iterator[Part]:
    """The orders since a day was closed, by their dates, in the sequence in which they were made."""
    dates = (local_date(moment, timezone) for moment in archive.sold_at())
    return (Part(date, sum(1 for _ in orders)) for date, orders in groupby(dates))


def over(archive: Archive, now: datetime, timezone: str) -> tuple[Part, ...]:
    """The parts of the open day whose date is past, to be closed in this sequence.

    What was made today stays open, and so does all that was made after it. Orders dated after today, which a clock made
    that was ahead, are closed with those of a past date that follow them; alone they stay open.
    """
    today = local_date(now, timezone)
    # Asked before each line of a script: mostly the first order tells.
    first = next(archive.sold_at(), None)
    if first is None or local_date(first, timezone) == today:
        return ()
    parts = list(takewhile(lambda part: part.date != today, open_parts(archive, timezone)))
    while parts and parts[-1].date > today:
        parts.pop()
    return tuple(parts)


def last_order_ahead(archive: Archive, now: datetime) -> datetime | None:
    """The moment of the last order if it lies so far ahead that one of both clocks was wrong; None if it does not."""
    last = archive.last_sold_at()
    return last if last is not None and last - now > BEHIND else None
