"""Hands that know nothing of a store, at work in its folder while tills sell: nothing that was acknowledged is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.crash.tampering import ACTS, meddled, unchecked

ROUNDS = 12
CONTROLS = 4


def test_whatever_is_done_to_the_files_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    done: Counter[str] = Counter()
    for seed in range(ROUNDS):
        folder = tmp_path / f"{seed}"
        folder.mkdir()
        breaches, hands = meddled(folder, seed)
        assert breaches == []
        done += hands.done
    assert set(done) == {act.__name__ for act in ACTS}


def test_a_till_that_does_not_look_after_its_files_loses_orders(tmp_path: Path) -> None:
    found = []
    with unchecked():
        for seed in range(CONTROLS):
            folder = tmp_path / f"{seed}"
            folder.mkdir()
            found += meddled(folder, seed)[0]
    assert found
