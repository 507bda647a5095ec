"""Repairing a store: what can be read is kept, and every file that is changed or given up is kept as it was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from pos.domain.i18n import N_, _
from pos.domain.ticket_records import BEGUN
from pos.files.private_files import command_on, make_folder, sudo_as, sync_folder, user_name
from pos.stores import operations
from pos.stores.embedded import damage, journal, permissions, snapshot
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.layout import SNAPSHOT, journals, require_store
from pos.stores.embedded.lock import FolderLock
from pos.stores.embedded.owner_check import check_owner, owner_of
from pos.stores.embedded.rebuilding import Rebuilt, rebuild
from pos.stores.embedded.receipt_series import last_receipts, new_series
from pos.stores.embedded.repair_days import repair_days
from pos.stores.embedded.salvage import read_journal, read_snapshot
from pos.stores.invariants import held_by_claims, lost_tickets
from pos.stores.reader import StoreReader
from pos.stores.records import broken_records
from pos.stores.tables import Tables
from pos.stores.view import TablesView


class OriginalsFolder:
    """A folder that keeps files as they were before a repair; it is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        names = (folder / f"before-repair-{number}" for number in count(1))
        self.folder = next(path for path in names if not os.path.lexists(path))
        self._store = folder

    def keep(self, path: Path) -> None:
        """Copy a file, once, durably. Raises OSError."""
        kept = self.folder / path.relative_to(self._store)
        if kept.exists() or not path.exists():
            return
        make_folder(self.folder)
        make_folder(kept.parent)
        Disk().replace(kept, [path.read_bytes()])


def repair(folder: Path) -> list[str]:
    """Repair what can be repaired, under the store's lock; sentences that say what was done.

    Root gives files that are root's back to the store's owner, and does nothing else there. Raises TillError
    `store_in_use`, or `store_unusable` if there is no store, it cannot be written or is another user's.
    """
    if (given_back := _given_back(folder)) is not None:
        return given_back
    with _locked(folder):
        aside, done = OriginalsFolder(folder), permissions.make_private(folder)
        rebuilt, what = _rebuilt(folder, aside)
        done += what
        if rebuilt is None:
            return done
        tables, changed, store = rebuilt.tables, rebuilt.changed, StoreReader(rebuilt.tables, DayFiles(folder, Disk()))
        days = repair_days(folder, tables, aside.keep, aside.folder.name)
        counters = _counters(store)
        done += days.done + counters
        if rebuilt.lost:
            tables.apply(tables.resolve(new_series(store)))
            done.append(_("Receipt numbers go on in a new series, so that none is given twice."))
        if changed or days.changed or counters:
            _write(folder, tables, rebuilt.sequence, aside)
        for path in days.gone:
            path.unlink()
        if aside.folder.exists():
            done.append(_("What was changed is kept in {folder} as it was before.", folder=aside.folder.name))
        return done


def _given_back(folder: Path) -> list[str] | None:
    """What root gave back in another user's store, in sentences; None if there is nothing to give back.

    Raises TillError `store_unusable`.
    """
    try:
        if os.geteuid() or not permissions.of_root(folder):
            return None
        require_store(folder)
        owner = owner_of(folder)
        command = command_on(folder, "pos", "doctor", "--repair", "--store")
        text = N_("The rest is repaired by {owner}: say {sudo} {command}")
        rest = _(text, owner=user_name(owner), sudo=sudo_as(owner), command=command)
        return [*permissions.make_private(folder), rest]
    except OSError as error:
        raise damage.unusable(folder, error) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        if others := permissions.unreadable(folder):
            raise damage.about(folder, "store_unusable", permissions.advice(folder, others))
        require_store(folder)
        check_owner(folder)
        lock = FolderLock(folder)
        try:
            yield
        finally:
            lock.release()
    except OSError as error:
        raise damage.unusable(folder, error) from error


def _rebuilt(folder: Path, aside: OriginalsFolder) -> tuple[Rebuilt | None, list[str]]:
    path = folder / SNAPSHOT
    kept = read_snapshot(path, path.read_bytes()) if path.exists() else None
    steps = [read_journal(each, each.read_bytes()) for each in journals(folder)]
    return rebuild(kept, steps, aside.folder.name)


def _counters(store: StoreReader) -> list[str]:
    """Set right what is held, where lanes count on, and which tickets are looked for."""
    if broken_records(store.tables):
        return [_("Records that cannot be understood are left as they are: see `pos doctor`.")]
    done = []
    claimed = held_by_claims(TablesView(store))
    for name in sorted({*store.keys(operations.COUNTERS), *claimed}):
        counter = store.counter(name)
        if counter.held != claimed[name]:
            record = {"on_hand": counter.on_hand, "held": claimed[name]}
            store.tables.apply(store.tables.resolve({(operations.COUNTERS, name): record}))
            text = N_("{name}: {held} were held, {claimed} are claimed by open tickets and held now.")
            done.append(_(text, name=name, held=counter.held, claimed=claimed[name]))
    for series, last in sorted(last_receipts(store).items()):
        lane, _dash, number = series.rpartition("-")
        record = store.get(operations.LANES, lane) or {"series": 0, "last": 0}
        if (record["series"], record["last"]) < (int(number), last):
            record = {"series": int(number), "last": last}
            store.tables.apply(store.tables.resolve({(operations.LANES, lane): record}))
            done.append(_("Lane {lane} goes on after receipt {receipt}.", lane=lane, receipt=f"{series}-{last}"))
    for ticket in lost_tickets(TablesView(store)):
        store.tables.apply(store.tables.resolve({(BEGUN, ticket): None}))
        text = N_("Ticket {ticket} was begun, and nothing is left of it: it is looked for no longer.")
        done.append(_(text, ticket=ticket))
    return done


def _write(folder: Path, tables: Tables, sequence: int, aside: OriginalsFolder) -> None:
    """Put a snapshot and an empty journal in the place of what was there; a crash leaves something to repair again."""
    old = journals(folder)
    for path in (folder / SNAPSHOT, *old):
        aside.keep(path)
    disk = Disk()
    now = folder / journal.name_of(sequence)
    snapshot.write(folder / SNAPSHOT, tables, sequence, disk)
    disk.replace(now, [journal.header(sequence)])
    for path in old:
        if path != now:
            path.unlink()
    sync_folder(folder)
