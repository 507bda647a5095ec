"""The one place that makes files: whole or not at all, private, and never by way of what somebody else put there.

In a folder where others may write too, such as /tmp, a name that can be foretold may be taken by a link, a pipe or a
file of another user's. So a name is only ever taken if it is free, or if what has it belongs to this user or to root.
Neither mode nor owner of what was there before is changed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Final

from pos.domain.words import _

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700
OTHERS_WRITE: Final = 0o022

AT_ONCE: Final = 1024 * 1024
"""Bytes of a long file that are made durable at a time."""
LONGEST_STEM: Final = 200
"""Bytes of a file's name that are in its temporary one too."""
MOST_LINKS: Final = 40
"""How many links after one another are followed, as by the system."""

_NEW: Final = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY
_DESCRIPTORS: Final = (Path("/dev/fd"), Path("/proc/self/fd"))

sync_data = getattr(os, "fdatasync", os.fsync)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with those above it, if it is not there. Raises OSError."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        sync_folder(folder.parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, _("it is a file, not a folder"), str(folder))
    if folder.is_symlink():
        _check_owner(folder, folder.lstat())


def new_folder_beside(folder: Path, ending: str) -> Path:
    """Make a private folder of a name that nobody can foretell, hidden beside `folder`. Raises OSError."""
    new = folder.with_name(f".{folder.name}.{_random()}{ending}")
    make_folder(folder.parent)
    new.mkdir(mode=PRIVATE_FOLDER)
    return new


def folders_beside(folder: Path, ending: str) -> list[Path]:
    """What `new_folder_beside` made and a crash left: folders of this user, named so. Raises OSError."""
    pattern = re.compile(re.escape(f".{folder.name}") + r"(\.[0-9a-f]{16})?" + re.escape(ending))
    if not folder.parent.exists():
        return []
    named = (path for path in folder.parent.iterdir() if pattern.fullmatch(path.name))
    return [path for path in named if stat.S_ISDIR((found := path.lstat()).st_mode) and found.st_uid == os.geteuid()]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    with _opened(folder) as handle:
        os.fsync(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of `data`, however little the system takes at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def replace_file(
    path: Path,
    chunks: Iterable[bytes],
    first: Callable[[], bytes] | None = None,
    *,
    verify: Callable[[Path], object] | None = None,
    keep_mode: bool = False,
) -> None:
    """Give a file new content: after a crash at any moment it has the old one or the new one.

    `first`, asked when all chunks are written, gives what stands over the file's beginning. `verify` is shown the whole
    file before it has its name, and what it raises leaves the old one. `keep_mode`: who could read the old one may read
    the new one. A link is replaced itself, not what it leads to. Raises OSError, also if what is there is no file, or
    another user's.
    """
    with _opened(path.parent) as folder:
        old = check_replaceable(path, folder)
        _remove_left(path.name, folder)
        temporary, handle = _temporary(path.name, folder)
        try:
            try:
                if keep_mode and old is not None and stat.S_ISREG(old.st_mode):
                    os.fchmod(handle, stat.S_IMODE(old.st_mode) & 0o777)
                unsynced = 0
                for chunk in chunks:
                    write_all(handle, chunk)
                    unsynced += len(chunk)
                    if unsynced > AT_ONCE:
                        # One long fsync at the end would hold up those of others.
                        sync_data(handle)
                        unsynced = 0
                if first is not None:
                    os.pwrite(handle, first(), 0)
                os.fsync(handle)
                if verify is not None:
                    verify(path.with_name(temporary))
                _put(temporary, path, folder)
            finally:
                os.close(handle)
        except BaseException:
            # A full disk needs its room back.
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=folder)
            raise
        os.fsync(folder)


def check_replaceable(path: Path, folder: int | None = None) -> os.stat_result | None:
    """Raise OSError unless `path` is free, a file or a link, and of nobody but this user or root; what is there."""
    try:
        found = os.lstat(path if folder is None else path.name, dir_fd=folder)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISLNK(found.st_mode):
        raise _no_file(path)
    _check_owner(path, found)
    return found


def check_writable(path: Path) -> None:
    """Raise OSError unless a file can be written at `path`, over one that is there too; nothing is left behind by it.

    A link is refused: whoever means the file that it leads to names that one.
    """
    old = check_replaceable(path)
    if old is not None and stat.S_ISLNK(old.st_mode):
        raise OSError(errno.ELOOP, _("it is a link: name the file itself"), str(path))
    if old is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    with _opened(path.parent) as folder:
        temporary, handle = _temporary(path.name, folder)
        os.close(handle)
        os.unlink(temporary, dir_fd=folder)


def owner_of_new(folder: Path) -> int:
    """Whose a file is that this user makes in a folder: on many a stick or share everything is one user's.

    Raises OSError.
    """
    with _opened(folder) as place:
        temporary, handle = _temporary("", place)
        try:
            return os.fstat(handle).st_uid
        finally:
            os.close(handle)
            os.unlink(temporary, dir_fd=place)


def write_new(folder: Path, stem: str, ending: str, text: str) -> Path:
    """Write a new file into a folder, made if it is not there; a number makes its name new. Raises OSError."""
    make_folder(folder)
    with _opened(folder) as place:
        for number in count(1):
            name = f"{stem}{ending}" if number == 1 else f"{stem}-{number}{ending}"
            try:
                handle = os.open(name, os.O_WRONLY | _NEW, PRIVATE_FILE, dir_fd=place)
            except FileExistsError:
                continue
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            return folder / name
    raise AssertionError("counting never ends")


