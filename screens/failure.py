"""What is shown when the till cannot be opened: what happened, what to do, and a key to leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from pos.domain.words import _
from screens.acting.keys import Key
from screens.base import TillScreen
from screens.drawing.panel import Panel
from screens.drawing.rows import BLANK, Piece, Row, row, wrapped

if TYPE_CHECKING:
    from pos.domain.errors import TillError


class FailureScreen(TillScreen):
    """A calm page about an error at the start. Any key leaves."""

    KIND: ClassVar[str] = "failure"
    CSS_PATH = "failure.tcss"

    def __init__(self, error: TillError) -> None:
        super().__init__()
        self._error = error

    def body(self) -> Sequence[Widget]:
        """One panel in the middle."""
        return (Panel(self._message, "failure", frame="bad", title=_("The till could not be opened")),)

    def plain_text(self) -> str:
        """What happened."""
        return self._error.message

    def take(self, key: Key) -> None:
        """Any key leaves."""
        self.host.leave()

    def _message(self, columns: int, lines: int) -> Sequence[Row]:
        told = [
            row(Piece("✗ " if not number and not index else "  ", "bad"), Piece(text))
            for number, line in enumerate(self._error.message.splitlines())
            for index, text in enumerate(wrapped(line, columns - 2))
        ]
        end = [BLANK, row("  ", Piece(_("Any key leaves."), "key"))]
        return [BLANK, *told[: lines - 3], *end]
