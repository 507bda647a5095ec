"""A terminal that goes, stands still or never was ours: the program ends with it, or goes on, and nothing is lost."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from screens.terminal.output import MOST, Output, Writer
from tests.terminal.driver import CTRL_Q, PATIENCE, Terminal
from tests.terminal.shop import F12, GOOD_CARD, lane, left_in, scan, sold

PROGRAMS = [[], ["training"], ["demo"], ["demo", "plain-sale"], ["display"], ["--inspect"]]
TAKEN = b"\x1b[?25l"
"""What is written once the terminal hands each key on, before anything is drawn."""
ORPHANED = """
import os, subprocess, sys, time
if os.fork() == 0:
    os.setpgid(0, 0)
    before = os.getpid()
    if os.fork() == 0:
        while os.getppid() == before:
            time.sleep(0.01)
        print("ended by itself:", subprocess.call([sys.executable, "-m", "pos", *sys.argv[1:]]), flush=True)
    os._exit(0)
time.sleep(600)
"""


def program(*words: str) -> list[str]:
    return [sys.executable, "-m", "pos", *words]


def reports(home: Path) -> list[Path]:
    return list(home.glob("**/crash-*"))


def taken(terminal: Terminal, _: str) -> bool:
    return TAKEN in terminal.raw


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
@pytest.mark.parametrize("how", ["its quit key", "SIGTERM", "SIGHUP", "SIGINT"])
def test_an_end_before_the_first_frame_is_a_quiet_one(tmp_path: Path, words: Sequence[str], how: str) -> None:
    with Terminal(program(*words), home=tmp_path) as terminal:
        terminal.wait_for(partial(taken, terminal), "the terminal taken")
        if how == "its quit key":
            terminal.write(CTRL_Q)
            wanted = 0
        else:
            terminal.signal(signal.Signals[how])
            wanted = 128 + signal.Signals[how]
        assert terminal.ended() == wanted
        terminal.assert_as_found()
        assert b"pos:" not in terminal.raw
    assert not reports(tmp_path)


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_a_terminal_that_goes_while_the_program_begins_ends_it(tmp_path: Path, words: Sequence[str]) -> None:
    ignoring = ["/bin/sh", "-c", 'trap "" HUP; exec "$@"', "sh", *program(*words)]
    with Terminal(ignoring, home=tmp_path) as terminal:
        terminal.wait_for(partial(taken, terminal), "the terminal taken")
        assert terminal.hang_up() == 128 + signal.SIGHUP
    assert not reports(tmp_path)


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_a_program_in_the_background_that_nobody_can_bring_back_ends(tmp_path: Path, words: Sequence[str]) -> None:
    command = [sys.executable, "-c", ORPHANED, *words]
    with Terminal(command, home=tmp_path) as terminal:
        terminal.wait_for("ended by itself: 129")
    assert not reports(tmp_path)


def test_a_window_that_is_closed_while_a_card_is_charged_waits_for_the_answer(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + GOOD_CARD + b"k")
        at.terminal.wait_for("is being charged")
        assert at.terminal.hang_up() == 128 + signal.SIGHUP
        left = left_in(at.folder)
    assert [sold(order.sale) for order in left.orders] == [[("Apple", 1)]]
    assert [charge.state for charge in left.charges] == ["captured"]


def test_a_till_on_a_terminal_that_stands_still_can_be_ended(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        # Nothing of what it draws is read any more.
        at.terminal.write(scan(0) * 200)
        at.terminal.signal(signal.SIGTERM)
        assert at.terminal._pseudo.exit_code(PATIENCE) == 128 + signal.SIGTERM
        left = left_in(at.folder)
    assert all(name == "Apple" for name, _ in sold(left.open))


def test_drawing_never_waits_for_a_terminal_that_takes_nothing_and_all_is_drawn_anew_once_it_does() -> None:
    behind, caught_up = os.pipe(), os.pipe()
    output = Output(behind[1], lambda: None, lambda: os.close(caught_up[1]))
    writer = Writer(output)
    writer.start()
    frame = "x" * 10_000
    for _ in range(2 * MOST):
        writer.write(frame)
    seen = 0
    while seen < MOST * len(frame):
        seen += len(os.read(behind[0], 1 << 20))
    assert os.read(caught_up[0], 1) == b""
    writer.stop()
    assert not writer.is_alive()
    for descriptor in (*behind, caught_up[0]):
        os.close(descriptor)
