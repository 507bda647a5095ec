"""A printer that writes receipts to the end of a file: `file:///FOLDER/receipts.txt`."""

from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.domain.receipt_document import ReceiptDocument
from pos.receipts.layout import paper_lines

CUT: Final = "-" * 42


class FilePrinter:
    """Implements `Printer`."""

    columns: Final = 42
    paper: Final = True

    def __init__(self, address: str) -> None:
        self._file = Path(address.partition("://")[2])
        if not self._file.is_absolute():
            raise ValueError(lazy("{address} names no file: write file:///FOLDER/FILE", address=address))

    def print(self, document: ReceiptDocument) -> None:
        """Write a receipt; it returns once that is done. Raises TillError `printer_unusable`, with the reason."""
        lines = [line.text for line in paper_lines(document, self.columns)]
        try:
            with self._file.open("a", encoding="utf-8") as paper:
                paper.write("\n".join((*lines, CUT, "")))
        except OSError as error:
            reason = error.strerror or str(error)
            raise TillError("printer_unusable", lazy("The receipt is not written: {reason}.", reason=reason)) from None
