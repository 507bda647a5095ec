"""What can still be read of a damaged file, and what cannot, by line."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

from pos.domain.i18n import _
from pos.stores import codec, count_limits
from pos.stores.embedded import damage, journal, snapshot
from pos.stores.embedded.crc_repair import mended
from pos.stores.tables import RowChange, Table, Tables

_START: Final = b'{"crc":"'
_DIGITS: Final = slice(len(_START), len(_START) + 8)
_FRAME: Final = b'{"_tillkey":{"1":{"checksum":"'
_END: Final = len(_FRAME) + 8
_SEQUENCE: Final = re.compile(rb'"sequence": ?(\d{1,15})')
_HEXADECIMAL: Final = re.compile(rb"[0-9a-f]{8}")
_HEAD: Final = re.compile(rb'("(?:[^"\\]|\\.)*"):\{')
_ROW: Final = re.compile(rb'"(\d{1,15})":(\{.*\}),?')
_ROW_ID: Final = re.compile(r"[0-9]{1,15}")
_UNUSABLE: Final = (ValueError, TypeError, RecursionError)


class BadLine(NamedTuple):
    """A line that is not as it was written, and what is the matter with it, as a part of a sentence.

    `healed`: what it was can be told by its checksum.
    """

    line: int
    what: str
    healed: bool = False


class SalvagedJournal(NamedTuple):
    """A journal as far as it can be read: its steps with their lines, and the lines that are wrong."""

    path: Path
    after: int
    steps: tuple[tuple[int, journal.JournalStep], ...]
    wrong: tuple[BadLine, ...]
    torn: bytes
    """The bytes of a last line that was cut off."""


class SalvagedSnapshot(NamedTuple):
    """A snapshot or a closed day as far as it can be read.

    `sequence` is None if it cannot be told. `lost` has the lines that are wrong and stand in no table. `edited` means
    that it can all be read and is still not what was written.
    """

    tables: Tables
    sequence: int | None
    wrong: tuple[BadLine, ...] = ()
    lost: tuple[bytes, ...] = ()
    healed: bytes | None = None
    """The file as it was written, if that can be told."""
    edited: bool = False


def read_journal(path: Path, data: bytes) -> SalvagedJournal:
    """All that can be read of a journal. Raises TillError `store_unusable` for a newer format."""
    try:
        content = journal.decode(path, data)
    except damage.Damaged as error:
        first = BadLine(error.line, str(error.what))
    else:
        lined = tuple(enumerate(content.steps, 2))
        return SalvagedJournal(path, content.after, lined, (), content.torn)
    after = int(path.stem.rpartition("-")[2])
    steps: list[tuple[int, journal.JournalStep]] = []
    wrong: list[BadLine] = []
    lines = _journal_lines(data)
    torn = b""
    if lines and not data.rstrip(b"\0").endswith(b"\n") and _record(lines[-1]) is None:
        torn = lines.pop()
    for number, line in enumerate(lines, 1):
        record, what = _record(line.rstrip(b"\n")), _("the line does not match its checksum")
        healed = None if record else _healed(line)
        if healed is not None:
            record = journal.unframed(healed)
        if record is None or healed is not None or not line.endswith(b"\n"):
            wrong.append(BadLine(number, what, record is not None))
        if record is not None and (step := _step(record)) is not None:
            steps.append((number, step))
    return SalvagedJournal(path, after, tuple(steps), tuple(wrong) or (first,), torn)


def read_snapshot(path: Path, data: bytes, right: str | None = None) -> SalvagedSnapshot:
    """All that can be read of a snapshot, or of a closed day whose record has the checksum `right`.

    Raises TillError `store_unusable` for a newer format.
    """
    what = _("the file is damaged, or was changed from outside")
    try:
        content = snapshot.decode(path, data)
        content.tables.fill()
    except damage.Damaged as error:
        first = error
    else:
        if right in (None, content.checksum):
            return SalvagedSnapshot(content.tables, content.sequence)
        first = damage.not_that_day(path)
        return SalvagedSnapshot(content.tables, content.sequence, (BadLine(1, str(first.what)),), edited=True)
    healed = _healed_snapshot(path, data, right)
    if healed is not None:
        content = snapshot.decode(path, healed)
        place = next(at for at, (old, new) in enumerate(zip(data, healed, strict=True)) if old != new)
        line = healed.count(b"\n", 0, place) + 1
        return SalvagedSnapshot(content.tables, content.sequence, (BadLine(line, what, True),), healed=healed)
    whole = _whole(data)
    if whole is not None:
        return whole._replace(wrong=(BadLine(first.line, str(first.what)),), edited=True)
    found = _by_line(data)
    return found if found.wrong else found._replace(wrong=(BadLine(first.line, str(first.what)),), edited=True)


def _journal_lines(data: bytes) -> list[bytes]:
    """The lines with their ends; one whose end is damaged ends where the next begins, one cut in two is whole again."""
    lines: list[bytes] = []
    for line in data.rstrip(b"\0").split(b"\n"):
        starts = [found.start() for found in re.finditer(re.escape(_START), line)]
        places = [0, *(start for start in starts if start), len(line)]
        lines += [line[here:there] for here, there in pairwise(places)]
        lines[-1:] = [lines[-1] + b"\n"]
    lines = [line for line in lines if line != b"\n"]
    if lines and not data.rstrip(b"\0").endswith(b"\n"):
        lines[-1] = lines[-1].removesuffix(b"\n")
    at = 0
    while at + 1 < len(lines):
        joined = lines[at] + lines[at + 1]
        if not lines[at + 1].startswith(_START) and _record(lines[at].rstrip(b"\n")) is None and _healed(joined):
            lines[at : at + 2] = [joined]
        at += 1
    return lines


def _record(line: bytes) -> dict[str, Any] | None:
    """What a line says; the byte at its end may be a damaged line end."""
    return journal.unframed(line) or journal.unframed(line[:-1])


def _healed(line: bytes) -> bytes | None:
    """A line without its end, its one wrong byte put right."""
    line = line.removesuffix(b"\n")
    rest = line[_DIGITS.stop :]
    digits = damage.hexadecimal(damage.checksum(rest))
    if _differences(line, _START + digits) == 1:
        return _START + digits + rest
    if not line.startswith(_START) or not _HEXADECIMAL.fullmatch(line[_DIGITS]):
        return None
    found = mended(rest, int(line[_DIGITS], 16))
    return None if found is None else line[: _DIGITS.stop] + found


def _differences(one: bytes, other: bytes) -> int:
    """How many bytes differ, as far as both go."""
    return sum(first != second for first, second in zip(one, other, strict=False))


def _step(record: dict[str, Any]) -> journal.JournalStep | None:
    """A record's step; None if it is none."""
    changes = []
    try:
        for table, row_id, document in record["changes"]:
            if not journal.is_row(table, row_id, document):
                return None
            changes.append(RowChange(table, row_id, None if document is None else codec.encode(document)))
    except (*_UNUSABLE, LookupError):
        return None
    sale_of = record.get("sale_of")
    if not count_limits.is_count(record.get("seq")) or not (sale_of is None or count_limits.is_count(sale_of)):
        return None
    return journal.JournalStep(record["seq"], changes, sale_of)


