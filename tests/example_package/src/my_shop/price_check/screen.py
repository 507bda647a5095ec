"""The price check: what is scanned or typed is looked up, and nothing of it goes onto the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.reactive import var
from textual.widget import Widget

from pos.domain.terminal_text import clean
from screens.kit.input.scanning import split
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.typing_screen import TypingScreen
from screens.render.panel import Panel
from screens.render.rows import Piece, Row, apart

if TYPE_CHECKING:
    from pos.domain.catalog import Product


class PriceCheckScreen(TypingScreen, OpenTillScreen):
    """A line to type on, and one product; the next scan takes its place, Escape goes back to the ticket."""

    KIND: ClassVar[str] = "price-check"
    CSS_PATH = "screen.tcss"

    found: var[Product | None] = var(None, init=False)
    """What was looked up last."""

    def body(self) -> Sequence[Widget]:
        """The line, and what was found."""
        return (self.line_panel(), Panel(self._product, "page", frame="accent"))

    def watch_found(self) -> None:
        """Draw it."""
        self.redraw()

    def submit(self, text: str) -> None:
        """Enter: look a code or a name up; of several products the nearest."""
        catalog, entry = self.host.till.catalog, split(text)
        hits = catalog.search(entry.searched, 1).keys if entry.searched else ()
        self.typed = ""
        self.found = catalog.find(entry.rest) or (catalog.products[hits[0]] if hits else None)
        self.host.notice = None
        if self.found is None:
            self.host.say("Nothing is called like this.", "bad")

    def scan(self, hand: str, code: str) -> None:
        """A scan is looked up, whatever was typed before it."""
        self.submit(code)

    def dress(self) -> None:
        """Captions."""
        super().dress()
        self.panel("line").caption("What does it cost? Scan it, or type a part of its name", "Esc back")
        self.panel("page").caption("Price check")

    def _product(self, columns: int, lines: int) -> Sequence[Row]:
        if self.found is None:
            return ()
        price = self.host.money(self.found.price)
        return (apart((Piece(clean(self.found.name), "strong"),), (Piece(price, "digits"),), columns),)
