"""Textual's parser, for which Escape and a key that soon follows it are two keys.

Terminals write a chord of Alt as Escape and its key, which is what a cashier's Escape and the scan after it look like.
No chord of Alt means anything here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from textual import events

from screens.terminal.internals.drivers import Parser

ESCAPE: Final = "\x1b"
INTRODUCERS: Final = "[O"
"""What follows Escape in the sequence of a key that has a name, such as F3 or an arrow."""


class KeyParser(Parser):
    """Makes messages of what a terminal sends; the sequences of keys that have a name stay whole."""

    def parsed_keys(self, sequence: str, alt: bool) -> Iterable[events.Key]:
        """The keys that a sequence means: Escape and another one, unless that is a key with a name."""
        first, key = sequence[:1], sequence[1:]
        if first == ESCAPE and len(key) == 1 and key not in INTRODUCERS:
            yield events.Key("escape", ESCAPE)
            yield from super().parsed_keys(key, False)
        else:
            yield from super().parsed_keys(sequence, alt)
