"""Textual's parser, for which Escape and a key that soon follows it are two keys.

Terminals write a chord of Alt as Escape and its key, which is what a cashier's Escape and the scan after it look like.
No chord of Alt means anything here. It overrides a private part, which is right for the one version that is pinned.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from textual import events
from textual._xterm_parser import XTermParser

if TYPE_CHECKING:
    from textual.driver import Driver

ESCAPE: Final = "\x1b"
INTRODUCERS: Final = "[O"
"""What follows Escape in the sequence of a key that has a name, such as F3 or an arrow."""


class KeyParser(XTermParser):
    """Makes messages of what a terminal sends; the sequences of keys that have a name stay whole."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        first, key = sequence[:1], sequence[1:]
        if first == ESCAPE and len(key) == 1 and key not in INTRODUCERS:
            yield events.Key("escape", ESCAPE)
            yield from super()._sequence_to_key_events(key)
        else:
            yield from super()._sequence_to_key_events(sequence, alt)


def with_our_parser(driver: type[Driver]) -> type[Driver]:
    """One of Textual's own drivers, which reads keys with this parser from now on."""
    module = vars(sys.modules[driver.__module__])
    if module.get("XTermParser") is XTermParser:
        module["XTermParser"] = KeyParser
    return driver
