"""A terminal that goes, stands still or never was ours: the program ends with it, or goes on, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import pytest

from screens.terminal import output
from screens.terminal.driver import ENDING, TillDriver, handle_endings, hang_up
from screens.terminal.output import MOST, Writer
from tests.prefork import Loaded
from tests.terminal.driver import CTRL_Q, Terminal
from tests.terminal.shop import F12, GOOD_CARD, lane, left_in, scan, sold

PROGRAMS = [[], ["training"], ["demo"], ["demo", "plain-sale"], ["display"], ["--inspect"]]
WAYS = ["its quit key", "SIGTERM", "SIGHUP", "SIGINT"]
TAKEN = b"\x1b[?25l"
"""What is written once the terminal hands each key on, before anything is drawn."""
ORPHANED = """
import os, time
if os.fork():
    time.sleep(600)
os.setpgid(0, 0)
before = os.getpid()
if os.fork():
    os._exit(0)
while os.getppid() == before:
    time.sleep(0.01)
if program := os.fork():
    print("ended by itself:", os.waitstatus_to_exitcode(os.waitpid(program, 0)[1]), flush=True)
    os._exit(0)
"""
EARLY = """
import os, signal
from textual.app import App
begin = App.run_async
def signalled(app, **how):
    os.kill(os.getpid(), signal.SIGINT)
    return begin(app, **how)
