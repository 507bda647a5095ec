"""kill -9 of a till that sells: at each named point and at random moments; what was acknowledged is there, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.harness import Trials, selling
from tests.crash.kill_points import POINTS, Point, arm
from tests.crash.trials import killed

KILLS = 60


def test_dozens_of_kills_break_no_law(tmp_path: Path) -> None:
    figures = killed(tmp_path, KILLS, seed=1)
    assert figures.violations == []
    assert figures.unreached == []
    assert figures.kills == KILLS
    assert set(figures.where) == {point.name for point in POINTS} | {"at random"}
    assert figures.told > KILLS


def test_a_till_that_keeps_lines_in_the_process_loses_orders(tmp_path: Path) -> None:
    with selling() as seller:
        trials = Trials(tmp_path, seller, seed=1, control="buffered")
        for _ in range(4):
            trials.kill_at_random()
    assert any(": lost: sold" in violation for violation in trials.figures.violations)


def test_a_point_that_no_longer_exists_fails() -> None:
    with pytest.raises(AttributeError):
        arm(Point("saga", "pos.stores.embedded.store.EmbeddedStore.no_such_verb", "before"), 1)
