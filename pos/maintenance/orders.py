"""The list of a store's orders, for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from pos.clock_and_ids import SystemClock
from pos.domain.business_day import days_before, local_date
from pos.domain.catalog import Shop
from pos.domain.errors import TillError
from pos.domain.i18n import N_, moment_text, plural
from pos.domain.json_text import json_text
from pos.domain.message import lazy
from pos.domain.model import changed
from pos.domain.money import exponent_of, format_money
from pos.domain.ports import RecordReader
from pos.domain.reason_text import worded
from pos.domain.reservations import Order
from pos.domain.sale import Payment
from pos.domain.tenders import instrument
from pos.domain.terminal_text import clean, width
from pos.domain.time_zones import shop_zone
from pos.stores import records
from pos.stores.closed_days import ClosedDay
from pos.stores.reader import StoreReader

DAYS_AGO: Final = {"today": 0, "yesterday": 1}
"""The days that may be named by a word, and how long ago they were."""
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def shop_of(store: RecordReader) -> Shop:
    """The shop that a store was made for; the usual one if none is on record. Raises TillError `store_damaged`."""
    try:
        return records.shop_of(store.get(records.SHOP, records.SHOP) or {})
    except records.FAULTS:
        raise records.not_understood(records.SHOP, records.SHOP) from None


def day_named(named: str | None, shop: Shop) -> str | None:
    """The business day that is asked for; `today` and `yesterday` are dates in the shop's zone."""
    if named not in DAYS_AGO:
        return named
    return days_before(local_date(SystemClock().now(), shop.timezone), DAYS_AGO[named])


def listed(store: StoreReader, day: str | None) -> Iterator[Order]:
    """All orders, or those of a business day, the newest last.

    A date means the days that were closed under it, and the orders of that date, in the shop's zone, that are still
    open or were closed under another name. Raises TillError `unknown_day` for a name that is no date and under which no
    day was closed.
    """
    if day is None:
        yield from store.orders()
        return
    days, zone = store.days(), shop_of(store).timezone
    closed = {each.name for each in days if re.fullmatch(rf"{re.escape(day)}(-\d+)?", each.name)}
    dated = DATE.fullmatch(day) is not None
    if not closed and not dated:
        text = N_("No day was closed under the name {name}: say a date such as 2026-11-22, today or yesterday.")
        raise TillError("unknown_day", lazy(text, name=day[:40]))
    for each in days:
        if each.name in closed:
            yield from store.orders(each.name)
        elif dated and _may_hold(each, day, zone):
            yield from _of_date(store.orders(each.name), day, zone)
    if dated:
        yield from _of_date(store.open_day_about(day), day, zone)


def _may_hold(closed: ClosedDay, date: str, zone: str) -> bool:
    """Whether it is worth looking for orders of a date in a day that was closed under another name."""
    ends = sorted(local_date(datetime.fromisoformat(at), zone) for at in (closed.first_at, closed.last_at))
    return ends[0] <= date <= ends[1]


def _of_date(orders: Iterable[Order], date: str, zone: str) -> Iterator[Order]:
    return (order for order in orders if local_date(order.at, zone) == date)


def as_json(order: Order) -> str:
    """An order as it is kept, its reasons as sentences, in one line of ASCII."""
    sale = worded(order.sale, partial(format_money, exponent=exponent_of(order.sale.currency)))
    return json_text(changed(order, sale=sale).model_dump(mode="json"))


def as_row(order: Order, shop: Shop) -> str:
    """An order as a line of a table: receipt number, time in the shop's zone, things, total and tenders."""
    sale = order.sale
    exponent = exponent_of(sale.currency)
    at = moment_text(order.at.astimezone(shop_zone(shop.timezone)), "stamp")
    things = plural("{count} item", "{count} items", sale.items)
    total = f"{format_money(sale.total + sale.cash_rounding, exponent):>12} {clean(sale.currency)}"
    tenders = ", ".join(_tender(payment, exponent) for payment in sale.standing)
    cells = (_wide(clean(order.receipt), 12), _wide(at, 17), _wide(things, 10), total, f" {tenders}")
    return " ".join(cells).rstrip()


def _tender(payment: Payment, exponent: int) -> str:
    return f"{clean(str(instrument(payment)))} {format_money(payment.amount, exponent)}"


def _wide(text: str, columns: int) -> str:
    return text + " " * (columns - width(text))
