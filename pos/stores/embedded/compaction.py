"""Replacing a journal that has grown long by a snapshot, in the background: what fails is told and tried again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Final

from pos.domain.errors import TillError
from pos.domain.message import NOTHING, lazy

PAUSE: Final = 64
"""Steps after which it is tried again when it failed for the first time; twice as many each time after that."""
LONGEST: Final = 4096
"""The most steps between two tries, about as many as make a journal long."""


class Compaction:
    """Runs `compact` in a thread of its own. The journals go on being read, so that a failure costs no step.

    Its methods are called by one thread at a time.
    """

    def __init__(self, compact: Callable[[], None]) -> None:
        self._compact = compact
        self._thread: Thread | None = None
        self._pause = 0
        self._not_before = 0
        self.trouble = NOTHING
        """Why it failed the last time, in words; empty if it did not."""

    def begin(self, step: int) -> None:
        """Begin, after the step of this number, unless it runs already or has failed just now."""
        if self._thread is not None or step < self._not_before:
            return
        thread = self._thread = Thread(target=self._run, args=(step,), name="compaction", daemon=True)
        try:
            thread.start()
        except (RuntimeError, MemoryError) as error:
            self._thread = None
            self._failed(step, error)

    def wait(self) -> None:
        """Return once no replacement is under way."""
        if (thread := self._thread) is not None:
            thread.join()

    def _run(self, step: int) -> None:
        try:
            self._compact()
        except Exception as error:
            # Whatever it is: on a thread nobody hears of it, and Python would print it across the cashier's screen.
            self._failed(step, error)
        else:
            self._pause, self._not_before, self.trouble = 0, 0, NOTHING
        finally:
            self._thread = None

    def _failed(self, step: int, error: Exception) -> None:
        self._pause = min(max(PAUSE, 2 * self._pause), LONGEST)
        self._not_before = step + self._pause
        reason = error.words if isinstance(error, TillError) else str(error) or type(error).__name__
        self.trouble = lazy("The journal could not be replaced by a snapshot yet: {reason}", reason=reason)
