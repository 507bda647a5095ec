"""Giving back what is held on the server beyond its time, by whoever comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.stores.redis.delivery import Calls
from pos.stores.redis.resp import text_of

if TYPE_CHECKING:
    from pos.stores.redis.client import Client

LATE: Final = 50
"""So many reservations whose time is over are given back at once,"""
LATE_PIECES: Final = 20
"""and so often at most between two signs of life."""


def expire_overdue(client: Client, calls: Calls, now: int) -> None:
    """Give back what was to end by then, ms of the server's clock, in pieces that hold nobody up. Raises ServerAway."""
    for _piece in range(LATE_PIECES):
        ids = client.ask("ZRANGEBYSCORE", calls.keys.deadlines, "-inf", now, "LIMIT", 0, LATE)
        if not ids:
            return
        names = [text_of(each) for each in ids]
        lanes = client.ask_each([("HGET", calls.keys.reservation(name), "lane") for name in names])
        late = [(name, text_of(lane or b"")) for name, lane in zip(names, lanes, strict=True)]
        client.call(*calls.expire(late))
