"""The address of a store as somebody wrote it, in any of the ways that there are."""

from __future__ import annotations

from pathlib import Path

from pos.stores.address import FOLDER, SERVERS, folder_of, kind_of


def typed_address(text: str) -> Path | str:
    """An address as somebody wrote it: a folder as a path, a server's with every part of it, another kind's as it is.

    Raises ValueError, with a message, for the address of a folder without a whole path, and for a server's that is
    none, or has a password in it; that message repeats nothing of it.
    """
    kind = kind_of(text)
    if kind in SERVERS:
        from pos.stores.redis.address import server_address

        return server_address(text).name
    return folder_of(text) if kind == FOLDER else text