def open_own(path: Path, *, make: bool = True) -> int:
    """Open a file of this user's to read and write, and `make` it if it is not there; no link is followed.

    Raises OSError.
    """
    create = os.O_CREAT if make else 0
    handle = os.open(path, os.O_RDWR | create | os.O_NOFOLLOW | os.O_NONBLOCK, PRIVATE_FILE)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _no_file(path)
        _check_owner(path, found)
    except BaseException:
        os.close(handle)
        raise
    return handle


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
            return os.open(path, flags | _NEW, PRIVATE_FILE)
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


def open_below(folder: Path, inside: Path) -> int:
    """A handle to look at a file or folder somewhere in `folder`, with no link on the way to it. Raises OSError."""
    handle = os.open(folder, _FOLDER)
    for part in inside.parts:
        above = handle
        try:
            handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=above)
        finally:
            os.close(above)
    return handle


def followed(path: Path) -> Path:
    """Where the links that begin at `path` end, each of them of this user or of root. Raises OSError."""
    for _link in range(MOST_LINKS):
        if not path.is_symlink():
            return path
        path = _next(path, path.lstat())
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))


def unfinished(folder: Path, finished: re.Pattern[str]) -> list[Path]:
    """The files of a folder that a crash left half written, to be put in the place of `finished` ones. Raises OSError.

    They belong to this user or to the folder's owner, and have a name that `replace_file` gives, or gave earlier.
    """
    owners = {os.geteuid(), folder.stat().st_uid}
    left = []
    for path in folder.iterdir():
        name = finished_name(path.name)
        if name is not None and finished.fullmatch(name):
            with suppress(FileNotFoundError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and found.st_uid in owners:
                    left.append(path)
    return sorted(left)


def finished_name(name: str) -> str | None:
    """What a file is to be called once it is finished, by its temporary name; None if it has none."""
    found = _TEMPORARY.fullmatch(name)
    return found[1] if found is not None else None


def user_name(uid: int) -> str:
    """What a user is called on this machine, else the number."""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def is_ours(found: os.stat_result) -> bool:
    """Whether something belongs to this user, or to root, who can do anything anyway."""
    return found.st_uid in (os.geteuid(), 0)


_TEMPORARY: Final = re.compile(r"(.+?)(?:\.[0-9a-f]{16})?\.new")


def _random() -> str:
    return os.urandom(8).hex()


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """A folder's handle: names in it are of this very folder, whatever becomes of its own name."""
    handle = os.open(folder, _FOLDER)
    try:
        yield handle
    finally:
        os.close(handle)


def _stem(name: str) -> str:
    return name if len(os.fsencode(name)) <= LONGEST_STEM else ""


def _temporary(name: str, folder: int) -> tuple[str, int]:
    """A new file for what is to become `name`, locked as long as it is open: its name and handle."""
    while True:
        temporary = f"{_stem(name)}.{_random()}.new"
        handle = os.open(temporary, os.O_WRONLY | _NEW, PRIVATE_FILE, dir_fd=folder)
        try:
            # Not every file system has locks; then nothing that is left can be told from what is being written.
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle).st_nlink:
                return temporary, handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _put(temporary: str, path: Path, folder: int) -> None:
    """Give a file its name, in the place of what has it."""
    os.replace(temporary, path.name, src_dir_fd=folder, dst_dir_fd=folder)


def _remove_left(name: str, folder: int) -> None:
    """Remove what writers of this file left that were killed: a living one has its own locked."""
    pattern = re.compile(re.escape(_stem(name)) + r"\.[0-9a-f]{16}\.new")
    for left in os.listdir(folder):
        if pattern.fullmatch(left):
            with suppress(OSError):
                _remove_unlocked(left, folder)


def _remove_unlocked(name: str, folder: int) -> None:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        found = os.fstat(handle)
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(name, dir_fd=folder)
    finally:
        os.close(handle)


def _check_owner(path: Path, found: os.stat_result) -> None:
    if not is_ours(found):
        raise _foreign(path, found)


def _check_appendable(path: Path, found: os.stat_result) -> None:
    if stat.S_ISCHR(found.st_mode):
        return
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISFIFO(found.st_mode):
        raise _no_file(path)
    _check_owner(path, found)
    if stat.S_ISREG(found.st_mode) and found.st_nlink > 1 and path.parent.stat().st_mode & OTHERS_WRITE:
        # Somebody else may have given another file of this user's this name.
        text = _("it has another name as well, in a folder where others may write: name another file")
        raise PermissionError(errno.EPERM, text, str(path))


def _next(path: Path, found: os.stat_result) -> Path:
    """Where a link leads that is looked at in `found`."""
    _check_owner(path, found)
    target = path.parent / path.readlink()
    if not os.path.samestat(found, path.lstat()):
        raise _foreign(path, path.lstat())
    return target


def _inherited(number: int) -> int:
    """A handle of a stream that this process was given by the one that started it."""
    given = number <= 2 or os.get_inheritable(number)
    if not given or fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF), f"/dev/fd/{number}")
    return os.dup(number)


def _foreign(path: Path, found: os.stat_result) -> PermissionError:
    text = _(
        "{name} belongs to {user}: name another one, have it removed, or do this as {user}",
        name=path.name,
        user=user_name(found.st_uid),
    )
    return PermissionError(errno.EPERM, text, str(path))


def _no_file(path: Path) -> OSError:
    return OSError(errno.EINVAL, _("it is a folder, a device or a pipe, not a file"), str(path))
