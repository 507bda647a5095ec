"""Another size of the terminal, or a zoomed font, while a demo is watched: it stays at its moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pos.demo.flows import Flow, find_flow, read_flow
from pos.domain.errors import TillError
from pos.domain.message import verbatim
from screens.demo.director import Director
from screens.demo.playback import Playback
from screens.demo.tape import Frame, Tape
from tests.demo.viewer import Audience, watching

SIZES = ((80, 24), (60, 20), (160, 50))


@pytest.fixture
def _time_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """What plays keeps playing, and no time passes meanwhile."""
    passed = Playback.passed
    monkeypatch.setattr(Playback, "passed", lambda playback, _seconds: passed(playback, 0.0))


def at(audience: Audience, moment: float, *, playing: bool) -> None:
    assert audience.app.playback is not None
    audience.app.playback = replace(audience.app.playback, moment=moment, playing=playing)


@pytest.mark.usefixtures("_time_stands")
@pytest.mark.parametrize("playing", [True, False])
async def test_it_stays_on_its_line_whether_it_plays_or_not(*, playing: bool) -> None:
    async with watching(find_flow("declined-then-cash")) as audience:
        at(audience, 20.0, playing=playing)
        here = audience.step
        assert here > 0
        for columns, lines in (*SIZES, (100, 30)):
            await audience.resizes(columns, lines)
            assert (audience.step, audience.playing) == (here, playing)
        assert audience.moment == pytest.approx(20.0)


@pytest.mark.usefixtures("_time_stands")
async def test_before_the_first_line_and_at_the_end_it_stays_there(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        at(audience, 0.0, playing=False)
        await audience.resizes(80, 24)
        assert (audience.moment, audience.playing) == (0.0, False)
        await audience.until(lambda: audience.tape.complete)
        await audience.presses(*["right"] * 7)
        await audience.resizes(60, 20)
        await audience.sees("the end")


async def test_one_who_has_stepped_back_steps_on_from_there(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(2)
        await audience.presses("left", "left", "+")
        here = audience.step
        await audience.resizes(80, 24)
        assert (audience.step, audience.playing) == (here, False)
        assert audience.app.playback is not None
        assert audience.app.playback.pace == 1.5
        await audience.presses("right")
        assert audience.step == here + 1


async def test_several_sizes_at_once_end_in_the_last(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        for columns, lines in SIZES:
            await audience.reshapes(columns, lines)
        await audience.resizes(120, 30)
        assert audience.step == 0
        await audience.until(lambda: not audience.app._making)


async def test_a_tape_that_is_still_made_is_watched_on_until_the_new_one_has_come_as_far() -> None:
    async with watching(find_flow("plain-sale"), made=False) as audience:
        await audience.presses("space")
        here, moment = audience.step, audience.moment
        await audience.reshapes(80, 24)
        assert (audience.step, audience.moment) == (here, moment)
        await audience.until(lambda: audience.of_this_size)
        assert audience.step == here
        await audience.until(lambda: audience.tape.complete)
        assert audience.step == here


async def test_the_audiences_till_goes_on_and_the_demo_waits_at_its_moment(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        await audience.has_the_till()
        await audience.presses(*"BREAD-RYE", "enter")
        await audience.sees("Rye Bread")
        await audience.resizes(80, 24)
        await audience.sees("The till is yours")
        await audience.sees("Rye Bread")
        await audience.presses(*"EGGS-12", "enter")
        await audience.until(lambda: "2 Eggs" in audience.text or "Eggs" in audience.text)
        await audience.presses("ctrl+b")
        await audience.sees("paused")
        assert audience.step == 0
        assert "Rye Bread" not in audience.text


async def test_a_till_that_is_made_ready_for_the_audience_has_the_new_size(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        await audience.presses("escape")
        await audience.reshapes(80, 24)
        await audience.sees("The till is yours")
        await audience.until(lambda: audience.text.splitlines()[0].rstrip().endswith("14:03"))


def frames(*moments: tuple[float, int]) -> list[Frame]:
    return [Frame(at, step, "", "", (), "1") for at, step in moments]


def test_a_moment_is_as_far_into_its_line_where_that_takes_longer() -> None:
    wide = Tape(frames((0, -1), (2, -1), (2.5, 0), (6.5, 0), (7, 1), (8, 1)), complete=True)
    narrow = Tape(frames((0, -1), (2, -1), (2, -1), (6, -1), (6.5, 0), (14.5, 0), (15, 1), (16, 1)), complete=True)
    moved = {}
    for moment in (0, 1, 2, 2.5, 4.5, 6.5, 6.75, 7, 8):
        playback = Playback(wide, moment, playing=False).on(narrow)
        assert playback is not None
        assert playback.step == Playback(wide, moment).step
        moved[moment] = playback.moment
    assert moved == {0: 0, 1: 3, 2: 6, 2.5: 6.5, 4.5: 10.5, 6.5: 14.5, 6.75: 14.75, 7: 15, 8: 16}


def test_a_tape_that_has_not_come_so_far_is_not_watched_yet() -> None:
    whole = Tape(frames((0, -1), (2, 0), (4, 0), (5, 1)), complete=True)
    begun = Tape(frames((0, -1), (2, 0), (3, 0)))
    assert Playback(whole, 3.0).on(begun) is None
    assert Playback(whole, 5.0).on(begun) is None
    assert Playback(whole, 0.0).on(begun) == Playback(begun, 0.0)
    broken_off = Tape(begun.frames, complete=True, failure=TillError("flow_failed", verbatim("no")))
    assert Playback(whole, 5.0).on(broken_off) is None
    assert Playback(broken_off, 3.0).on(replace(broken_off)) == Playback(replace(broken_off), 3.0)


@pytest.mark.parametrize("columns", [12, 40, 120])
async def test_the_shop_waits_as_long_for_what_is_told_on_one_line_as_on_many(tmp_path: Path, columns: int) -> None:
    file = tmp_path / "own.pos"
    file.write_text(f"# T\nsay {'A long story. ' * 9}\n", "utf-8")
    director = Director(read_flow(file), size=(columns, 24), theme="tillkey-dark")
    await director.play()
    await director.close()
    assert director.shop.time.elapsed == pytest.approx(2.0 + 0.055 * len("A long story. " * 9) - 0.055 + 0.9)
