"""The line that was touched last lights up for a moment, so that the eye finds what a scan has done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.timer import Timer

    from pos.domain.sale import Sale

SECONDS: Final = 0.15
"""How long a line lights up: long enough to be seen, over before the next scan."""


def changed_line(before: Sale | None, after: Sale) -> int | None:
    """The number of the last line that is new, or has another quantity or price than before; None: there is none."""
    known = {line.line: line for line in before.lines} if before is not None and before.ticket == after.ticket else {}
    for line in reversed(after.lines):
        old = known.get(line.line)
        if old is None or (old.quantity, old.unit_price) != (line.quantity, line.unit_price):
            return line.line
    return None


class TouchedLine:
    """Which line lights up. `later` calls something after so many seconds, `calm` draws the ticket without it."""

    def __init__(self, later: Callable[[float, Callable[[], None]], Timer], calm: Callable[[], None]) -> None:
        self.line: int | None = None
        """The line's number; None as long as nothing lights up."""
        self._later, self._calm = later, calm
        self._timer: Timer | None = None

    def drawn(self, before: Sale | None, after: Sale) -> None:
        """The ticket is drawn anew: what changed since it was drawn last lights up, once for a whole burst."""
        line = changed_line(before, after) if before is not None else None
        if line is None:
            return
        if self._timer is not None:
            self._timer.stop()
        self.line, self._timer = line, self._later(SECONDS, self._end)

    def _end(self) -> None:
        self.line, self._timer = None, None
        self._calm()
