"""Watching a demo: pause, steps, pace, another size; and the till in the hands of the audience."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from pos.demo.flows import Flow, find_flow, read_flow, shipped
from screens.catalog.screen import CatalogScreen
from tests.demo.viewer import watching


async def test_it_plays_by_itself_and_space_pauses_it(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(-1)
        await audience.presses("space")
        await audience.until(lambda: audience.moment > 0)
        await audience.presses("space")
        paused = audience.moment
        await audience.sees("paused")
        await asyncio.sleep(0)
        assert audience.moment == paused
        await audience.presses("space")
        await audience.until(lambda: audience.moment > paused)


async def test_arrows_step_line_by_line_to_the_end_and_back(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(-1)
        seen = [audience.step]
        for _ in range(3):
            await audience.presses("right")
            seen.append(audience.step)
        assert seen == [-1, 0, 1, 2]
        await audience.presses("right", "right")
        assert audience.app.playback is not None
        assert audience.app.playback.ended
        await audience.sees("the end")
        await audience.sees("receipt 1-1-1")
        while audience.moment > 0:
            before = audience.moment
            await audience.presses("left")
            assert audience.moment < before
        await audience.sees("Nothing is on this ticket yet:")


async def test_the_pace_changes_how_fast_time_goes(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.presses("+", "+")
        await audience.sees("×2")
        await audience.presses("-", "-", "-", "-", "-", "-", "-")
        await audience.sees("×0.25")
        assert audience.app.playback is not None
        playback = replace(audience.app.playback, moment=0.0, playing=True)
        assert playback.passed(4).moment == pytest.approx(1.0)


async def test_escape_hands_the_till_over_as_it_stands(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        await audience.sees("Esc take over")
        await audience.has_the_till()
        assert "take over" not in audience.text
        await audience.sees("Whole Milk")
        await audience.presses(*"BREAD-RYE", "enter")
        await audience.sees("Rye Bread")
        await audience.presses("f12", "c")
        await audience.sees("receipt 1-1-1")
        await audience.presses("ctrl+b")
        await audience.sees("paused")
        await audience.until(lambda: "Rye Bread" not in audience.text)


async def test_keys_that_come_before_the_till_is_ready_wait_for_it(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        await audience.presses("escape", *"BREAD-RYE", "enter")
        await audience.sees("Rye Bread")


async def test_the_audience_can_close_the_till_and_is_back_in_the_demo(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        await audience.has_the_till()
        assert audience.app.takeover is not None
        audience.app.takeover.director.till.app.exit()
        await audience.until(lambda: audience.app.takeover is None)
        await audience.sees("paused")


async def test_another_size_draws_all_of_it_anew(a_flow: Flow) -> None:
    async with watching(a_flow) as audience:
        await audience.goes_to(0)
        moment = audience.moment
        await audience.reshapes(80, 24)
        await audience.until(lambda: "  What happened" in audience.text)
        assert audience.moment == moment


async def test_the_other_till_can_be_taken_too() -> None:
    async with watching(find_flow("last-unit"), size=(120, 30)) as audience:
        await audience.goes_to(1)
        await audience.sees("▶ TILL 1")
        await audience.has_the_till()
        await audience.presses("ctrl+n")
        await audience.sees("▶ TILL 2")
        await audience.presses(*"MILK-1L", "enter")
        await audience.until(lambda: audience.text.splitlines()[6].find("Whole Milk") > 60)


async def test_the_menu_tells_a_line_of_each_and_plays_the_chosen_one() -> None:
    async with watching(*shipped(), size=(80, 24)) as audience:
        for flow in shipped()[:6]:
            await audience.sees(flow.title)
        await audience.presses("down", "down", "down", "enter")
        await audience.sees("declined-then-cash")
        assert audience.app.flow.name == "declined-then-cash"
        await audience.until(lambda: audience.app.playback is not None and audience.app.playback.tape.complete)


async def test_the_menu_is_filtered_by_letters_and_keeps_its_place() -> None:
    async with watching(*shipped(), size=(80, 24)) as audience:
        await audience.presses("down", "down")
        place = next(line for line in audience.text.splitlines() if "▸" in line)
        await audience.presses(*"declined")
        await audience.sees("Esc shows all")
        assert place[:20] not in audience.text
        await audience.presses("escape")
        await audience.sees("letters filter")
        assert place[:20] in audience.text
        await audience.presses(*"xqz", "enter")
        await audience.sees("Nothing fits that.")
        await audience.presses("escape", *"then", "space", *"cash", "enter")
        await audience.sees("declined-then-cash")
        assert audience.app.flow.name == "declined-then-cash"
        await audience.until(lambda: audience.app.playback is not None and audience.app.playback.tape.complete)


async def test_what_does_not_happen_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.pos"
    file.write_text("MILK-1L\nexpect total 99.00\n", "utf-8")
    async with watching(read_flow(file)) as audience:
        await audience.presses("right", "right", "right")
        await audience.sees("wrong.pos:2: expectation_failed: Expected total 99.00, but it is 1.53.")


async def test_an_error_of_the_program_ends_the_flow_and_not_the_demo(
    a_flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_screen: CatalogScreen, _text: str) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(CatalogScreen, "submit", breaks)
    async with watching(a_flow) as audience:
        await audience.presses("right", "right", "right")
        await audience.sees("short.pos:2: ZeroDivisionError")
        await audience.presses("left")
        await audience.sees("Nothing is on this ticket yet:")


async def test_a_till_that_is_stopped_while_another_acts_is_the_one_that_goes_dark(tmp_path: Path) -> None:
    file = tmp_path / "two.pos"
    lines = "MILK-1L", "crash captured", "pay card reader", "till 2", "BREAD-RYE"
    file.write_text("\n".join(lines), "utf-8")
    async with watching(read_flow(file), size=(120, 30)) as audience:
        await audience.presses(*["right"] * 6)
        await audience.sees("TILL 1  no power")
        await audience.sees("Rye Bread")


async def test_a_till_whose_power_is_cut_in_the_audiences_hands_goes_dark(tmp_path: Path) -> None:
    file = tmp_path / "cut.pos"
    file.write_text("MILK-1L\ncrash captured\nsay Pay\n", "utf-8")
    async with watching(read_flow(file)) as audience:
        await audience.goes_to(2)
        await audience.has_the_till()
        await audience.presses("f12", "k")
        await audience.sees("NO POWER")
        await audience.presses("f12", "ctrl+b")
        await audience.sees("the end")
