"""The demo shop's scripts: each of one till runs headless, and every `expect` in it holds."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest

from pos.bootstrap import open_till
from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.language.script_runner import ScriptRunner
from pos.language.table import TABLE
from pos.language.verb import Where
from pos.resources import data_folder

FLOWS = sorted((data_folder() / "flows").glob("*.pos"))
AFTERNOON = datetime.fromisoformat("2026-11-22T14:03:00-05:00")


def test_there_is_a_flow_for_everything_that_is_promised() -> None:
    assert {flow.stem for flow in FLOWS} >= {
        "plain-sale",
        "coupon-and-member",
        "buy-x-get-y",
        "declined-then-cash",
        "timeout-found-captured",
        "last-unit",
        "split-tender",
        "crash-and-recovery",
        "two-lanes",
        "rush",
    }


def read(flow: Path) -> list[str]:
    return flow.read_text("utf-8").splitlines()


def of_one_till(flow: Path) -> bool:
    first = (line.split()[0] for line in read(flow) if line)
    return not any(TABLE[word].where == Where.DEMO for word in first if word in TABLE)


OF_ONE_TILL = [flow for flow in FLOWS if of_one_till(flow)]


@pytest.mark.parametrize("flow", OF_ONE_TILL, ids=lambda flow: flow.stem)
async def test_the_flow_goes_as_it_says(flow: Path) -> None:
    out = io.StringIO()
    till = open_till(None, clock=FrozenClock(AFTERNOON), ids=SequentialIds())
    script = read(flow)
    try:
        assert any(line.startswith("expect ") for line in script)
        assert await ScriptRunner(till, out).run(script), out.getvalue()
        assert till.checking() == ()
    finally:
        till.close()
