"""Recordings for asciinema: the asciicast format, version 2 (docs.asciinema.org/manual/asciicast/v2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pos.domain.json_text import json_text

BEGIN: Final = "\x1b[?25l\x1b[2J"
"""Hides the cursor and clears the screen."""
END: Final = "\x1b[?25h"
LAST: Final = 3.0
"""Seconds that the last picture stands."""


@dataclass(frozen=True, slots=True)
class CastFrame:
    """What a terminal shows at a moment, in seconds: its lines with their colours, as a terminal is told them.

    `marker` is a name for the moment, at which a player can stop.
    """

    at: float
    lines: tuple[str, ...]
    marker: str = ""


def cast_lines(pictures: Sequence[CastFrame], columns: int, lines: int, title: str) -> Iterator[str]:
    """The lines of a recording, of which each picture tells only what differs from the one before it."""
    header = {"version": 2, "width": columns, "height": lines, "title": title, "env": {"TERM": "xterm-256color"}}
    yield json_text(header)
    yield _event(0.0, "o", BEGIN)
    before: Iterable[str] = ()
    for picture in pictures:
        if picture.marker:
            yield _event(picture.at, "m", picture.marker)
        old = list(before)
        changed = [
            f"\x1b[{number};1H{line}\x1b[0m"
            for number, line in enumerate(picture.lines, start=1)
            if number > len(old) or old[number - 1] != line
        ]
        if changed:
            yield _event(picture.at, "o", "".join(changed))
        before = picture.lines
    if pictures:
        yield _event(pictures[-1].at + LAST, "o", END)


def _event(at: float, kind: str, data: str) -> str:
    return json_text([round(at, 3), kind, data])
