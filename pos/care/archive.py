"""The file of a backup: a compressed tar archive with a list of its members at its end."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.words import _
from pos.stores import checks

MANIFEST: Final = "manifest.json"
_MEMBERS: Final = re.compile(
    r"store\.json|journal-\d{12}\.ndjson|gateway\.ndjson|days/[0-9A-Za-z][0-9A-Za-z-]{0,40}\.json"
)
_AT_ONCE: Final = 1024 * 1024
_LONGEST: Final = 64 * 1024 * 1024
"""Bytes of a list of members that is still believed."""
_BLOCK: Final = 512


class Summary(NamedTuple):
    """What a backup holds: the last step in it, how many orders and closed days, and when it was made, in UTC."""

    sequence: int
    orders: int
    days: int
    made: str


def packed(members: Iterable[tuple[str, bytes]], summary: Summary, moment: int) -> Iterator[bytes]:
    """The file in pieces; `moment` is when it was made, in seconds since 1970."""
    gz = zlib.compressobj(6, zlib.DEFLATED, 31)
    files: dict[str, list[object]] = {}
    for name, data in members:
        files[name] = [len(data), hashlib.sha256(data).hexdigest()]
        yield from map(gz.compress, _member(name, data, moment))
    manifest = {"tillkey": checks.FORMAT, **summary._asdict(), "files": files}
    yield from map(gz.compress, _member(MANIFEST, json.dumps(manifest).encode(), moment))
    yield gz.compress(bytes(2 * _BLOCK)) + gz.flush()


def verified(path: Path) -> Summary:
    """What a backup holds, once every member of it was read and is as it was written.

    Raises TillError `backup_unusable`, or `store_unusable` for a newer format.
    """
    found: dict[str, list[object]] = {}
    manifest: dict[str, Any] = {}

    def look(name: str, size: int, content: IO[bytes]) -> None:
        if name == MANIFEST:
            manifest.update(json.loads(content.read(_LONGEST)))
            return
        if name in found or not _MEMBERS.fullmatch(name):
            raise _unusable(path, _("{name} does not belong into it", name=repr(name[:80])))
        digest = hashlib.sha256()
        while piece := content.read(_AT_ONCE):
            digest.update(piece)
        found[name] = [size, digest.hexdigest()]

    _each(path, look)
    version = manifest.get("tillkey")
    if isinstance(version, int) and version > checks.FORMAT:
        raise checks.too_new(path, version)
    if not manifest or manifest.get("files") != found:
        raise _unusable(path, _("its members are not those that it lists"))
    try:
        return Summary(*(manifest[name] for name in Summary._fields))
    except LookupError:
        raise _unusable(path, _("its list of members is not whole")) from None


def unpack(path: Path, put: Callable[[str, Iterator[bytes]], None]) -> None:
    """Hand every member of a verified backup to `put`, its content in pieces. Raises TillError `backup_unusable`."""

    def hand_on(name: str, _size: int, content: IO[bytes]) -> None:
        if name != MANIFEST:
            put(name, iter(lambda: content.read(_AT_ONCE), b""))

    _each(path, hand_on)


def _each(path: Path, do: Callable[[str, int, IO[bytes]], None]) -> None:
    try:
        with gzip.open(path) as whole, tarfile.open(fileobj=whole, mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None:
                    raise _unusable(path, _("{name} does not belong into it", name=repr(member.name[:80])))
                do(member.name, member.size, content)
            # The checksum of it all stands at its end.
            while whole.read(_AT_ONCE):
                pass
    except (tarfile.TarError, EOFError, zlib.error, ValueError, TypeError, RecursionError):
        raise _unusable(path, _("it is no backup, or is damaged")) from None
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from None


def _unusable(path: Path, what: str) -> TillError:
    message = _("The backup {file} cannot be used: {what}. Nothing was changed.", file=path, what=what)
    return TillError("backup_unusable", message, file=str(path))


def _member(name: str, data: bytes, moment: int) -> Iterator[bytes]:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = len(data), moment, 0o600
    yield info.tobuf(tarfile.USTAR_FORMAT)
    yield data
    yield bytes(-len(data) % _BLOCK)
