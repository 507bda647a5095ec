"""Examining a store: its files and the laws of what is in them, without its lock and beside a till that sells."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pos.domain.counters import COUNTERS
from pos.domain.i18n import _
from pos.stores.counter_names import renamed
from pos.stores.embedded import damage, permissions
from pos.stores.embedded.file_checks import ledger_check, not_looked_at, survey
from pos.stores.embedded.layout import require_store
from pos.stores.embedded.lock import holder_of
from pos.stores.embedded.read_only import seen
from pos.stores.embedded.references import lacking, unresolved
from pos.stores.health_report import HealthCheck, checked
from pos.stores.invariants import check_invariants
from pos.stores.records import broken_records
from pos.stores.view import TablesView

FILES: Final = ("lock", "snapshot", "journal", "days", "others", "ledger", "records")
OF_COUNTERS: Final = tuple(kind.law.name for kind in COUNTERS.values() if kind.law is not None)
LAWS: Final = ("held", "floors", "receipts", "orders", *OF_COUNTERS, "tickets", "payments")
TRIES: Final = 20
"""How often a store is looked at again that was changed meanwhile."""


def examine(folder: Path) -> list[HealthCheck]:
    """Every check of a store, in order.

    Raises TillError `store_unusable` if there is no store, it cannot be read, or it is of another version.
    """
    try:
        if permissions.unreadable(folder):
            return _unreadable(folder)
        require_store(folder)
        torn: bytes | None = None
        for left in reversed(range(TRIES)):
            before = seen(folder)
            try:
                found, rest = _look(folder)
            except FileNotFoundError:
                if not left or seen(folder) == before:
                    raise
                continue
            # A line that is just being written looks like a torn one, once.
            writing = bool(rest) and rest != torn and holder_of(folder) is not None
            torn = rest
            if not left or not (writing or seen(folder) != before):
                break
    except OSError as error:
        raise damage.unusable(folder, error) from error
    return found


def _unreadable(folder: Path) -> list[HealthCheck]:
    """What is told of a store with files that this user may not read."""
    told = _("not looked at, since files cannot be read")
    return [
        checked("folder", permissions.faults(folder), ""),
        *(HealthCheck(name, False, told) for name in (*FILES, *LAWS)),
    ]


def _look(folder: Path) -> tuple[list[HealthCheck], bytes]:
    """All checks, and the bytes of a torn last line."""
    ledger_found, ledger = ledger_check(folder)
    found, store, torn = survey(folder)
    found.append(ledger_found)
    if store is None:
        return [*found, *(HealthCheck(name, False, not_looked_at()) for name in ("records", *LAWS))], torn
    faults = broken_records(store.tables)
    if faults:
        found.append(checked("records", faults, ""))
        return [*found, *(HealthCheck(name, False, not_looked_at()) for name in LAWS)], torn
    found.append(checked("records", unresolved(store), "; ".join((_("all can be understood"), *lacking(store)))))
    # In memory only: a till does it for good when it opens the store.
    store.tables.apply(store.tables.resolve(renamed(store)))
    again = ledger_check(folder)[1]
    return [
        *found,
        *check_invariants(TablesView(store), store, ledger, again.charges() if again is not None else ()),
    ], torn
