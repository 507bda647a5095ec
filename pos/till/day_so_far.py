"""What this till has sold today: by tender, by hour, and its last sale. Learnt once from what is on file, then counted.

It is what a glance needs; the books are the reports', which ask the archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.business_day import local_date
from pos.domain.sale import Sale
from pos.worker import run_in_thread

if TYPE_CHECKING:
    from pos.domain.reservations import Order

HOURS: Final = 24
MORE: Final = 4
"""How many times as many orders are read as before, until one is of yesterday."""


class DayFigures(NamedTuple):
    """What was sold on one date: amounts in minor units, with what was given back taken off."""

    date: str
    orders: int = 0
    """How many sales there were."""
    total: int = 0
    tenders: tuple[tuple[str, str | None, int], ...] = ()
    """What stayed of each tender and brand, in the order in which they came."""
    hours: tuple[int, ...] = (0,) * HOURS
    """The totals by the hour of the shop's clock in which a sale was finished."""


class DaySoFar:
    """What one lane sells today, in the shop's zone. `now` tells the time; amounts are counted as orders are added."""

    def __init__(self, lane: str, timezone: str, now: Callable[[], datetime]) -> None:
        self._lane, self._timezone, self._now = lane, timezone, now
        self._date = ""
        self._seen: set[str] = set()
        self._sums, self._hours, self._tenders = Counter[str](), Counter[int](), Counter[tuple[str, str | None]]()
        self._last: Order | None = None
        self.learnt = False
        """Whether what was sold before the till was opened is counted."""

    def add(self, order: Order) -> None:
        """Count an order that was just committed; one that is counted already, or another lane's, changes nothing."""
        self._begin_day()
        if order.lane != self._lane or order.id in self._seen or local_date(order.at, self._timezone) != self._date:
            return
        from pos.domain.time_zones import shop_zone

        times = 1 if order.refunds is None else -1
        self._seen.add(order.id)
        self._sums["orders"] += times > 0
        self._sums["total"] += times * order.sale.total
        self._hours[order.at.astimezone(shop_zone(self._timezone)).hour] += times * order.sale.total
        for payment in order.sale.payments:
            if payment.state == "captured":
                self._tenders[payment.tender, payment.brand] += times * payment.amount
        if times > 0:
            self._last = order

    async def learn(self, known: Sequence[Order], asked: int, newest: Callable[[int], Sequence[Order]]) -> None:
        """Count what is on file too. `known` are its newest orders, the newest first, as many as were asked for.

        `newest` reads as many as it is asked for, in a thread, if more was sold today than is known. Raises as it does.
        """
        self._begin_day()
        while known and len(known) >= asked and local_date(known[-1].at, self._timezone) >= self._date:
            asked *= MORE
            known = await run_in_thread(newest, asked)
        sold_meanwhile = self._last
        for order in reversed(known):
            self.add(order)
        self._last = sold_meanwhile or self._last
        self.learnt = True

    @property
    def figures(self) -> DayFigures:
        """What was sold until now."""
        self._begin_day()
        return DayFigures(
            self._date,
            self._sums["orders"],
            self._sums["total"],
            tuple((*key, amount) for key, amount in self._tenders.items()),
            tuple(self._hours[hour] for hour in range(HOURS)),
        )

    @property
    def last_sale(self) -> Sale | None:
        """The sale that was finished last; None if there was none today."""
        self._begin_day()
        return self._last.sale if self._last is not None else None

    def _begin_day(self) -> None:
        """At midnight nothing was sold yet."""
        today = local_date(self._now(), self._timezone)
        if today != self._date:
            self._date, self._last = today, None
            for counted in (self._seen, self._sums, self._hours, self._tenders):
                counted.clear()
