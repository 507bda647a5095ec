"""Putting a backup back: into a folder that is new, whole or not at all, with receipt numbers that were never given."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from pos.domain.message import lazy
from pos.files.private_files import folders_beside, make_folder, new_folder_beside, sync_folder
from pos.stores.embedded import damage, journal, snapshot
from pos.stores.embedded.backup_file import BackupContent, BackupSummary, unpack, unusable, verified
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.doctor import examination, laws
from pos.stores.embedded.journal_chain import read_chain
from pos.stores.embedded.layout import SNAPSHOT, is_store
from pos.stores.embedded.lock import FolderLock
from pos.stores.embedded.owner_check import check_owner
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.receipt_series import new_series
from pos.stores.health_report import HealthCheck
from pos.stores.reader import StoreReader

BUILDING: Final = ".restoring"
"""The ending of a folder that is not whole yet."""


class Restored(NamedTuple):
    """What was put back, and what the doctor says of it."""

    summary: BackupSummary
    checks: list[HealthCheck]


def restore(file: Path, folder: Path) -> Restored:
    """Make a store from a backup in a folder that is not there, or is empty, and lies in no other store.

    It is built beside the folder and gets its name at the end. Raises TillError `store_not_empty`, `store_in_use` if
    another process is restoring it, `backup_unusable`, or `store_unusable` if the folder cannot be written.
    """
    folder = Path(os.path.realpath(folder))
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            message = lazy("{file} is not empty. Name a new folder with --store.", file=folder)
            raise damage.about(folder, "store_not_empty", message)
        is_store(folder)
        check_owner(folder)
        _require_replaceable(folder)
        contents = verified(file)
        _remove_left(folder)
        above = [each for each in folder.parents if not each.exists()]
        building = new_folder_beside(folder, BUILDING)
        lock = FolderLock(building)
        try:
            return Restored(contents.summary, _built(file, contents, building, folder))
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            for each in above:
                with suppress(OSError):
                    each.rmdir()
            raise
        finally:
            lock.release()
    except OSError as error:
        raise damage.unusable(folder, error) from error


def _built(file: Path, contents: BackupContent, building: Path, folder: Path) -> list[HealthCheck]:
    """Build the store and give it its name; what the doctor says.

    Raises TillError `backup_unusable` if a till could not open on it, or it is not what the backup says.
    """

    def put(name: str, content: Iterator[bytes]) -> None:
        try:
            make_folder((building / name).parent)
            Disk().replace(building / name, content)
        except OSError as error:
            raise damage.unusable(folder, error) from error

    # A snapshot is written once more below.
    if shutil.disk_usage(building).free < 2 * contents.size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    unpack(file, contents, put)
    found = examination(building)
    _require_usable(file, contents.summary, building, found.checks)
    _renumber(building)
    found = examination(building, found)
    building.rename(folder)
    sync_folder(folder.parent)
    return found.checks


def _require_replaceable(folder: Path) -> None:
    """Raise TillError `store_unusable` if a folder is there, and no other can take its place."""
    if folder.exists() and (os.path.ismount(folder) or not os.access(folder.parent, os.W_OK)):
        message = lazy(
            "A store is put back as a new folder, and {file} is one that cannot be replaced. "
            "Name one in it that is not there yet: --store {inside}.",
            file=folder,
            inside=folder / "store",
        )
        raise damage.about(folder, "store_unusable", message)


def _remove_left(folder: Path) -> None:
    """Take away what earlier tries left that were killed. Raises TillError `store_in_use` if one of them goes on."""
    for left in folders_beside(folder, BUILDING):
        lock = FolderLock(left)
        try:
            shutil.rmtree(left)
        finally:
            lock.release()


def _require_usable(file: Path, told: BackupSummary, building: Path, found: list[HealthCheck]) -> None:
    """Raise TillError `backup_unusable` for files that are wrong, or are not what the list of members says.

    A store in which only figures disagree can be opened; it may be all that a shop has left. Nor is it the backup's
    fault where its folder lies.
    """
    for check in found:
        if not check.ok and check.name not in ("folder", *laws()):
            raise unusable(file, f"{check.name}: {check.detail}")
    store = read_folder(building)
    if (store.sequence, store.count_orders(), len(store.days())) != (told.sequence, told.orders, told.days):
        raise unusable(file, lazy("it holds other steps, orders or days than it says"))


def _renumber(building: Path) -> None:
    """Let every lane begin a new receipt series: what was sold after the backup has numbers that are given already."""
    chain = read_chain(building)
    store = StoreReader(chain.tables, DayFiles(building, Disk()))
    chain.tables.apply(chain.tables.resolve(new_series(store)))
    sequence = chain.sequence + 1
    snapshot.write(building / SNAPSHOT, chain.tables, sequence, Disk())
    Disk().replace(building / journal.name_of(sequence), [journal.header(sequence)])
    for path in chain.files:
        path.unlink()
    sync_folder(building)
