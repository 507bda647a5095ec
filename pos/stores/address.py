"""How the address of a store is written: a folder, or `KIND://PLACE`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from pos.domain.message import lazy

FOLDER: Final = "tinydb"
"""The kind of store that a folder holds."""
SERVER: Final = "redis"
SERVER_BY_TLS: Final = "rediss"
SERVERS: Final = (SERVER, SERVER_BY_TLS)
"""The kinds that are a shop on a server."""
_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)


def kind_of(address: Path | str) -> str:
    """The kind of store that an address names, in small letters."""
    found = _ADDRESS.fullmatch(address) if isinstance(address, str) else None
    return FOLDER if found is None else found[1].lower()


def folder_of(address: str) -> Path:
    """The folder that an address names; what is no address is a path, as it was typed.

    Raises ValueError, with a message, for an address without a whole path.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return Path(address)
    place = unquote(found[2])
    if not place.startswith("/") or not place.strip("/"):
        raise ValueError(
            lazy("{address} names no folder: write {example}", address=address, example="tinydb:///FOLDER")
        )
    return Path(place)
