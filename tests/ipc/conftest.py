from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def socket_path() -> Iterator[Path]:
    """Where a channel may be: under a short name, for a socket's has to be."""
    with tempfile.TemporaryDirectory(prefix="till") as folder:
        yield Path(folder) / "till-1.sock"
