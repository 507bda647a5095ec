"""Any sequence of steps of each store against a plain model of dicts."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.stores.contract.factories import FACTORIES
from tests.stores.contract.machine import Contract


@pytest.mark.parametrize("name", FACTORIES)
def test_every_store_does_as_the_model(name: str) -> None:
    machine = type("Steps", (Contract,), {"made": lambda _self, folder: FACTORIES[name](folder)})
    run_state_machine_as_test(machine, settings=settings(max_examples=10, stateful_step_count=40, deadline=None))
