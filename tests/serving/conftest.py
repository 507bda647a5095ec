"""Tills that the tests serve see nothing of whoever runs them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pos.testing.isolation import plain_surroundings


@pytest.fixture(autouse=True)
def _plain() -> Iterator[None]:
    with plain_surroundings():
        yield
