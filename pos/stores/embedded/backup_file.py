"""The file of a backup: a compressed tar archive with a list of its members at its end."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import stat
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.message import Fact, lazy, quoted
from pos.files.input_files import open_at_once, reader
from pos.stores import codec, count_limits
from pos.stores.embedded import damage

MANIFEST: Final = "manifest.json"
_MEMBERS: Final = re.compile(
    r"store\.json|journal-[0-9]{12}\.ndjson|gateway\.ndjson|days/[0-9A-Za-z][0-9A-Za-z-]{0,40}\.json"
)
_AT_ONCE: Final = 1024 * 1024
_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a list of members that is still believed."""
_LARGEST: Final = 1024 * 1024 * 1024
"""Bytes of a member that is still believed: whoever reads a store has each of its files in memory."""
_MOST: Final = 100_000
"""How many members are still believed."""
RATIO: Final = 250
"""What a byte of a backup unpacks to at most; records come to 10 or 20."""
FLOOR: Final = 64 * 1024 * 1024
"""Bytes that a backup may unpack to in any case."""
_BLOCK: Final = 512
_LONGEST_PART: Final = 100
"""Characters of an order's id or number that tell a store from another."""


class FirstOrder(NamedTuple):
    """A store's first order, by which it is told from all others: its id, its receipt's number and when it was sold."""

    order: str
    receipt: str
    at: str


class BackupSummary(NamedTuple):
    """What a backup holds: the last step in it, how many orders and closed days, and when it was made, in UTC.

    `first` is not known of a store that has sold nothing, and of a backup that an earlier version made.
    """

    sequence: int
    orders: int
    days: int
    made: str
    first: FirstOrder | None = None


def packed(members: Iterable[tuple[str, bytes]], summary: BackupSummary, moment: int) -> Iterator[bytes]:
    """The file in pieces; `moment` is when it was made, in seconds since 1970."""
    gz = zlib.compressobj(6, zlib.DEFLATED, 31)
    files: dict[str, list[object]] = {}
    for name, data in members:
        files[name] = [len(data), hashlib.sha256(data).hexdigest()]
        yield from map(gz.compress, _member(name, data, moment))
    manifest = {"tillkey": damage.FORMAT, **summary._asdict(), "files": files}
    yield from map(gz.compress, _member(MANIFEST, json.dumps(manifest).encode(), moment))
    yield gz.compress(bytes(2 * _BLOCK)) + gz.flush()


class BackupContent(NamedTuple):
    """A backup that was read to its end: what it holds, the length and SHA-256 of each file, and its bytes in all."""

    summary: BackupSummary
    files: dict[str, list[object]]
    size: int


def verified(path: Path) -> BackupContent:
    """What a backup holds, once every member of it was read and is as it was written.

    Raises TillError `backup_unusable`, or `store_unusable` for a newer format.
    """
    found: dict[str, list[object]] = {}
    lists: list[bytes] = []

    def look(name: str, size: int, content: Iterator[bytes]) -> None:
        if name == MANIFEST and not lists and size <= _LONGEST:
            lists.append(b"".join(content))
            return
        if name in found or len(found) == _MOST or size > _LARGEST or not _MEMBERS.fullmatch(name):
            raise _stranger(path, name)
        found[name] = [size, _digest(content)]

    _each(path, look)
    summary = _summary(path, lists[0] if lists else b"{}", found)
    return BackupContent(summary, found, sum(int(str(size)) for size, _sum in found.values()))


def unpack(path: Path, contents: BackupContent, put: Callable[[str, Iterator[bytes]], None]) -> None:
    """Hand every file of a backup that was verified to `put`, in pieces. Raises TillError `backup_unusable`.

    If the file is another one by now, that is found out at the end.
    """

    def hand_on(name: str, size: int, content: Iterator[bytes]) -> None:
        if name == MANIFEST:
            return
        digest = hashlib.sha256()

        def seen() -> Iterator[bytes]:
            for piece in content:
                digest.update(piece)
                yield piece

        if name not in contents.files:
            raise _stranger(path, name)
        put(name, seen())
        if contents.files[name] != [size, digest.hexdigest()]:
            raise unusable(path, lazy("it was changed while it was read"))

    _each(path, hand_on)


def unusable(path: Path, what: Fact) -> TillError:
    """The error for a backup that is not put back; `what` is wrong is a part of its sentence."""
    message = lazy("The backup {file} cannot be used: {what}. Nothing was changed.", file=path, what=what)
    return damage.about(path, "backup_unusable", message)


