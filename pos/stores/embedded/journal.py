"""The journal: one line for each step, with its sequence number and checksum, appended and made durable.

The file is longer than what stands in it: it is filled with zeros beforehand, so that a step changes nothing but its
own bytes and one fdatasync is enough.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from pos.domain.message import lazy
from pos.stores import codec, count_limits
from pos.stores.embedded import damage
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.lock import close_unlocked, lock_handle
from pos.stores.tables import RowChange

ROOM: Final = 1024 * 1024
"""Bytes of zeros that a journal is given at a time, some hundreds of sales."""

_END: Final = 1024
"""Bytes before a line that are read again with it: they are others in a file that was cut or written over."""

_PREFIX = b'{"crc":"'
_FRAME = len(_PREFIX) + 8
_HEAD = re.compile(r'","seq":([0-9]{1,12}),"changes":\[')
_TAIL = re.compile(r'\](?:,"sale_of":([0-9]{1,15}))?\}')
_LAST_ROW: Final = 10**15
"""No row has a higher id: a snapshot has room for so many digits."""
META: Final = "_tillkey"
"""The table of a snapshot that tells the format's version and the last step that it includes; no step changes it."""
_value = json.JSONDecoder().raw_decode
_SPECK: Final = re.compile(rb"[^\0]\0{1,7}[^\0]")
"""So few zeros inside a line are no sectors that a power cut left unwritten."""


class NoRoom(OSError):
    """There is no room for a step; nothing of it was written."""


class JournalStep(NamedTuple):
    """One line: its number and the rows as they stand after it.

    A sale goes on from that in the row `sale_of` of the reservations, see `pos.stores.embedded.shared_sale`.
    """

    sequence: int
    changes: list[RowChange]
    sale_of: int | None = None


class JournalContent(NamedTuple):
    """A journal as read: the sequence number it follows, its steps, the bytes of a torn last line, and where they end.

    `size` counts the bytes of the whole lines; `checksum` is theirs. `version` is that of the format.
    """

    after: int
    steps: list[JournalStep]
    torn: bytes
    size: int
    checksum: int
    version: int


def name_of(after: int) -> str:
    """The name of the journal whose steps follow the sequence number `after`."""
    return f"journal-{after:012}.ndjson"


def header(after: int) -> bytes:
    """The first line of a journal whose first step follows the sequence number `after`."""
    return _framed(b'","journal":%d,"after":%d}' % (damage.FORMAT, after))


def encode(step: JournalStep) -> bytes:
    """A step as a line of the journal, with its sequence number and checksum."""
    changes = b",".join(
        # A list: a generator costs twice as much for so few.
        [
            b"[%b,%d,%b]" % (codec.quoted(table), row_id, b"null" if row is None else row)
            for table, row_id, row, _key in step.changes
        ]
    )
    shared = b"" if step.sale_of is None else b',"sale_of":%d' % step.sale_of
    return _framed(b'","seq":%d,"changes":[%b]%b}' % (step.sequence, changes, shared))


def decode(path: Path, data: bytes) -> JournalContent:
    """All of a journal. A last line that a power cut tore is given as `torn`; `path` is named in errors.

    Raises TillError `store_damaged` for any other line that is not as it was written, `store_unusable` for a
    newer format.
    """
    lines = data.rstrip(b"\0").split(b"\n")
    torn = lines.pop()
    if torn and _right(torn[:-1]):
        raise _mismatch(path, len(lines) + 1)
    if not torn and len(lines) > 1 and b"\0" in lines[-1] and not _SPECK.search(lines[-1]):
        # A line that only some of its sectors reached: what was not written is zeros still.
        torn = lines.pop() + b"\n"
    size = sum(map(len, lines)) + len(lines)
    for number, line in enumerate(lines, 1):
        if not _right(line):
            raise _mismatch(path, number)
    first = unframed(lines[0]) if lines else None
    if (
        first is None
        or not count_limits.is_count(first.get("journal"))
        or not count_limits.is_count(first.get("after"))
    ):
        raise damage.damaged(path, 1, lazy("the journal does not begin as one"))
    version = first["journal"]
    if version > damage.FORMAT:
        raise damage.too_new(path, version)
    steps: list[JournalStep] = []
    last = after = first["after"]
    for number, line in enumerate(lines[1:], 2):
        last += 1
        try:
            step = _step(line.decode())
        except (ValueError, IndexError, TypeError, RecursionError):
            raise damage.damaged(path, number, lazy("the line is no step of a store")) from None
        if step is None or step.sequence != last:
            raise damage.damaged(path, number, lazy("step {number} is missing before this line", number=last))
        steps.append(step)
    return JournalContent(after, steps, torn, size, damage.checksum(memoryview(data)[:size]), version)


