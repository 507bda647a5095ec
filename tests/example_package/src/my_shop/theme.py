"""Colours of our own."""

from typing import Final

from textual.theme import Theme

PLUM: Final = Theme(name="plum", primary="#8a4f9e", accent="#e0a040", background="#17121a", surface="#17121a")
