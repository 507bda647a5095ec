"""What is typed while a screen is loaded is not seen on the terminal, but arrives; the echo is back in the end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pos import terminal_echo
from pos.commands.parsers import whole_parser
from tests.terminal.driver import CTRL_Q, PATIENCE, Terminal
from tests.terminal.pseudo import PseudoTerminal
from tests.terminal.shop import scan, spawned, write_catalog

NUMBER = b"4242424242424242"
SWIPE = b"%B" + NUMBER + b"^DOE/JANE^30121010000000000?;" + NUMBER + b"=30121010000000000?\r"
HELD_BACK = """
import os, select, signal, sys
import pos.__main__ as begin
# As a shell begins it: whoever runs the tests in the background has it ignore some.
signal.signal(signal.SIGINT, signal.default_int_handler)
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_DFL)
class Gate:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            gate = os.open({gate!r}, os.O_RDWR)
            for told in (b"LOADING", b"GOES ON"):
                os.write(2, told)
                while not select.select([gate], [], [], 0.1)[0]:
                    pass
                os.read(gate, 1)
sys.meta_path.insert(0, Gate)
sys.exit(begin.main())
"""
"""The program whose loading stops twice, each time until somebody writes to the gate, a pipe. It looks for what comes
again and again: a signal that came just before it waits would be taken after it only."""
STOPPED_AND_CONTINUED = '"$@"; stty -a; echo STOPPED; fg; stty -a'


def held_back(gate: Path, module: str = "pos.command_line") -> tuple[str, str]:
    os.mkfifo(gate)
    return "-c", HELD_BACK.format(gate=str(gate), module=module)


def opened(gate: Path) -> None:
    gate.write_text("x")


def test_a_card_swiped_before_the_first_frame_is_not_seen_and_a_scan_then_is_taken(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    with spawned(tmp_path, write_catalog(tmp_path / "catalog.json"), begun_by=held_back(gate)) as at:
        at.terminal.wait_for("LOADING")
        at.terminal.write(SWIPE + scan(0))
        opened(gate)
        at.terminal.wait_for("GOES ON")
        opened(gate)
        at.ticket(1, "1 Apple")
        at.terminal.close()
        at.terminal.assert_as_found()
        assert NUMBER not in at.terminal.raw
        assert b"JANE" not in at.terminal.raw


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (signal.SIGTERM, -signal.SIGTERM),
        (signal.SIGHUP, -signal.SIGHUP),
        (signal.SIGQUIT, -signal.SIGQUIT),
        (signal.SIGINT, 130),
    ],
    ids=lambda number: getattr(number, "name", ""),
)
def test_a_signal_before_the_first_frame_ends_it_with_the_echo_on(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    with spawned(tmp_path, None, begun_by=held_back(tmp_path / "gate")) as at:
        at.terminal.wait_for("LOADING")
        assert not at.terminal.echoes
        at.terminal.signal(number)
        assert at.terminal.ended() == status
        at.terminal.assert_as_found()


def test_whoever_stops_it_before_the_first_frame_has_the_echo_meanwhile(tmp_path: Path) -> None:
    gate, catalog = tmp_path / "gate", write_catalog(tmp_path / "catalog.json")
    till = [sys.executable, *held_back(gate), "--store", str(tmp_path / "store"), "--catalog", str(catalog)]
    shell = ["/bin/sh", "-m", "-c", STOPPED_AND_CONTINUED, "sh"]
    with Terminal([*shell, *till], home=tmp_path) as terminal:
        terminal.wait_for("LOADING")
        terminal.write(b"\x1a")
        terminal.wait_for("STOPPED")
        opened(gate)
        terminal.wait_for("GOES ON")
        terminal.write(SWIPE)
        opened(gate)
        terminal.wait_for("till ready")
        terminal.write(CTRL_Q)
        assert terminal.ended() == 0
        assert terminal.raw.count(b" echo ") == 2
        assert NUMBER not in terminal.raw


@pytest.mark.parametrize("words", [["--help"], ["--wrong"], ["training", "--wrong"], ["demo", "no-such"]])
def test_a_program_that_opens_no_screen_leaves_the_echo_on(words: Sequence[str], tmp_path: Path) -> None:
    pseudo = PseudoTerminal([sys.executable, "-m", "pos", *words], tmp_path, (80, 24))
    try:
        heard = b""
        while data := pseudo.read(PATIENCE):
            heard += data
        assert heard
        assert pseudo.attributes == pseudo.found
    finally:
        pseudo.kill()


def test_a_script_that_is_typed_is_seen(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    command = [
        sys.executable,
        *held_back(gate, "pos.language.script_runner"),
        "--store",
        str(tmp_path / "store"),
        "run",
        "-",
    ]
    with Terminal(command, home=tmp_path) as terminal:
        terminal.wait_for("LOADING")
        assert terminal.echoes


def test_a_terminal_that_echoes_nothing_is_left_so(tmp_path: Path) -> None:
    quiet = ["/bin/sh", "-c", 'stty -echo; "$@"; echo ENDED; stty -a', "sh"]
    with Terminal([*quiet, sys.executable, "-m", "pos", "--store", str(tmp_path)], home=tmp_path) as terminal:
        terminal.wait_for("till ready")
        terminal.write(CTRL_Q)
        terminal.wait_for("ENDED")
        assert terminal.ended() == 0
        assert b" -echo " in terminal.raw


def test_all_commands_that_open_a_screen_are_known() -> None:
    (commands,) = (action for action in whole_parser()._actions if action.dest == "==SUPPRESS==")
    assert isinstance(commands.choices, dict)
    assert {name for name, parser in commands.choices.items() if not parser.get_default("prints")} == {
        *terminal_echo.SCREENS
    }
