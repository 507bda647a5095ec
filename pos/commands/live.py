"""A simulation as it is seen where the command runs: a picture on a terminal, else a line or an object a second."""

from __future__ import annotations

import os
import sys
import time
from contextlib import ExitStack
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Final, Self

from pos.commands.streams import say
from pos.commands.watching import put, whole_terminal

if TYPE_CHECKING:
    from pos.simulate.picture import Scene

EVERY: Final = 1.0
"""Seconds from one line to the next where there is no terminal."""


class LivePicture:
    """Shows scenes from within its block; the whole of the last one stays on the terminal behind it."""

    def __init__(self, *, json: bool, watch: bool) -> None:
        """With `json` nothing is shown meanwhile, or with `watch` an object a second."""
        self._json, self._watch = json, watch
        self._terminal = not json and sys.stdout.isatty()
        self._coloured = self._terminal and not os.environ.get("NO_COLOR")
        self._kept = ExitStack()
        self._last: Scene | None = None
        self._next = time.monotonic() + EVERY
        self._told = 0
        """So many notices were told."""

    def __enter__(self) -> Self:
        if self._terminal:
            self._kept.enter_context(whole_terminal())
        return self

    def __exit__(self, *_: object) -> None:
        self._kept.close()
        if self._terminal and self._last is not None and self._last.verdict is not None:
            size = get_terminal_size()
            for line in self._lines(self._last, size.columns, min(size.lines, 40) - 1, coloured=False):
                say(line.rstrip())

    def show(self, scene: Scene) -> None:
        """Show how it stands. Raises OSError."""
        from pos.simulate.picture import line_of, verdict_lines, written

        self._last = scene
        if self._terminal:
            size = get_terminal_size()
            lines = self._lines(scene, size.columns, size.lines, coloured=self._coloured)
            put(lines[: size.lines])
            return
        if self._json and not self._watch:
            return
        over = scene.verdict is not None
        if not over and time.monotonic() < self._next and (self._json or len(scene.notices) == self._told):
            return
        self._next = max(self._next + EVERY, time.monotonic())
        if self._json:
            if not over:
                self._say_json({"figures": scene.now.as_json(), "notices": list(scene.notices)})
            return
        for notice in scene.notices[self._told :]:
            say(f"! {notice}")
        self._told = len(scene.notices)
        say(line_of(scene), at_once=True)
        for line in verdict_lines(scene.verdict):
            say(written(line, coloured=False), at_once=True)

    def _lines(self, scene: Scene, columns: int, lines: int, *, coloured: bool) -> list[str]:
        from pos.simulate.picture import picture, written

        return [written(line, coloured=coloured) for line in picture(scene, columns, lines)]

    def _say_json(self, told: dict[str, Any]) -> None:
        from pos.domain.json_text import json_text

        say(json_text(told), at_once=True)
