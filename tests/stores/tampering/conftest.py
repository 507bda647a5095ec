"""A store that is open while hands are on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pos.stores.embedded.store import EmbeddedStore, open_store
from tests.stores.samples import fill
from tests.stores.tampering.tampering import sell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "above" / "shop"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    place = tmp_path / "place"
    place.mkdir()
    fill(open_store(place / "other"), B=1).close()
    return place


@pytest.fixture
def store(folder: Path, place: Path) -> EmbeddedStore:
    """A store that has sold two of its hundred A."""
    store = fill(open_store(folder), A=100)
    assert sell(store, "1") == "T1-1-1"
    shutil.copytree(folder, place / "older")
    assert sell(store, "2") == "T1-1-2"
    return store
