"""What tells of a file whether somebody else has changed it, or put another in its place."""

from __future__ import annotations

import os

Fingerprint = tuple[int, int, int, int, int]
"""Which file it is, how long, and when it was changed last."""


def fingerprint(found: os.stat_result) -> Fingerprint:
    """The device, inode, length and times of a file: at least one differs once it was changed or replaced.

    Linux before 6.13, as other systems, gives all writes within a tick of its clock, some milliseconds, one time: what
    is written over others' bytes in the same tick as they were is not told there.
    """
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
