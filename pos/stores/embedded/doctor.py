"""Examining a store: its files and the laws of what is in them, without its lock and beside a till that sells."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from pos.domain.counters import COUNTERS
from pos.domain.i18n import _
from pos.stores.counter_names import renamed
from pos.stores.embedded import damage, permissions
from pos.stores.embedded.file_checks import DayChecks, ledger_check, not_looked_at, other_files, survey
from pos.stores.embedded.layout import require_store
from pos.stores.embedded.lock import holder_of
from pos.stores.embedded.read_only import seen
from pos.stores.embedded.references import lacking, unresolved
from pos.stores.health_report import HealthCheck, checked
from pos.stores.invariants import Sums, add_up, check_invariants
from pos.stores.reader import StoreReader
from pos.stores.records import broken_records
from pos.stores.view import TablesView

FILES: Final = ("lock", "snapshot", "journal", "days", "others", "ledger", "records")
TRIES: Final = 20
"""How often a store is looked at again that was changed meanwhile."""


class Examination(NamedTuple):
    """Every check of a store, in order."""

    checks: list[HealthCheck]
    torn: bytes = b""
    """The bytes of a torn last line."""
    days: HealthCheck | None = None
    """What the files of closed days are like; None if they were not looked at."""
    sums: Sums | None = None
    """What all orders come to; None if some cannot be read."""


def examine(folder: Path) -> list[HealthCheck]:
    """Every check of a store, in order.

    Raises TillError `store_unusable` if there is no store, it cannot be read, or it is of another version.
    """
    return examination(folder).checks


def examination(folder: Path, before: Examination | None = None) -> Examination:
    """The same, and what it rests on. `before`: one since when neither an order nor a closed day has changed."""
    try:
        if permissions.unreadable(folder):
            return Examination(_unreadable(folder))
        require_store(folder)
        torn: bytes | None = None
        for left in reversed(range(TRIES)):
            files = seen(folder)
            try:
                found = _look(folder, before)
            except FileNotFoundError:
                if not left or seen(folder) == files:
                    raise
                continue
            # A line that is just being written looks like a torn one, once.
            writing = bool(found.torn) and found.torn != torn and holder_of(folder) is not None
            torn = found.torn
            if not left or not (writing or seen(folder) != files):
                break
    except OSError as error:
        raise damage.unusable(folder, error) from error
    return found


def laws() -> tuple[str, ...]:
    """The names of the laws, in their order."""
    of_counters = (kind.law.name for kind in COUNTERS.values() if kind.law is not None)
    return ("held", "floors", "receipts", "orders", *of_counters, "tickets", "payments")


def _unreadable(folder: Path) -> list[HealthCheck]:
    """What is told of a store with files that this user may not read."""
    told = _("not looked at, since files cannot be read")
    return [
        checked("folder", permissions.faults(folder), ""),
        *(HealthCheck(name, False, told) for name in (*FILES, *laws())),
    ]


def _look(folder: Path, before: Examination | None) -> Examination:
    """All checks. Each file is read once: what is wrong with an order is told of its file before its figures count."""
    ledger_found, ledger = ledger_check(folder)
    found, store, torn = survey(folder)
    faults = broken_records(store.tables) if store is not None else []
    days, sums = _days(folder, store, before, count=not faults) if store is not None else (None, None)
    if store is not None and days is not None:
        found += [days, other_files(folder, store)]
    found.append(ledger_found)
    if store is None or days is None or not days.ok:
        return Examination([*found, *_not_looked_at("records", *laws())], torn, days)
    if sums is None:
        return Examination([*found, checked("records", faults, ""), *_not_looked_at(*laws())], torn, days)
    found.append(checked("records", unresolved(store), "; ".join((_("all can be understood"), *lacking(store)))))
    again = ledger_check(folder)[1]
    charges = again.charges() if again is not None else ()
    return Examination([*found, *check_invariants(TablesView(store), sums, ledger, charges)], torn, days, sums)


def _days(
    folder: Path, store: StoreReader, before: Examination | None, *, count: bool
) -> tuple[HealthCheck, Sums | None]:
    """What the files of closed days are like, and what all orders come to if they are to `count`."""
    looking = DayChecks(folder, store)
    if not count:
        for _order in looking.orders():
            pass
        return looking.check, None
    # In memory only: a till does it for good when it opens the store.
    store.tables.apply(store.tables.resolve(renamed(store)))
    if before is not None and before.days is not None and before.sums is not None:
        return before.days, before.sums
    sums = add_up(TablesView(store), chain(looking.orders(), store.orders_in_hand()))
    return looking.check, sums


def _not_looked_at(*names: str) -> list[HealthCheck]:
    return [HealthCheck(name, False, not_looked_at()) for name in names]
