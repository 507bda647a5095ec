"""Where the channels of open tills are: a socket for each store and lane, in a folder of this user alone."""

from __future__ import annotations

import os
import socket
import stat
import warnings
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Final

from pos.domain.errors import TillError
from pos.domain.words import _
from pos.stores.own import is_store
from pos.user_folders import user_folder

LONGEST: Final = 103
"""How many bytes the path of a Unix socket may have on every system."""
OWNER_ONLY: Final = 0o700


def channel_path(store: Path | None, lane: str) -> Path:
    """The socket of the till on a store's folder and lane; None: of the training till of this lane.

    The folder of the sockets is made if it is not there. Raises TillError `channel_unusable`.
    """
    if not hasattr(socket, "AF_UNIX"):
        text = _("This system has no Unix sockets: a till cannot be watched by another program here.")
        raise TillError("channel_unusable", text)
    folder = _runtime_folder()
    name = "training" if store is None else sha256(os.fsencode(store.resolve())).hexdigest()[:12]
    path = folder / f"{name}-{lane}.sock"
    if len(os.fsencode(path)) > LONGEST:
        raise _unusable(folder, _("its name is too long for a socket"))
    try:
        _secure(folder)
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from None
    return path


def channel_to(store: Path | None, lane: str) -> Path:
    """The same for those who wait for a till. Raises TillError `store_unusable` too, where none can ever open."""
    if store is not None:
        is_store(store)
    return channel_path(store, lane)


def _runtime_folder() -> Path:
    with warnings.catch_warnings():
        # It warns on stderr, where the till is drawn, when there is no such folder and it takes another one.
        warnings.simplefilter("ignore")
        return user_folder("runtime") or Path(gettempdir()) / f"tillkey-{os.getuid()}"


def _secure(folder: Path) -> None:
    """Make a folder that only its owner may enter. Raises OSError, TillError if others could put something there."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    folder.mkdir(exist_ok=True, mode=OWNER_ONLY)
    above, found = folder.parent.stat(), folder.lstat()
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and above.st_uid in (0, os.getuid())
    if not mine or stat.S_IMODE(found.st_mode) & ~OWNER_ONLY:
        raise _unusable(folder, _("others than you may write there"))


def _unusable(folder: Path, reason: str) -> TillError:
    text = _("The folder {folder} cannot hold the channel of a till: {reason}.", folder=folder, reason=reason)
    return TillError("channel_unusable", text)
