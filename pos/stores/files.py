"""Files that survive a power cut: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from pos.domain.words import _

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700

AT_ONCE = 1024 * 1024
"""Bytes of a long file that are made durable at a time."""

_sync_data = getattr(os, "fdatasync", os.fsync)


class Disk:
    """What a store asks of the file system. Methods raise OSError; a test puts a disk with faults in its place."""

    def open(self, path: Path) -> int:
        """A handle to read and write a file that is there."""
        return os.open(path, os.O_RDWR)

    def write(self, handle: int, data: bytes, offset: int) -> None:
        """Put all of `data` at `offset`, however little the system takes at a time."""
        written = os.pwrite(handle, data, offset)
        while written < len(data):
            written += os.pwrite(handle, data[written:], offset + written)

    def sync(self, handle: int) -> None:
        """Make what was written durable."""
        _sync_data(handle)

    def cut(self, handle: int, size: int) -> None:
        """Take away what follows the first `size` bytes, durably."""
        os.ftruncate(handle, size)
        os.fsync(handle)

    def replace(self, path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
        """Give a file new content; see `replace_file`."""
        replace_file(path, chunks, first)

    def remove(self, path: Path) -> None:
        """Take a file away; it may be there again after a power cut."""
        path.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, with those above it, if it is not there. Raises OSError."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        sync_folder(folder.parent)
    if not folder.is_dir():
        raise NotADirectoryError(20, _("it is a file, not a folder"), str(folder))


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write all of `data`, however little the system takes at a time. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def replace_file(path: Path, chunks: Iterable[bytes], first: Callable[[], bytes] | None = None) -> None:
    """Give a file new content: after a crash at any moment it has the old one or the new one.

    `first`, asked when all chunks are written, gives what stands over the file's beginning. Raises OSError.
    """
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        try:
            unsynced = 0
            for chunk in chunks:
                write_all(handle, chunk)
                unsynced += len(chunk)
                if unsynced > AT_ONCE:
                    # One long fsync at the end would hold up those of others.
                    _sync_data(handle)
                    unsynced = 0
            if first is not None:
                os.pwrite(handle, first(), 0)
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
    except BaseException:
        # A full disk needs its room back.
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