class Journal:
    """A journal file, open for appending."""

    def __init__(self, path: Path, size: int, checksum: int, disk: Disk) -> None:
        """Open the file at `path`, which is there and holds whole lines of `size` bytes and this checksum.

        Raises OSError, TillError `store_in_use` if another process has it, as by another name of it, or
        `store_unusable` if somebody else changed it meanwhile.
        """
        self._disk = disk
        self._path = path
        self.name: Final = path.name
        """The file's name."""
        self._handle = disk.open(path)
        self.size = size
        """Bytes of lines."""
        self.checksum = checksum
        """Theirs."""
        try:
            lock_handle(self._handle, path.parent)
            self._left = os.fstat(self._handle)
            lines = self._read(0, size)
            if len(lines) != size or damage.checksum(lines) != checksum:
                raise damage.not_as_left(path)
        except BaseException:
            os.close(self._handle)
            raise
        self.allocated = self._left.st_size
        """Bytes of the file."""
        self._end = lines[-_END:]
        """What stands before the next line."""

    def found(self) -> os.stat_result:
        """What the system said of the file before its content was looked at last."""
        return self._left

    @property
    def removed(self) -> bool:
        """Whether the file has no name any more, in any folder. Raises OSError."""
        return os.fstat(self._handle).st_nlink == 0

    def lines(self) -> bytes:
        """All that was kept in the file, wherever it is. Raises OSError."""
        return self._read(0, self.size)

    def look(self) -> os.stat_result:
        """The same, after what was written. Raises TillError `store_unusable` if it has not the length it should."""
        self._left = os.fstat(self._handle)
        if self._left.st_size != self.allocated:
            raise damage.not_as_left(self._path)
        return self._left

    def append(self, step: JournalStep, spare: int = 0, *, ending: bool = False) -> None:
        """Keep a step; durable on return.

        Room for `spare` more bytes is made beforehand. A step that is `ending` something that has room already does
        with less. Raises NoRoom, else OSError, or TillError `store_unusable` if somebody else wrote meanwhile: what
        stands in the file is not known then.
        """
        line = encode(step)
        try:
            self._make_room(len(line) + spare)
        except NoRoom:
            if not ending or self.size + len(line) > self.allocated:
                raise
        self._disk.write(self._handle, line, self.size)
        self._disk.sync(self._handle)
        ending_with = self._end + line
        if self._read(self.size - len(self._end), len(ending_with)) != ending_with:
            raise damage.not_as_left(self._path)
        self.size += len(line)
        self.checksum = damage.checksum(line, self.checksum)
        self._end = ending_with[-_END:]

    def settle(self, *, cut: bool) -> None:
        """Make durable what was read, and with `cut` take away what follows the lines. Raises OSError."""
        if cut:
            self._disk.cut(self._handle, self.size)
            self.allocated = self.size
        else:
            self._disk.sync(self._handle)

    def close(self, *, trim: bool) -> None:
        """Give the file back; `trim` leaves a file of nothing but text."""
        try:
            if trim and self.allocated > self.size:
                with contextlib.suppress(OSError):
                    self.settle(cut=True)
        finally:
            close_unlocked(self._handle)
            self._handle = -1

    def _read(self, offset: int, size: int) -> bytes:
        return os.pread(self._handle, size, offset)

    def _make_room(self, needed: int) -> None:
        """Fill with zeros ahead. Raises NoRoom, and OSError if the zeros could not be made durable."""
        if self.size + needed <= self.allocated:
            return
        least = self.size + needed - self.allocated
        for room in (max(least, ROOM), least):
            try:
                self._disk.write(self._handle, bytes(room), self.allocated)
                break
            except OSError as error:
                refused = error
                with contextlib.suppress(OSError):
                    self._disk.cut(self._handle, self.allocated)
        else:
            raise NoRoom(refused.errno, refused.strerror)
        self._disk.sync(self._handle)
        self.allocated += room


def _framed(rest: bytes) -> bytes:
    """A line with the checksum of all that follows it, from the quote behind it on."""
    return b"%b%08x%b\n" % (_PREFIX, damage.checksum(rest), rest)


def unframed(line: bytes) -> dict[str, Any] | None:
    """A line's record, if its checksum is right and it is one."""
    if not _right(line):
        return None
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _right(line: bytes) -> bool:
    """Whether a line is as it was written."""
    framed = line[: len(_PREFIX)] == _PREFIX
    return framed and line[len(_PREFIX) : _FRAME] == damage.hexadecimal(damage.checksum(line[_FRAME:]))


def _step(line: str) -> JournalStep | None:
    """A line's step with its rows as they stand there; None if it is none.

    Raises ValueError, or what a line raises that was made otherwise.
    """
    head = _HEAD.match(line, _FRAME)
    if head is None:
        return None
    changes = []
    at = head.end()
    while line[at] == "[":
        table, at = _value(line, at + 1)
        row_id, at = _value(line, at + 1)
        row, end = _value(line, at + 1)
        if not is_row(table, row_id, row) or line[end] != "]":
            raise ValueError("no row of a table")
        changes.append(RowChange(table, row_id, None if row is None else line[at + 1 : end].encode()))
        at = end + 1 if line[end + 1] == "]" else end + 2
    tail = _TAIL.fullmatch(line, at)
    if tail is None:
        raise ValueError("a step ends otherwise")
    return JournalStep(int(head[1]), changes, None if tail[1] is None else int(tail[1]))


def is_row(table: object, row_id: object, row: object) -> bool:
    """Whether a change that was read can be one: a table that is not the store's own, an id, a document or None."""
    named = isinstance(table, str) and table != META
    return named and type(row_id) is int and 0 < row_id <= _LAST_ROW and (row is None or isinstance(row, dict))


def _mismatch(path: Path, line: int) -> Exception:
    return damage.damaged(path, line, lazy("the line does not match its checksum"))
