"""The room that a journal keeps for what has begun: whatever was charged can be written down on a full disk too."""

from __future__ import annotations

from typing import Final

from pos.stores.operations import RESERVATIONS
from pos.stores.tables import Tables

_SPARE: Final = 4096
"""Bytes that the end of a reservation takes beside twice its own: counters, lane and frame."""


def room_for_ends(tables: Tables) -> int:
    """Bytes that the ends of all open reservations may take, and of one more like them."""
    sizes = [len(row) for row in tables.table(RESERVATIONS).rows.values()]
    return 2 * (sum(sizes) + max(sizes, default=_SPARE)) + _SPARE * (len(sizes) + 1)
