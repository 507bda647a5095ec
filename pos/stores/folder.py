"""A store's folder: the snapshot, the journal that follows it, and the lock."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from pos.domain.words import _
from pos.stores import checks, journal, snapshot
from pos.stores.files import make_folder, replace_file
from pos.stores.journal import Journal, Step
from pos.stores.lock import FolderLock
from pos.stores.media import Found
from pos.stores.tables import Change, Tables

SNAPSHOT = "store.json"
JOURNAL = "journal.ndjson"
LOCK = "lock"


def open_folder(path: Path, *, replace_at: int) -> tuple[Folder, Found]:
    """Lock a folder, made if it is not there, and read it; a torn last line is set aside and told.

    A journal of more than `replace_at` bytes is worth replacing by a snapshot. Raises TillError `store_in_use`,
    `store_unusable` or `store_damaged`; the lock is free again then.
    """
    try:
        make_folder(path)
        lock = FolderLock(path / LOCK)
    except OSError as error:
        raise checks.unusable(path, error) from error
    try:
        if not (path / JOURNAL).exists():
            _begin(path)
        steps, found = _read(path)
        return Folder(path, lock, steps, replace_at), found
    except OSError as error:
        lock.release()
        raise checks.unusable(path, error) from error
    except BaseException:
        lock.release()
        raise


class Folder:
    """Keeps steps in a folder that is locked and read. Implements `Medium`."""

    def __init__(self, path: Path, lock: FolderLock, steps: Journal, replace_at: int) -> None:
        self._path = path
        self._lock = lock
        self._journal = steps
        self._replace_at = replace_at

    @property
    def wants_replacing(self) -> bool:
        """Whether the journal has grown beyond its bound."""
        return self._journal.size > self._replace_at

    def append(self, sequence: int, changes: list[Change]) -> None:
        """One line and one fsync."""
        try:
            self._journal.append(Step(sequence, changes))
        except OSError as error:
            raise checks.unusable(self._path / JOURNAL, error) from error

    def replace(self, tables: Tables, sequence: int) -> None:
        """A new snapshot, then a new journal; after a crash between the two, the old journal's steps are skipped."""
        try:
            snapshot.write(self._path / SNAPSHOT, tables, sequence)
            self._journal.restart(sequence)
        except OSError as error:
            raise checks.unusable(self._path, error) from error

    def close(self) -> None:
        """Close the journal and free the lock."""
        self._journal.close()
        self._lock.release()


def _begin(path: Path) -> None:
    """Write the files of an empty store. The snapshot comes last: one without a journal is a loss, not a beginning."""
    if (path / SNAPSHOT).exists():
        raise checks.damaged(path / JOURNAL, 1, _("the file is missing, and with it the last sales"))
    replace_file(path / JOURNAL, [journal.header(0)])
    snapshot.write(path / SNAPSHOT, Tables(), 0)


def _read(path: Path) -> tuple[Journal, Found]:
    """What the snapshot and the journal say together, and the journal ready for the next step."""
    content = journal.decode(path / JOURNAL, (path / JOURNAL).read_bytes())
    if (path / SNAPSHOT).exists():
        tables, sequence = snapshot.read(path / SNAPSHOT)
    else:
        tables, sequence = Tables(), 0
    if content.after > sequence:
        what = _("the file is missing or older than {file}, which goes on after it", file=JOURNAL)
        raise checks.damaged(path / SNAPSHOT, 1, what)
    notices = (_set_aside(path, content.torn),) if content.torn else ()
    for step in content.steps:
        if step.sequence > sequence:
            tables.apply(step.changes)
            sequence = step.sequence
    steps = Journal(path / JOURNAL)
    try:
        if content.torn:
            steps.cut(steps.size - len(content.torn))
        if content.after + len(content.steps) < sequence:
            steps.restart(sequence)
        if not (path / SNAPSHOT).exists():
            snapshot.write(path / SNAPSHOT, Tables(), 0)
    except BaseException:
        steps.close()
        raise
    return steps, Found(tables, sequence, notices)


def _set_aside(path: Path, torn: bytes) -> str:
    """Keep a torn last line in a file of its own; the sentence that tells of it."""
    aside = next(name for number in count(1) if not (name := path / f"torn-{number}.ndjson").exists())
    replace_file(aside, [torn])
    return _(
        "The last line of {file} was cut off, as by a power cut. It was never confirmed to anybody: "
        "it is set aside in {aside}.",
        file=JOURNAL,
        aside=aside.name,
    )
