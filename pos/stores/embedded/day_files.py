"""The files of closed days, which are never written again."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from weakref import finalize

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
        self._held: dict[str, int] = {}
        """Handles of files that are open."""

    def keep(self, name: str, tables: Tables, sequence: int) -> str:
        """See `ClosedDays`."""
        path = path_of(self._folder, name)
        try:
            make_folder(path.parent)
            return snapshot.write(path, tables, sequence, self._disk)
        except OSError as error:
            raise damage.unusable(path, error) from error

    def holding(self, days: Iterable[ClosedDay]) -> DayFiles:
        """See `ClosedDays`. As far as a process may have that many files open."""
        found = DayFiles(self._folder, self._disk)
        finalize(found, _close, found._held)
        for day in days:
            try:
                found._held[day.name] = os.open(path_of(self._folder, day.name), os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                raise
            except OSError:
                break
        return found

    def remove(self, names: Iterable[str]) -> None:
        """Remove files that no record names any more. Raises TillError `store_unusable`."""
        for name in names:
            path = path_of(self._folder, name)
            try:
                self._disk.remove(path)
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
            content = snapshot.decode(path, self._bytes(path, self._held.get(day.name)))
        except FileNotFoundError as error:
            raise damage.damaged(path, 1, lazy("the file is missing")) from error
        except OSError as error:
            raise damage.unusable(path, error) from error
        if content.checksum != day.checksum:
            raise damage.not_that_day(path)
        return content.tables

    def _bytes(self, path: Path, handle: int | None) -> bytes:
        return path.read_bytes() if handle is None else os.pread(handle, os.fstat(handle).st_size, 0)

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


def _close(handles: dict[str, int]) -> None:
    for handle in handles.values():
        os.close(handle)