App.run_async = signalled
"""
UNHEARD = "import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)"


def begun(words: Sequence[str], before: str = "") -> Sequence[str] | Loaded:
    """The till in a process of its own, the others forked: they begin in the same way."""
    if words:
        return Loaded(*words, before=before)
    return [sys.executable, "-c", f"{before}\nimport sys\nfrom pos.__main__ import main\nsys.exit(main())"]


def reports(home: Path) -> list[Path]:
    return list(home.glob("**/crash-*"))


def taken(terminal: Terminal, _: str) -> bool:
    return TAKEN in terminal.raw


@pytest.mark.parametrize(
    ("words", "how"),
    # One driver ends them all: the till in each way, the others in two.
    [(words, how) for at, words in enumerate(PROGRAMS) for how in (WAYS if not at else WAYS[at % 2 :: 2])],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_an_end_before_the_first_frame_is_a_quiet_one(tmp_path: Path, words: Sequence[str], how: str) -> None:
    with Terminal(begun(words), home=tmp_path) as terminal:
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


@pytest.mark.parametrize("words", [[], ["display"]], ids=" ".join)
def test_ctrl_c_before_the_app_has_a_driver_ends_it_as_quietly(tmp_path: Path, words: Sequence[str]) -> None:
    with Terminal(Loaded(*words, before=EARLY), home=tmp_path) as terminal:
        assert terminal.ended() == 128 + signal.SIGINT
        terminal.assert_as_found()
        assert b"Tillkey had to stop" not in terminal.raw
    assert not reports(tmp_path)


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_a_terminal_that_goes_while_the_program_begins_ends_it(tmp_path: Path, words: Sequence[str]) -> None:
    with Terminal(begun(words, UNHEARD), home=tmp_path) as terminal:
        terminal.wait_for(partial(taken, terminal), "the terminal taken")
        assert terminal.hang_up() == 128 + signal.SIGHUP
    assert not reports(tmp_path)


@pytest.mark.parametrize("words", PROGRAMS, ids=" ".join)
def test_a_program_in_the_background_that_nobody_can_bring_back_ends(tmp_path: Path, words: Sequence[str]) -> None:
    with Terminal(begun(words, ORPHANED), home=tmp_path) as terminal:
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
        at.terminal.hold()
        at.terminal.write(scan(0) * 60)
        at.terminal.signal(signal.SIGTERM)
        assert at.terminal.exit_code() == 128 + signal.SIGTERM
        left = left_in(at.folder)
    assert all(name == "Apple" for name, _ in sold(left.open))


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTSTP], ids=lambda number: number.name)
def test_a_till_that_was_stopped_on_a_terminal_that_stands_still_is_seen_again(
    tmp_path: Path, number: signal.Signals
) -> None:
    with lane(tmp_path) as at:
        at.terminal.hold()
        at.terminal.stop(number)
        seen = len(at.terminal.raw)
        at.terminal.signal(signal.SIGCONT)
        at.terminal.go_on()
        at.terminal.wait_for(lambda _: b"till ready" in at.terminal.raw[seen:], "the screen drawn anew")
        at.terminal.write(scan(0))
        at.ticket(1, "1 Apple")
        at.terminal.close()
        at.terminal.assert_as_found()


def test_a_slow_terminal_sees_the_last_of_what_was_drawn_soon_and_is_given_back_whole(tmp_path: Path) -> None:
    with lane(tmp_path) as at:
        at.terminal.hold()
        before = len(at.terminal.raw)
        at.terminal.write(b"gra\x15" * 100 + scan(0))
        at.terminal.go_on()
        at.ticket(1, "1 Apple")
        assert len(at.terminal.raw) - before < 3 * MOST
        at.terminal.close()
        at.terminal.assert_as_found()


class Ended:
    """An app that only notes what ends it."""

    signalled = 0

    def end_by(self, number: int) -> None:
        self.signalled = self.signalled or number


class Gone:
    """A driver whose terminal has gone."""

    gone = True

    def give_back(self) -> None:
        """There is nobody to give it to."""


async def handled(*numbers: signal.Signals) -> None:
    """Get some signals, and wait until each was handled."""
    last, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, last.set)
    for number in (*numbers, signal.SIGUSR1):
        signal.raise_signal(number)
    await last.wait()
    loop.remove_signal_handler(signal.SIGUSR1)


@pytest.mark.parametrize(
    ("numbers", "ended_at_once"), [([signal.SIGHUP], []), ([signal.SIGHUP, signal.SIGTERM], [128 + signal.SIGTERM])]
)
def test_a_window_that_is_closed_tells_so_twice_and_ends_the_till_once(
    monkeypatch: pytest.MonkeyPatch, numbers: Sequence[signal.Signals], ended_at_once: Sequence[int]
) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)

    async def closed() -> int:
        app, loop = cast("Any", Ended()), asyncio.get_running_loop()
        handle_endings(app, cast("TillDriver", Gone()))
        # The end of its input comes before the signal, or after it.
        hang_up(app, loop)
        await asyncio.sleep(0)
        await handled(*numbers)
        for number in ENDING:
            loop.remove_signal_handler(number)
        return int(app.signalled)

    assert asyncio.run(closed()) == signal.SIGHUP
    assert codes == ended_at_once


def test_a_signal_amid_more_keys_than_the_loop_was_woken_for_is_heard() -> None:
    async def signalled() -> int:
        app, loop = cast("Any", Ended()), asyncio.get_running_loop()
        handle_endings(app)
        for _key in range(2_000):
            loop.call_soon_threadsafe(int)
        signal.raise_signal(signal.SIGTERM)
        for _turn in range(5):
            await asyncio.sleep(0)
        for number in ENDING:
            loop.remove_signal_handler(number)
        return int(app.signalled)

    assert asyncio.run(signalled()) == signal.SIGTERM


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):
            os.close(end)


def read_exactly(pipe: int, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += os.read(pipe, size - len(data))
    return data


def test_drawing_never_waits_for_a_terminal_that_takes_nothing_and_all_is_drawn_anew_once_it_does(
    pipe: tuple[int, int],
) -> None:
    caught_up = Event()
    writer = Writer(pipe[1], lambda: None, caught_up.set)
    writer.start()
    frame = "x" * 10_000
    for _ in range(1000):
        writer.write(frame)
    seen = 0
    while not caught_up.is_set():
        seen += len(os.read(pipe[0], 1 << 20)) if select.select([pipe[0]], [], [], 0.01)[0] else 0
    # What the pipe takes, what was being written, and what may wait.
    assert seen < 65_536 + 2 * len(frame) + MOST
    writer.write("y" * 10)
    while read_exactly(pipe[0], 1) != b"y":
        pass
    assert writer.stop()


def test_what_is_asked_of_a_terminal_is_never_left_out_at_the_end(pipe: tuple[int, int]) -> None:
    writer = Writer(pipe[1], lambda: None, lambda: None)
    writer.write("\x1b[>1u")
    writer.write("x" * 1000)
    writer.hurry()
    writer.write("\x1b[<u")
    writer.start()
    assert writer.stop()
    assert os.read(pipe[0], 100) == b"\x1b[>1u\x1b[<u"


def test_the_end_waits_for_a_terminal_that_takes_anything_and_for_no_other(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "PATIENCE", 0.5)
    writer = Writer(pipe[1], lambda: None, lambda: None)
    writer.start()
    writer.send(b"x" * 100_000)
    assert not writer.stop()
    reader = Thread(target=read_exactly, args=(pipe[0], 100_000))
    reader.start()
    assert writer.stop()
    reader.join()
