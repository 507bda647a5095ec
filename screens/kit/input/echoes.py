"""A key that bounces, or is pressed twice: the second one is no answer to what the first has brought."""

from __future__ import annotations

from typing import Final

from screens.terminal.keys import Key, Scanned

ECHO: Final = 0.5
"""Seconds after the end of a payment in which the key that has taken it says nothing new."""


class EchoGuard:
    """Knows the key that has taken a payment, until another key is pressed or its time is over."""

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

    def expect(self, at: float) -> None:
        """The step was a payment, and has ended then, in seconds of the terminal's clock."""
        if self._beginning is not None and not isinstance(self._beginning, Scanned):
            self._echoed, self._until = self._beginning.name, at + ECHO

    def takes(self, key: Key) -> bool:
        """Whether a key is such an echo, which is to do nothing. One that nobody knows the time of is none."""
        if not isinstance(key, Scanned) and key.name == self._echoed and key.at is not None and key.at <= self._until:
            return True
        self._key, self._echoed = key, ""
        return False
