"""A receipt as plain text: its paper without any emphasis."""

from __future__ import annotations

from pos.domain.receipt_document import ReceiptDocument
from pos.receipts.layout import paper_lines


def receipt_text(document: ReceiptDocument, width: int = 42) -> str:
    """A receipt as lines of at most `width` columns, each ended by a line feed. Raises ValueError as `paper_lines`."""
    return "".join(f"{line.text}\n" for line in paper_lines(document, width))
