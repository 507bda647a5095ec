"""Where the screens are drawn: UTF-8 whatever the locale says, and no error when the terminal has gone."""

from __future__ import annotations

import os
import select
from collections.abc import Callable


class Output:
    """A file for text over a descriptor. `gone` is told once that nobody reads any longer; all else is dropped then."""

    def __init__(self, descriptor: int, gone: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._gone = gone
        self._open = True

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
