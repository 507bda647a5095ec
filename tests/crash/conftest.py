from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.syncing import sync_again


@pytest.fixture(scope="package", autouse=True)
def _power_may_be_cut() -> Iterator[None]:
    """What is done here is done again after a power cut: it is made durable as on a till."""
    with pytest.MonkeyPatch.context() as patch:
        sync_again(patch)
        yield
