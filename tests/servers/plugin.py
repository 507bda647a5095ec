"""Servers for any test that asks: one of each kind for each process of the tests, begun when the first test asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.servers.shared import new_shop, shared_server

if TYPE_CHECKING:
    from tests.servers.server import Kind, Server


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
    return new_shop()


def _server(kind: Kind) -> Iterator[Server]:
    from tests.servers.server import program

    if program(kind) is None:
        pytest.skip(f"there is no {kind}: Debian has it in redis-tools")
    yield shared_server(kind)
