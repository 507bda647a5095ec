"""Printers: what puts receipts on paper, or where there is none, on the screen."""
