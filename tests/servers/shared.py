"""One server of each kind for each process of the tests, begun when the first test asks, ended with the process."""

from __future__ import annotations

from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from pos.stores.redis.store import LaneStore
    from tests.servers.server import Kind, Server

NUMBERS: Final = count(1)


def shared_server(kind: Kind = "valkey") -> Server:
    """A server with appendfsync always. What ends or changes it starts one of its own."""
    return _started(kind)


@cache
def _started(kind: Kind) -> Server:
    # Only now is the client loaded, and only in a process whose tests need it.
    from tests.servers.server import Server

    return Server.start(kind)


def new_shop() -> str:
    """The name of a shop that nothing else in this process has."""
    return f"shop-{next(NUMBERS)}"


def lane_store(folder: Path, shop: str, lane: str = "1", *, url: str | None = None, **options: object) -> LaneStore:
    """A lane's store on the shared server, or the one at `url`, with its journals in a folder."""
    from pos.stores.redis.address import server_address
    from pos.stores.redis.options import ServerOptions
    from pos.stores.redis.store import open_lane_store

    address = server_address(url or shared_server().url(shop))
    return open_lane_store(address, ServerOptions(journals=folder, **options), lane)  # type: ignore[arg-type]
