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
from pos.domain.message import Fact, lazy
from pos.files.private_files import PRIVATE_FOLDER, is_ours, make_folder
from pos.files.root_guard import check_maker
from pos.files.user_folders import user_folder
from pos.stores.address import SERVERS, kind_of
from pos.stores.typed_address import typed_address

LONGEST: Final = 103
"""How many bytes the path of a Unix socket may have on every system."""
SPOKEN: Final = 2
"""Which form of messages is spoken there. Who knows another form would drop tickets with a discount, and show an amount
due that is none: they do not meet, and each says that no till is open."""


def channel_path(store: Path | str | None, lane: str) -> Path:
    """The socket of the till on a store, by its address, and lane; None: of the training till of this lane.

    The folder of the sockets is made if it is not there. Raises TillError `channel_unusable`.
    """
    if not hasattr(socket, "AF_UNIX"):
        text = lazy("This system has no Unix sockets: a till cannot be watched by another program here.")
        raise TillError("channel_unusable", text)
    folder = _runtime_folder()
    name = "training" if store is None else _hashed(store)
    path = folder / f"{name}-{lane}.{SPOKEN}.sock"
    if len(os.fsencode(path)) > LONGEST:
        raise _unusable(folder, lazy("its name is too long for a socket"))
    try:
        _secure(folder)
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from None
    return path


def channel_to(store: Path | str | None, lane: str) -> Path:
    """The same for those who wait for a till. Raises TillError `store_unusable` too, where none can ever open."""
    if store is not None and kind_of(store) not in SERVERS:
        from pos.bootstrap import store_at

        store_at(store).exists()
    return channel_path(store, lane)


def _hashed(store: Path | str) -> str:
    address = typed_address(store) if isinstance(store, str) else store
    return sha256(os.fsencode(address.resolve() if isinstance(address, Path) else address)).hexdigest()[:12]


def _runtime_folder() -> Path:
    """Raises TillError if the machine has none, such as a container that is read-only."""
    with warnings.catch_warnings():
        # It warns on stderr, where the till is drawn, when there is no such folder and it takes another one.
        warnings.simplefilter("ignore")
        try:
            return user_folder("runtime") or Path(gettempdir()) / f"tillkey-{os.getuid()}"
        except FileNotFoundError:
            text = lazy("There is no folder for temporary files: have XDG_RUNTIME_DIR name one that is yours alone.")
            raise TillError("channel_unusable", text) from None


def _secure(folder: Path) -> None:
    """Make a folder that only its owner may enter. Raises OSError, TillError if others could put something there."""
    if not folder.exists():
        check_maker(folder)
    make_folder(folder)
    above, found = folder.parent.stat(), folder.lstat()
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and is_ours(above)
    mine = mine and is_ours(folder.parent.lstat())
    movable = above.st_mode & stat.S_IWOTH and not above.st_mode & stat.S_ISVTX
    if not mine or movable or stat.S_IMODE(found.st_mode) & ~PRIVATE_FOLDER:
        raise _unusable(folder, lazy("others than you may write there"))


def _unusable(folder: Path, reason: Fact) -> TillError:
    text = lazy("The folder {folder} cannot hold the channel of a till: {reason}.", folder=folder, reason=reason)
    return TillError("channel_unusable", text)
