"""The chain of a folder's files, read: the snapshot, and the journals that go on from it and from one another."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise, takewhile
from pathlib import Path
from typing import NamedTuple

from pos.domain.message import lazy
from pos.stores.embedded import damage, journal, snapshot
from pos.stores.embedded.journal import JournalStep
from pos.stores.embedded.layout import SNAPSHOT, journals
from pos.stores.embedded.shared_sale import whole_changes
from pos.stores.tables import Tables


class Confirmed(NamedTuple):
    """What a store has told others to be on record: the last step, and all tables as they stand after it, if known.

    `attempted` are the tables after the one step beyond that may be on record.
    """

    sequence: int
    tables: Tables | None
    attempted: Tables | None = None


class JournalChain(NamedTuple):
    """The snapshot and the journals of a folder as read: what they say together, and what stands where."""

    tables: Tables
    sequence: int
    since: int
    """The last step that the snapshot includes."""
    files: tuple[Path, ...]
    """The journals, the oldest first."""
    last: journal.JournalContent
    """The newest journal."""


def read_chain(path: Path, confirmed: Confirmed | None = None) -> JournalChain:
    """What a folder's snapshot and journals say together, going on from what was `confirmed` if that is told.

    Raises OSError, TillError `store_damaged`, or `store_unusable` for a newer format and for files that do not go on.
    """
    files = journals(path)
    if not files:
        raise damage.damaged(path / journal.name_of(0), 1, lazy("the file is missing, and with it the last sales"))
    contents = [journal.decode(file, file.read_bytes()) for file in files]
    if (path / SNAPSHOT).exists():
        tables, sequence, _checksum = snapshot.read(path / SNAPSHOT)
    else:
        tables, sequence = Tables(), 0
    if contents[0].after > sequence:
        what = lazy("the file is missing or older than {file}, which goes on after it", file=files[0].name)
        raise damage.damaged(path / SNAPSHOT, 1, what)
    for file, content in zip(files, contents, strict=True):
        if file.name != journal.name_of(content.after):
            raise damage.damaged(file, 1, lazy("the file has not the name that its first line asks for"))
    for (older, newer), file in zip(pairwise(contents), files[1:], strict=False):
        if older.torn or older.after + len(older.steps) != newer.after:
            raise damage.damaged(file, 1, lazy("the file does not go on where the one before it ends"))
    since = sequence
    steps = [step for content in contents for step in content.steps if step.sequence > since]
    until = sequence if confirmed is None else confirmed.sequence
    sequence = _apply(path, tables, takewhile(lambda step: step.sequence <= until, steps), since)
    if confirmed is not None and sequence < until:
        raise damage.behind(path, sequence, until)
    if confirmed is not None and sequence == until and not _same(tables, confirmed.tables):
        raise damage.of_another_course(path)
    sequence = _apply(path, tables, (step for step in steps if step.sequence > sequence), sequence)
    if confirmed is not None and sequence > until:
        # Where others went on, the next ticket's number may be taken, and its sale be taken for done.
        ours = sequence == until + 1 and _same(tables, confirmed.attempted)
        if not ours:
            raise damage.of_another_course(path)
    return JournalChain(tables, sequence, since, files, contents[-1])


def _apply(path: Path, tables: Tables, steps: Iterable[JournalStep], sequence: int) -> int:
    """Carry out steps; the number of the last one, `sequence` if there is none. Raises TillError `store_damaged`."""
    for step in steps:
        try:
            tables.apply(whole_changes(step, tables))
        except LookupError:
            what = lazy("the ticket is missing whose sale step {number} goes on from", number=step.sequence)
            raise damage.damaged(path / SNAPSHOT, 1, what) from None
        sequence = step.sequence
    return sequence


def _same(tables: Tables, known: Tables | None) -> bool:
    """Whether tables are those that are known, if any are."""
    return known is None or tables.rows() == known.rows()
