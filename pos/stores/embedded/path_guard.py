"""Keeping what others write out of stores: a backup, a log or a picture must never take the place of a store's file."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

from pos.domain.i18n import _
from pos.files.input_files import open_at_once, reader
from pos.stores.embedded.layout import is_own_name, store_around

_BEGINNINGS: Final = (b'{"_tillkey"', b'{"crc":"', b'{"pid":', b'{"op":')
"""How snapshots and closed days, journals, locks and ledgers begin."""


def reason_against(path: Path, store: Path | None = None) -> str | None:
    """Why nothing may be written at a path, as a part of a sentence: a store is or would be there; None if it may be.

    Links are followed, and are not trusted where they stand either. `store` is a folder in which one may be begun.
    A file that has a store's content under another name, as by a hard link or a mount, is told by how it begins.
    """
    places = {Path(os.path.realpath(path)), Path(os.path.realpath(path.parent)) / path.name}
    for place in places:
        around = store_around(place)
        if around is None and store is not None and place.is_relative_to(os.path.realpath(store)):
            around = store
        if around is not None:
            return _("it lies in the store {folder}: name one outside of it", folder=around)
    if _is_a_stores(path):
        return _("it is a file of a store: name another one")
    return None


def check_outside(path: Path, store: Path | None = None, *, going_on: bool = False) -> None:
    """Raise PermissionError where nothing may be written; see `reason_against`.

    `going_on`: a file that is there already, and is none of a store's, may be gone on with wherever it lies: shops that
    keep a log or settings in their store's folder do not stop because of it.
    """
    place = Path(os.path.realpath(path))
    if going_on and place.is_file() and not is_own_name(place.name) and not _is_a_stores(place):
        return
    if (reason := reason_against(path, store)) is not None:
        raise PermissionError(errno.EPERM, reason, str(path))


def _is_a_stores(path: Path) -> bool:
    if path.is_file():
        with suppress(OSError), reader(path, open_at_once(path)) as file:
            return file.read(16).startswith(_BEGINNINGS)
    return False
