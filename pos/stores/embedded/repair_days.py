"""Repairing closed days: what can be read of a damaged one is kept in a new file, the old one is never written to.

A file that no record names goes if all that is in it is on record elsewhere, as it is when a closing broke off.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pos.domain.errors import TillError
from pos.domain.i18n import N_, _
from pos.stores import operations
from pos.stores.closed_days import ClosedDay, free_name_after, summary
from pos.stores.embedded import snapshot
from pos.stores.embedded.day_files import DayFiles, path_of
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.file_checks import a_folder
from pos.stores.embedded.layout import DAYS, own_names
from pos.stores.embedded.rebuilding import given_up_row, healed_line, unread
from pos.stores.embedded.salvage import SalvagedSnapshot, read_snapshot
from pos.stores.records import broken_records, sift, understood_records
from pos.stores.tables import RowChange, Tables, with_key


class RepairedDays(NamedTuple):
    """What was done: sentences, whether records changed, and files that nothing needs once those are written."""

    done: list[str]
    changed: bool
    gone: list[Path]


def repair_days(folder: Path, tables: Tables, keep: Callable[[Path], object], aside: str) -> RepairedDays:
    """Repair the closed days in a folder, and their records in `tables`; `keep` copies a file first. Raises OSError."""
    done: list[str] = []
    gone: list[Path] = []
    changed = False
    for name, record in understood_records(tables, DAYS):
        day = ClosedDay.of(name, record)
        path = path_of(folder, name)
        if not path.exists():
            done.append(_("{file} is missing: put it back from a backup.", file=path.name))
            continue
        if path.is_dir():
            done.append(f"{a_folder(path)}.")
            continue
        found = read_snapshot(path, path.read_bytes(), day.checksum)
        given_up = sift(found.tables) if found.wrong and found.healed is None else []
        orders = found.tables.table(operations.ORDERS)
        if not found.wrong:
            whole = summary(name, day.checksum, orders, day.ended, part=day.part)
            if whole != day:
                _record(tables, day, whole)
                done.append(_("{file}: its record is made again from its orders.", file=path.name))
                changed = True
        elif found.healed is not None:
            keep(path)
            Disk().replace(path, [found.healed])
            done.append(healed_line(path.name, found.wrong[0]))
        elif not orders.rows or _another(found, day):
            done.append(_("{file} is not that day's, or cannot be read: put it back from a backup.", file=path.name))
        else:
            keep(path)
            done += [unread(path.name, wrong, aside) for wrong in found.wrong if not found.edited]
            done += [given_up_row(path.name, each, aside) for each in given_up]
            new = _rewritten(folder, tables, day, found)
            done.append(_("What can be read of {file} is in {new} now.", file=path.name, new=f"{new}.json"))
            gone.append(path)
            changed = True
    for path in _spare(folder, tables, gone):
        keep(path)
        text = N_(
            "{file} is named by no record, and all that is in it is on record elsewhere: it is kept in {folder} only."
        )
        done.append(_(text, file=path.name, folder=aside))
        gone.append(path)
    return RepairedDays(done, changed, gone)


def _spare(folder: Path, tables: Tables, gone: Container[Path]) -> list[Path]:
    """Files of days, but for those that are `gone`, that no record names and in which nothing stands that is not in
    another file or in hand, to the byte. What cannot be read as a whole may hold more, and is none.
    """
    if (folder / DAYS).is_symlink() or not (folder / DAYS).is_dir() or broken_records(tables, (DAYS,)):
        return []
    days = [ClosedDay.of(name, record) for name, record in tables.items(DAYS)]
    named = {path_of(folder, day.name) for day in days}
    strays = (path for path in own_names(folder / DAYS, folder) if path not in named and path not in gone)
    left = {path: rows for path in strays if (rows := _rows_of(path))}
    archive = DayFiles(folder, Disk())
    for day in days if left else ():
        with suppress(TillError):
            _take_away(left, archive.tables(day))
    _take_away(left, tables)
    return [path for path, rows in left.items() if not rows]


def _rows_of(path: Path) -> dict[tuple[str, str], bytes]:
    """All rows of a file of orders, by table and key; none if it is another file, or cannot be read."""
    try:
        tables = snapshot.read(path).tables
        tables.fill()
    except (OSError, TillError):
        return {}
    names = {name for name, _table in tables}
    if not {operations.ORDERS} <= names <= {operations.ORDERS, operations.ENDED}:
        return {}
    found = {(name, key): row for name in names for key, row in tables.keyed(name)}
    return found if len(found) == sum(len(table.rows) for _name, table in tables) else {}


def _take_away(left: dict[Path, dict[tuple[str, str], bytes]], known: Tables) -> None:
    """Take those rows away that are in these tables too, as they are there."""
    for rows in left.values():
        for place, row in tuple(rows.items()):
            if known.table(place[0]).row(place[1]) == row:
                del rows[place]


def _another(found: SalvagedSnapshot, day: ClosedDay) -> bool:
    """Whether a file that is whole is another day's."""
    seen = summary(day.name, "", found.tables.table(operations.ORDERS), 0)
    return any(series not in day.receipts for series in seen.receipts) or any(
        not (day.receipts[series][0] <= first <= last <= day.receipts[series][1])
        for series, (first, last) in seen.receipts.items()
    )


def _rewritten(folder: Path, tables: Tables, day: ClosedDay, found: SalvagedSnapshot) -> str:
    """Keep the rows in a new file and record; its name."""
    name = free_name_after(day.name, (*(path.stem for path in (folder / DAYS).glob("*.json")), *tables.table(DAYS).ids))
    kept = Tables({each: found.tables.table(each) for each in (operations.ORDERS, operations.ENDED)})
    checksum = snapshot.write(path_of(folder, name), kept, found.sequence or 0, Disk())
    _record(tables, day, summary(name, checksum, kept.table(operations.ORDERS), day.ended, part=day.part))
    return name


def _record(tables: Tables, old: ClosedDay, new: ClosedDay) -> None:
    """Put a record in the place of another, so that the days keep their order."""
    row_id = tables.table(DAYS).ids[old.name]
    tables.apply([RowChange(DAYS, row_id, with_key(new.name, new.record))])
