"""The store of one lane of a shop on a server."""

from __future__ import annotations

from pos.domain.ports import Store
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.options import ServerOptions


def open_lane_store(address: ServerAddress, options: ServerOptions, lane: str) -> Store:
    """The store of a lane of the shop at an address, with its own journal on this machine."""
    raise NotImplementedError
