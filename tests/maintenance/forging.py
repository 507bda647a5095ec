"""Stores and backups as a hostile hand makes them: whatever is in them, every checksum is right."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Tables = dict[str, dict[str, Any]]
Members = dict[str, bytes]


class Raw:
    """A value that stands in a file just so, whether it is JSON or not."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Raw({self.text[:20]!r})"


def written(value: Any) -> str:
    """A value as JSON, with what is raw in it as it is."""
    raw: list[str] = []

    def kept(found: object) -> str:
        assert isinstance(found, Raw)
        raw.append(found.text)
        return f"\0{len(raw) - 1}\0"

    text = json.dumps(value, default=kept, separators=(",", ":"))
    for number, each in enumerate(raw):
        text = text.replace(f'"\\u0000{number}\\u0000"', each)
    return text


def members(file: Path) -> Members:
    """The files in a backup, by name."""
    with tarfile.open(file) as archive:
        return {member.name: content.read() for member in archive if (content := archive.extractfile(member))}


def manifest_of(found: Mapping[str, bytes], **changes: Any) -> bytes:
    """A list of members that fits them; what a field should be is named."""
    files = {
        name: [len(data), hashlib.sha256(data).hexdigest()] for name, data in found.items() if name != "manifest.json"
    }
    told = json.loads(found.get("manifest.json", b"{}"))
    return written({**told, "files": files, **changes}).encode()


def packed(file: Path, found: Mapping[str, bytes]) -> Path:
    """A compressed archive of these files."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in found.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    file.write_bytes(gzip.compress(whole.getvalue(), 9))
    return file


def forged(file: Path, found: Mapping[str, bytes], **changes: Any) -> Path:
    """A backup of these files whose list fits them."""
    named = {name: data for name, data in found.items() if name != "manifest.json"}
    return packed(file, {**named, "manifest.json": manifest_of(found, **changes)})


def tables_of(data: bytes) -> Tables:
    """A snapshot's tables."""
    found: Tables = json.loads(data)
    return {name: rows for name, rows in found.items() if name != "_tillkey"}


def sequence_of(data: bytes) -> int:
    return int(json.loads(data)["_tillkey"]["1"]["sequence"])


def snapshot(tables: Mapping[str, Any], sequence: Any = 0) -> bytes:
    """A snapshot with these rows by id, each a document or raw."""
    text = f'","version":2,"sequence":{written(sequence)}}}}}'
    for name, rows in tables.items():
        lines = ",\n".join(f"{json.dumps(row_id)}:{written(row)}" for row_id, row in rows.items())
        text += f",\n{json.dumps(name)}:{{\n{lines}\n}}"
    rest = (text + "\n}\n").encode()
    return b'{"_tillkey":{"1":{"checksum":"%08x' % zlib.crc32(rest) + rest


def line(record: Any) -> bytes:
    """A line of a journal that says this."""
    rest = ("," + written(record).removeprefix("{")).encode()
    rest = b'"' + rest
    return b'{"crc":"%08x' % zlib.crc32(rest) + rest + b"\n"


def journal(after: Any, *steps: Any) -> bytes:
    """A journal with these steps, each a list of changes, or a whole record."""
    records = [
        step if isinstance(step, dict) else {"seq": after + number, "changes": step}
        for number, step in enumerate(steps, 1)
    ]
    return b"".join(map(line, ({"journal": 2, "after": after}, *records)))


def with_snapshot(found: Members, edit: Callable[[Tables], object]) -> Members:
    """The members with another snapshot: its tables edited, its checksum right."""
    tables = tables_of(found["store.json"])
    edit(tables)
    return {**found, "store.json": snapshot(tables, sequence_of(found["store.json"]))}


def put_in_place(folder: Path, found: Mapping[str, bytes]) -> Path:
    """The files as a store, as whoever may write there can put it."""
    for name, data in found.items():
        if name != "manifest.json":
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(data)
            path.chmod(0o600)
    return folder
