from __future__ import annotations

from typing import Any

import pytest

from pos.testing.plugin import marked
from tests.screens.shop import SMALL


@pytest.fixture
def till_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The small catalog, unless a mark names another."""
    return {"catalog": SMALL} | marked(request)
