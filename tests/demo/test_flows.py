"""Every flow that comes with the program, played in the real screens: it does as it says, and looks as it did."""

from __future__ import annotations

import json
from typing import Final

import pyte
import pytest

from pos.demo.asciicast import cast_lines
from pos.demo.flows import Flow, shipped
from pos.resources import data_folder
from screens.demo.animated_svg import animated
from screens.demo.recording import Film, demo_app, film
from screens.testing.snapshots import Snap
from tests.manual.papers import page

SIZE: Final = (80, 24)
WIDE: Final = (120, 30)
ALONE: Final = [flow for flow in shipped() if not flow.on_server]
"""The flows of which every frame is foretold; what is on a server comes to the tills in its own time."""


async def filmed(flow: Flow, size: tuple[int, int] = SIZE, *, named: bool = False) -> Film:
    async with demo_app(flow, size) as app:
        return await film(app, named=named)


def test_every_file_beside_the_flows_is_one_and_the_manual_tells_of_it() -> None:
    assert {flow.place for flow in shipped()} == {path.name for path in (data_folder() / "flows").iterdir()}
    assert [flow.name for flow in shipped() if f"| `{flow.name}` | {flow.title} |" not in page("demos")] == []


@pytest.mark.parametrize("flow", ALONE, ids=lambda flow: flow.name)
async def test_every_frame_is_as_it_was(flow: Flow, snap: Snap) -> None:
    made = await filmed(flow)
    assert made.failure is None, made.failure.message
    assert len(made.snaps) >= 1
    wrong = snap.compare(f"{flow.name}-80x24", animated(made))
    assert not wrong, wrong
    assert_plays(made)


@pytest.mark.on_server(alone=True)
@pytest.mark.parametrize("flow", ALONE, ids=lambda flow: flow.name)
async def test_what_it_names_is_as_it_was_on_a_wider_terminal(flow: Flow, snap: Snap) -> None:
    made = await filmed(flow, WIDE, named=True)
    assert made.failure is None, made.failure.message
    wrong = [told for name, svg in made.snaps.items() if (told := snap.compare(f"{name}-120x30", svg))]
    assert not wrong, "\n".join(wrong)


def assert_plays(made: Film) -> None:
    """The recording, played by a terminal, shows at its end what was seen at the end."""
    columns, lines = made.size
    header, *events = map(json.loads, cast_lines(tuple(made.pictures()), columns, lines, made.flow.title))
    assert (header["version"], header["width"], header["height"]) == (2, columns, lines)
    assert [at for at, _, _ in events] == sorted(at for at, _, _ in events)
    screen = pyte.Screen(columns, lines)
    stream = pyte.Stream(screen)
    for _, kind, data in events:
        if kind == "o":
            stream.feed(data)
    shown = [row.text.rstrip() for row in made.shots[-1].rows]
    # The terminal that reads it here knows some signs as wider than they are.
    differ = [(is_, was) for is_, was in zip(map(str.rstrip, screen.display), shown, strict=True) if is_ != was]
    assert not differ
    markers = [data for _, kind, data in events if kind == "m"]
    assert markers[0] == made.flow.lines[0].shown
