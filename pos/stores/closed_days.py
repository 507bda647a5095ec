"""Closed days: what was sold in them is never written again, and found by date or by receipt number.

A day that is left open for very many orders is set down in parts, which are kept and found as closed days are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, NamedTuple

from pos.domain.ports import Document
from pos.domain.timed_ids import made_at
from pos.stores import codec, count_limits, operations
from pos.stores.tables import Table, Tables, without_key

DAYS: Final = "days"
"""The table of what is kept in hand of each, by name."""
_LONGEST_LABEL: Final = 31
_LABEL: Final = re.compile(rf"[0-9A-Za-z][0-9A-Za-z-]{{0,{_LONGEST_LABEL - 1}}}")
NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,40}")
"""A label, perhaps with a number behind it."""
_TEXT: Final = rb'"[^"\\]*"'
_HEAD: Final = re.compile(
    rb'\{"key":%b,"id":%b,"receipt":"([^"\\]*)","reservation":%b,"lane":%b,"at":"([^"\\]*)"' % ((_TEXT,) * 4)
)
"""How an order begins as the program writes it: its receipt number and its moment."""
_PART: Final = "open"
_PART_NAME: Final = len("open-000000000000")


class ClosedDay(NamedTuple):
    """What the store keeps in hand of a closed day."""

    name: str
    checksum: str
    orders: int
    first_at: str
    last_at: str
    receipts: dict[str, tuple[int, int]]
    """The first and the last receipt number by lane and series, such as `1-1`."""
    ended: int
    """Reservations that had ended by then have ids up to this one."""
    part: bool = False
    """Whether it is a part of the day that is open still."""

    @classmethod
    def of(cls, name: str, record: Document) -> ClosedDay:
        """A day from its record. Raises ValueError, or what a record raises that is made otherwise."""
        receipts = {series: (first, last) for series, (first, last) in record["receipts"].items()}
        day = cls(name, **{**record, "receipts": receipts})
        texts = (day.checksum, day.first_at, day.last_at)
        numbers = (day.orders, day.ended, *(number for pair in receipts.values() for number in pair))
        named = NAME.fullmatch(name) and type(day.part) is bool
        if not (named and all(map(count_limits.is_count, numbers)) and all(type(t) is str for t in texts)):
            raise ValueError("no closed day has such a record")
        for series in receipts:
            int(series.rpartition("-")[2])
        return day

    @property
    def record(self) -> dict[str, Any]:
        """The day as it is kept under its name."""
        found = self._asdict()
        del found["name"]
        if not self.part:
            del found["part"]
        return found

    def has(self, receipt: str) -> bool:
        """Whether an order of this receipt number is in it."""
        series, _dash, number = receipt.rpartition("-")
        first, last = self.receipts.get(series, (1, 0))
        return number.isascii() and number.isdecimal() and first <= int(number) <= last

    def distance(self, at: datetime) -> timedelta:
        """How far a moment is from its first and its last order, none if it lies between them: a guess.

        Clocks go wrong, and a day whose moments cannot be read is taken to be near.
        """
        try:
            first, last = sorted(map(datetime.fromisoformat, (self.first_at, self.last_at)))
            return max(first - at, at - last, timedelta(0))
        except (ValueError, TypeError, OverflowError):
            return timedelta(0)


def free_name(label: str, taken: Iterable[str]) -> str:
    """A name for a day's file: the label, else the label with a number. Raises ValueError if it is no plain name."""
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is no name of a day")
    names = set(taken)
    return label if label not in names else next(name for n in count(2) if (name := f"{label}-{n}") not in names)


def free_name_after(name: str, taken: Iterable[str]) -> str:
    """A name for a file that takes the place of a day's, beginning as that does. Raises ValueError as `free_name`."""
    return free_name(name[:_LONGEST_LABEL].rstrip("-"), taken)


def part_name(sequence: int, behind: str = "") -> str:
    """The name of a part that is set down after a step, or of what is left `behind` another's name of one.

    Parts sort by their names as their orders do.
    """
    return f"{behind[:_PART_NAME] or _PART}-{sequence:012}"


def summary(name: str, checksum: str, orders: Table, ended: int, *, part: bool = False) -> ClosedDay:
    """What is kept in hand of a day's orders, one at least; `ended` is how many reservations ended with it."""
    receipts: dict[str, tuple[int, int]] = {}
    rows = list(orders.rows.values())
    for row in rows:
        series, _dash, text = receipt_in(row).rpartition("-")
        first, last = receipts.get(series, (int(text), int(text)))
        receipts[series] = (min(first, int(text)), max(last, int(text)))
    return ClosedDay(name, checksum, len(rows), moment_in(rows[0]), moment_in(rows[-1]), receipts, ended, part)


def receipt_in(row: bytes) -> str:
    """The receipt number of an order's row, which need not be decoded where it begins as the program writes it."""
    found = _HEAD.match(row)
    return found[1].decode() if found is not None else str(codec.decode(row)["receipt"])


def moment_in(row: bytes) -> Any:
    """When an order's row says that it was committed, read in the same way."""
    found = _HEAD.match(row)
    return found[2].decode() if found is not None else codec.decode(row)["at"]


class ClosedDays:
    """The closed days of a store: here those of one that is kept in memory."""

    def __init__(self) -> None:
        self._days: dict[str, Tables] = {}

    def keep(self, name: str, tables: Tables, sequence: int) -> str:
        """Keep a day that was closed after step `sequence`; its checksum. Raises TillError `store_unusable`."""
        self._days[name] = tables
        return ""

    def holding(self, days: Iterable[ClosedDay]) -> ClosedDays:
        """The same, in which these days can be read even if their files go meanwhile.

        Raises FileNotFoundError if one has gone already.
        """
        return self

    def has_other(self, name: str, orders: Table) -> bool:
        """Whether a file of this name is there that no closing of these orders left when it broke off."""
        return False

    def tables(self, day: ClosedDay) -> Tables:
        """All that is kept of a day. Raises TillError `store_damaged` or `store_unusable`."""
        return self._days[day.name]

    def orders(self, day: ClosedDay) -> Iterator[tuple[str, bytes]]:
        """The rows of its orders by key, in the order in which they were committed. Raises as `tables`."""
        return self.tables(day).keyed(operations.ORDERS)

    def by_receipt(self, days: Iterable[ClosedDay], receipt: str) -> Document | None:
        """An order's record by its receipt number; only its day is opened. Raises as `tables`."""
        for day in days:
            if day.has(receipt):
                quoted = b'"receipt":' + codec.text(receipt)
                for row in self.tables(day).table(operations.ORDERS).rows.values():
                    if quoted in row and (document := without_key(row))["receipt"] == receipt:
                        return document
        return None

    def by_id(self, days: Iterable[ClosedDay], order_id: str) -> Document | None:
        """An order's record by its id: the days are looked through, and only its own is opened. Raises as `tables`.

        Those come first in which, by what clocks said, it was most likely made; none is left out for that.
        """
        quoted = codec.keyed(order_id, b"{}")[:-1]
        if (at := made_at(order_id)) is not None:
            days = sorted(days, key=lambda day: day.distance(at))
        for day in days:
            if self._mentions(day, quoted):
                document = self.tables(day).get(operations.ORDERS, order_id)
                if document is not None:
                    return document
        return None

    def _mentions(self, day: ClosedDay, quoted: bytes) -> bool:
        """Whether it is worth looking into a day for these bytes."""
        return True
