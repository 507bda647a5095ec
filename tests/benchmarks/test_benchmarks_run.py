"""Each benchmark runs and prints what it should; how fast anything is, is for people to read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import prefork

ROOT = Path(__file__).parents[2]


HISTORY = ["--orders", "60", "--days", "3", "--products", "60"]
TINY = {
    "start": ["--products", "300"],
    "keys": ["--sizes", "1"],
    "pricing": [],
    "checkout": HISTORY,
    "reopen": [*HISTORY, "--open", "40", "--sales", "20"],
    "lookup": HISTORY,
    "maintenance": [*HISTORY, "--open", "40", "--sales", "20"],
    "compaction": ["--products", "60", "--journal", "50000"],
    "lanes": ["--quick"],
    "queue": ["--quick", "--engines", "stream"],
    "prewarm": ["--products", "300"],
}


SLOW = {"busy_keys": ["--products", "60"]}


@pytest.mark.parametrize("name", [*TINY, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_a_benchmark_prints_its_ratios_as_json(name: str) -> None:
    ran = run(name, "--json", "--rounds", "1", *(TINY | SLOW)[name])
    *figures, last = map(json.loads, ran.stdout.splitlines())
    assert all(figure["median"] > 0 for figure in figures[1:])
    assert list(last) == ["ratios"]
    assert len(last["ratios"]) >= 3
    assert all(ratio > 0 for ratio in last["ratios"].values())


@pytest.mark.slow
def test_a_queue_on_kafka_is_measured_beside_what_kafka_does_alone() -> None:
    ran = run("queue", "--json", "--quick", "--engines", "kafka")
    ratios = json.loads(ran.stdout.splitlines()[-1])["ratios"]
    assert ratios["always, 4: kafka enqueue / produce alone"] > 0
    assert ratios["always, 4: kafka workers / reserve and commit alone"] > 0


def test_the_profile_names_what_a_checkout_calls() -> None:
    shown = run("checkout", "--profile", "--rounds", "1", *HISTORY).stdout
    assert "fdatasync" in shown
    assert "to_json" in shown


@pytest.mark.slow
def test_tinydbs_own_suite_fails_only_where_it_is_known_to() -> None:
    assert "tests pass" in run("tinydb_suite").stdout


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    ran = prefork.text(prefork.run(f"tests.benchmarks.{name}", *arguments, cwd=ROOT))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran
