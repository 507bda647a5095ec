"""What is shown when the till cannot be opened: what happened, what to do, and a key to leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from pos.domain.i18n import _
from screens.kit.base_screen import TillScreen
from screens.render.panel import Panel
from screens.render.rows import BLANK, Piece, Row, row, wrapped
from screens.terminal.keys import Key, Scanned

if TYPE_CHECKING:
    from pos.domain.errors import TillError


WIDEST: Final = 72
FRAME: Final = 4
AROUND: Final = 6
"""Lines around what is told: the frame, three blank ones, and the way out."""
BARS: Final = 2


class StartFailureScreen(TillScreen):
    """A calm page about an error at the start. Any key leaves."""

    KIND: ClassVar[str] = "failure"
    CSS_PATH = "start_failure.tcss"

    def __init__(self, error: TillError) -> None:
        super().__init__()
        self._error = error

    def body(self) -> Sequence[Widget]:
        """One panel in the middle."""
        return (Panel(self._message, "failure", frame="bad", title=_("The till could not be opened")),)

    def plain_text(self) -> str:
        """The sentence that says why the till could not be opened, to be copied."""
        return self._error.message

    def take(self, key: Key) -> None:
        """Any key leaves."""
        self.host.leave()

    def scanned(self, _scan: Scanned) -> None:
        """Any key leaves, a scan's too."""
        self.host.leave()

    def dress(self) -> None:
        """As high as what is told, if there is room."""
        columns = max(min(self.host.size.width, WIDEST) - FRAME, 1)
        needed = len(self._told(columns)) + AROUND
        self.panel("failure").styles.height = max(min(needed, self.host.size.height - BARS), AROUND)

    def _told(self, columns: int) -> list[Row]:
        """Each line of the error with its mark."""
        return [
            row(Piece("  " if index else "✗ ", "bad"), Piece(text))
            for line in self._error.message.splitlines()
            for index, text in enumerate(wrapped(line, columns - 2))
        ]

    def _message(self, columns: int, lines: int) -> Sequence[Row]:
        told, room = self._told(columns), lines - 3
        if len(told) > room:
            told = [*told[: room - 1], row(Piece("  …", "faint"))]
        return [BLANK, *told, BLANK, row("  ", Piece(_("Any key leaves."), "key"))]
