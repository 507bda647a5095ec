"""What is said of files that cannot be used, and the checksum that tells."""

from __future__ import annotations

import errno
import os
import zlib
from contextlib import suppress
from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.message import Message, joined, lazy
from pos.files.private_files import sudo_as, user_name

FORMAT = 4
"""The version of the files' format, in the first line of each.

In 3, orders have reasons of discounts as data. In 4, the journal has the sale of a checkout once, and the open day may
have parts that are set down.
"""


def checksum(data: bytes | memoryview, so_far: int = 0) -> int:
    """A CRC-32, of pieces one after the other if `so_far` is the last one's."""
    return zlib.crc32(data, so_far)


def hexadecimal(value: int) -> bytes:
    """A checksum as it stands in a file: eight digits."""
    return b"%08x" % value


class Damaged(TillError):
    """A file that is not as it was written, found at a line of it; `what` is wrong is a part of a sentence."""

    def __init__(self, path: Path, line: int, what: Message) -> None:
        message = lazy(
            "{file}, line {line}: {what}. Nothing was changed. "
            "Say `pos doctor` to see what is wrong, or put back a backup.",
            file=path,
            line=line,
            what=what,
        )
        super().__init__("store_damaged", message, file=str(path), line=line)
        self.path, self.line, self.what = path, line, what


def damaged(path: Path, line: int, what: Message) -> Damaged:
    """The error for a file that is not as it was written; `what` is a part of its sentence."""
    return Damaged(path, line, what)


def not_that_day(path: Path) -> Damaged:
    """The error for a file that is in order and still not the closed day's whose name it has."""
    return damaged(path, 1, lazy("the file is not the one that was written when the day was closed"))


def about(path: Path, code: str, message: Message) -> TillError:
    """The error of a code whose subject is a file or folder: other programs find it under `file`."""
    return TillError(code, message, file=str(path))


def unusable(path: Path, error: OSError) -> TillError:
    """The error for a file or folder that the system does not let us read or write."""
    if (folder := _folder_for_a_file(path, error)) is not None:
        message = lazy(
            "{file} is a folder, and a file of the store belongs in its place. Nothing was changed. "
            "Move the folder away and put the file back from a backup.",
            file=folder,
        )
        return about(folder, "store_unusable", message)
    owner = _other_owner(path, error)
    if owner is not None:
        message = lazy(
            "The store {file} cannot be used: {error}. It belongs to {owner}, and you are {user}: do this as {owner}, "
            "such as with {sudo}, have it given to you, or name another store with --store.",
            file=path,
            error=error.strerror or error,
            owner=user_name(owner),
            user=user_name(os.geteuid()),
            sudo=sudo_as(owner),
        )
        return about(path, "store_unusable", message)
    message = lazy(
        "The store {file} cannot be used: {error}. "
        "Make room or make it writable, then try again, or name another store with --store.",
        file=path,
        error=error.strerror or error,
    )
    return about(path, "store_unusable", message)


def _folder_for_a_file(path: Path, error: OSError) -> Path | None:
    """What was to be read or replaced as a file and is a folder; `path` if the system does not say which."""
    if not isinstance(error, IsADirectoryError):
        return None
    name = os.fsdecode(error.filename2 or error.filename or path)
    return Path(name) if os.sep in name else path / name


def _other_owner(path: Path, error: OSError) -> int | None:
    """Whose a file or folder is that the system refuses since it is not this user's."""
    if error.errno == errno.EACCES:
        with suppress(OSError):
            owner = path.stat().st_uid
            return owner if owner != os.geteuid() else None
    return None


class NotAsLeft(TillError):
    """A file or folder of an open store is not as it left it. One that is only `touched` may say the same still."""

    touched = False


def not_as_left(path: Path, *, touched: bool = False) -> NotAsLeft:
    """The error for a file or folder of an open store that somebody else removed, moved, replaced or changed.

    It is `touched` if it is the same file and as long as it was.
    """
    message = lazy(
        "{file} was removed, moved or changed by somebody else while the store was open. "
        "Nothing can be sold before it is back as it was: put it back, then try again.",
        file=path,
    )
    error = NotAsLeft("store_unusable", message, file=str(path))
    error.touched = touched
    return error


def rescued(error: TillError, journal: Path, aside: Path) -> TillError:
    """The error, and where the lines are that a removed journal had."""
    kept = lazy(
        "What was sold is kept in {aside}: put it in the place of {file}, then try again.", aside=aside, file=journal
    )
    return TillError(error.code, joined((error.words, kept)), **error.details)


def behind(path: Path, found: int, confirmed: int) -> TillError:
    """The error for files in the place of an open store's that do not have all that it confirmed."""
    message = lazy(
        "The files in {file} are older than what was sold: they end with step {found}, and step {confirmed} was "
        "confirmed. Nothing can be sold from them: put the newer files back. If they are lost, close every till "
        "of this store and put a backup back with `pos restore`, which begins new receipt numbers.",
        file=path,
        found=found,
        confirmed=confirmed,
    )
    return about(path, "store_unusable", message)


def of_another_course(path: Path) -> TillError:
    """The error for files in the place of an open store's that do not go on from what it confirmed."""
    message = lazy(
        "The files in {file} are not those that were sold from: they are another store's, or a copy that others "
        "sold from. Nothing can be sold from them here: put the right files back, or close this till and open it "
        "again to go on with these.",
        file=path,
    )
    return about(path, "store_unusable", message)


def too_old(path: Path) -> TillError:
    """The error for a store of an earlier version's, which only a till may bring up to date."""
    message = lazy("{file} was written by an older Tillkey: open it once to bring it up to date.", file=path)
    return about(path, "store_unusable", message)


def too_new(path: Path, version: object) -> TillError:
    """The error for files that a later version wrote."""
    message = lazy(
        "{file} was written by a newer Tillkey (format {version}, this one reads up to {format}). "
        "Use that version, or name another store with --store.",
        file=path,
        version=version,
        format=FORMAT,
    )
    return about(path, "store_unusable", message)
