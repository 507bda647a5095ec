"""An empty store of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.domain.ports import Store
from tests.stores.contract.factories import FACTORIES


@pytest.fixture(params=FACTORIES.values(), ids=tuple(FACTORIES))
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    store: Store = request.param(tmp_path / "shop")
    yield store
    store.close()
