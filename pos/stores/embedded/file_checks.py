"""The files of a store, each looked at from its first byte to its last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.i18n import N_, _, plural
from pos.domain.reservations import Order
from pos.payments.ledger import Ledger
from pos.stores import count_limits
from pos.stores.closed_days import ClosedDay, summary
from pos.stores.embedded import damage, permissions
from pos.stores.embedded.day_files import DayFiles, path_of
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.journal_chain import JournalChain, read_chain
from pos.stores.embedded.layout import DAYS, KEPT, LEDGER, LOCK, SNAPSHOT, journals, own_paths
from pos.stores.embedded.lock import holder_of
from pos.stores.embedded.salvage import BadLine, read_journal, read_snapshot
from pos.stores.embedded.store import REPLACE_AT
from pos.stores.health_report import HealthCheck, checked
from pos.stores.operations import ORDERS
from pos.stores.reader import StoreReader
from pos.stores.records import broken_records, named, orders_in, other_tables
from pos.stores.tables import Tables

TOO_LONG: Final = 4
"""So many times as long as a journal that is replaced by a snapshot: something has kept it from that for long."""


class Survey(NamedTuple):
    """What the files are like but for closed days, what they say if they can be read, and a torn last line's bytes."""

    checks: list[HealthCheck]
    store: StoreReader | None
    torn: bytes


def survey(folder: Path) -> Survey:
    """Look at every file but closed days. Raises OSError, TillError `store_unusable` for a newer format."""
    chain, error = _chain(folder)
    snapshot = _snapshot(folder)
    found = [_folder(folder), _lock(folder), snapshot, _journals(folder, chain, error if snapshot.ok else None)]
    if chain is None:
        found.append(HealthCheck("days", False, not_looked_at()))
        return Survey(found, None, b"")
    reader = StoreReader(chain.tables, DayFiles(folder, Disk()))
    broken = broken_records(reader.tables, (DAYS,))
    if broken:
        found.append(checked("days", broken, ""))
    return Survey(found, None if broken else reader, chain.last.torn)


class DayChecks:
    """The files of closed days, each read once from its first byte to its last; `check` is complete after that."""

    def __init__(self, folder: Path, reader: StoreReader) -> None:
        """`reader` is of the store in the folder; its records of days can be understood."""
        self._folder = folder
        self._days = reader.day_files()
        self._faults: list[str] = []

    @property
    def check(self) -> HealthCheck:
        """What the files are like, as far as they were looked at."""
        closed = sum(not day.part for day in self._days)
        seen = plural("{count} closed day", "{count} closed days", closed)
        return checked("days", self._faults, seen)

    def orders(self) -> Iterator[Order]:
        """Look at every file; the orders that can be understood, in the sequence in which they were committed."""
        for day in self._days:
            yield from self._orders(day)

    def _orders(self, day: ClosedDay) -> Iterator[Order]:
        path = path_of(self._folder, day.name)
        if not path.exists():
            self._faults.append(_("{file} is missing", file=f"{DAYS}/{path.name}"))
            return
        if path.is_dir():
            self._faults.append(a_folder(path))
            return
        found = read_snapshot(path, path.read_bytes(), day.checksum)
        broken = []
        for _row_id, order in orders_in(found.tables):
            if isinstance(order, str):
                broken.append(named(ORDERS, order))
            else:
                yield order
        broken += broken_records(found.tables, other_tables(found.tables, ORDERS))
        self._faults += [told(path, each) for each in found.wrong]
        self._faults += [f"{DAYS}/{path.name}: {each}" for each in broken]
        if not (found.wrong or broken) and _is_other(found.tables, day):
            self._faults.append(_("{file} has not the orders of its record", file=path.name))


def _is_other(tables: Tables, day: ClosedDay) -> bool:
    """Whether a day's file has not the orders that its record tells of."""
    orders = tables.table(ORDERS)
    return not orders.rows or summary(day.name, day.checksum, orders, day.ended, part=day.part) != day


def not_looked_at() -> str:
    """Said of what cannot be told from damaged files."""
    return _("not looked at, since files are damaged")


def read_ledger(folder: Path) -> Ledger | None:
    """The simulated gateway's ledger, if the store has one. Raises TillError `store_damaged`."""
    path = folder / LEDGER
    return Ledger(path) if path.exists() else None


