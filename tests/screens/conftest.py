from __future__ import annotations

from typing import Any

import pytest

from tests.screens.shop import SMALL


@pytest.fixture
def till_options(till_options: dict[str, Any]) -> dict[str, Any]:
    """The small catalog, unless a mark names another."""
    return {"catalog": SMALL} | till_options
