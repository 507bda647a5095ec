"""The catalog of these tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.till.support import shop


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(shop()), "utf-8")
    return path
