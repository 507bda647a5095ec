"""What stands in a printer's place that cannot be used: the till opens and sells, and prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.message import Message

if TYPE_CHECKING:
    from pos.domain.receipt_document import ReceiptDocument


class UnusablePrinter:
    """Implements `Printer` by telling why it cannot print, each time."""

    columns: Final = 42
    paper: Final = True

    def __init__(self, reason: Message) -> None:
        self._reason = reason

    def print(self, document: ReceiptDocument) -> None:
        """Raises TillError `printer_unusable`."""
        raise TillError("printer_unusable", self._reason)
