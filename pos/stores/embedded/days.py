"""Closed days: files of their own that are never written again, found by date or by receipt number."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.ports import Document
from pos.domain.words import _
from pos.private_files import make_folder
from pos.stores import codec, verbs
from pos.stores.embedded import checks, snapshot
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.layout import DAYS
from pos.stores.tables import Table, Tables, without_key

_LABEL: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,30}")
_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,40}")
"""A label, perhaps with a number behind it."""


class Day(NamedTuple):
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

    @classmethod
    def of(cls, name: str, record: Document) -> Day:
        """A day from its record. Raises ValueError, or what a record raises that is made otherwise."""
        receipts = {series: (first, last) for series, (first, last) in record["receipts"].items()}
        day = cls(name, **{**record, "receipts": receipts})
        texts = (day.checksum, day.first_at, day.last_at)
        numbers = (day.orders, day.ended, *(number for pair in receipts.values() for number in pair))
        if not (_NAME.fullmatch(name) and all(map(checks.is_count, numbers)) and all(type(t) is str for t in texts)):
            raise ValueError("no closed day has such a record")
        for series in receipts:
            int(series.rpartition("-")[2])
        return day

    @property
    def record(self) -> dict[str, Any]:
        """The day as it is kept under its name."""
        found = self._asdict()
        del found["name"]
        return found

    def has(self, receipt: str) -> bool:
        """Whether an order of this receipt number is in it."""
        series, _dash, number = receipt.rpartition("-")
        first, last = self.receipts.get(series, (1, 0))
        return number.isascii() and number.isdecimal() and first <= int(number) <= last


def free_name(label: str, taken: Iterable[str]) -> str:
    """A name for a day's file: the label, else the label with a number. Raises ValueError if it is no plain name."""
    if not _LABEL.fullmatch(label):
        raise ValueError(f"{label!r} is no name of a day")
    names = set(taken)
    return label if label not in names else next(name for n in count(2) if (name := f"{label}-{n}") not in names)


def path_of(folder: Path, name: str) -> Path:
    """A closed day's file in a store's folder. Raises ValueError for what is no plain name: it may lead elsewhere."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a day")
    return folder / DAYS / f"{name}.json"


def summary(name: str, checksum: str, orders: Table, ended: int) -> Day:
    """A day from its orders."""
    receipts: dict[str, tuple[int, int]] = {}
    moments: list[str] = []
    for row in orders.rows.values():
        document = codec.decode(row)
        series, _dash, text = document["receipt"].rpartition("-")
        first, last = receipts.get(series, (int(text), int(text)))
        receipts[series] = (min(first, int(text)), max(last, int(text)))
        moments.append(document["at"])
    return Day(name, checksum, len(moments), moments[0], moments[-1], receipts, ended)


class Archive:
    """The closed days of a store: here those of one that is kept in memory."""

    def __init__(self) -> None:
        self._days: dict[str, Tables] = {}

    def keep(self, name: str, tables: Tables, sequence: int) -> str:
        """Keep a day that was closed after step `sequence`; its checksum. Raises TillError `store_unusable`."""
        self._days[name] = tables
        return ""

    def has_other(self, name: str, orders: Table) -> bool:
        """Whether a file of this name is there that no closing of these orders left when it broke off."""
        return False

    def tables(self, day: Day) -> Tables:
        """All that is kept of a day. Raises TillError `store_damaged` or `store_unusable`."""
        return self._days[day.name]

    def orders(self, day: Day) -> Iterator[Document]:
        """The records of its orders, in the order in which they were committed. Raises as `tables`."""
        return (document for _key, document in self.tables(day).items(verbs.ORDERS))

    def by_receipt(self, days: Iterable[Day], receipt: str) -> Document | None:
        """An order's record by its receipt number; only its day is opened. Raises as `tables`."""
        for day in days:
            if day.has(receipt):
                quoted = b'"receipt":' + codec.text(receipt)
                for row in self.tables(day).table(verbs.ORDERS).rows.values():
                    if quoted in row and (document := without_key(row))["receipt"] == receipt:
                        return document
        return None

    def by_id(self, days: Iterable[Day], order_id: str) -> Document | None:
        """An order's record by its id: the files are looked through, and only its day is opened. Raises as `tables`."""
        quoted = codec.keyed(order_id, b"{}")[:-1]
        for day in days:
            if self._mentions(day, quoted):
                document = self.tables(day).get(verbs.ORDERS, order_id)
                if document is not None:
                    return document
        return None

    def _mentions(self, day: Day, quoted: bytes) -> bool:
        """Whether it is worth looking into a day for these bytes."""
        return True


class FolderArchive(Archive):
    """A file for each day, which is checked against its record whenever it is opened."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """The closed days in the store's folder."""
        super().__init__()
        self._folder = folder
        self._disk = disk

    def keep(self, name: str, tables: Tables, sequence: int) -> str:
        """See `Archive`."""
        path = path_of(self._folder, name)
        try:
            make_folder(path.parent)
            return snapshot.write(path, tables, sequence, self._disk)
        except OSError as error:
            raise checks.unusable(path, error) from error

    def has_other(self, name: str, orders: Table) -> bool:
        """See `Archive`."""
        path = path_of(self._folder, name)
        if path.is_symlink():
            return True
        try:
            return not snapshot.read(path).tables.table(verbs.ORDERS).ids.keys() <= orders.ids.keys()
        except FileNotFoundError:
            return False
        except (OSError, TillError):
            return True

    def tables(self, day: Day) -> Tables:
        """See `Archive`."""
        path = path_of(self._folder, day.name)
        try:
            content = snapshot.read(path)
        except FileNotFoundError as error:
            raise checks.damaged(path, 1, _("the file is missing")) from error
        except OSError as error:
            raise checks.unusable(path, error) from error
        if content.checksum != day.checksum:
            raise checks.not_that_day(path)
        return content.tables

    def _mentions(self, day: Day, quoted: bytes) -> bool:
        try:
            with (
                path_of(self._folder, day.name).open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                return content.find(quoted) >= 0
        except (OSError, ValueError):
            # What cannot be looked through is opened, which tells what is wrong with it.
            return True
