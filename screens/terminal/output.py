"""Where the screens are drawn: UTF-8 whatever the locale says, and no error when the terminal has gone.

A terminal that takes nothing for a while, such as one that was stopped or whose line is down, holds up nobody: what it
misses is left out, and the screen is drawn anew once it goes on. `Writer` takes the place of Textual's thread, in a way
that is right for the one version that is pinned.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, Queue
from typing import Final

from textual.drivers._writer_thread import WriterThread

MOST: Final = 300
"""How many writes may wait for the terminal: what a burst of scans draws, and no more than is soon out of date."""
PATIENCE: Final = 2.0
"""Seconds that the end waits for a terminal that takes nothing."""


class Output:
    """A file for text over a descriptor, written by a thread of its own.

    `gone` is told once that nobody reads any longer; all else is dropped then. `caught_up` is told when the terminal
    goes on after something was left out.
    """

    def __init__(self, descriptor: int, gone: Callable[[], None], caught_up: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._gone = gone
        self._open = True
        self.caught_up = caught_up

    def fileno(self) -> int:
        """The descriptor."""
        return self._descriptor

    def write(self, text: str) -> int:
        """Write all of a text."""
        left = memoryview(text.encode("utf-8", "replace"))
        while left and self._open:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                # Another program may have made the terminal one that does not wait.
                select.select([], [self._descriptor], [])
            except OSError:
                self._open = False
                self._gone()
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def give_up(self) -> None:
        """Lead all that would still be written there to nowhere: it would wait for ever."""
        self._open = False
        with suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._descriptor)
            os.close(nowhere)


class Writer(WriterThread):
    """Writes to an `Output`, and never lets anybody wait who draws."""

    def __init__(self, file: Output) -> None:
        super().__init__(file)  # type: ignore[arg-type]
        self._queue = Queue()
        self._output = file
        self._missed = False
        """Whether something was left out since the queue was empty."""

    def write(self, text: str) -> None:
        """Write soon; nothing, if the terminal is too far behind."""
        if self._queue.qsize() < MOST:
            self._queue.put(text)
        else:
            self._missed = True

    def run(self) -> None:
        """Write until told to stop."""
        while (text := self._queue.get()) is not None:
            self._output.write(text)
            if self._missed and not self._queue.qsize():
                self._missed = False
                self._output.caught_up()

    def hurry(self) -> None:
        """Leave out what waits, if the terminal is behind: what follows matters more."""
        if self._missed:
            self._missed = False
            with suppress(Empty):
                while True:
                    self._queue.get_nowait()

    def stop(self) -> None:
        """Write what waits, and end; a terminal that takes nothing is not waited for."""
        self._queue.put(None)
        self.join(PATIENCE)
