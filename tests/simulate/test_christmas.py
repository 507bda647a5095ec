"""Some tills of one shop at a trade's pace, as a command, and the laws over what came of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pos.__main__ import main
from pos.simulate.christmas import processes_for
from pos.simulate.trade import KINDS, SHARES, goods, tickets
from tests.simulate.test_rush import laws, simulated

FEW = ("simulate", "christmas", "--tills", "6", "--units", "300", "--pace", "60", "--seconds", "3")


def test_some_tills_keep_every_law(tmp_path: Path) -> None:
    done = simulated(tmp_path, *FEW, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert laws(told) >= {"sold", "once", "charges", "nothing-held", "ended", "receipts", "stock"}
    figures = told["figures"]
    assert figures["asked"] == figures["expected"] == sum(figures["ended"].values()) > 0
    assert (figures["queue"], figures["held"], figures["sold"]) == (0, 0, figures["ended"]["paid"])


def test_tills_that_are_killed_begin_again_and_nothing_is_lost(tmp_path: Path) -> None:
    words = (*FEW[:-1], "10", "--chaos")
    done = simulated(tmp_path, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.partition(": ")[2].partition(":")[0] for line in lines if line.startswith("! ")] == [
        "some tills are killed", "they begin again", "the bank answers after 3 s", "the bank answers at once again",
        "the server is pulled out", "the server is back",
    ]  # fmt: skip
    assert lines[-1].startswith("✓ All laws kept: ")


def test_a_till_that_cannot_open_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("pos.simulate.crew.TIMEOUT", "soon")
    assert main([*FEW]) == 2
    assert "store_unusable: Tills " in capsys.readouterr().err


def test_units_are_spread_and_tickets_are_each_till_s_own() -> None:
    assert sum(goods(5001).values()) == 5001
    assert len(goods(5001)) == KINDS
    assert max(goods(5001).values()) - min(goods(5001).values()) <= 1
    found = [ticket for till in range(1, 51) for ticket in tickets(7, till, 6, 600)]
    assert len({ticket.name for ticket in found}) == len({ticket.token for ticket in found}) == len(found)
    for way, share in SHARES.items():
        assert abs(sum(ticket.way == way for ticket in found) / len(found) - share) < 0.03
    assert found == [ticket for till in range(1, 51) for ticket in tickets(7, till, 6, 600)]
    assert processes_for(1) == 1
