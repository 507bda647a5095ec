"""Stores of older formats: made into the present one, with a copy of what was there."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pos.domain.message import lazy
from pos.files.private_files import make_folder, sync_folder
from pos.stores.embedded import damage, journal, snapshot
from pos.stores.embedded.disk import Disk
from pos.stores.embedded.layout import FIRST, SNAPSHOT, is_marked_first, journals
from pos.stores.tables import Tables

COPY: Final = "format-1"
"""The folder that keeps the files of format 1."""


def migrate(folder: Path, disk: Disk) -> None:
    """Bring a store's folder to the present format; one that is there already stays as it is.

    A crash leaves a folder from which it begins again. Raises OSError, TillError `store_damaged` or `store_unusable`.
    """
    old, now = folder / FIRST, folder / SNAPSHOT
    if not old.exists():
        return
    if journals(folder):
        # It had come to its last step before, or it is somebody else's file.
        if is_marked_first(old):
            _remove(old, disk)
        return
    content = journal.decode(old, old.read_bytes())
    tables, sequence = (Tables(), 0) if not now.exists() else snapshot.read(now)[:2]
    if content.after > sequence:
        what = lazy("the file is missing or older than {file}, which goes on after it", file=FIRST)
        raise damage.damaged(now, 1, what)
    _keep_copies(folder, disk)
    for step in content.steps:
        if step.sequence > sequence:
            tables.apply(step.changes)
            sequence = step.sequence
    snapshot.write(now, tables, sequence, disk)
    disk.replace(folder / journal.name_of(sequence), [journal.header(sequence)])
    _remove(old, disk)


def _remove(old: Path, disk: Disk) -> None:
    disk.remove(old)
    sync_folder(old.parent)


def _keep_copies(folder: Path, disk: Disk) -> None:
    """Copy the files as they are, once."""
    copies = folder / COPY
    make_folder(copies)
    for name in (SNAPSHOT, FIRST):
        if (folder / name).exists() and not (copies / name).exists():
            disk.replace(copies / name, [(folder / name).read_bytes()])