def a_folder(path: Path) -> str:
    """Said of a folder in the place of a closed day's file."""
    return _("{file} is a folder: move it away, and put the file back from a backup", file=f"{DAYS}/{path.name}")


def told(path: Path, wrong: BadLine) -> str:
    """A damaged line, named."""
    return _("{file}, line {line}: {what}", file=path.name, line=wrong.line, what=wrong.what)


def _chain(folder: Path) -> tuple[JournalChain | None, damage.Damaged | None]:
    try:
        chain = read_chain(folder)
        chain.tables.fill()
        return chain, None
    except damage.Damaged as error:
        return None, error


def _folder(folder: Path) -> HealthCheck:
    if not permissions.keeps_modes(folder):
        return HealthCheck("folder", True, _("its disk keeps no modes: whoever may use it can read and change all"))
    return checked("folder", permissions.faults(folder), _("readable by its owner alone"))


def _lock(folder: Path) -> HealthCheck:
    holder = holder_of(folder)
    return HealthCheck("lock", True, _("open in {program}", program=holder) if holder else _("no till has it open"))


def _snapshot(folder: Path) -> HealthCheck:
    path = folder / SNAPSHOT
    if not path.exists():
        return HealthCheck("snapshot", False, _("{file} is missing", file=SNAPSHOT))
    found = read_snapshot(path, path.read_bytes())
    return checked("snapshot", (told(path, each) for each in found.wrong), _up_to(found.sequence or 0))


def _journals(folder: Path, chain: JournalChain | None, error: damage.Damaged | None) -> HealthCheck:
    faults: list[str] = []
    for path in journals(folder):
        found = read_journal(path, path.read_bytes())
        faults += [told(path, each) for each in found.wrong]
        if found.torn:
            what = _("the line was cut off, as by a power cut")
            faults.append(told(path, BadLine(_last_line(path), what)))
    if not faults and error is not None:
        faults.append(told(error.path, BadLine(error.line, str(error.what))))
    if chain is not None and chain.sequence > count_limits.MEASURE:
        faults.append(_("no store comes to {number} steps", number=chain.sequence))
    seen = _up_to(chain.sequence) if chain is not None else not_looked_at()
    long = sum(path.stat().st_size for path in journals(folder)) // 2**20
    if long > TOO_LONG * REPLACE_AT // 2**20:
        text = N_("{long} MiB wait for a snapshot that no till could make, its log says why")
        seen = f"{seen}; {_(text, long=long)}"
    return checked("journal", faults, seen)


def _last_line(path: Path) -> int:
    return path.read_bytes().rstrip(b"\0").rstrip(b"\n").count(b"\n") + 1


def _up_to(sequence: int) -> str:
    return _("up to step {number}", number=sequence)


def other_files(folder: Path, reader: StoreReader) -> HealthCheck:
    """Files that are none of the store's, and links: what a crash left, or somebody put there."""
    known = {LOCK, SNAPSHOT, LEDGER, DAYS, *(path.name for path in journals(folder))}
    closed = {path_of(folder, day.name) for day in reader.day_files()}
    days = (path for path in sorted((folder / DAYS).glob("*")) if path not in closed)
    own = set(own_paths(folder))
    others = [*(path for path in sorted(folder.iterdir()) if path.name not in known or path not in own), *days]
    kept = {path for path in others if KEPT.fullmatch(path.name) and path in own}
    aside = [path.name for path in others if path in kept]
    strays = [path.name for path in others if path not in kept]
    parts = []
    if aside:
        parts.append(_("set aside earlier: {files}", files=", ".join(aside)))
    if strays:
        parts.append(_("not of the store, or left by a crash: {files}", files=", ".join(strays)))
    return HealthCheck("others", True, "; ".join(parts) or _("no other files"))


def ledger_check(folder: Path) -> tuple[HealthCheck, Ledger | None]:
    """Whether the gateway's ledger can be read, and what it says."""
    try:
        found = read_ledger(folder)
    except TillError as error:
        return HealthCheck("ledger", False, error.message), None
    if found is None:
        return HealthCheck("ledger", True, _("the simulated gateway has none here")), None
    charges = len(found.charges())
    return HealthCheck("ledger", True, plural("{count} charge", "{count} charges", charges)), found
