"""The window that the till runs in: it changes its size, it goes away, and the driver tells what it shows."""

from __future__ import annotations

import re
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.prefork import Loaded
from tests.terminal.driver import Terminal
from tests.terminal.shop import F12, lane, left_in, scan, sold

PLACED = re.compile(rb"\x1b\[(\d+);(\d+)H")
"""Where something is drawn: line and column."""


def test_a_window_made_too_small_in_the_middle_of_a_sale_says_so_and_still_sells(tmp_path: Path) -> None:
    with lane(tmp_path, (120, 30)) as at:
        at.terminal.write(scan(0))
        at.ticket(1, "1 Apple")
        at.terminal.resize(60, 18)
        at.terminal.wait_for("small terminal 60×18")
        at.terminal.write(scan(1) + F12 + b"20\r" + scan(2))
        at.ticket(2, "1 Cherry")
        at.terminal.resize(120, 30)
        at.ticket(2, "1 Cherry", "TEST SHOP")
        left = at.left()
    assert [sold(order.sale) for order in left.orders] == [[("Apple", 1), ("Banana", 1)]]


def test_a_window_that_is_closed_ends_the_till_and_leaves_the_store_in_order(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.write(scan(0) + F12 + b"20\r")
        at.terminal.wait_for("CHANGE")
        code = at.terminal.hang_up()
        left = left_in(at.folder)
    assert code == 128 + signal.SIGHUP
    assert [sold(order.sale) for order in left.orders] == [[("Apple", 1)]]


def test_a_wait_in_vain_tells_what_the_screen_shows(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('here I am', flush=True); input()"]
    with Terminal(command, home=tmp_path) as terminal:
        terminal.wait_for("here I am")
        with pytest.raises(AssertionError, match=r"'elsewhere' did not come in 0 s:\nhere I am"):
            terminal.wait_for("elsewhere", seconds=0)
        terminal.write(b"\r")
        with pytest.raises(AssertionError, match=r"the command ended before 'elsewhere'"):
            terminal.wait_for("elsewhere")


def test_a_program_that_ends_badly_is_told(tmp_path: Path) -> None:
    with (
        Terminal([sys.executable, "-c", "raise SystemExit(3)"], home=tmp_path) as terminal,
        pytest.raises(AssertionError, match="exit code 3"),
    ):
        terminal.close()


@pytest.mark.parametrize("command", [[], ["training"], ["display"], ["demo"], ["--inspect"]], ids=" ".join)
def test_the_terminal_itself_says_how_large_it_is(tmp_path: Path, command: list[str]) -> None:
    begun = Loaded(*command) if command else [sys.executable, "-m", "pos"]
    with Terminal(begun, home=tmp_path, environ={"COLUMNS": "200", "LINES": "60"}) as terminal:
        for columns, lines in ((80, 24), (100, 30)):
            terminal.resize(columns, lines)
            terminal.wait_for(partial(reached, terminal, lines), "the last line drawn")
            assert drawn_to(terminal)[0] == lines
            assert drawn_to(terminal)[1] <= columns
        terminal.close()


def drawn_to(terminal: Terminal) -> tuple[int, int]:
    """The last line and the last column at which anything was ever drawn."""
    places = [(int(line), int(column)) for line, column in PLACED.findall(bytes(terminal.raw))]
    return max((line for line, _ in places), default=0), max((column for _, column in places), default=0)


def reached(terminal: Terminal, line: int, _: str) -> bool:
    return drawn_to(terminal)[0] >= line
