"""What a terminal sends, as Textual's messages. Whatever it sends, nothing of it stops the reading.

Textual's parser ends at a byte that is no UTF-8 and at a number that is no character, takes escape sequences inside
a paste for keys, and waits for ever for the end of one.
"""

from __future__ import annotations

import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from typing import Final

from textual import events
from textual.geometry import Size
from textual.message import Message

from screens.terminal.internals.drivers import PASTE_BEGINS, PASTE_ENDS
from screens.terminal.key_parser import KeyParser

LARGEST: Final = (2000, 1000)
"""Columns and lines beyond which no size is believed: every cell of a screen takes memory."""
SILENCE: Final = 0.5
"""Seconds after which a paste without an end is taken as it is, and keys are keys again."""


class InputReader:
    """Makes messages of bytes. `now` is a clock in seconds, that of Textual's messages."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._decode = getincrementaldecoder("utf-8")("ignore").decode
        self._parser = KeyParser()
        self._last = ""
        """The end of what was read last, which may be the beginning of a mark."""
        self._pasted: list[str] | None = None
        """What was pasted so far; None outside of a paste."""
        self._heard = 0.0

    @property
    def waiting(self) -> bool:
        """Whether what came is not complete, so that `tick` is to be called soon."""
        return self._pasted is not None or self._parser.waiting

    def feed(self, data: bytes) -> Iterator[Message]:
        """What some bytes mean. Bytes that are no UTF-8 and sequences that mean nothing are dropped.

        What was read at once came at once, however long a busy machine takes to make keys of it.
        """
        self._heard = heard = self._now()
        for message in self._meant(self._decode(data)):
            message.time = heard
            yield message

    def _meant(self, text: str) -> Iterator[Message]:
        while text:
            if self._pasted is None:
                cut = self._after(text, str.find, PASTE_BEGINS)
                yield from self._parsed(text[:cut])
                if cut is not None:
                    self._pasted = []
            else:
                cut = self._after(text, _last_end, PASTE_ENDS)
                self._pasted.append(text[:cut])
                if cut is not None:
                    yield from self._paste("".join(self._pasted)[: -len(PASTE_ENDS)])
            text = text[cut:] if cut is not None else ""

    def tick(self) -> Iterator[Message]:
        """What is meant because nothing follows: Escape, and a paste that has no end."""
        if self._pasted is not None:
            if self._now() - self._heard >= SILENCE:
                yield from self._paste("".join(self._pasted))
        elif self._parser.waiting:
            yield from self._parser.tick()
            if not self._parser.waiting:
                self._last = ""

    def _after(self, text: str, find: Callable[[str, str], int], mark: str) -> int | None:
        """Where in a text a mark ends that may have begun before it; None if it is not there."""
        seen = self._last + text
        at = find(seen, mark)
        if at < 0:
            self._last = seen[-len(mark) + 1 :]
            return None
        before, self._last = len(self._last), ""
        return at + len(mark) - before

    def _paste(self, text: str) -> Iterator[Message]:
        self._pasted, self._last = None, ""
        # Without Escape there are no sequences in it, and the parser has nothing to take for a key.
        yield from self._parsed(text.replace("\x1b", "") + PASTE_ENDS)

    def _parsed(self, text: str) -> Iterator[Message]:
        for char in text:
            try:
                for message in self._parser.feed(char):
                    if _is_sound(message):
                        yield message
            except (ValueError, OverflowError, ArithmeticError):
                self._forget()

    def _forget(self) -> None:
        """Drop a sequence that is none."""
        self._parser.forget()


def is_believed(size: Size) -> bool:
    """Whether a terminal may be so large."""
    return bool(size) and size.width <= LARGEST[0] and size.height <= LARGEST[1]


def _is_sound(message: Message) -> bool:
    """Whether a message can be used: a key may be no character at all, which could never be written down."""
    if isinstance(message, events.Key):
        return not any("\ud800" <= char <= "\udfff" for char in message.key + (message.character or ""))
    return not isinstance(message, events.Resize) or is_believed(message.size)


def _last_end(text: str, mark: str) -> int:
    """Where a paste ends: at its last mark, since what was copied may hold one; but before the next paste."""
    first = text.find(mark)
    following = text.find(PASTE_BEGINS, first)
    return max(first, text.rfind(mark, 0, following if following >= 0 else None)) if first >= 0 else -1