def _healed_snapshot(path: Path, data: bytes, right: str | None) -> bytes | None:
    """The file with its one wrong byte put right, if that makes it what it was."""
    written = data[len(_FRAME) : _END]
    digits = damage.hexadecimal(damage.checksum(memoryview(data)[_END:]))
    candidates = []
    if _differences(data, _FRAME + digits) == 1:
        candidates.append(_FRAME + digits + data[_END:])
    if data.startswith(_FRAME) and _HEXADECIMAL.fullmatch(written):
        rest = mended(data[_END:], int(written, 16))
        if rest is not None:
            candidates.append(data[:_END] + rest)
    for candidate in candidates:
        try:
            content = snapshot.decode(path, candidate)
            content.tables.fill()
        except damage.Damaged:
            continue
        if right in (None, content.checksum) and _whole(candidate) is not None:
            return candidate
    return None


def _whole(data: bytes) -> SalvagedSnapshot | None:
    """A file that is JSON as a whole, such as stock TinyDB writes it, with every row a document."""
    try:
        found = json.loads(data, parse_constant=_refused)
        meta = found.pop(journal.META, {})
        tables = {name: _table(rows) for name, rows in found.items()}
        sequence = meta["1"]["sequence"] if meta else None
    except (*_UNUSABLE, AttributeError, LookupError):
        return None
    return SalvagedSnapshot(Tables(tables), sequence if count_limits.is_count(sequence) else None)


def _table(rows: dict[str, Any]) -> Table:
    table = Table()
    for row_id, document in rows.items():
        if not isinstance(document, dict) or not _ROW_ID.fullmatch(row_id):
            raise ValueError(row_id)
        table.apply(int(row_id), codec.encode(document))
    return table


def _refused(name: str) -> object:
    raise ValueError(name)


def _by_line(data: bytes) -> SalvagedSnapshot:
    """What the lines of a file say one by one; a row whose table cannot be told is lost with the line that named it."""
    tables: dict[str, Table] = {}
    table: Table | None = None
    wrong: list[BadLine] = []
    lost: list[bytes] = []
    head, *lines = data.split(b"\n")
    sequence = _SEQUENCE.search(head)
    for number, line in enumerate(lines, 2):
        if line in (b"", b"}", b"},"):
            table = None
        elif (name := _table_name(line)) is not None:
            table = tables.setdefault(name, Table())
        elif (row := _ROW.fullmatch(line)) is not None and table is not None and _is_document(row[2]):
            table.apply(int(row[1]), codec.encode(json.loads(row[2])))
        else:
            wrong.append(BadLine(number, _("the line cannot be read")))
            lost.append(line)
    return SalvagedSnapshot(Tables(tables), int(sequence[1]) if sequence else None, tuple(wrong), tuple(lost))


def _table_name(line: bytes) -> str | None:
    """The name in a table's first line."""
    found = _HEAD.fullmatch(line)
    try:
        name = None if found is None else str(json.loads(found[1]))
    except ValueError:
        return None
    return None if name == journal.META else name


def _is_document(text: bytes) -> bool:
    try:
        return isinstance(json.loads(text, parse_constant=_refused), dict)
    except _UNUSABLE:
        return False
