"""One process writes a store: a lock that the system takes back when its holder dies.

The folder itself is locked, which nobody can take away apart from what is in it, and a file in it that says who holds
it. Older programs know the file alone.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.i18n import N_, _
from pos.domain.message import lazy
from pos.domain.terminal_text import clean
from pos.files.private_files import PRIVATE_FILE
from pos.stores.embedded import damage
from pos.stores.embedded.layout import LOCK

_ASKING: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
"""A pipe in the place of the file is not waited for."""
_TRIES: Final = 5
_PAUSE: Final = 0.01
"""Seconds between tries: whoever asks for the holder has the lock for a moment."""


class FolderLock:
    """Holds a folder from its making until `release`."""

    def __init__(self, path: Path) -> None:
        """Take the lock of a folder. Raises TillError `store_in_use`, with `pid` and `program`, or OSError."""
        self._path = path
        self._file_path = os.fsencode(path / LOCK)
        self.folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        """A handle of the folder, wherever it is moved."""
        self._file = -1
        try:
            self._folder_id = _id(os.fstat(self.folder))
            if not _taken_if_it_can_be(self.folder):
                raise _in_use(path, _told_in(self.folder))
            self._take_file()
        except BaseException:
            os.close(self.folder)
            raise

    def has_folder(self) -> bool:
        """Whether the folder is still the one of its path. Raises OSError if that cannot be told."""
        try:
            return _id(self._path.stat()) == self._folder_id
        except (FileNotFoundError, NotADirectoryError):
            return False

    def is_at_path(self) -> bool:
        """Whether the file of the folder's path is ours, whichever folder that is; False if that cannot be told."""
        try:
            return _id(os.lstat(self._file_path)) == self._file_id
        except OSError:
            return False

    def hold(self) -> None:
        """Make sure that the file in the folder is ours; one that was removed is made again.

        Raises TillError `store_in_use` if another process has it, or OSError.
        """
        try:
            if _id(os.stat(LOCK, dir_fd=self.folder, follow_symlinks=False)) == self._file_id:
                return
        except FileNotFoundError:
            pass
        self._take_file()

    def release(self) -> None:
        """Let others have it."""
        close_unlocked(self._file)
        close_unlocked(self.folder)

    def _take_file(self) -> None:
        for _try in range(_TRIES):
            handle = os.open(LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, PRIVATE_FILE, dir_fd=self.folder)
            try:
                if not _taken(handle):
                    raise _in_use(self._path, _holder(handle))
                if not _is_named(handle, self.folder):
                    # It was removed before it was locked.
                    os.close(handle)
                    continue
                os.ftruncate(handle, 0)
                os.pwrite(handle, json.dumps(_myself()).encode(), 0)
            except BaseException:
                os.close(handle)
                raise
            if self._file >= 0:
                os.close(self._file)
            self._file, self._file_id = handle, _id(os.fstat(handle))
            return
        raise damage.not_as_left(self._path / LOCK)


def lock_handle(handle: int, folder: Path) -> None:
    """Lock an open file of a store too, for folders that cannot be locked, and files that stand in two of them.

    Raises TillError `store_in_use`. A file system that has no locks is no hindrance.
    """
    if not _taken_if_it_can_be(handle):
        raise _in_use(folder, {})


def close_unlocked(handle: int) -> None:
    """Close a file or folder that is locked, and unlock it: a process that was begun meanwhile may have its handle.

    It has all of them until it runs its program.
    """
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def holder_of(folder: Path) -> str | None:
    """Who holds a folder, such as `pos (process 12)`; None if nobody does, or it is not there. Raises OSError."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        if not (_is_held(handle) or _file_is_held(handle)):
            return None
        found = _told_in(handle)
    finally:
        os.close(handle)
    if not found:
        return _("another process")
    return _("{program} (process {pid})", program=found.get("program"), pid=found.get("pid"))


def _taken(handle: int) -> bool:
    """Lock a file for ourselves alone; False if somebody else has it. Raises OSError."""
    for last in (number == _TRIES for number in range(1, _TRIES + 1)):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if last:
                return False
            time.sleep(_PAUSE)
        else:
            break
    return True


def _taken_if_it_can_be(handle: int) -> bool:
    try:
        return _taken(handle)
    except OSError:
        # Network file systems lock no folders, and some lock nothing.
        return True


def _is_held(handle: int) -> bool:
    """Whether somebody has locked a file."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _file_is_held(folder: int) -> bool:
    try:
        handle = os.open(LOCK, _ASKING, dir_fd=folder)
    except FileNotFoundError:
        return False
    try:
        return _is_held(handle)
    finally:
        os.close(handle)


def _id(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _is_named(handle: int, folder: int) -> bool:
    """Whether an open lock file is still the one that the folder names."""
    try:
        return _id(os.stat(LOCK, dir_fd=folder, follow_symlinks=False)) == _id(os.fstat(handle))
    except FileNotFoundError:
        return False


def _myself() -> dict[str, str | int]:
    program = Path(sys.argv[0])
    name = program.parent.name if program.name == "__main__.py" else program.name
    return {"pid": os.getpid(), "program": name or "python"}


def _told_in(folder: int) -> dict[str, str | int]:
    """Who wrote the lock file of an open folder; empty if that cannot be told."""
    try:
        handle = os.open(LOCK, _ASKING, dir_fd=folder)
    except OSError:
        return {}
    try:
        return _holder(handle)
    finally:
        os.close(handle)


def _holder(handle: int) -> dict[str, str | int]:
    """Who wrote the lock file; empty in the moment between taking the lock and writing the name."""
    try:
        found = json.loads(os.pread(handle, 4096, 0))
    except (ValueError, RecursionError, OSError):
        return {}
    known = isinstance(found, dict) and type(found.get("pid")) is int and isinstance(found.get("program"), str)
    return {"pid": found["pid"], "program": clean(found["program"])} if known else {}


def _in_use(folder: Path, holder: dict[str, str | int]) -> TillError:
    pid, program = holder.get("pid"), holder.get("program")
    known = N_("The store {file} is in use by {program} (process {pid}). {advice}")
    unknown = N_("The store {file} is in use by another process. {advice}")
    advice = lazy("Close it there, or name another store with --store.")
    message = lazy(known if holder else unknown, file=folder, program=program, pid=pid, advice=advice)
    return TillError("store_in_use", message, pid=pid, program=program)
