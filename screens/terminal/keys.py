"""Keys as the screens know them, and the events that they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from textual import events

ENDS: Final = frozenset(("enter", "ctrl+j", "ctrl+m", "tab"))
"""What ends a scan: CR, LF and TAB."""

_NAMES: Final = {"ctrl+h": "backspace", "shift+delete": "delete"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the screens know it. `char` is what it types, `name` that or what it is called: `f2`, `enter`.

    `at` is when it came, in seconds of the terminal's clock, None if nobody knows; `by_hand`: it belongs to no burst;
    `follows`: nobody heard a pause between it and the key before it, however late it was read; `seen` is how much had
    been drawn when it came, None if nobody knows; `sent` is what the terminal's library calls it, empty if it has sent
    none, such as `tab` for an Enter that ends a scan.
    """

    name: str
    char: str | None = None
    at: float | None = field(default=None, compare=False)
    by_hand: bool = field(default=True, compare=False)
    follows: bool = field(default=False, compare=False)
    seen: int | None = field(default=None, compare=False)
    sent: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Scanned(Key):
    """A scan as a whole, in the place of its Enter; without `ended` its Enter is still to come, or never comes.

    `typed` is how many of its keys were taken before, one by one.
    """

    text: str = ""
    ended: bool = True
    typed: int = 0


ENTER: Final = Key("enter")
ESCAPE: Final = Key("escape")
PAUSE: Final = Key("")
"""Stands among keys that wait where a pause was between them."""


def keys_of(event: events.Key) -> tuple[Key, ...]:
    """An event as keys. An Alt chord is what the terminal makes of Escape and a key in one write: both are taken."""
    if event.key in ENDS:
        return (Key("enter", sent=event.key),)
    char = event.character
    if char is not None and char.isprintable() and len(char) == 1:
        alt = event.key.startswith("alt+")
        return (ESCAPE, Key(char, char)) if alt else (Key(char, char, sent=event.key),)
    return (Key(_NAMES.get(event.key, event.key), sent=event.key),)


class Lull(events.Event):
    """Says that nothing came for so long that a burst is over; a terminal's silence, where time does not pass."""


def timed(event: events.Key, at: float) -> events.Key:
    """An event with the time at which it came; without it a key that no terminal sent is a hand's."""
    event.time = at
    vars(event)["timed"] = True
    return event


def after_seeing(event: events.Key, drawn: int) -> events.Key:
    """An event with how much had been drawn when it came."""
    vars(event)["seen"] = drawn
    return event


def seen_before(event: events.Key) -> int | None:
    """How much had been drawn when a key came, if somebody said so."""
    seen: int | None = vars(event).get("seen")
    return seen


def is_timed(event: events.Key) -> bool:
    """Whether somebody said when a key came."""
    return "timed" in vars(event)
