"""Reading a store that another process may have open: what is on record at one moment, without its lock."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.stores.embedded import damage
from pos.stores.embedded.day_files import DayFiles
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.journal_chain import read_chain
from pos.stores.embedded.layout import SNAPSHOT, is_first_format, journals
from pos.stores.reader import StoreReader

TRIES: Final = 20
"""How often a folder is read again that was compacted meanwhile."""


class ReadOnlyStore(StoreReader):
    """A store as it stood after the step with this sequence number."""

    sequence: int

    def hold(self) -> None:
        """Keep the parts of the open day readable, which go when it is closed. Raises FileNotFoundError."""
        with suppress(TillError):
            self._archive = self._archive.holding(self.parts())


def read_folder(path: Path) -> ReadOnlyStore:
    """The store in a folder as it stands now. A step that is being written is not seen.

    Raises TillError `store_unusable` if there is none or it was written by another version, or `store_damaged`.
    """
    try:
        if is_first_format(path):
            raise damage.too_old(path)
        return _read(path)
    except OSError as error:
        raise damage.unusable(path, error) from error


def _read(path: Path) -> ReadOnlyStore:
    for last in (number == TRIES for number in range(1, TRIES + 1)):
        before = seen(path)
        try:
            chain = read_chain(path)
        except (FileNotFoundError, TillError):
            if last or seen(path) == before:
                raise
            continue
        reading = ReadOnlyStore(chain.tables, DayFiles(path, Disk()))
        reading.sequence = chain.sequence
        try:
            reading.hold()
        except FileNotFoundError:
            # What is missing for good is told where it is looked for.
            if not last and seen(path) != before:
                continue
        return reading
    raise AssertionError("the last try returns or raises")


def seen(path: Path) -> tuple[object, ...]:
    """What changes when a snapshot takes the place of journals."""
    snapshot = path / SNAPSHOT
    return (*journals(path), snapshot.stat().st_ino if snapshot.exists() else None)
