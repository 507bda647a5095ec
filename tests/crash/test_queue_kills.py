"""Workers take queued checkouts while all that can fail does; and workers that are broken are found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.kill_points import GATEWAY, Point
from tests.crash.queue_kills import queue_kills
from tests.crash.queue_worker import JOB

ROUNDS = 3


def test_no_law_is_broken_whatever_fails(tmp_path: Path) -> None:
    with queue_kills(tmp_path, seed=1) as made:
        for number in range(ROUNDS):
            made.round(number)
    figures = made.figures
    assert figures.violations == []
    assert figures.rounds == ROUNDS
    assert figures.orders > ROUNDS
    assert sum(figures.points.values()) + sum(figures.hangs.values()) >= ROUNDS / 2


@pytest.mark.parametrize(
    ("control", "point", "hangs", "sentence"),
    [
        ("done before", Point("saga", f"{JOB}.reserve", "after"), False, "came to no end"),
        ("no fence", Point("saga", f"{JOB}.commit", "before"), True, "counted"),
        ("new ids", Point("saga", f"{JOB}.commit", "before"), False, "asked for by nobody"),
        ("nothing asked", Point("gateway", f"{GATEWAY}.charge", "after"), False, "in 0 orders"),
    ],
)
def test_a_worker_that_is_broken_is_found_out(
    control: str, point: Point, hangs: bool, sentence: str, tmp_path: Path
) -> None:
    with queue_kills(tmp_path, seed=1, control=control) as made:
        made.strike(point, hangs=hangs)
    assert any(sentence in violation for violation in made.figures.violations), made.figures.violations
