"""Whether there is a store where one is looked for."""

from __future__ import annotations

from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.words import _
from pos.stores import checks
from pos.stores.own import is_first_format, is_store


def require_store(folder: Path) -> None:
    """Raise TillError `store_unusable` if a folder has no store of this version in it, or cannot be read."""
    try:
        if not folder.is_dir() or not is_store(folder):
            message = _("There is no store in {file}.", file=folder)
        elif is_first_format(folder):
            message = _("{file} was written by an older Tillkey: open it once to bring it up to date.", file=folder)
        else:
            return
    except OSError as error:
        raise checks.unusable(folder, error) from error
    raise TillError("store_unusable", message, file=str(folder))
