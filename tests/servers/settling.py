"""Waiting until tills and their server know of each other all that there is."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from pos.stores.redis.away import ServerAway
from pos.stores.redis.resp import stream_id
from tests.servers.waiting import until

if TYPE_CHECKING:
    from pos.stores.redis.store import LaneStore


def delivered(stores: Iterable[LaneStore]) -> None:
    """Wait until the server has heard of all that these tills have done, and each till of all that the server has."""
    found = tuple(stores)
    for store in found:
        until(partial(_has_told, store), f"lane {store.lane} has told all, {store.link.state}")
    for store in found:
        until(partial(_has_heard, store), f"lane {store.lane} has heard all")


def _has_told(store: LaneStore) -> bool:
    return store.link.state == "online" and not store.undelivered


def _has_heard(store: LaneStore) -> bool:
    # A till that is greeted meanwhile hears all of it then.
    with suppress(ServerAway):
        last = store.link.read("XREVRANGE", store.calls.keys.changes, "+", "-", "COUNT", 1)
        return not last or stream_id(last[0][0]) <= store.link._at
    return False
