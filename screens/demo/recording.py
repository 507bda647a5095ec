"""A flow as files: a recording for asciinema, a picture that moves, and a picture of each moment that it names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console

from pos.demo.asciicast import CastFrame
from screens.demo.playback import Playback
from screens.demo.player import DemoApp
from screens.demo.tape import Frame, Tape
from screens.driver.headless import picture, started
from screens.terminal.anchoring import anchored
from screens.terminal.internals.drawing import strips, within

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rich.terminal_theme import TerminalTheme
    from textual.strip import Strip

    from pos.demo.flows import Flow
    from pos.domain.errors import TillError
    from pos.settings.model import Settings


@dataclass(frozen=True, slots=True)
class FilmFrame:
    """A moment as whoever watches sees it: the frame, the terminal's lines, and an SVG if the flow names it."""

    frame: Frame
    rows: tuple[Strip, ...] = field(repr=False)
    svg: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Film:
    """A flow that was played to its end, or to where it failed.

    Its text leaves the shots out: Python makes the text of whatever a task gives back, and that of all shots takes as
    long as playing them.
    """

    flow: Flow
    size: tuple[int, int]
    shots: tuple[FilmFrame, ...] = field(repr=False)
    failure: TillError | None
    colors: TerminalTheme = field(repr=False)
    """What a terminal's own colours look like, and the ground on which all is drawn."""

    @property
    def snaps(self) -> dict[str, str]:
        """The pictures that the flow names, as SVG."""
        return {shot.frame.snap: shot.svg for shot in self.shots if shot.svg is not None}

    def pictures(self) -> Iterator[CastFrame]:
        """What a terminal is told, moment by moment; each line of the flow begins with a marker."""
        step: int | None = None
        for shot in self.shots:
            begins = shot.frame.step != step and shot.frame.step >= 0
            step = shot.frame.step
            marker = self.flow.lines[step].shown if begins else ""
            lines = tuple(anchored(row.render(_CONSOLE), 1) for row in shot.rows)
            yield CastFrame(shot.frame.at, lines, marker)


@asynccontextmanager
async def demo_app(
    flow: Flow, size: tuple[int, int], *, settings: Settings | None = None, catalog: Path | None = None
) -> AsyncIterator[DemoApp]:
    """The demo's app on a terminal that nobody sees."""
    app = DemoApp((flow,), settings=settings, catalog=catalog, live=False)
    app.animation_level = "none"
    ended = asyncio.Event()
    task, _pilot = await started(app, size, ended)
    try:
        yield app
    finally:
        ended.set()
        await task


async def film(app: DemoApp, *, named: bool = False) -> Film:
    """Play the app's flow, and look at each moment of it, or at those only that it names.

    Raises TillError if no till can be opened.
    """
    director = app.directed()
    try:
        await director.play()
    finally:
        await director.close()
    shots = [_shot(app, frame) for frame in director.tape.frames if frame.snap or not named]
    return Film(app.flow, director.size, tuple(shots), director.tape.failure, app.terminal_colors())


def _shot(app: DemoApp, frame: Frame) -> FilmFrame:
    with within(app):
        app.playback = Playback(Tape([frame]), frame.at)
        rows = tuple(strips(app))
    return FilmFrame(frame, rows, picture(app) if frame.snap else None)


_CONSOLE: Final = Console(force_terminal=True, color_system="truecolor", legacy_windows=False)
