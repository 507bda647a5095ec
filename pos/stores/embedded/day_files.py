"""The files of closed days, which are never written again."""

from __future__ import annotations

import mmap
from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.files.private_files import make_folder
from pos.stores import operations
from pos.stores.closed_days import NAME, ClosedDay, ClosedDays
from pos.stores.embedded import damage, snapshot
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.layout import DAYS
from pos.stores.tables import Table, Tables


def path_of(folder: Path, name: str) -> Path:
    """A closed day's file in a store's folder. Raises ValueError for what is no plain name: it may lead elsewhere."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a day")
    return folder / DAYS / f"{name}.json"


class DayFiles(ClosedDays):
    """A file for each day, which is checked against its record whenever it is opened."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """The closed days in the store's folder."""
        super().__init__()
        self._folder = folder
        self._disk = disk

    def keep(self, name: str, tables: Tables, sequence: int) -> str:
        """See `ClosedDays`."""
        path = path_of(self._folder, name)
        try:
            make_folder(path.parent)
            return snapshot.write(path, tables, sequence, self._disk)
        except OSError as error:
            raise damage.unusable(path, error) from error

    def has_other(self, name: str, orders: Table) -> bool:
        """See `ClosedDays`."""
        path = path_of(self._folder, name)
        if path.is_symlink():
            return True
        try:
            return not snapshot.read(path).tables.table(operations.ORDERS).ids.keys() <= orders.ids.keys()
        except FileNotFoundError:
            return False
        except (OSError, TillError):
            return True

    def tables(self, day: ClosedDay) -> Tables:
        """See `ClosedDays`."""
        path = path_of(self._folder, day.name)
        try:
            content = snapshot.read(path)
        except FileNotFoundError as error:
            raise damage.damaged(path, 1, lazy("the file is missing")) from error
        except OSError as error:
            raise damage.unusable(path, error) from error
        if content.checksum != day.checksum:
            raise damage.not_that_day(path)
        return content.tables

    def _mentions(self, day: ClosedDay, quoted: bytes) -> bool:
        try:
            with (
                path_of(self._folder, day.name).open("rb") as file,
                mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
            ):
                return content.find(quoted) >= 0
        except (OSError, ValueError):
            # What cannot be looked through is opened, which tells what is wrong with it.
            return True
