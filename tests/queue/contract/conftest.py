"""A queue of every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.queue.contract.engines import DURABLE, ENGINES, SHARING, Begun, BegunDurable, DurableEngine, Engine


@pytest.fixture(params=ENGINES.values(), ids=tuple(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    begun: Begun = request.param
    with begun() as made:
        yield made


@pytest.fixture(params=SHARING.values(), ids=tuple(SHARING))
def sharing(request: pytest.FixtureRequest) -> Iterator[Engine]:
    begun: Begun = request.param
    with begun() as made:
        yield made


@pytest.fixture(params=DURABLE.values(), ids=tuple(DURABLE))
def durable(request: pytest.FixtureRequest) -> Iterator[DurableEngine]:
    begun: BegunDurable = request.param
    with begun() as made:
        yield made
