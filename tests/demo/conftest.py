from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.demo.flows import Flow, read_flow
from pos.domain.i18n import ENGLISH, using_language
from pos.testing.isolation import plain_surroundings


@pytest.fixture(autouse=True)
def _nothing_from_outside() -> Iterator[None]:
    with plain_surroundings(), using_language(ENGLISH):
        yield


@pytest.fixture
def a_flow(tmp_path: Path) -> Flow:
    """A short flow of one till."""
    file = tmp_path / "short.pos"
    file.write_text('# A short one.\nMILK-1L\nsay "Now the money."\npay cash 5\nexpect state paid\n', "utf-8")
    return read_flow(file)
