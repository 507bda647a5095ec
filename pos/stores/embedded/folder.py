"""A store's folder: the snapshot, the journals that follow it, the closed days, and the lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, pairwise
from pathlib import Path
from typing import NamedTuple

from pos.domain.errors import TillError
from pos.domain.message import Message, lazy
from pos.files.fingerprint import Fingerprint, fingerprint
from pos.files.private_files import make_folder
from pos.stores.embedded import damage, journal, snapshot
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.journal import Journal, JournalStep, NoRoom
from pos.stores.embedded.journal_chain import Confirmed, JournalChain, read_chain
from pos.stores.embedded.known_files import GuardedDisk, KnownFiles
from pos.stores.embedded.layout import JOURNAL, SNAPSHOT, is_store, journals, leftovers
from pos.stores.embedded.lock import FolderLock
from pos.stores.embedded.migration import migrate
from pos.stores.embedded.owner_check import check_owner
from pos.stores.tables import Tables


class NothingKept(TillError):
    """A step was refused before anything of it was written: the store goes on as it stands."""


class Found(NamedTuple):
    """What was on record when a folder was read, and what people should be told of it."""

    tables: Tables
    sequence: int
    notices: tuple[Message, ...] = ()


class Rescued(NamedTuple):
    """A journal that was removed for good while other content was put in its place, and where its lines are kept."""

    journal: Path
    aside: Path


def open_folder(path: Path, *, replace_at: int, disk: Disk) -> tuple[Folder, Found]:
    """Lock a folder, made if it is not there, and read it; a torn last line is set aside and told.

    A store begins in an empty folder only; any other that is no store is refused before anything in it is touched. A
    journal of more than `replace_at` bytes is worth replacing by a snapshot. Raises TillError `store_in_use`,
    `store_unusable` or `store_damaged`; the lock is free again then.
    """
    is_store(path)
    try:
        check_owner(path)
        make_folder(path)
        lock = FolderLock(path)
    except OSError as error:
        raise damage.unusable(path, error) from error
    try:
        with _told(path):
            begun = is_store(path)
            guarded = GuardedDisk(disk, KnownFiles(path, lock).require_folder)
            for left in leftovers(path):
                guarded.remove(left)
            migrate(path, guarded)
            if not begun:
                _begin(path, guarded)
        folder = Folder(path, lock, replace_at, disk)
        return folder, folder.reread()
    except BaseException:
        lock.release()
        raise


class Folder:
    """Keeps steps in a folder that is locked; `reread` comes first.

    A method that returns has made its work durable; after one that raised, nobody knows. All but `snapshot` are called
    by one thread at a time. They raise TillError `store_unusable`. Each step is kept only while folder, lock and files
    are those that it knows, before the step and after it.
    """

    def __init__(self, path: Path, lock: FolderLock, replace_at: int, disk: Disk) -> None:
        self._path = path
        self._known = KnownFiles(path, lock)
        self._disk = GuardedDisk(disk, self._known.require_folder)
        self.archive = DayFiles(path, self._disk)
        self._replace_at = self._bound = replace_at
        self._journal: Journal | None = None
        self._failed = False
        """Whether a step failed and was not read again to its end."""
        self._since = 0
        """The last step that the snapshot includes."""
        self._rescued: Rescued | None = None

    @property
    def wants_replacing(self) -> bool:
        """Whether the journal has grown beyond its bound."""
        return self._journal is not None and self._journal.size > self._bound

    def append(self, step: JournalStep, *, spare: int = 0, ending: bool = False) -> None:
        """Keep one step: one line and one fdatasync.

        `spare` bytes of room for later ones are made first; a step that is `ending` what got its room so does without.
        Raises NothingKept if there is no room.
        """
        journal = self._journal
        assert journal is not None
        try:
            # Before, what is written to and who may; after, all that the step is read from.
            self._known.require_to_write(journal.name)
            journal.append(step, spare, ending=ending)
            self._known.take_written(journal.name, journal.allocated)
        except NoRoom as error:
            self._known.take_written(journal.name, journal.allocated)
            raise _nothing_kept(self._path, error) from error
        except OSError as error:
            raise damage.unusable(self._path, error) from error

    def replace(self, tables: Tables, sequence: int) -> None:
        """Keep these tables in place of every step up to `sequence`.

        A new snapshot, then a new journal; after a crash between the two, the old journal's steps are skipped.
        """
        with _told(self._path):
            self._known.require()
            self._write_snapshot(tables, sequence)
            self._begin_journal(sequence)
            self._remove_before(sequence)

    def rotate(self, sequence: int) -> None:
        """Keep the steps after `sequence` in a new journal; the one before stays until a snapshot has its steps.

        Raises NothingKept if there is no room.
        """
        assert self._journal is not None
        self._bound = self._journal.size + self._replace_at
        with _told(self._path):
            self._known.require()
            try:
                self._begin_journal(sequence)
            except OSError as error:
                if (self._path / journal.name_of(sequence)).exists():
                    raise
                raise _nothing_kept(self._path, error) from error
        self._bound = self._replace_at

    def snapshot(self, tables: Tables, sequence: int) -> None:
        """Keep these tables in place of the steps up to `sequence`, at which it was rotated; from any thread.

        A new snapshot, then the journals before it go.
        """
        with _told(self._path):
            if sequence < self._since:
                raise damage.of_another_course(self._path)
            self._write_snapshot(tables, sequence)
            self._remove_before(sequence)

    def reread(self, confirmed: Confirmed | None = None) -> Found:
        """What is on record in the whole folder; the journal ready for the next step.

        Files that do not go on from what was `confirmed` are not touched. Raises TillError `store_damaged` too.
        """
        self._failed = self._failed or self._journal is not None
        with _told(self._path):
            rescued = self._rescue()
            try:
                chain, files = self._read(confirmed)
            except TillError as error:
                raise (damage.rescued(error, *rescued) if rescued else error) from error
            torn, newest = chain.last.torn, chain.files[-1]
            notices = (_set_aside(self._path, torn, newest.name, self._disk),) if torn else ()
            if self._failed:
                # What is read may be in memory only, and the system would not say so a second time.
                self._disk.replace(newest, [newest.read_bytes()[: chain.last.size]])
            if self._journal is not None:
                self._journal.close(trim=False)
                self._journal = None
            self._journal = Journal(newest, chain.last.size, chain.last.checksum, self._disk)
            found = self._journal.found()
            self._journal.settle(cut=bool(torn))
            if torn:
                found = self._journal.look()
            self._failed, self._rescued = False, None
            self._since = chain.since
            self._known.take_all(files | {newest.name: fingerprint(found)})
            if chain.last.after + len(chain.last.steps) < chain.sequence or chain.last.version < damage.FORMAT:
                # Where an older program is to refuse what it would not understand, a file says so.
                self._begin_journal(chain.sequence)
            if SNAPSHOT not in files:
                self._write_snapshot(Tables(), 0)
            self._remove_before(chain.since)
        return Found(chain.tables, chain.sequence, notices)

    def close(self) -> None:
        """Close the journal and free the lock. Files that are not as they were left are not touched."""
        try:
            if self._journal is not None:
                with suppress(TillError, OSError):
                    self._rescue()
                self._journal.close(trim=self._is_as_it_was())
        finally:
            self._known.lock.release()

    def _rescue(self) -> Rescued | None:
        """Put a journal back that was removed for good, while its lines are in the open handle still.

        Where there is another file now that has not all of them, they are kept beside it. Where; None if they need not
        be. Raises OSError, and TillError as `KnownFiles.require`.
        """
        journal = self._journal
        if journal is None or not journal.removed or not self._known.lock.has_folder():
            return None
        self._known.lock_of_path()
        lines, path = journal.lines(), self._path / journal.name
        if damage.checksum(lines) != journal.checksum:
            return None
        if not os.path.lexists(path):
            self._disk.replace(path, [lines])
            return None
        if path.read_bytes().startswith(lines):
            return None
        if self._rescued is None or not self._rescued.aside.exists():
            self._rescued = Rescued(path, _free(self._path, "removed"))
            self._disk.replace(self._rescued.aside, [lines])
        return self._rescued

    def _is_as_it_was(self) -> bool:
        try:
            self._known.require()
        except (TillError, OSError):
            return False
        return True

    def _read(self, confirmed: Confirmed | None) -> tuple[JournalChain, dict[str, Fingerprint]]:
        """What is on record, and its files as they were when they were read; their folder is locked from then on."""
        missing = self._known.missing()
        if missing is not None and not (self._path.is_dir() and journals(self._path)):
            raise damage.not_as_left(missing)
        lock = self._known.lock_of_path()
        try:
            files = _files(self._path)
            chain = read_chain(self._path, confirmed)
            if _files(self._path) != files:
                raise damage.not_as_left(self._path)
            if missing is not None and chain.files[-1].name < missing.name:
                # It may come back, and would follow on what is written meanwhile.
                raise damage.not_as_left(missing)
        except BaseException as error:
            self._known.spare(lock)
            if missing is not None and isinstance(error, OSError | damage.Damaged):
                raise damage.not_as_left(missing) from error
            raise
        self._known.hold(lock)
        return chain, files

    def _write_snapshot(self, tables: Tables, sequence: int) -> None:
        path = self._path / SNAPSHOT
        with self._known.replacing(SNAPSHOT):
            checksum = snapshot.write(path, tables, sequence, self._disk)
            found = path.stat()
            if not snapshot.has_checksum(path, checksum):
                raise damage.not_as_left(path)
        self._known.take(SNAPSHOT, found)

    def _begin_journal(self, after: int) -> None:
        old, path = self._journal, self._path / journal.name_of(after)
        head = journal.header(after)
        with self._known.replacing(path.name):
            self._disk.replace(path, [head])
        self._journal = Journal(path, len(head), damage.checksum(head), self._disk)
        self._known.take(path.name, self._journal.found())
        if old is not None:
            old.close(trim=False)

    def _remove_before(self, sequence: int) -> None:
        """Remove the journals whose steps the snapshot has: those that another one follows at or before it."""
        files = journals(self._path)
        for file, after in pairwise(files):
            if int(_number(after)) <= sequence:
                self._known.forget(file.name)
                self._disk.remove(file)


def _files(path: Path) -> dict[str, Fingerprint]:
    """The snapshot and the journals of a folder as they are now. Raises OSError."""
    there = [file for file in (path / SNAPSHOT, *journals(path)) if file.exists()]
    return {file.name: fingerprint(file.stat()) for file in there}


def _nothing_kept(path: Path, error: OSError) -> NothingKept:
    told = damage.unusable(path, error)
    return NothingKept(told.code, told.words, **told.details)


def _number(file: Path) -> str:
    found = JOURNAL.fullmatch(file.name)
    assert found is not None
    return found[1]


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """An OSError becomes a TillError about this path."""
    try:
        yield
    except OSError as error:
        raise damage.unusable(path, error) from error


def _begin(path: Path, disk: Disk) -> None:
    """Write the files of an empty store. The snapshot comes last: one without a journal is a loss, not a beginning."""
    disk.replace(path / journal.name_of(0), [journal.header(0)])
    snapshot.write(path / SNAPSHOT, Tables(), 0, disk)


def _free(path: Path, what: str) -> Path:
    """A name in a folder for lines that are set aside, which nothing has yet."""
    return next(found for number in count(1) if not os.path.lexists(found := path / f"{what}-{number}.ndjson"))


def _set_aside(path: Path, torn: bytes, name: str, disk: Disk) -> Message:
    """Keep a torn last line in a file of its own; the sentence that tells of it."""
    aside = _free(path, "torn")
    disk.replace(aside, [torn])
    return lazy(
        "The last line of {file} was cut off, as by a power cut. It was never confirmed to anybody: "
        "it is set aside in {aside}.",
        file=name,
        aside=aside.name,
    )
