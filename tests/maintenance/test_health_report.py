"""What an examination tells of what it found."""

from __future__ import annotations

import pytest

from pos.stores.health_report import LONGEST, TOLD, checked


@pytest.mark.parametrize("length", [1, LONGEST, LONGEST + 1, 300_000])
def test_a_fault_is_told_in_a_line_however_long_a_name_in_it_is(length: int) -> None:
    found = checked("tickets", ["x" * length], "")
    assert not found.ok
    assert len(found.detail) == min(length, LONGEST)
    assert found.detail.endswith("…") == (length > LONGEST)


def test_many_faults_are_counted() -> None:
    found = checked("stock", (f"fault {number}" for number in range(1000)), "")
    assert found.detail == "; ".join([*(f"fault {number}" for number in range(TOLD)), f"{1000 - TOLD} more"])
    assert checked("stock", (), "all is well").detail == "all is well"
