"""Putting together what a snapshot and its journals still say."""

from __future__ import annotations

from typing import NamedTuple

from pos.domain.i18n import N_, _, plural
from pos.stores import codec, operations
from pos.stores.embedded.journal import JournalStep
from pos.stores.embedded.layout import SNAPSHOT
from pos.stores.embedded.salvage import BadLine, SalvagedJournal, SalvagedSnapshot
from pos.stores.embedded.shared_sale import has_sale, whole_changes
from pos.stores.records import named, sift
from pos.stores.tables import RowChange, Tables


class Rebuilt(NamedTuple):
    """What is on record for certain, up to a step."""

    tables: Tables
    sequence: int
    changed: bool
    """Whether the files must be written anew."""
    lost: bool
    """Whether something that was confirmed may be missing."""


def rebuild(
    kept: SalvagedSnapshot | None, journals: list[SalvagedJournal], aside: str
) -> tuple[Rebuilt | None, list[str]]:
    """All that can be told, and sentences about the rest; None if that is too little to go on with.

    `aside` is the folder that keeps the files as they were.
    """
    done: list[str] = []
    begins = journals[0].after if journals else None
    if kept is None and begins != 0:
        text = _("{file} is missing, and cannot be made again: put back a backup.", file=SNAPSHOT)
        return None, [text]
    tables = kept.tables if kept is not None else Tables()
    sequence = (kept.sequence if kept is not None else None) or begins
    if sequence is None or (kept is not None and kept.wrong and not any(table.rows for _name, table in tables)):
        return None, [_("Nothing of {file} can be read: put back a backup.", file=SNAPSHOT)]
    done += _of_snapshot(kept, aside)
    lost = bool(kept is not None and kept.lost)
    rest: list[JournalStep] = []
    read_to = 1
    for each in journals:
        read_to = 1
        for line, step in each.steps:
            if rest or step.sequence > sequence + 1:
                rest.append(step)
                continue
            if step.sequence == sequence + 1:
                changes, gone = _readable(step, tables)
                tables.apply(changes)
                lost = lost or bool(gone)
                done += [given_up_row(each.path.name, name, aside) for name in gone]
                sequence = step.sequence
            read_to = line
    healed = [(each, wrong) for each in journals for wrong in each.wrong if wrong.healed]
    done += [healed_line(each.path.name, wrong) for each, wrong in healed]
    broken = [(each.path.name, wrong) for each in journals for wrong in each.wrong if not wrong.healed]
    torn = journals[-1].torn if journals else b""
    if rest or not journals or any(wrong.line > max(read_to, 1) for wrong in journals[-1].wrong if not wrong.healed):
        lost = True
        done.append(_set_aside(sequence, broken, rest, aside))
    elif broken:
        done += [
            _("{file}, line {line}: is damaged, and nothing is missing.", file=file, line=wrong.line)
            for file, wrong in broken
        ]
    if torn and not rest:
        text = N_("{file}: the last line was cut off. It was never confirmed to anybody, and is taken away.")
        done.append(_(text, file=journals[-1].path.name))
    if kept is not None and (kept.edited or kept.lost):
        given_up = sift(tables)
        lost = lost or bool(given_up)
        done += [given_up_row(SNAPSHOT, name, aside) for name in given_up]
    return Rebuilt(tables, sequence, bool(done), lost), done


def _readable(step: JournalStep, tables: Tables) -> tuple[list[RowChange], list[str]]:
    """The changes of a step, whole, and what is given up of it: a sale that goes on from one which cannot be read."""
    try:
        return whole_changes(step, tables), []
    except LookupError:
        gone = [
            named(each.table, codec.key_of(each.row or b"") or str(each.id)) for each in filter(has_sale, step.changes)
        ]
        return [each for each in step.changes if not has_sale(each)], gone


def _of_snapshot(kept: SalvagedSnapshot | None, aside: str) -> list[str]:
    if kept is None:
        return [_("{file} was missing, and is made again from the journal.", file=SNAPSHOT)]
    if kept.healed is not None:
        return [healed_line(SNAPSHOT, kept.wrong[0])]
    if kept.edited:
        return [_("{file} was changed from outside. All of it can be read, and counts as it is now.", file=SNAPSHOT)]
    return [unread(SNAPSHOT, wrong, aside) for wrong in kept.wrong]


def unread(file: str, wrong: BadLine, aside: str) -> str:
    """Said of a row that is given up."""
    text = N_("{file}, line {line}: cannot be read, and is kept in {folder} only.")
    return _(text, file=file, line=wrong.line, folder=aside)


def given_up_row(file: str, name: str, aside: str) -> str:
    """Said of a record that can be read and not understood."""
    return _("{file}: {name}, and is kept in {folder} only.", file=file, name=name, folder=aside)


def healed_line(file: str, wrong: BadLine) -> str:
    """Said of a line that is as it was written again."""
    text = N_("{file}, line {line}: one byte was wrong. The checksum told which, and it is right again.")
    return _(text, file=file, line=wrong.line)


def _set_aside(sequence: int, broken: list[tuple[str, BadLine]], rest: list[JournalStep], aside: str) -> str:
    """What is kept, where it breaks off, and which receipts are behind that."""
    place = _("{file}, line {line}", file=broken[0][0], line=broken[0][1].line) if broken else _("a journal is missing")
    steps = plural("{count} step that can be read", "{count} steps that can be read", len(rest))
    receipts = ", ".join(_receipts(rest)) or _("none")
    return _(
        "The steps up to {number} are kept. What follows is damaged ({place}) and kept in {folder} only: "
        "{steps}, with these receipts: {receipts}.",
        number=sequence,
        place=place,
        folder=aside,
        steps=steps,
        receipts=receipts,
    )


def _receipts(steps: list[JournalStep]) -> list[str]:
    return [
        str(codec.decode(change.row).get("receipt"))
        for step in steps
        for change in step.changes
        if change.table == operations.ORDERS and change.row is not None
    ]
