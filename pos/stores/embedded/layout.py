"""Which files in a folder are a store's, by their exact names, and whether a folder is one or may become one.

Whatever else lies in a store's folder is somebody else's: it is never removed, renamed, copied or made private.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from pos.domain.message import lazy
from pos.domain.terminal_text import clean
from pos.files.private_files import finished_name, unfinished
from pos.stores.embedded import damage

SNAPSHOT: Final = "store.json"
LOCK: Final = "lock"
LEDGER: Final = "gateway.ndjson"
FIRST: Final = "journal.ndjson"
"""The one journal of a store of format 1; no later one has it."""
DAYS: Final = "days"
"""The folder of closed days."""
JOURNAL: Final = re.compile(r"journal-(\d{12})\.ndjson")
KEPT: Final = re.compile(r"before-repair-[1-9]\d*|(torn|removed)-[1-9]\d*\.ndjson|format-1")
"""What was set aside earlier."""

_DATA: Final = rf"store\.json|{JOURNAL.pattern}|journal\.ndjson|gateway\.ndjson"
_DAYS_FILE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,40}\.json")
_FILE: Final = re.compile(
    rf"lock|(torn|removed)-[1-9]\d*\.ndjson|(before-repair-[1-9]\d*/)?({_DATA}|days/{_DAYS_FILE.pattern})|format-1/(store\.json|journal\.ndjson)"
)
_FOLDER: Final = re.compile(r"days|format-1|before-repair-[1-9]\d*(/days)?")
_OF_SYSTEMS: Final = re.compile(
    r"lost\+found|\.DS_Store|\.localized|\.Trash(es|-\d+)|\.fseventsd|\.Spotlight-V100|System Volume Information"
    r"|\$RECYCLE\.BIN|Thumbs\.db|desktop\.ini|\.directory|@eaDir|#recycle|#snapshot|\.snapshots?|\.zfs"
    r"|\.stfolder|\.dropbox|\.(nfs|fuse_hidden)[0-9a-f]+",
    re.IGNORECASE,
)
"""What systems, disk stations and programs that copy folders put there by themselves: with no more it is empty."""
_MARKS: Final = {SNAPSHOT: (b'"_tillkey"', b'"checksum":"'), LOCK: (b'{"pid":',)}
_JOURNALS_MARK: Final = (b'{"crc":"',)
_LOOKED_AT: Final = 65536
"""Bytes of a file in which its mark is looked for: where it began may be damaged."""
_NAMED: Final = 3
"""How many of the files in the way are told."""

Kind = Literal["missing", "empty", "store", "remains", "other"]
"""`empty`: a store may begin here, or broke off at once. `remains`: a store's files, but no snapshot, no journal."""


