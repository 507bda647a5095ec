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
from itertools import count, takewhile
from pathlib import Path
from typing import Final

from pos.domain.i18n import _

PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700

AT_ONCE: Final = 1024 * 1024
"""Bytes of a long file that are made durable at a time."""
LONGEST_STEM: Final = 110
"""Bytes of a name that are in its temporary one too: an encrypted folder has no names of more than 143."""

NEW: Final = os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY

sync_data = getattr(os, "fdatasync", os.fsync)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with those above it, if it is not there. Raises OSError."""
    missing = takewhile(lambda each: not each.exists(), (folder, *folder.parents))
    for each in reversed([*missing]):
        each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        sync_folder(each.parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, _("it is a file, not a folder"), str(folder))
    if folder.is_symlink():
        check_owner(folder, folder.lstat())


def new_folder_beside(folder: Path, ending: str) -> Path:
    """Make a private folder of a name that nobody can foretell, hidden beside `folder`. Raises OSError."""
    new = folder.with_name(f".{_stem(folder.name)}.{_random()}{ending}")
    make_folder(folder.parent)
    new.mkdir(mode=PRIVATE_FOLDER)
    return new


def folders_beside(folder: Path, ending: str) -> list[Path]:
    """What `new_folder_beside` made and a crash left: folders of this user, named so. Raises OSError."""
    pattern = re.compile(re.escape(f".{_stem(folder.name)}") + r"(\.[0-9a-f]{16})?" + re.escape(ending))
    if not folder.parent.exists():
        return []
    named = (path for path in folder.parent.iterdir() if pattern.fullmatch(path.name))
    return [path for path in named if stat.S_ISDIR((found := path.lstat()).st_mode) and found.st_uid == os.geteuid()]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    with _opened(folder) as handle:
        _sync_names(handle)


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
                    _let_read(handle, old)
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
        _sync_names(folder)


def check_replaceable(path: Path, folder: int | None = None) -> os.stat_result | None:
    """Raise OSError unless `path` is free, a file or a link, and of nobody but this user or root; what is there."""
    try:
        found = os.lstat(path if folder is None else path.name, dir_fd=folder)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISLNK(found.st_mode):
        raise no_file(path)
    check_owner(path, found)
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


def as_made_in(folder: Path) -> os.stat_result:
    """What a file is like that this user makes in a folder: many a stick or share has one owner and mode for all.

    Raises OSError.
    """
    with _opened(folder) as place:
        temporary, handle = _temporary("", place)
        try:
            return os.fstat(handle)
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
                handle = os.open(name, os.O_WRONLY | NEW, PRIVATE_FILE, dir_fd=place)
            except FileExistsError:
                continue
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                    file.write(text)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=place)
                raise
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
            raise no_file(path)
        check_owner(path, found)
    except BaseException:
        os.close(handle)
        raise
    return handle


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


def sudo_as(uid: int) -> str:
    """What a command begins with that is done as a user: sudo takes a number for one behind a `#` only."""
    import shlex

    name = user_name(uid)
    return f"sudo -u {shlex.quote(f'#{uid}' if name == str(uid) else name)}"


def command_on(path: Path, *words: str) -> str:
    """A command on a file as a shell takes it, to be copied: what the file's name is made of is no part of the command.

    `words` are what comes before the file. A name that begins with a dash is no option, even of a `chown` without `--`.
    """
    import shlex

    name = str(path)
    return shlex.join([*words, f"./{name}" if name.startswith("-") else name])


def is_ours(found: os.stat_result) -> bool:
    """Whether something belongs to this user, or to root, who can do anything anyway."""
    return found.st_uid in (os.geteuid(), 0)


def check_owner(path: Path, found: os.stat_result) -> None:
    """Raise PermissionError if what was found at `path` is another user's, unless all is that one's there."""
    if not is_ours(found):
        with suppress(OSError):
            if as_made_in(path.parent).st_uid == found.st_uid:
                return
        raise foreign(path, found)


def foreign(path: Path, found: os.stat_result) -> PermissionError:
    """The refusal of what is another user's."""
    text = _(
        "{name} belongs to {user}: name another one, have it removed, or do this as {user}",
        name=path.name,
        user=user_name(found.st_uid),
    )
    return PermissionError(errno.EPERM, text, str(path))


def no_file(path: Path) -> OSError:
    """The refusal of what can be no file's place."""
    return OSError(errno.EINVAL, _("it is a folder, a device or a pipe, not a file"), str(path))


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


def _sync_names(folder: int) -> None:
    try:
        os.fsync(folder)
    except OSError as error:
        # Many a share cannot do that with folders, and says so.
        if error.errno not in (errno.EINVAL, errno.EBADF):
            raise


def _let_read(handle: int, old: os.stat_result) -> None:
    """Let those read a new file who may read the old one. What needs no change is let be: not every disk has modes."""
    mode, new = stat.S_IMODE(old.st_mode) & 0o777, os.fstat(handle)
    if new.st_gid != old.st_gid:
        try:
            os.fchown(handle, -1, old.st_gid)
        except PermissionError:
            mode &= ~stat.S_IRWXG
    if stat.S_IMODE(new.st_mode) != mode:
        os.fchmod(handle, mode)


def _stem(name: str) -> str:
    return name if len(os.fsencode(name)) <= LONGEST_STEM else ""


def _temporary(name: str, folder: int) -> tuple[str, int]:
    """A new file for what is to become `name`, locked as long as it is open: its name and handle."""
    while True:
        temporary = f"{_stem(name)}.{_random()}.new"
        handle = os.open(temporary, os.O_WRONLY | NEW, PRIVATE_FILE, dir_fd=folder)
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
