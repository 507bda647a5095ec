"""The peer: the smallest Textual app with one field to type in, its cursor not blinking."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Input


class Smallest(App[None]):
    def compose(self) -> ComposeResult:
        field = Input(placeholder="Scan")
        field.cursor_blink = False
        yield field


if __name__ == "__main__":
    Smallest().run()
