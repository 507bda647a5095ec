"""A key that bounces, or is pressed twice: the second one is no answer to what the first has brought."""

from __future__ import annotations

from typing import Final

from screens.terminal.keys import Key, Scanned

ECHO: Final = 0.5
"""Seconds in which the key that has brought something about, such as a payment's end, says nothing new of it."""


class EchoGuard:
    """Knows the key that is not to be heard again, until another one is pressed or its time is over."""

    def __init__(self) -> None:
        self._key: Key | None = None
        """The key that was taken last."""
        self._beginning: Key | None = None
        """The key that has begun the last step."""
        self._echoed = ""
        self._until = 0.0

    def begun(self) -> None:
        """The key that was taken last has begun a step."""
        self._beginning = self._key

    def ending(self, key: Key) -> None:
        """A key has ended the last step before its time: what comes of that is brought about by it."""
        self._key = self._beginning = key

    def expect(self, at: float, *, of_step: bool) -> None:
        """What a key has brought is there then, in seconds of the terminal's clock.

        That is the key that has begun the last step, else the one that is being taken now. A scan's echo is an Enter.
        """
        key = self._beginning if of_step else self._key
        if key is not None:
            self._echoed, self._until = key.name, at + ECHO

    def takes(self, key: Key) -> bool:
        """Whether a key is such an echo, which is to do nothing. One that nobody knows the time of is none."""
        if not isinstance(key, Scanned) and key.name == self._echoed and key.at is not None and key.at <= self._until:
            return True
        self._key, self._echoed = key, ""
        return False
