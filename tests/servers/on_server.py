"""The mark `on_server`: a test runs twice, on a till in memory as all others do, and on one of a shop on a server; with
`alone=True` on the latter only.

What opens a store without an address, in the kit or in a demo, then opens a lane's on the shared server. One test of
each screen and every flow has the mark; `-m on_server` runs these alone.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from tests.servers.shared import lane_store, new_shop

if TYPE_CHECKING:
    from pos.stores.redis.store import LaneStore

KINDS: Final = ("memory", "server")
MARK: Final = "on_server(alone=False): the test runs on a till in memory, and once more on one of a shop on a server"


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", MARK)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that has the mark on both kinds of store, or on the server's alone."""
    if (mark := metafunc.definition.get_closest_marker("on_server")) is not None:
        # Before the till is opened.
        metafunc.fixturenames.insert(0, "_kind_of_store")
        kinds = ("server",) if mark.kwargs.get("alone") else KINDS
        metafunc.parametrize("_kind_of_store", kinds, indirect=True)


@pytest.fixture
def _kind_of_store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if request.param == "memory":
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="lane-"))
    opened: list[LaneStore] = []

    def open_store() -> LaneStore:
        opened.append(lane_store(folder, new_shop()))
        return opened[-1]

    monkeypatch.setattr("pos.stores.memory.MemoryStore", open_store)
    yield
    shutil.rmtree(folder)
    assert [store.link.state for store in opened] == ["online"], "the till was not on the server to the end"
