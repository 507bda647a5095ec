"""What is said of files that cannot be used, and the checksum that tells."""

from __future__ import annotations

import zlib
from pathlib import Path

from pos.domain.errors import TillError

FORMAT = 1
"""The version of the files' format, in the first line of each."""


def checksum(data: bytes | memoryview, so_far: int = 0) -> int:
    """A CRC-32, of pieces one after the other if `so_far` is the last one's."""
    return zlib.crc32(data, so_far)


def hexadecimal(value: int) -> bytes:
    """A checksum as it stands in a file: eight digits."""
    return b"%08x" % value


def damaged(path: Path, line: int, what: str) -> TillError:
    """The error for a file that is not as it was written."""
    return TillError(
        "store_damaged",
        f"{path}, line {line}: {what}. Nothing was changed. Keep a copy of the folder, then put back a backup of it.",
        file=str(path),
        line=line,
    )


def unusable(path: Path, error: OSError) -> TillError:
    """The error for a file or folder that the system does not let us read or write."""
    return TillError(
        "store_unusable",
        f"The store {path} cannot be used: {error.strerror or error}. "
        "Make room or make it writable, then start again, or name another store with --store.",
        file=str(path),
    )


def too_new(path: Path, version: object) -> TillError:
    """The error for files that a later version wrote."""
    return TillError(
        "store_unusable",
        f"{path} was written by a newer Tillkey (format {version}, this one reads up to {FORMAT}). "
        "Use that version, or name another store with --store.",
        file=str(path),
    )
