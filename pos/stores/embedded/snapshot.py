"""The snapshot: a plain TinyDB JSON file, one document a line, that is replaced whole.

    {"_tillkey":{"1":{"checksum":"0c3fa1b2","version":2,"sequence":12}},
    "products":{
    "1":{"key":"MILK-1L","name":"Milk",...},
    "2":{...}
    },
    "orders":{
    }
    }

The checksum is of all bytes after it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from pos.domain.message import lazy
from pos.stores import codec
from pos.stores.embedded import damage
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.journal import META
from pos.stores.tables import Ids, Rows, Table, Tables

_PREFIX = b'{"%b":{"1":{"checksum":"' % META.encode()
_FRAME = len(_PREFIX) + 8
_REST = re.compile(rb'","version":(\d{1,9}),"sequence":(\d{1,12})\}\}')
_TABLE = re.compile(rb',\n("(?:[^"\\]|\\.)*"):\{\n')
_ROW = re.compile(rb'"(\d{1,15})":(\{(?:"key":"([^"\\]*(?:\\.[^"\\]*)*)")?.*\}),?\n')
_LAST = b"\n}\n"
_ROWS_AT_ONCE = 250
_BYTES_AT_ONCE = 65536
_BYTES_READ = 1024 * 1024


def write(path: Path, tables: Tables, sequence: int, disk: Disk) -> str:
    """Replace the snapshot by one of these tables as they stand after step `sequence`; its checksum. Raises OSError.

    `tables` must not change meanwhile.
    """
    so_far = 0

    def chunks() -> Iterator[bytes]:
        nonlocal so_far
        yield _PREFIX + damage.hexadecimal(0)
        for chunk in chain((_head(sequence),), _chunks(tables)):
            so_far = damage.checksum(chunk, so_far)
            yield chunk

    disk.replace(path, chunks(), lambda: _PREFIX + damage.hexadecimal(so_far))
    return damage.hexadecimal(so_far).decode()


def has_checksum(path: Path, checksum: str) -> bool:
    """Whether the file at `path` is the snapshot that was written with this checksum. Raises OSError."""
    so_far = 0
    with path.open("rb") as file:
        head = file.read(_FRAME)
        while chunk := file.read(_BYTES_READ):
            so_far = damage.checksum(chunk, so_far)
    return head[len(_PREFIX) :].decode("ascii", "replace") == checksum == damage.hexadecimal(so_far).decode()


def encode(tables: Tables, sequence: int) -> bytes:
    """The bytes of a snapshot of these tables as they stand after step `sequence`; they must not change meanwhile."""
    rest = b"".join((_head(sequence), *_chunks(tables)))
    return _PREFIX + damage.hexadecimal(damage.checksum(rest)) + rest


class SnapshotContent(NamedTuple):
    """A snapshot as read: its tables, the last step that they include, and the checksum of it all."""

    tables: Tables
    sequence: int
    checksum: str


def read(path: Path) -> SnapshotContent:
    """All of a snapshot.

    Raises OSError, TillError `store_damaged`, or `store_unusable` for a newer format.
    """
    return decode(path, path.read_bytes())


def decode(path: Path, data: bytes) -> SnapshotContent:
    """All of a snapshot from the bytes of its file; `path` is named in errors, which are those of `read`."""
    head = _REST.match(data, _FRAME)
    if not data.startswith(_PREFIX) or head is None:
        raise damage.damaged(path, 1, lazy("the file was not written by Tillkey"))
    if data[len(_PREFIX) : _FRAME] != damage.hexadecimal(damage.checksum(memoryview(data)[_FRAME:])):
        raise damage.damaged(path, _suspect(data), lazy("the file is damaged, or was changed from outside"))
    if int(head[1]) > damage.FORMAT:
        raise damage.too_new(path, int(head[1]))
    return SnapshotContent(Tables(_tables(path, data, head.end())), int(head[2]), data[len(_PREFIX) : _FRAME].decode())


def _head(sequence: int) -> bytes:
    return b'","version":%d,"sequence":%d}}' % (damage.FORMAT, sequence)


def _chunks(tables: Tables) -> Iterator[bytes]:
    """The file after its head, in pieces."""
    for name, table in tables:
        if not table.rows:
            continue
        yield b",\n%b:{" % codec.text(name)
        separator = b"\n"
        rows = iter(table.rows.items())
        while some := [b'"%d":%b' % row for row in islice(rows, _ROWS_AT_ONCE)]:
            yield separator + b",\n".join(some)
            separator = b",\n"
        yield b"\n}"
    yield _LAST


def _tables(path: Path, data: bytes, at: int) -> dict[str, Table]:
    """The tables that begin at offset `at`, by name. Raises TillError `store_damaged`."""
    tables: dict[str, Table] = {}
    while (head := _TABLE.match(data, at)) is not None:
        begin, at = head.end(), data.find(b"\n}", head.end()) + 2
        try:
            name = json.loads(head[1])
        except ValueError:
            name = META
        if at < begin or name == META or name in tables:
            raise _no_table(path, data, begin)
        tables[name] = Table(partial(_rows, path, data.count(b"\n", 0, begin) + 1, data[begin : at - 1]))
    if data[at:] != _LAST:
        raise _no_table(path, data, at)
    return tables


def _no_table(path: Path, data: bytes, at: int) -> Exception:
    return damage.damaged(path, data.count(b"\n", 0, at) + 1, lazy("the file has not the tables that belong there"))


def _rows(path: Path, first: int, section: bytes) -> tuple[Rows, Ids]:
    """The rows that stand in a table's part of the file, undecoded; without holding other threads up for long.

    `first` is the number of its first line. Raises TillError `store_damaged` if a line is no row, or a row's or a
    record's place is taken twice.
    """
    rows: Rows = {}
    ids: Ids = {}
    at = lines = keys = 0
    while at < len(section):
        end = section.find(b"\n", at + _BYTES_AT_ONCE) + 1 or len(section)
        for number, row, key in _ROW.findall(section, at, end):
            row_id = int(number)
            rows[row_id] = row
            if key or row.startswith(b'{"key":""'):
                keys += 1
                with suppress(ValueError):
                    ids[codec.key_text(key)] = row_id
        lines += section.count(b"\n", at, end)
        at = end
    if lines != len(rows) or keys != len(ids):
        raise damage.damaged(path, first, lazy("the table that begins there has lines that are no rows of it"))
    return rows, ids


def _suspect(data: bytes) -> int:
    """The first line that is not even a row; 1 if the damage is not to be seen."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines[1:-1], 2):
        if line.startswith(b'"') and line.endswith((b"}", b"},")):
            try:
                json.loads(b"{" + line.removesuffix(b",") + b"}")
            except ValueError:
                return number
        elif line not in (b"}", b"},") and _TABLE.match(b",\n" + line + b"\n") is None:
            return number
    return 1
