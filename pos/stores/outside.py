"""Keeping what others write out of stores: a backup, a log or a picture must never take the place of a store's file."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from pos.domain.words import _
from pos.stores.own import store_around

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


def _is_a_stores(path: Path) -> bool:
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            return stat.S_ISREG(os.fstat(handle).st_mode) and os.pread(handle, 16, 0).startswith(_BEGINNINGS)
        finally:
            os.close(handle)
    return False
