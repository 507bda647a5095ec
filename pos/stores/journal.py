"""The journal: one line for each step, with its sequence number and checksum, appended and made durable."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pos.domain.words import _
from pos.stores import checks, codec
from pos.stores.files import replace_file, write_all
from pos.stores.tables import Change

_PREFIX = b'{"crc":"'
_FRAME = len(_PREFIX) + 8


class Step(NamedTuple):
    """One line: its number and the rows as they stand after it."""

    sequence: int
    changes: list[Change]


class Content(NamedTuple):
    """A journal as read: the sequence number it follows, its steps, and the bytes of a torn last line."""

    after: int
    steps: list[Step]
    torn: bytes


def header(after: int) -> bytes:
    """The first line of a journal whose first step follows the sequence number `after`."""
    return _framed(b',"journal":%d,"after":%d}' % (checks.FORMAT, after))


def encode(step: Step) -> bytes:
    """A step as its line."""
    changes = b",".join(
        b"[%b,%d,%b]" % (codec.text(table), row_id, b"null" if row is None else row)
        for table, row_id, row in step.changes
    )
    return _framed(b',"seq":%d,"changes":[%b]}' % (step.sequence, changes))


def decode(path: Path, data: bytes) -> Content:
    """All of a journal. A last line that is cut off or broken is given as `torn`; `path` is named in errors.

    Raises TillError `store_damaged` for any other line that is not as it was written, `store_unusable` for a
    newer format.
    """
    lines = data.split(b"\n")
    torn = lines.pop()
    if not torn and len(lines) > 1 and _unframed(lines[-1]) is None:
        torn = lines.pop() + b"\n"
    records = _records(path, lines)
    first = next(records, None)
    if first is None or "journal" not in first:
        raise checks.damaged(path, 1, _("the journal does not begin as one"))
    if first["journal"] > checks.FORMAT:
        raise checks.too_new(path, first["journal"])
    steps: list[Step] = []
    last = after = first["after"]
    for number, record in enumerate(records, 2):
        last += 1
        if record.get("seq") != last:
            raise checks.damaged(path, number, _("step {number} is missing before this line", number=last))
        changes = [
            Change(table, row_id, None if document is None else codec.encode(document))
            for table, row_id, document in record["changes"]
        ]
        steps.append(Step(last, changes))
    return Content(after, steps, torn)


class Journal:
    """A journal file, open for appending."""

    def __init__(self, path: Path) -> None:
        """Open the file at `path`, which is there. Raises OSError."""
        self._path = path
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        self.size = os.fstat(self._handle).st_size
        """Bytes."""

    def append(self, step: Step) -> None:
        """Keep a step; durable on return. Raises OSError: what stands in the file is not known then."""
        line = encode(step)
        write_all(self._handle, line)
        os.fsync(self._handle)
        self.size += len(line)

    def cut(self, size: int) -> None:
        """Take away what follows the first `size` bytes. Raises OSError."""
        os.ftruncate(self._handle, size)
        os.fsync(self._handle)
        self.size = size

    def restart(self, after: int) -> None:
        """Begin anew after a sequence number, since a snapshot has all up to it. Raises OSError."""
        replace_file(self._path, [header(after)])
        fresh = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        os.close(self._handle)
        self._handle = fresh
        self.size = os.fstat(fresh).st_size

    def close(self) -> None:
        """Give the file back."""
        os.close(self._handle)
        self._handle = -1


def _framed(rest: bytes) -> bytes:
    """A line with the checksum of all that follows it."""
    rest = b'"' + rest
    return _PREFIX + checks.hexadecimal(checks.checksum(rest)) + rest + b"\n"


def _unframed(line: bytes) -> dict[str, Any] | None:
    """A line's record, if its checksum is right."""
    if line[: len(_PREFIX)] != _PREFIX:
        return None
    if line[len(_PREFIX) : _FRAME] != checks.hexadecimal(checks.checksum(line[_FRAME:])):
        return None
    record: dict[str, Any] = json.loads(line)
    return record


def _records(path: Path, lines: list[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        record = _unframed(line)
        if record is None:
            raise checks.damaged(path, number, _("the line does not match its checksum"))
        yield record
