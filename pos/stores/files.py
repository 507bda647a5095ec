"""Files that survive a power cut: written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pos.domain.words import _

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


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


def replace_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Give a file new content: after a crash at any moment it has the old one or the new one. Raises OSError."""
    temporary = path.with_name(path.name + ".new")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    try:
        try:
            for chunk in chunks:
                write_all(handle, chunk)
            os.fsync(handle)
        finally:
            os.close(handle)
        temporary.replace(path)
    except BaseException:
        # A full disk needs its room back.
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
