"""Servers for any test that asks: one of each kind for each process of the tests, begun when the first test asks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from tests.servers.server import Kind, Server

NUMBERS: Final = count(1)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Server]:
    """Valkey with appendfsync always. What ends or changes it starts one of its own."""
    yield from _server("valkey")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """Redis with appendfsync always; where it is not installed, the test is skipped."""
    yield from _server("redis")


@pytest.fixture
def shop() -> str:
    """The name of a shop that no other test of this process has."""
    return f"shop-{next(NUMBERS)}"


def _server(kind: Kind) -> Iterator[Server]:
    # Only now is the client loaded, and only in a process whose tests need it.
    from tests.servers.server import Server, program

    if program(kind) is None:
        pytest.skip(f"there is no {kind}: Debian has it in redis-tools")
    with Server.start(kind) as server:
        yield server
