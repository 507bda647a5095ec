"""However the program is ended, the terminal is given back as it was found, and the status says why."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.shop import F12, GOOD_CARD, lane, left_in, scan, slow_disk, sold, spawned, write_catalog

SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_ends_the_till_as_its_quit_key_does(tmp_path: Path, number: signal.Signals) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) * 2)
        at.ticket(1, "2 Apple")
        at.terminal.signal(number)
        assert at.terminal.ended() == 128 + number
        at.terminal.assert_as_found()
        left = left_in(at.folder)
    assert sold(left.open) == [("Apple", 2)]


def test_a_signal_while_a_card_is_charged_waits_for_the_answer(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + GOOD_CARD + b"k" + scan(1))
        at.terminal.wait_for(lambda _text: b"is being charged" in at.terminal.raw, "is being charged")
        at.terminal.signal(signal.SIGTERM)
        assert at.terminal.ended() == 128 + signal.SIGTERM
        at.terminal.assert_as_found()
        left = left_in(at.folder)
    assert [sold(order.sale) for order in left.orders] == [[("Apple", 1)]]
    assert [charge.state for charge in left.charges] == ["captured"]


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    catalog = write_catalog(tmp_path / "catalog.json")
    words = ("--store", str(tmp_path / "store"), "--latency", "500", "--timeout", "600", "--catalog", str(catalog))
    with Terminal(Loaded(*words), home=tmp_path) as terminal:
        terminal.wait_for("till ready")
        terminal.write(scan(0) + F12 + GOOD_CARD + b"k")
        terminal.wait_for("is being charged")
        terminal.signal(signal.SIGTERM)
        terminal.signal(signal.SIGHUP)
        assert terminal.ended() in (128 + signal.SIGTERM, 128 + signal.SIGHUP)
        terminal.assert_as_found()


def test_a_signal_while_the_store_is_opened_ends_it(tmp_path: Path) -> None:
    catalog, gate = write_catalog(tmp_path / "catalog.json"), tmp_path / "gate"
    with spawned(tmp_path, catalog, begun_by=slow_disk(gate)) as at:
        at.terminal.wait_for("opening")
        # It is there once somebody reads from it, and gives nothing as long as it is open.
        with gate.open("w"):
            at.terminal.signal(signal.SIGTERM)
            assert at.terminal.ended() == 128 + signal.SIGTERM
        at.terminal.assert_as_found()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["training"], "till ready"),
        (["demo"], "last-unit"),
        (["demo", "plain-sale"], "plain-sale"),
        (["display"], "Waiting"),
        (["--inspect"], "Waiting"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_signal_ends_each_program_that_has_a_screen(tmp_path: Path, words: Sequence[str], shown: str) -> None:
    with Terminal(Loaded(*words), home=tmp_path) as terminal:
        terminal.wait_for(shown)
        terminal.signal(signal.SIGTERM)
        assert terminal.ended() == 128 + signal.SIGTERM
        terminal.assert_as_found()


def drawn_since(terminal: Terminal, seen: int, _: str) -> bool:
    return b"till ready" in terminal.raw[seen:]


def test_a_till_that_was_stopped_goes_on_and_gives_the_terminal_back(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        for count, stop in enumerate((signal.SIGSTOP, signal.SIGTSTP), 1):
            seen = len(at.terminal.raw)
            at.terminal.stop(stop)
            at.terminal.signal(signal.SIGCONT)
            at.terminal.wait_for(partial(drawn_since, at.terminal, seen), "the screen drawn anew")
            at.terminal.write(scan(0))
            at.ticket(1, f"{count} Apple")
        at.terminal.close()
        at.terminal.assert_as_found()
