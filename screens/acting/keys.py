"""The intake of keys: one at a time, in order, whatever the screen is busy with. A burst is sacred.

A scanner writes a code and its end in one piece, and the next scan may follow at once. So no key is ever forwarded
to a widget, where it would wait behind others: the app takes each one as it comes and hands it to the screen that is
in front at that moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from textual import events

SAME_BURST: Final = 0.02
"""Seconds: a key that follows the last one so closely was written before anybody could see an answer."""

ENDS: Final = frozenset(("enter", "ctrl+j", "ctrl+m", "tab"))
"""What ends a scan: CR, LF and TAB."""

_NAMES: Final = {"ctrl+h": "backspace", "shift+delete": "delete"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as the screens know it. `char` is what it types, `name` that or what it is called: `f2`, `enter`."""

    name: str
    char: str | None = None


ENTER: Final = Key("enter")
ESCAPE: Final = Key("escape")


def keys_of(event: events.Key) -> tuple[Key, ...]:
    """An event as keys. An Alt chord is what the terminal makes of Escape and a key in one write: both are taken."""
    if event.key in ENDS:
        return (ENTER,)
    char = event.character
    if char is not None and char.isprintable() and len(char) == 1:
        return (ESCAPE, Key(char, char)) if event.key.startswith("alt+") else (Key(char, char),)
    return (Key(_NAMES.get(event.key, event.key)),)


class Host(Protocol):
    """Who the keys are for."""

    @property
    def occupied(self) -> bool:
        """Whether keys have to wait: the till is opening, or a step that takes time is under way."""
        ...

    def take(self, key: Key) -> None:
        """Do what a key says, at once."""
        ...

    def urgent(self, key: Key) -> bool:
        """Do what a key says although the host is occupied, if it is one of the few that may; whether it was."""
        ...

    def kept(self) -> None:
        """A key was put by for later."""
        ...


class Intake:
    """Takes keys in order; keeps them while the host is occupied."""

    def __init__(self, host: Host, *, same_burst: float = SAME_BURST) -> None:
        self._host = host
        self._same_burst = same_burst
        self._waiting: deque[Key] = deque()
        self._last = float("-inf")
        self._after_cr = False
        self._dropping = False

    @property
    def waiting(self) -> tuple[Key, ...]:
        """The keys that were put by."""
        return tuple(self._waiting)

    def hear(self, event: events.Key) -> None:
        """Take a key event, or put it by."""
        of_burst = event.time - self._last < self._same_burst
        self._last = event.time
        if event.key == "ctrl+j" and self._after_cr:
            self._after_cr = False
            return
        self._after_cr = event.key in ("enter", "ctrl+m")
        self._dropping = self._dropping and of_burst
        if not self._dropping:
            for key in keys_of(event):
                self._put(key)

    def paste(self, text: str) -> None:
        """Take pasted text as if it had been typed, its line ends as Enter."""
        for key in _typed(text):
            self._put(key)

    def drain(self) -> None:
        """Take the keys that were put by, as long as nothing occupies the host again."""
        while self._waiting and not self._host.occupied:
            self._host.take(self._waiting.popleft())

    def drop(self) -> int:
        """Forget the keys that were put by, and those of the same burst that are still on their way; how many."""
        dropped = len(self._waiting)
        self._waiting.clear()
        self._dropping = True
        return dropped

    def _put(self, key: Key) -> None:
        if not self._host.occupied and not self._waiting:
            self._host.take(key)
        elif not self._host.urgent(key):
            self._waiting.append(key)
            self._host.kept()


def _typed(text: str) -> Iterator[Key]:
    for char in text.replace("\r\n", "\n"):
        if char in "\r\n\t":
            yield ENTER
        elif char.isprintable():
            yield Key(char, char)
