"""Where this machine keeps the journals of its tills on a server: `JOURNALS/SHOP@HOST-PORT-DB/lane-NAME`."""

from __future__ import annotations

from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.files.user_folders import user_folder
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.options import ServerOptions


def lane_folder(address: ServerAddress, options: ServerOptions, lane: str) -> Path:
    """The folder of a lane's journal, an embedded store; it may not be there yet.

    Raises TillError `store_unusable` if nobody said where journals are and the user has no home.
    """
    journals = options.journals
    if journals is None:
        if (data := user_folder("data")) is None:
            text = lazy(
                "You have no home folder on this machine: name the folder of the journals with the setting {setting}.",
                setting="lanes.journals",
            )
            raise TillError("store_unusable", text)
        journals = data / "journals"
    return journals / address.folder_name / f"lane-{lane}"
