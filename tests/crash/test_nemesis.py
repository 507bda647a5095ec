"""Tills sell on a server while all that can fail does; and tills that are broken are found out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash.nemesis import nemesis

ROUNDS = 10


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_no_law_is_broken_whatever_fails(seed: int, tmp_path: Path) -> None:
    with nemesis(tmp_path, seed=seed) as made:
        for number in range(ROUNDS):
            made.round(number)
    figures = made.figures
    assert figures.violations == []
    assert figures.rounds == ROUNDS
    assert figures.orders > ROUNDS
    assert sum(figures.points.values()) > ROUNDS / 2


@pytest.mark.parametrize(
    ("control", "blow", "sentence"),
    [
        ("no outbox", "all is well again", "is not at the server"),
        ("blind retry", "replies to commits are cut", "at first"),
    ],
)
def test_a_till_that_is_broken_is_found_out(control: str, blow: str, sentence: str, tmp_path: Path) -> None:
    with nemesis(tmp_path, seed=1, control=control) as made:
        made.round(0, only=(blow,))
    assert any(sentence in violation for violation in made.figures.violations)
