"""The files of an open store as it left them: somebody else may remove, move, replace or change them meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Final

from pos.domain.errors import TillError
from pos.files.fingerprint import Fingerprint, fingerprint
from pos.stores.embedded import damage
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.lock import FolderLock

_FILE: Final = itemgetter(slice(3))
"""Which file it is, and how long."""


class KnownFiles:
    """What a store knows of its folder, its lock and its files. Any thread may ask."""

    def __init__(self, path: Path, lock: FolderLock) -> None:
        """No file is known yet in the folder at `path`, which is locked."""
        self.lock = lock
        self._path: Final = path
        self._before_names: Final = os.fsencode(path) + b"/"
        self._files: dict[str, Fingerprint] = {}
        self._asking = Lock()

    def require(self, *names: str) -> None:
        """Make sure that folder and lock are what they were, and all files, or those of these names alone.

        Raises TillError `store_unusable`, or OSError if that cannot be told.
        """
        self.require_files(*names)
        with _of_an_open_store():
            self.lock.hold()

    def require_files(self, *names: str) -> None:
        """Make sure that the folder is what it was, and all files or those of these names. Raises as `require`."""
        self.require_folder()
        with self._asking:
            for name, known in self._files.items():
                if names and name not in names:
                    continue
                if (found := self._found(name)) != known:
                    same = found is not None and _FILE(found) == _FILE(known)
                    raise damage.not_as_left(self._path / name, touched=same)

    def require_folder(self) -> None:
        """Make sure that the folder is the one of its path. Raises as `require`."""
        if not self.lock.has_folder():
            raise damage.not_as_left(self._path)

    def require_to_write(self, name: str) -> None:
        """Make sure that the file of this name and the lock are what they were, before a step is written to the file.

        Raises as `require`.
        """
        # Asked for by their paths: where both are as they were, the folder is too.
        if self._at_path(name) != self._files.get(name) or not self.lock.is_at_path():
            self.require(name)

    def take_written(self, name: str, size: int) -> None:
        """Take the file of this name for known as a step has left it, `size` bytes long, and all others as they were.

        Raises as `require` if it is another file, or if any other is not what it was.
        """
        found = self._at_path(name)
        with self._asking:
            if is_same := found is not None and found[:3] == (*self._files[name][:2], size):
                self._files[name] = found
            others = [(each, known) for each, known in self._files.items() if each != name]
        if not is_same:
            self.require_folder()
            raise damage.not_as_left(self._path / name)
        if any(self._at_path(each) != known for each, known in others):
            self.require_files()

    def missing(self) -> Path | None:
        """The folder, or the newest file, that is known and not at its path any more."""
        with self._asking:
            gone = [name for name in self._files if not (self._path / name).exists()]
        return self._path if not self._path.exists() else self._path / max(gone) if gone else None

    def take(self, name: str, found: os.stat_result) -> None:
        """Take a file from now on for known as it was `found`."""
        with self._asking:
            self._files[name] = fingerprint(found)

    def take_all(self, files: dict[str, Fingerprint]) -> None:
        """Know these files and no others."""
        with self._asking:
            self._files = files

    def forget(self, name: str) -> Fingerprint | None:
        """Know nothing of a file any more, as before it is removed; what was known."""
        with self._asking:
            return self._files.pop(name, None)

    @contextmanager
    def replacing(self, name: str) -> Iterator[None]:
        """Know nothing of a file that is replaced in this context; what was known, if that breaks off."""
        before = self.forget(name)
        try:
            yield
        except BaseException:
            if before is not None:
                with self._asking:
                    self._files[name] = before
            raise

    def lock_of_path(self) -> FolderLock:
        """The lock that is held, or a new one if another folder is at the path now. Raises as `require`."""
        with _of_an_open_store():
            if not self.lock.has_folder():
                return FolderLock(self._path)
            self.lock.hold()
            return self.lock

    def hold(self, lock: FolderLock) -> None:
        """Hold this lock, and no longer the one before."""
        with self._asking:
            self.lock, before = lock, self.lock
            self.spare(before)

    def spare(self, lock: FolderLock) -> None:
        """Give a lock back unless it is the one that is held."""
        if lock is not self.lock:
            lock.release()

    def _at_path(self, name: str) -> Fingerprint | None:
        """A file as it is at the folder's path, whichever folder that is now; None if that cannot be told."""
        try:
            return fingerprint(os.stat(self._before_names + name.encode()))  # noqa: PTH116
        except OSError:
            return None

    def _found(self, name: str) -> Fingerprint | None:
        try:
            return fingerprint(os.stat(name, dir_fd=self.lock.folder))
        except FileNotFoundError:
            return None


@contextmanager
def _of_an_open_store() -> Iterator[None]:
    """That an open store is in use by others too is a fault of its files."""
    try:
        yield
    except TillError as error:
        raise TillError("store_unusable", error.words, **error.details) from error


class GuardedDisk(Disk):
    """A disk that gives files of a folder new content, or takes them away, only while `require` raises nothing."""

    def __init__(self, disk: Disk, require: Callable[[], None]) -> None:
        self._disk = disk
        self._require = require

    def open(self, path: Path) -> int:
        """See `Disk`."""
        return self._disk.open(path)

    def write(self, handle: int, data: bytes, offset: int) -> None:
        """See `Disk`."""
        self._disk.write(handle, data, offset)

    def sync(self, handle: int) -> None:
        """See `Disk`."""
        self._disk.sync(handle)

    def cut(self, handle: int, size: int) -> None:
        """See `Disk`."""
        self._disk.cut(handle, size)

    def replace(self, path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
        """See `Disk`."""

        def guarded() -> Iterator[bytes]:
            yield from chunks
            self._require()

        self._require()
        self._disk.replace(path, guarded(), first)

    def remove(self, path: Path) -> None:
        """See `Disk`."""
        self._require()
        self._disk.remove(path)
