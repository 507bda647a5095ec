"""The folders that the platform keeps for a user's programs. A user without a home has none of them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pos.domain.errors import TillError
from pos.domain.message import lazy

Kind = Literal["config", "data", "log", "pictures", "runtime"]


def user_folder(kind: Kind) -> Path | None:
    """This user's folder for Tillkey's files of a kind (the pictures of all programs), which may not exist yet.

    None if nobody knows it: there is no HOME, and the user is not known to the machine.
    """
    import platformdirs

    try:
        if kind == "pictures":
            path = platformdirs.user_pictures_path()
        else:
            path = Path(getattr(platformdirs, f"user_{kind}_path")("tillkey", appauthor=False))
    except RuntimeError:
        return None
    return path if path.is_absolute() else None


def usual_store() -> Path:
    """The folder of this user's till if no other is named. Raises TillError `store_unusable` if there is none."""
    folder = user_folder("data")
    if folder is None:
        message = lazy("You have no home folder on this machine: name the store's folder with --store FOLDER.")
        raise TillError("store_unusable", message)
    return folder / "store"
