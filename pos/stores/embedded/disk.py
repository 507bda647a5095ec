"""What a store asks of the file system."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from pos.files.private_files import replace_file, sync_data


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
        sync_data(handle)

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
