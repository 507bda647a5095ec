"""Opening demos: on this terminal, or without one to check a flow or to record it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pos.demo.asciicast import cast_lines
from pos.demo.output_paths import write_over
from pos.domain.errors import TillError
from pos.domain.message import lazy
from screens.demo.player import DemoApp
from screens.demo.recording import Film, demo_app, film
from screens.driver.keyboard import nearest, parsed, pressed
from screens.terminal.run import run

if TYPE_CHECKING:
    from pos.demo.flows import Flow
    from pos.settings.model import Settings


def check_key(name: str) -> None:
    """Raises TillError `bad_command` for a key that does not exist."""
    try:
        known = len(parsed(pressed(name))) == 1
    except ValueError:
        known = False
    if not known:
        near = nearest(name) or "f12, enter, escape, ctrl+t, down, space"
        raise TillError("bad_command", lazy("There is no key {name}. Try {near}.", name=name, near=near))


def run_demo(flows: Sequence[Flow], settings: Settings, catalog: Path | None) -> int:
    """Play on this terminal; the exit code, once it is left: 1 if a flow did not do as it expects."""
    app = DemoApp(flows, settings=settings, catalog=catalog)
    return run(app)


def film_flow(
    flow: Flow, size: tuple[int, int], settings: Settings, catalog: Path | None, *, named: bool = False
) -> Film:
    """Play a flow without a terminal, as it would be seen on one of so many columns and lines.

    With `named` only the moments that it names are looked at.
    """

    async def filmed() -> Film:
        async with demo_app(flow, size, settings=settings, catalog=catalog) as app:
            return await film(app, named=named)

    return asyncio.run(filmed())


def write_recording(made: Film, path: Path) -> None:
    """Write a film to a file: as an SVG that moves if it is named so, else for asciinema. Raises OSError."""
    if path.suffix.lower() == ".svg":
        from screens.demo.animated_svg import animated

        write_over(path, animated(made))
    else:
        columns, lines = made.size
        told = cast_lines(tuple(made.pictures()), columns, lines, made.flow.title)
        write_over(path, "\n".join((*told, "")))