def kind_of(folder: Path) -> Kind:
    """What a folder is. Raises OSError."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return "missing"
    books = _books(names)
    both = SNAPSHOT in books and any(map(JOURNAL.fullmatch, books))
    if both or any(_is_marked(folder / name) for name in books):
        return "store"
    if all(_OF_SYSTEMS.fullmatch(name) or _is_beginning(folder / name) for name in names):
        return "empty"
    rest = [name for name in names if not _OF_SYSTEMS.fullmatch(name)]
    return "remains" if _has_own(rest) and all(is_own_name(name) for name in rest) else "other"


def is_store(folder: Path) -> bool:
    """Whether a folder holds a store; False if one may begin there. Raises TillError `store_unusable` if neither."""
    try:
        kind = kind_of(folder)
        names = [path.name for path in sorted(folder.iterdir())] if kind in ("remains", "other") else []
    except OSError as error:
        raise damage.unusable(folder, error) from error
    if kind == "store":
        return True
    told = _some(name for name in names if not _OF_SYSTEMS.fullmatch(name))
    if kind == "other":
        text = lazy(
            "{file} is no store, and it is not empty: {names}. Nothing was touched. "
            "A store begins in a folder that is new or empty: name one with --store.",
            file=folder,
            names=told,
        )
    elif kind == "remains":
        text = lazy(
            "{file} is what is left of a store ({names}): its snapshot and its journal are gone. "
            "Nothing was touched. Put back a backup into a new folder: pos restore FILE --store FOLDER.",
            file=folder,
            names=told,
        )
    elif kind == "missing" and folder.is_symlink():
        text = lazy(
            "{file} is a link to a folder that is not there. Nothing was touched. "
            "Bring back the disk that it is on, or name another folder with --store.",
            file=folder,
        )
    elif (other := store_around(folder)) is not None:
        text = lazy(
            "{file} lies in the store {store}. Name a folder outside of it with --store.", file=folder, store=other
        )
    else:
        return False
    raise damage.about(folder, "store_unusable", text)


def require_store(folder: Path) -> None:
    """Raise TillError `store_unusable` if a folder has no store of this version in it, or cannot be read."""
    try:
        if not folder.is_dir() or not is_store(folder):
            raise damage.about(folder, "store_unusable", lazy("There is no store in {file}.", file=folder))
        if is_first_format(folder):
            raise damage.too_old(folder)
    except OSError as error:
        raise damage.unusable(folder, error) from error


def store_around(path: Path) -> Path | None:
    """The folder of the store in which a path lies, links followed, whether or not it is there; None if in none."""
    for folder in Path(os.path.realpath(path)).parents:
        # Who may not look into a folder cannot write there either.
        with suppress(OSError):
            if kind_of(folder) in ("store", "remains"):
                return folder
    return None


def is_first_format(folder: Path) -> bool:
    """Whether a store is of format 1 still. Raises OSError."""
    return (folder / FIRST).exists() and not journals(folder)


def journals(folder: Path) -> tuple[Path, ...]:
    """The journals in a folder, the oldest first. Raises OSError."""
    return tuple(sorted(each for each in folder.iterdir() if JOURNAL.fullmatch(each.name)))


def own_paths(folder: Path) -> Iterator[Path]:
    """The folder of a store, and all its own files and folders in it, in order; no links. Raises OSError."""
    yield folder
    for path in own_names(folder, folder):
        yield path
        if path.is_dir():
            for inner in own_names(path, folder):
                yield inner
                if inner.is_dir():
                    yield from own_names(inner, folder)


def own_names(folder: Path, store: Path) -> list[Path]:
    """A store's own files and folders that lie in this folder of it itself, in order; no links. Raises OSError."""
    return [path for path in sorted(folder.iterdir()) if not path.is_symlink() and _is_own(path, store)]


def is_own_name(name: str) -> bool:
    """Whether a store calls a file or folder in it so, finished or not."""
    return bool(_FILE.fullmatch(name) or _FOLDER.fullmatch(name) or _FILE.fullmatch(finished_name(name) or ""))


def leftovers(folder: Path) -> Iterator[Path]:
    """The store's own files that were not put in their place when they were written. Raises OSError."""
    yield from unfinished(folder, _FILE)
    days = folder / DAYS
    if days.is_dir() and not days.is_symlink():
        yield from unfinished(days, _DAYS_FILE)


def is_marked_first(path: Path) -> bool:
    """Whether a file is the journal of a store of format 1, and no other file of that name. Raises OSError."""
    return _is_marked(path)


def _some(names: Iterable[str]) -> str:
    first = [clean(name) for name in islice(names, _NAMED + 1)]
    return ", ".join((*first[:_NAMED], "…") if len(first) > _NAMED else first)


def _is_own(path: Path, store: Path) -> bool:
    inside = path.relative_to(store).as_posix()
    if not path.is_file():
        return _FOLDER.fullmatch(inside) is not None and path.is_dir()
    # A later store has no journal of the first's name: one that is no such journal is somebody else's.
    return bool(_FILE.fullmatch(inside)) and (inside != FIRST or is_marked_first(path) or is_first_format(store))


def _books(names: Iterable[str]) -> list[str]:
    """The names of snapshot and journals among others."""
    return [name for name in names if name in (SNAPSHOT, FIRST) or JOURNAL.fullmatch(name)]


def _has_own(names: list[str]) -> bool:
    """Whether names are a store's that others hardly use: a folder `days` alone is no sign of one."""
    return any(name == LEDGER or KEPT.fullmatch(name) for name in names) or {LOCK, DAYS} <= {*names}


def _is_beginning(path: Path) -> bool:
    """Whether a file is all that a store has before its first journal: the lock, or a file that was not finished."""
    if not _is_file(path):
        return False
    if path.name == LOCK:
        found = path.lstat()
        empty = not found.st_size and found.st_uid == os.geteuid() and not found.st_mode & 0o077
        return empty or _is_marked(path)
    name = finished_name(path.name)
    return name is not None and bool(_books([name]))


def _is_file(path: Path) -> bool:
    """Whether a path is a file itself, no link to one."""
    return stat.S_ISREG(path.lstat().st_mode)


def _is_marked(path: Path) -> bool:
    """Whether a file has somewhere in its beginning what only a store's file of its name has."""
    if not _is_file(path):
        return False
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
    return any(mark in head for mark in _MARKS.get(path.name, _JOURNALS_MARK))
