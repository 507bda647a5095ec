"""A printed receipt on a screen."""

from __future__ import annotations


def clean_line(line: str) -> str:
    """A line of a receipt as it is drawn: blanks kept, nothing else that a terminal would obey."""
    return "".join(char for char in line if char.isprintable())
