"""A copy of a store at one moment, in one file, while a till goes on selling."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Fact, lazy
from pos.files.private_files import replace_file
from pos.stores.closed_days import ClosedDay
from pos.stores.embedded import damage, journal, snapshot
from pos.stores.embedded.backup_file import BackupSummary, FirstOrder, is_first, packed, verified
from pos.stores.embedded.day_files import path_of
from pos.stores.embedded.layout import DAYS, LEDGER, SNAPSHOT, require_store
from pos.stores.embedded.path_guard import reason_against
from pos.stores.embedded.read_only import TRIES, ReadOnlyStore, read_folder, seen


def back_up(folder: Path, file: Path, *, now: datetime, force: bool = False) -> BackupSummary:
    """Write a store's copy into a file, whole or not at all, readable by its owner alone; what it holds.

    One that is there is replaced only if it is `force`d, and only once the new one was read again and found whole; a
    backup of another store, or with later steps than this one has, is kept in any case. Raises TillError
    `backup_exists`, `backup_unusable` if it cannot be written, as into a store, and what reading the store raises.
    """
    require_store(folder)
    try:
        _check_target(file, folder, force=force)
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from error
    for left in reversed(range(TRIES)):
        files = seen(folder)
        try:
            return _written(folder, file, now)
        except TillError as error:
            # A long day that is closed meanwhile leaves its parts' files.
            if not left or error.code == "backup_unusable" or seen(folder) == files:
                raise
    raise AssertionError("the last try returns or raises")


def _written(folder: Path, file: Path, now: datetime) -> BackupSummary:
    """Write the store's copy as it stands now; what it holds. Raises as `back_up`."""
    before = _ledger(folder)
    store = read_folder(folder)
    _check_going_on(file, folder, store)
    money = _until(before, _ledger(folder))
    summary = BackupSummary(
        store.sequence, store.count_orders(), len(store.days()), now.isoformat(timespec="seconds"), _first(store)
    )
    chunks = packed(_members(folder, store, money), summary, int(now.timestamp()))

    def verify(written: Path) -> None:
        try:
            verified(written)
        except TillError as error:
            raise _unwritable(file, lazy("what was written cannot be read again")) from error

    try:
        replace_file(file, chunks, verify=verify)
    except OSError as error:
        raise _unwritable(file, error.strerror or str(error)) from error
    return summary


def _check_target(file: Path, folder: Path, *, force: bool) -> None:
    """Raise TillError `backup_exists` or `backup_unusable` unless a backup may be written there."""
    if (reason := reason_against(file, folder)) is not None:
        raise _unwritable(file, reason)
    if file.is_symlink():
        raise _unwritable(file, lazy("it is a link: name the file itself"))
    if file.exists() and not force:
        message = lazy("{file} is there already. Name another file, or overwrite it with --force.", file=file)
        raise damage.about(file, "backup_exists", message)


def _first(store: ReadOnlyStore) -> FirstOrder | None:
    """The first order of a store; None if it has none, or none that can be read and told."""
    try:
        order = next(iter(store.orders()), None)
    except TillError:
        return None
    first = FirstOrder(order.id, order.receipt, order.at.isoformat()) if order is not None else None
    return first if first is not None and is_first([*first]) else None


def _has(store: ReadOnlyStore, order_id: str) -> bool:
    """Whether an order is in a store, or in what cannot be read of it."""
    try:
        return store.order(order_id) is not None
    except TillError:
        return True


def _check_going_on(file: Path, folder: Path, store: ReadOnlyStore) -> None:
    """Raise TillError `backup_exists` if a file is a backup that a store cannot go on from, or this program not read.

    The shop's own was lost then, and a new one has begun in its place, or the wrong store is named.
    """
    try:
        there = verified(file).summary if file.exists() else None
    except TillError as error:
        if error.code == "store_unusable":
            text = N_("{file} is a backup by a newer Tillkey. Nothing was overwritten. Name another file.")
            raise damage.about(file, "backup_exists", lazy(text, file=file)) from None
        return
    if there is None:
        return
    if there.sequence > store.sequence:
        text = N_(
            "{file} is a backup up to step {there}, and this store has only come to step {number}: it is another one, "
            "or an older one. Nothing was overwritten. Name another file."
        )
        message = lazy(text, file=file, there=there.sequence, number=store.sequence)
        raise damage.about(file, "backup_exists", message)
    if there.first is not None and not _has(store, there.first.order):
        text = N_(
            "{file} is another store's backup: it begins with the receipt {receipt} of {moment}, which is not in the "
            "store {folder}. Nothing was overwritten. Name another file."
        )
        message = lazy(text, file=file, receipt=there.first.receipt, moment=there.first.at, folder=folder)
        raise damage.about(file, "backup_exists", message)


def _unwritable(file: Path, reason: Fact) -> TillError:
    text = lazy("The backup {file} cannot be written: {error}.", file=file, error=reason)
    return damage.about(file, "backup_unusable", text)


def _members(folder: Path, store: ReadOnlyStore, money: bytes) -> Iterator[tuple[str, bytes]]:
    yield SNAPSHOT, snapshot.encode(store.tables, store.sequence)
    yield journal.name_of(store.sequence), journal.header(store.sequence)
    for day in store.day_files():
        yield f"{DAYS}/{day.name}.json", _day(folder, day)
    if money:
        yield LEDGER, money


def _day(folder: Path, day: ClosedDay) -> bytes:
    """A closed day's file, as it was written when it was closed. Raises TillError `store_damaged`."""
    path = path_of(folder, day.name)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise damage.unusable(path, error) from error
    if snapshot.decode(path, data).checksum != day.checksum:
        raise damage.not_that_day(path)
    return data


def _ledger(folder: Path) -> bytes:
    """The whole lines of the simulated gateway's ledger; nothing if it has none here."""
    path = folder / LEDGER
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise damage.unusable(path, error) from error
    return data[: data.rfind(b"\n") + 1]


def _until(before: bytes, after: bytes) -> bytes:
    """The ledger as it belongs to a store that was read between two looks at it.

    Whatever was asked for at the first look is in the store, and what became of it counts; what was asked for later may
    not be in it.
    """
    known = {_attempt(line) for line in before.splitlines()}
    more = after[len(before) :].splitlines(keepends=True)
    return before + b"".join(line for line in more if _attempt(line) in known)


def _attempt(line: bytes) -> str | None:
    """The charge that a line of the ledger is about; None for one that is about none, or cannot be read."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    attempt = entry.get("attempt") if isinstance(entry, dict) else None
    return attempt if isinstance(attempt, str) else None
