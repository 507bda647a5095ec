"""Where terminals do not agree how wide a text is, they are told where what follows it stands.

A name in an Indic script, an emoji or a Chinese character may be drawn narrower or wider than it was measured. So its
place is blanked first, and the column after it is said: an amount beside it stays where it is, and is whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pos.domain.terminal_text import UNSURE, width

_TOKEN: Final = re.compile(
    r"\x1b\[(?P<place>\d+;(?P<column>\d+)H)|\x1b\[[\d;:]*m|(?P<text>[^\x00-\x1f]+)|(?P<other>.)", re.S
)
"""A place, a colour, text, or something after which the place is not known."""


def anchored(drawn: str, column: int | None = None) -> str:
    """What is drawn on a terminal, with places said where they may be in doubt; else as it is.

    `column` is where it begins, from 1; None if that is not known before it says a place itself.
    """
    return "".join(_anchored(drawn, column)) if UNSURE.search(drawn) else drawn


def _anchored(drawn: str, column: int | None) -> Iterator[str]:
    for token in _TOKEN.finditer(drawn):
        if token["column"]:
            column = int(token["column"])
        elif token["text"] and column is not None:
            yield from _text(token["text"], column)
            column += width(token["text"])
            continue
        elif token["other"]:
            column = None
        yield token[0]


def _text(text: str, column: int) -> Iterator[str]:
    done = 0
    for found in UNSURE.finditer(text):
        begin, end = found.span()
        if begin > done and not width(text[begin]):
            # A mark belongs to what stands before it.
            begin -= 1
        yield text[done:begin]
        at = column + width(text[:begin])
        wide = width(text[begin:end])
        yield f"{' ' * wide}\x1b[{at}G{text[begin:end]}\x1b[{at + wide}G"
        done = end
    yield text[done:]
