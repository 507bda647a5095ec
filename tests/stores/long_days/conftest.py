"""A store with a day that is set down in parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos.stores.embedded.store import EmbeddedStore
from tests.stores.long_days.long_days import IN_HAND, begin, sell


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.stores.embedded.day_parts.IN_HAND", IN_HAND)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    """Thirty orders of one day, the first 27 of them in three parts."""
    store = begin(tmp_path / "shop")
    for first in (0, 10, 20):
        sell(store, range(first, first + 10))
        store.compact()
    return store