class _Unpacked:
    """The bytes of a compressed file, one after the other, of which there may not be too many."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path = path
        self._gzip = gzip.GzipFile(fileobj=file, mode="rb")
        self._left = max(FLOOR, RATIO * os.fstat(file.fileno()).st_size)

    def some(self, most: int) -> bytes:
        """The next bytes, at most so many; none at the end. Raises TillError `backup_unusable`."""
        found = self._gzip.read(most)
        self._left -= len(found)
        if self._left < 0:
            raise unusable(self._path, lazy("it unpacks to far more than a backup does"))
        return found

    def exactly(self, size: int) -> bytes:
        """The next bytes, so many. Raises EOFError."""
        found = self.some(size)
        while len(found) < size:
            more = self.some(size - len(found))
            if not more:
                raise EOFError
            found += more
        return found

    def pieces(self, size: int) -> Iterator[bytes]:
        """The next bytes, so many, in pieces. Raises EOFError."""
        while size:
            found = self.exactly(min(size, _AT_ONCE))
            size -= len(found)
            yield found


def _each(path: Path, do: Callable[[str, int, Iterator[bytes]], None]) -> None:
    """Hand every member to `do`: its name, its length and its content. All others but plain files are refused.

    The headers are read one by one: Python's `tarfile` would put what their extensions claim into memory.
    """
    try:
        with _opened(path) as file:
            whole = _Unpacked(path, file)
            while any(header := whole.exactly(_BLOCK)):
                member = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
                if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.size < 0:
                    raise _stranger(path, member.name)
                content = whole.pieces(member.size)
                do(member.name, member.size, content)
                for _piece in content:
                    pass
                whole.exactly(-member.size % _BLOCK)
            # The checksum of it all stands at its end.
            while rest := whole.some(_AT_ONCE):
                if any(rest):
                    raise ValueError("more follows the end")
    except (tarfile.TarError, EOFError, zlib.error, ValueError):
        raise unusable(path, lazy("it is no backup, or is damaged")) from None
    except OSError as error:
        raise unusable(path, error.strerror or str(error)) from None


def _opened(path: Path) -> IO[bytes]:
    """A file, open; a pipe or a device is not waited for. Raises OSError, TillError `backup_unusable`."""
    file = reader(path, open_at_once(path))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise unusable(path, lazy("it is no file"))
    return file


def _digest(content: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in content:
        digest.update(piece)
    return digest.hexdigest()


def _summary(path: Path, text: bytes, found: dict[str, list[object]]) -> BackupSummary:
    """What the list of members says, each field as it was written."""
    try:
        manifest = json.loads(text, object_pairs_hook=codec.no_doubles)
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict):
        raise unusable(path, lazy("its list of members cannot be read"))
    version = manifest.get("tillkey")
    if count_limits.is_count(version) and version > damage.FORMAT:
        raise damage.too_new(path, version)
    if manifest.get("files") != found:
        raise unusable(path, lazy("its members are not those that it lists"))
    counts = {name: manifest.get(name) for name in ("tillkey", "sequence", "orders", "days")}
    made, first = manifest.get("made"), manifest.get("first")
    wrong = [name for name, value in counts.items() if not _counted(value)]
    wrong += [
        name for name, right in (("made", _is_moment(made)), ("first", first is None or is_first(first))) if not right
    ]
    if wrong:
        raise unusable(path, lazy("the field {field} of its list of members is missing or wrong", field=wrong[0]))
    begun = FirstOrder(*first) if first is not None else None
    return BackupSummary(manifest["sequence"], manifest["orders"], manifest["days"], str(made), begun)


def is_first(value: object) -> bool:
    """Whether something is a first order's parts, in a list, each short and of one line."""
    parts = value if isinstance(value, list) else []
    return len(parts) == len(FirstOrder._fields) and all(
        isinstance(part, str) and len(part) <= _LONGEST_PART and part.isprintable() for part in parts
    )


def _counted(value: object) -> bool:
    return count_limits.is_count(value, count_limits.MEASURE)


def _is_moment(value: Any) -> bool:
    try:
        moment = datetime.fromisoformat(value)
    except (ValueError, TypeError):
        return False
    return moment.tzinfo is not None and value.isascii()


def _stranger(path: Path, name: str) -> TillError:
    return unusable(path, lazy("{name} does not belong into it", name=quoted(name, 80)))


def _member(name: str, data: bytes, moment: int) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), moment, 0o600
    yield info.tobuf(tarfile.USTAR_FORMAT)
    yield data
    yield bytes(-len(data) % _BLOCK)
