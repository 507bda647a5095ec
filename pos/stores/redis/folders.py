"""Where this machine keeps the journals of its tills on a server: `JOURNALS/SHOP@HOST-PORT-DB/lane-NAME`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pos.domain.errors import TillError
from pos.domain.i18n import N_
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


@contextmanager
def journal_of(lane: str) -> Iterator[None]:
    """Tell of a journal that is open already by its lane: another name for the till is what helps, no other store."""
    try:
        yield
    except TillError as error:
        if error.code != "store_in_use":
            raise
        pid = error.details.get("pid")
        known = N_("Lane {lane} is open on this machine already (process {pid}). {advice}")
        unknown = N_("Lane {lane} is open on this machine already. {advice}")
        advice = lazy("Close it there, or choose another name for this till (`--lane`).")
        message = lazy(known if pid else unknown, lane=lane, pid=pid, advice=advice)
        raise TillError(error.code, message, **error.details) from None
