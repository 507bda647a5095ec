"""Printers for tests."""

from __future__ import annotations

import os
from threading import Event
from typing import Final

from pos.domain.errors import TillError
from pos.domain.message import verbatim
from pos.domain.receipt_document import ReceiptDocument
from pos.receipts.text import receipt_text


class Paper:
    """Implements `Printer`: what was printed is kept, nothing while it is `empty`. It waits until it is `free`."""

    columns: Final = 30
    paper: Final = True

    def __init__(self) -> None:
        self.printed: list[str] = []
        self.empty = False
        self.free = Event()
        self.free.set()

    def print(self, document: ReceiptDocument) -> None:
        assert self.free.wait(20), "nobody let it go"
        if self.empty:
            raise TillError("printer_unusable", verbatim("The printer has no paper."))
        self.printed.append(receipt_text(document, self.columns))


class DevicePrinter:
    """Implements `Printer` by writing to a device, such as one that is full."""

    columns: Final = 48
    paper: Final = True

    def __init__(self, device: str) -> None:
        self.device = device

    def print(self, document: ReceiptDocument) -> None:
        device = os.open(self.device, os.O_WRONLY)
        try:
            os.write(device, receipt_text(document, self.columns).encode())
        finally:
            os.close(device)
