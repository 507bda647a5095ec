"""Each benchmark runs and prints what it should; how fast anything is, is for people to read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["start", "keys", "pricing"])
def test_a_benchmark_prints_its_ratios_as_json(name: str) -> None:
    tiny = ["--rounds", "1", *(["--products", "300"] if name == "start" else [])]
    command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--json", *tiny]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    *figures, last = map(json.loads, ran.stdout.splitlines())
    assert all(figure["median"] > 0 for figure in figures[1:])
    assert list(last) == ["ratios"]
    assert len(last["ratios"]) >= 6
    assert all(ratio > 0 for ratio in last["ratios"].values())
