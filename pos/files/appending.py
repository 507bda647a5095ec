"""Writing to the end of what is there, by way of nobody's link but this user's own or root's."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from pos.domain.i18n import _
from pos.files.private_files import NEW, PRIVATE_FILE, check_owner, foreign, no_file

MOST_LINKS: Final = 40
"""How many links after one another are followed, as by the system."""
OTHERS_WRITE: Final = 0o022
_DESCRIPTORS: Final = (Path("/dev/fd"), Path("/proc/self/fd"))


def open_to_append(path: Path) -> int:
    """A handle to write to the end of `path`: a new file, a file or pipe that is there, or a device such as /dev/null.

    A pipe that nobody reads is refused instead of waited for. Links of this user and of root are followed, and
    `/dev/stderr` is the stream that this process was given. Raises OSError.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
    for _link in range(MOST_LINKS):
        if path.parent in (*_DESCRIPTORS, Path(f"/proc/{os.getpid()}/fd")) and path.name.isdecimal():
            return _inherited(int(path.name))
        try:
            return os.open(path, flags | NEW, PRIVATE_FILE)
        except FileExistsError:
            pass
        with suppress(FileNotFoundError):
            found = path.lstat()
            if stat.S_ISLNK(found.st_mode):
                path = _next(path, found)
                continue
            _check_appendable(path, found)
            handle = os.open(path, flags)
            if os.path.samestat(found, os.fstat(handle)):
                return handle
            os.close(handle)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def followed(path: Path) -> Path:
    """Where the links that begin at `path` end, each of them of this user or of root. Raises OSError."""
    for _link in range(MOST_LINKS):
        if not path.is_symlink():
            return path
        path = _next(path, path.lstat())
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def _check_appendable(path: Path, found: os.stat_result) -> None:
    if stat.S_ISCHR(found.st_mode):
        return
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISFIFO(found.st_mode):
        raise no_file(path)
    check_owner(path, found)
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1 and path.parent.stat().st_mode & OTHERS_WRITE:
        # Somebody else may have given another file of this user's this name.
        text = _("it has another name as well, in a folder where others may write: name another file")
        raise PermissionError(errno.EPERM, text, str(path))


def _next(path: Path, found: os.stat_result) -> Path:
    """Where a link leads that is looked at in `found`."""
    check_owner(path, found)
    target = path.parent / path.readlink()
    if not os.path.samestat(found, path.lstat()):
        raise foreign(path, path.lstat())
    return target


def _inherited(number: int) -> int:
    """A handle of a stream that this process was given by the one that started it."""
    given = number <= 2 or os.get_inheritable(number)
    if not given or fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), f"/dev/fd/{number}")
    return os.dup(number)
