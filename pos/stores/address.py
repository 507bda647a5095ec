"""Which store an address names: a folder, or `tinydb:///FOLDER`, both of them the embedded one's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from pos.domain.words import _

EMBEDDED: Final = "tinydb"
_ADDRESS: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)


def folder_of(address: str) -> Path:
    """The folder of the embedded store that an address names; what is no address is a path, as it was typed.

    Raises ValueError, with a sentence, for a store of another kind, and for an address without a whole path.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return Path(address)
    kind, place = found[1].lower(), unquote(found[2])
    if kind != EMBEDDED:
        message = _(
            "{kind} is no store that this version has: name a folder, or {example}",
            kind=f"{kind}://",
            example=f"{EMBEDDED}:///FOLDER",
        )
        raise ValueError(message)
    if not place.startswith("/") or not place.strip("/"):
        raise ValueError(_("{address} names no folder: write {example}", address=address, example="tinydb:///FOLDER"))
    return Path(place)
