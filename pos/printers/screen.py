"""The printer of a till that has none: a receipt is text, shown by whoever prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.domain.receipt_document import ReceiptDocument


class ScreenPrinter:
    """Implements `Printer` without paper. What it prints is seen on the receipt's screen, or in a script's output."""

    columns: Final = 42
    paper: Final = False

    def print(self, document: ReceiptDocument) -> None:
        """Nothing is left to do: the text is where it was asked for."""
