"""Where the screens are drawn: UTF-8 whatever the locale says, and no error when nobody reads any longer.

A terminal that takes nothing for a while, such as one that was stopped or whose line is down, holds up nobody: what it
misses is left out, and the screen is drawn anew once it goes on.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Final

MOST: Final = 16_384
"""How many bytes may wait: a screen or two, which a slow line takes some seconds for."""
PIECE: Final = 1024
"""How many bytes are written at once, so that it is seen whether a slow terminal takes any."""
SHORT: Final = 32
"""Bytes of what asks a terminal for a mode, or takes it back; a picture may be as short, but need not be drawn."""
PATIENCE: Final = 2.0
"""Seconds that the end waits for a terminal that takes nothing at all."""


class Writer:
    """Writes to a descriptor, in a thread of its own, and lets nobody wait who draws.

    `gone` is told once that nobody reads any longer; all else is dropped then. `caught_up` is told when the reader
    goes on after something was left out. It takes the place of the thread that Textual makes for each time that it
    takes the terminal, and stays: what waits is written in order, also after the program was stopped meanwhile.
    """

    def __init__(self, descriptor: int, gone: Callable[[], None], caught_up: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._gone = gone
        self._caught_up = caught_up
        self._queue: SimpleQueue[bytes | Event] = SimpleQueue()
        self._counting = Lock()
        self._put = self._written = 0
        """Bytes that were given to be written, and those that are not waiting any more."""
        self._missed = False
        """Whether something was left out since the queue was empty."""
        self._open = True
        self._thread = Thread(target=self._run, name="output", daemon=True)

    def fileno(self) -> int:
        """The descriptor that is written to, as of any file."""
        return self._descriptor

    def start(self) -> None:
        """Begin, unless it has begun before. Raises RuntimeError if there can be no further thread."""
        if self._thread.ident is None:
            self._thread.start()

    def write(self, text: str) -> None:
        """Draw a text soon; not at all, if the terminal is too far behind."""
        self.draw(text.encode("utf-8", "replace"))

    def draw(self, data: bytes) -> None:
        """Write something soon; not at all, if the reader is too far behind."""
        if self._missed:
            return
        if self._put - self._written < MOST:
            self.send(data)
        else:
            self._missed = True
            # Whoever empties the queue sees this after it.
            self.send(b"")

    def send(self, data: bytes) -> None:
        """Write something however long it takes; also from another thread than the one that draws."""
        with self._counting:
            self._put += len(data)
        self._queue.put(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def hurry(self) -> None:
        """Leave out the pictures that wait: what follows matters more."""
        waiting = []
        with suppress(Empty):
            while True:
                waiting.append(self._queue.get_nowait())
        self._missed = False
        self._put = self._written
        for data in waiting:
            if isinstance(data, bytes) and len(data) <= SHORT:
                self.send(data)

    def stop(self) -> bool:
        """Wait until all is written, as long as the terminal takes something; whether it is."""
        if self._thread.ident is None:
            return True
        done, written = Event(), self._written
        self._queue.put(done)
        while not done.wait(PATIENCE):
            if written == self._written:
                return False
            written = self._written
        return True

    def give_up(self) -> None:
        """Lead all that would still be written there to nowhere: it would wait for ever."""
        self._open = False
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._descriptor)
            os.close(nowhere)

    def _run(self) -> None:
        while True:
            data = self._queue.get()
            if isinstance(data, Event):
                data.set()
                continue
            self._write(data)
            if self._missed and self._queue.empty():
                self._missed = False
                self._caught_up()

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            written = self._write_piece(left[:PIECE]) if self._open else len(left)
            self._written += written
            left = left[written:]

    def _write_piece(self, piece: memoryview) -> int:
        """Write a piece; how much of it was written."""
        try:
            return os.write(self._descriptor, piece)
        except BlockingIOError:
            # Another program may have made the terminal one that does not wait.
            select.select([], [self._descriptor], [])
        except OSError:
            self._open = False
            self._gone()
        return 0
