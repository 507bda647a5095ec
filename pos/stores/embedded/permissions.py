"""Whose the files of a store are: all of them its owner's, whom alone they can be read and changed by."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from pos.domain.i18n import _
from pos.domain.message import Message, joined, lazy
from pos.files.private_files import PRIVATE_FILE, PRIVATE_FOLDER, as_made_in, command_on, open_below, user_name
from pos.stores.embedded.layout import own_paths
from pos.stores.embedded.owner_check import owner_of, writes_as

OTHERS: Final = 0o077
"""What a mode lets users other than the owner do."""


def faults(folder: Path) -> Iterator[str]:
    """What is wrong with the owners and modes of a store's folder, of its own files and of the folder above.

    Raises OSError.
    """
    owner, above = _owner(folder), folder.absolute().parent
    if os.geteuid() and not _may_write_as(owner, folder):
        yield _("{file} belongs to {user}, not to you", file=folder.name, user=user_name(owner))
    if above.stat().st_mode & (stat.S_IWOTH | stat.S_ISVTX) == stat.S_IWOTH:
        command = command_on(above, "chmod", "o-w")
        yield _("everybody may put another folder in its place: say {command}", command=command)
    for path in _seen(folder):
        found = path.lstat()
        name = path.relative_to(folder.parent)
        if found.st_uid != owner and (found.st_uid or path != folder):
            users = {"user": user_name(found.st_uid), "owner": user_name(owner)}
            yield _("{file} belongs to {user}, and the store to {owner}", file=name, **users)
        if found.st_mode & 0o022:
            yield _("{file} can be changed by others", file=name)
        elif found.st_mode & OTHERS:
            yield _("{file} can be read by others", file=name)


def keeps_modes(folder: Path) -> bool:
    """Whether a folder's disk can keep files from others: the mode of a new one is asked for if theirs do not tell.

    Raises OSError.
    """
    if not folder.stat().st_mode & OTHERS:
        return True
    try:
        return not as_made_in(folder).st_mode & OTHERS
    except OSError:
        return True


def unreadable(folder: Path) -> list[Path]:
    """The store's own files that this user may not read since they are another one's. Raises OSError."""
    if not folder.is_dir():
        return []
    found = []
    for path in _seen(folder):
        # A till that is open takes journals away meanwhile.
        with suppress(FileNotFoundError):
            if path.stat().st_uid != os.geteuid() and not os.access(path, os.R_OK, effective_ids=True):
                found.append(path)
    return found


def of_root(folder: Path) -> bool:
    """Whether root has files in a store of another user's, in that user's folder. Raises OSError."""
    if not folder.is_dir() or not (owner := folder.stat().st_uid) or owner != owner_of(folder):
        return False
    return any(not path.lstat().st_uid for path in own_paths(folder))


def make_private(folder: Path) -> list[str]:
    """Give the store's own files to its owner, and to nobody else to read; what was done, in sentences.

    Only root can give files away, and gives away none but root's own: what a third user has may have been put there.
    Raises OSError.
    """
    if not keeps_modes(folder):
        return []
    done = []
    owner, group = owner_of(folder), folder.stat().st_gid
    for path in own_paths(folder):
        handle = open_below(folder, path.relative_to(folder))
        try:
            found = os.fstat(handle)
            name = path.relative_to(folder.parent)
            if found.st_uid != owner and os.geteuid() == found.st_uid == 0 and _is_whole(found):
                os.fchown(handle, owner, group)
                done.append(_("{file} belongs to {owner} again.", file=name, owner=user_name(owner)))
            elif found.st_uid != owner:
                done.append(str(_advice(path, owner)))
                continue
            if found.st_mode & OTHERS:
                os.fchmod(handle, PRIVATE_FOLDER if stat.S_ISDIR(found.st_mode) else PRIVATE_FILE)
                done.append(_("{file} can be read by its owner alone now.", file=name))
        finally:
            os.close(handle)
    return done


def advice(folder: Path, paths: list[Path]) -> Message:
    """What to do about files that are another user's, in sentences."""
    return joined(_advice(path, _owner(folder)) for path in paths[:3])


def _owner(folder: Path) -> int:
    """The user whose store it is; of a folder that this user may not look into, the folder's owner."""
    try:
        return owner_of(folder)
    except PermissionError:
        return folder.stat().st_uid


def _seen(folder: Path) -> Iterator[Path]:
    """The store's own files and folders, but for what is in a folder that this user may not look into."""
    with suppress(PermissionError):
        yield from own_paths(folder)


def _advice(path: Path, owner: int) -> Message:
    return lazy(
        "{file} belongs to {user}: as root, say {command}",
        file=path.name,
        user=user_name(path.lstat().st_uid),
        command=command_on(path, "chown", user_name(owner)),
    )


def _may_write_as(owner: int, folder: Path) -> bool:
    """Whether this user may write there, and what it writes is the owner's."""
    try:
        return writes_as(owner, folder)
    except OSError:
        return False


def _is_whole(found: os.stat_result) -> bool:
    """Whether something has no other name by which it is something else."""
    return stat.S_ISDIR(found.st_mode) or found.st_nlink == 1
