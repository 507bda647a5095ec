"""The receipt of a finished sale: the change in big digits, and the paper. The next key begins the next ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container, Horizontal
from textual.reactive import var
from textual.widget import Widget

from pos.domain.i18n import _
from screens.events.panel import InspectorPanel
from screens.kit.bars import footer_row
from screens.kit.line import message_rows
from screens.kit.open_till_screen import OpenTillScreen
from screens.render.panel import Panel
from screens.render.parts import Part
from screens.render.rows import BLANK, Piece, Row, apart, row, squeezed, wrapped
from screens.terminal.keys import Key
from screens.ticket.paper import clean_line
from screens.ticket.payments import WIDEST, paid_text, sum_rows

if TYPE_CHECKING:
    from pos.domain.reservations import Order
    from pos.till.receipts import PrintedReceipt

WIDTH: Final = 42
LARGE: Final = 14
"""From how many lines on the change is drawn five lines high."""
SCROLLS: Final = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10, "home": -10_000, "end": 10_000}


class ReceiptScreen(OpenTillScreen):
    """Shows an order's receipt."""

    KIND: ClassVar[str] = "receipt"
    CSS_PATH = "screen.tcss"

    top: var[int] = var(0, init=False)

    def __init__(self, order: Order) -> None:
        super().__init__()
        self._order = order
        self._paper: tuple[str, ...] = ()
        self._copy = False
        """Whether it was printed last as a copy."""

    def body(self) -> Sequence[Widget]:
        """What was paid at the left, on a very wide screen with what happened below it; the paper at the right."""
        return (
            Horizontal(
                Container(
                    Panel(self._paid, "paid", frame="accent"),
                    InspectorPanel(self, "inspector", edits=False),
                    id="beside",
                ),
                Panel(self._text, "paper", frame="rim"),
                id="body",
            ),
        )

    def watch_top(self) -> None:
        """Draw the paper."""
        self.redraw()

    def print_it(self) -> None:
        """Print the receipt."""
        self.host.print_receipt(self._order, self._printed)

    def _printed(self, printed: PrintedReceipt) -> None:
        """Show it as it was printed."""
        self._copy = printed.copy
        self._lay_out()
        self.redraw()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What this screen does itself: print the receipt."""
        return {**super().handlers(), "print_receipt": self.print_it}

    def on_mount(self) -> None:
        """Lay out the receipt once: an order never changes."""
        super().on_mount()
        self._lay_out()

    def _lay_out(self) -> None:
        self._paper = tuple(self.plain_text().splitlines())

    def plain_text(self) -> str:
        """The receipt as the printer would have it."""
        return self.host.till.receipt_of(self._order, width=WIDTH, copy=self._copy)

    def press(self, key: Key) -> None:
        """Arrows scroll; whatever else begins the next ticket, and is not lost."""
        if key.name in SCROLLS:
            self.top = min(max(self.top + SCROLLS[key.name], 0), self._unseen)
            return
        self.host.notice = None
        self.host.home()
        if key.name != "enter":
            self.host.front.take(key)

    def holds(self, key: Key) -> bool:
        """What is typed is for the ticket."""
        return self.below is not None and self.below.holds(key)

    def back(self) -> None:
        """Escape begins the next ticket."""
        self.host.notice = None
        self.host.home()

    def dress(self) -> None:
        """Caption the panels: how it goes on, and arrows if the paper is longer than what is seen."""
        self.panel("paid").caption(_("Paid"), _("⏎ or a scan goes on"))
        self.panel("inspector").caption(_("What happened"))
        self.panel("paper").caption(_("Receipt"), _("↑↓ scroll") if self._unseen else "")

    @property
    def _unseen(self) -> int:
        """How many lines of the paper there is no room for; before it is laid out there is none for any."""
        lines = sum(panel.room[1] for panel in self.query("#paper").results(Panel))
        return max(len(self._paper) - lines, 0)

    def _paid(self, columns: int, lines: int) -> Sequence[Row]:
        sale = self._order.sale
        money, large = self.host.money, lines >= LARGE
        wide = min(columns, WIDEST)
        paid = [row(Piece(line, "good+strong")) for line in wrapped(paid_text(sale), wide)]
        change = sum_rows(self.host, _("CHANGE"), sale.change, wide, large=large) if sale.change else paid
        rows = [BLANK, *change, BLANK]
        rows.append(apart((Piece(_("Total")),), (Piece(money(sale.total)),), wide))
        document = self.host.till.receipt_document(self._order)
        rows += [
            apart((Piece(figure.label),), (Piece(figure.amount.text.replace("-", "−")),), wide)
            for figure in (*document.totals, *document.payments)
            if figure.kind in ("rounding", "tender")
        ]
        if sale.discount_total > 0:
            saved = _("saved {amount}", amount=money(sale.discount_total))
            rows += [BLANK, row(Piece("✓ ", "good"), saved)]
        else:
            rows.append(BLANK)
        rows += [row(Piece("✓ ", "good"), _("receipt {number}", number=sale.receipt)), BLANK]
        return squeezed([*rows, *message_rows(self.host.notice, columns)], lines)

    def _text(self, columns: int, lines: int) -> Sequence[Row]:
        first = min(self.top, max(len(self._paper) - lines, 0))
        margin = " " * max((columns - WIDTH) // 2, 0)
        rows = tuple(row(margin + clean_line(line)) for line in self._paper[first : first + lines])
        many = len(self._paper)
        return Part(rows, first, many - first - len(rows), first, many, lines)

    def keys(self, columns: int) -> Row:
        """Why nothing can be undone here is told to whoever tries; it is no choice."""
        return footer_row(self.host, self.KIND, columns, without="undo")
